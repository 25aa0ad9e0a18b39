"""Tables larger than memory: Parquet and CSV chunk by chunk, Dask."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any

from synth_magic.errors import DataError, problem
from synth_magic.events import Event, Tell, silent
from synth_magic.sampling.drawing import CHUNK, draw, positive, whole
from synth_magic.sampling.plan import Plan
from synth_magic.sampling.streams import Seed, seed_text

if TYPE_CHECKING:
    import pandas as pd

_PARTITION = 1_000_000
_SUFFIXES = (".parquet", ".pq", ".csv")


def write(
    plan: Plan,
    path: str | os.PathLike[str],
    rows: int,
    seed: Seed = 0,
    *,
    threads: int = 1,
    chunk_rows: int | None = None,
    tell: Tell = silent,
    attrs: Mapping[str, Any] | None = None,
) -> None:
    """Draw a table into a file; the memory needed is that of a few chunks.

    Parameters
    ----------
    plan
        A compiled blueprint.
    path
        Ends in .parquet or .csv.  The file appears when it is whole, in place of
        one that was there; a failure leaves none behind.
    rows, seed, threads, chunk_rows
        As for `draw`.
    tell
        Hears of the rows written.
    attrs
        Plain data that the table has as ``attrs`` when pandas reads the Parquet file.

    Raises
    ------
    DataError
        For another suffix, a folder that is not there, or Parquet without pyarrow.
    """
    rows, seed = whole(rows, "rows"), seed_text(seed)
    threads, chunk = positive(threads, "threads"), positive(chunk_rows or CHUNK, "chunk_rows")
    target = _target(path)
    pieces = _pieces(plan, rows, seed, threads, chunk)
    with _whole_or_nothing(target) as draft:

        def told(done: int) -> None:
            tell(Event("writing", done, rows))

        if target.suffix.casefold() == ".csv":
            _csv(pieces, draft, told)
        else:
            _parquet(plan, pieces, draft, told, dict(attrs or {}))


def write_table(table: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table that is there already into a file, in place of one that was there.

    Parameters
    ----------
    table
        With the ``attrs`` that a Parquet file is to keep.
    path
        Ends in .parquet or .csv; it appears when it is whole.

    Raises
    ------
    DataError
        For another suffix, a folder that is not there, or Parquet without pyarrow.
    """
    target = _target(path)
    with _whole_or_nothing(target) as draft:
        if target.suffix.casefold() == ".csv":
            table.to_csv(draft, index=False, lineterminator="\n")
        else:
            _arrow()
            table.to_parquet(draft, index=False)


def _target(path: str | os.PathLike[str]) -> Path:
    """Check a file's name before anything is done.

    Raises
    ------
    DataError
        For another suffix, or a folder that is not there.
    """
    target = Path(path)
    if target.suffix.casefold() not in _SUFFIXES:
        raise DataError(
            problem(
                ("out",),
                f"{target.name} is no file that can be written",
                "End it in .parquet or .csv",
            )
        )
    if not target.parent.is_dir():
        raise DataError(
            problem(("out",), f"There is no folder {target.parent}", "Make it, or name another")
        )
    return target


def _pieces(plan: Plan, rows: int, seed: Seed, threads: int, chunk: int) -> Iterator[pd.DataFrame]:
    """Draw the chunks in order, a few ahead when there are threads."""
    firsts = range(0, max(rows, 1), chunk)

    def one(first: int) -> pd.DataFrame:
        return draw(plan, min(chunk, rows - first), seed, first, chunk_rows=chunk)

    if threads == 1:
        yield from map(one, firsts)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = []
        for first in firsts:
            waiting.append(pool.submit(one, first))
            if len(waiting) > threads:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


@contextmanager
def _whole_or_nothing(target: Path) -> Iterator[Path]:
    handle, name = mkstemp(prefix=f".{target.name}.", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        draft.chmod(0o666 & ~_umask())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _csv(pieces: Iterator[pd.DataFrame], draft: Path, told: Callable[[int], None]) -> None:
    done = 0
    with draft.open("w", encoding="utf-8", newline="") as file:
        for number, piece in enumerate(pieces):
            piece.to_csv(file, index=False, header=number == 0, lineterminator="\n")
            done += len(piece)
            told(done)


def _arrow() -> tuple[Any, Any]:
    """Import pyarrow and its Parquet.

    Raises
    ------
    DataError
        Where it is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise DataError(
            problem(
                ("out",),
                "Parquet needs the package pyarrow, which is not installed",
                "Run pip install 'synth-magic[parquet]', or write a .csv",
            )
        ) from None
    return pa, pq


def _parquet(
    plan: Plan,
    pieces: Iterator[pd.DataFrame],
    draft: Path,
    told: Callable[[int], None],
    attrs: Mapping[str, Any],
) -> None:
    pa, pq = _arrow()
    done = 0
    schema = pa.Schema.from_pandas(draw(plan, 0), preserve_index=False)
    for place, known in enumerate(schema):
        if pa.types.is_null(known.type):  # before pandas 3, text of no rows has no type
            schema = schema.set(place, known.with_type(pa.string()))
    if attrs:  # under the key that pandas itself writes and reads
        schema = schema.with_metadata({**schema.metadata, "PANDAS_ATTRS": json.dumps(attrs)})
    with pq.ParquetWriter(draft, schema) as writer:
        for piece in pieces:
            writer.write_table(pa.Table.from_pandas(piece, schema, preserve_index=False))
            done += len(piece)
            told(done)


def to_dask(plan: Plan, rows: int, seed: Seed = 0) -> Any:
    """Give a Dask DataFrame whose partitions are drawn where they are needed.

    Parameters
    ----------
    plan
        A compiled blueprint.
    rows, seed
        As for `draw`; the bits are the same.

    Returns
    -------
    dask.dataframe.DataFrame
        With known divisions.

    Raises
    ------
    DataError
        Where dask is not installed.
    """
    rows, seed = whole(rows, "rows"), seed_text(seed)
    try:
        import dask.dataframe as dd
    except ImportError:
        raise DataError(
            problem(
                ("dask",),
                "This needs the package dask, which is not installed",
                "Run pip install 'synth-magic[dask]'",
            )
        ) from None
    firsts = list(range(0, max(rows, 1), _PARTITION))
    sizes = [min(_PARTITION, rows - first) for first in firsts]
    return dd.from_map(  # type: ignore[no-untyped-call]
        _partition,
        firsts,
        sizes,
        args=[plan, seed],
        meta=draw(plan, 0),
        divisions=(*firsts, max(rows - 1, 0)),
    )


def _partition(first: int, rows: int, plan: Plan, seed: Seed) -> pd.DataFrame:
    return draw(plan, rows, seed, first)
