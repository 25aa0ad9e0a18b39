"""What makes a table again, carried by the table itself.

A `Record` holds the blueprint, the seed and the rows from which a table was
drawn, and a digest by which a later reader sees whether it was changed since.
It travels in ``df.attrs["synthdata"]`` as plain strings and numbers, so that it
survives copies, filters, pickles and Parquet files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from synth_magic._version import __version__
from synth_magic.blueprint.model import Blueprint
from synth_magic.blueprint.targets import Basis
from synth_magic.errors import Problem
from synth_magic.events import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY = "synthdata"
Words = NDArray[np.uint64]


class Record(BaseModel):
    """Everything that draws a table again, and what the table then looks like.

    Parameters
    ----------
    blueprint_yaml
        The blueprint as text.
    sampler
        Number of the sampler that drew it; another one draws other values.
    seed, rows, start
        The rows ``start`` to ``start + rows - 1`` of this seed's table.
    author
        Who completed the blueprint: ``offline``, a model's name, or ``user`` when nothing
        was open.
    versions
        Releases of synth-magic, numpy and pandas at the time.
    cell_hash
        Hash of the cell's text; empty where there was no cell.
    columns, dtypes
        Names and pandas dtypes of the table, in its order.
    table_digest
        See `digest`; empty where no one has seen the whole table.
    engine
        ``blueprint``, or ``rows`` where a model wrote the rows.
    written
        Columns whose cells a model wrote: the blueprint draws others there.
    partial
        Whether rows are wanting, since the work was stopped.
    usage
        What asking a model took, by the fields of `Usage`; empty offline.
    edited
        What was changed in the notebook's view since the cell, in words.
    basis
        What of a real table the blueprint rests on: ``none``, ``aggregates`` where it was
        fitted to published numbers, or ``rows``.
    targets
        The published numbers, as JSON; empty where the cell had none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    blueprint_yaml: str
    sampler: int
    seed: int | str
    rows: int
    start: int = 0
    author: str = "user"
    versions: dict[str, str] = {}
    cell_hash: str = ""
    columns: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ()
    table_digest: str = ""
    engine: str = "blueprint"
    written: tuple[str, ...] = ()
    partial: bool = False
    usage: dict[str, int | float | bool | None] = {}
    edited: tuple[str, ...] = ()
    basis: Basis = "none"
    targets: str = ""

    def blueprint(self) -> Blueprint:
        """Read the blueprint.

        Raises
        ------
        SpecError
            If this release cannot draw it.
        """
        return Blueprint.from_yaml(self.blueprint_yaml)

    def plain(self) -> dict[str, Any]:
        """Give plain strings, numbers, lists and dicts, the YAML under ``blueprint``."""
        data = self.model_dump(mode="json")
        for name, nothing in (("basis", "none"), ("targets", "")):
            if data[name] == nothing:  # as tables without published numbers always were
                del data[name]
        return {"synthetic": True, "blueprint": data.pop("blueprint_yaml"), **data}


@dataclass(frozen=True)
class Result:
    """A drawn table with all that was learned on the way.

    Parameters
    ----------
    table
        The rows; ``table.attrs["synthdata"]`` holds `record`.
    record
        What draws it again.
    notes
        What is worth a word: how lines were read, what was guessed, warnings.
    usage
        Tokens; zero offline.
    name
        The variable that it is meant for.
    path, written
        File that ``--out`` wrote and its number of rows; None and 0 without.
    wanted
        Rows that were asked for, where the work was stopped before all were there.
    talk
        Pairs (prompt, answer) of what the author asked a model; empty offline.
    """

    table: pd.DataFrame
    record: Record
    notes: tuple[Problem, ...] = ()
    usage: Usage = field(default_factory=Usage)
    name: str = "table"
    path: str | None = None
    written: int = 0
    wanted: int | None = None
    talk: tuple[tuple[str, str], ...] = ()


def versions() -> dict[str, str]:
    """Releases that a table depends on."""
    return {"synth-magic": __version__, "numpy": np.__version__, "pandas": pd.__version__}


def attach(
    table: pd.DataFrame,
    blueprint: Blueprint,
    seed: int | str,
    start: int = 0,
    *,
    author: str = "user",
    cell_hash: str = "",
    rows: int | None = None,
    engine: str = "blueprint",
    written: Sequence[str] = (),
    partial: bool = False,
    usage: Usage | None = None,
    edited: Sequence[str] = (),
    targets: str = "",
    basis: Basis = "none",
) -> Record:
    """Write into the table's attrs how it was drawn, and return that.

    Parameters
    ----------
    table
        As drawn: rows `start` onwards of `seed`.
    blueprint, seed, start
        What drew it.
    author, cell_hash
        Where the blueprint came from.
    rows
        Of the whole table, where `table` is only its beginning; then there is no digest.
    engine, written, partial, usage
        What a model had a hand in; see `Record`.
    edited
        What was changed in the notebook's view.
    targets, basis
        Published numbers, and whether the blueprint was fitted to them; see `Record`.
    """
    record = Record(
        blueprint_yaml=blueprint.to_yaml(),
        sampler=blueprint.sampler,
        seed=seed if isinstance(seed, str) else int(seed),
        rows=len(table) if rows is None else rows,
        start=start,
        author=author,
        versions=versions(),
        cell_hash=cell_hash,
        columns=tuple(map(str, table.columns)),
        dtypes=tuple(map(str, table.dtypes)),
        table_digest=digest(table) if rows is None else "",
        engine=engine,
        written=tuple(written),
        partial=partial,
        usage={} if usage is None else asdict(usage),
        edited=tuple(edited),
        targets=targets,
        basis=basis,
    )
    table.attrs[KEY] = record.plain()
    return record


def record_of(table: object) -> Record | None:
    """Read the record that a table carries; None when it carries none that can be read."""
    attrs = getattr(table, "attrs", None)
    kept = attrs.get(KEY) if isinstance(attrs, Mapping) else None
    if not isinstance(kept, Mapping) or "blueprint" not in kept:
        return None
    try:
        return Record.model_validate({**kept, "blueprint_yaml": kept["blueprint"]})
    except ValidationError:
        return None


def unchanged(table: pd.DataFrame, record: Record) -> bool:
    """Tell whether the table is, in any row order, the one that was recorded.

    A record without a digest, of a table that was written to a file piece by piece,
    can only tell a change of rows and columns.
    """
    return (
        len(table) == record.rows
        and sorted(map(str, table.columns)) == sorted(record.columns)
        and record.table_digest in ("", digest(table))
    )


# The digest ---------------------------------------------------------------------
# A sum over rows does not see their order.  Values are hashed by what they mean
# (numbers as float64, texts as UTF-8, dates as microseconds), so that a table read
# back from Parquet has the digest with which it was written.  Whole blocks stay in
# the processor's cache: some 15 ms for a million rows of ten numbers.  It finds
# changes; it does not withstand forgers.

_BLOCK = 16_384
_MISSING = np.uint64(0x9E3779B97F4A7C15)
_A, _B = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)  # splitmix64 (Steele 2014)
_S27, _S30, _S31, _S32 = (np.uint64(bits) for bits in (27, 30, 31, 32))


def digest(table: pd.DataFrame) -> str:
    """Digest of a table's values that ignores the order of rows and columns.

    Returns
    -------
    str
        ``1:`` (the kind of digest) and 32 hexadecimal digits.
    """
    first, second = sums(row_hashes(table))
    return f"1:{first:016x}{second:016x}"


def row_hashes(table: pd.DataFrame) -> Words:
    """One 64-bit hash a row, of its values and the names of their columns; shape (rows,)."""
    if table.attrs:  # pandas copies them at every access to a column
        table = table.copy(deep=False)
        table.attrs = {}
    names = [str(name) for name in table.columns]
    order = sorted(range(len(names)), key=names.__getitem__)
    key = blake2b("\n".join(sorted(names)).encode(), digest_size=8).digest()
    total = np.full(len(table), int.from_bytes(key, "big"), np.uint64)
    scratch = np.empty(_BLOCK, np.uint64)
    for place in order:
        words = _words(table.iloc[:, place])
        for begin in range(0, len(words), _BLOCK):
            part = total[begin : begin + _BLOCK]
            part ^= words[begin : begin + _BLOCK]
            part *= _A
            part ^= np.right_shift(part, _S32, out=scratch[: len(part)])
    return total


def sums(hashes: Words) -> tuple[int, int]:
    """Two sums modulo 2**64 over mixed row hashes, the same in any order."""
    first = second = np.uint64(0)
    for begin in range(0, len(hashes), _BLOCK):
        part = hashes[begin : begin + _BLOCK].copy()
        part ^= part >> _S30
        part *= _A
        first = np.add.reduce([first, part.sum(dtype=np.uint64)], dtype=np.uint64)
        part ^= part >> _S27
        part *= _B
        part ^= part >> _S31
        second = np.add.reduce([second, part.sum(dtype=np.uint64)], dtype=np.uint64)
    return int(first), int(second)


def _words(values: pd.Series[Any]) -> Words:
    """One 64-bit word a value, by its meaning and not by its dtype."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        levels = np.append(_text_words(list(dtype.categories)), _MISSING)
        return np.asarray(levels[values.cat.codes.to_numpy()], np.uint64)
    missing = values.isna().to_numpy()
    if pd.api.types.is_datetime64_any_dtype(dtype):
        naive = values.dt.tz_localize(None) if values.dt.tz is not None else values
        words = naive.to_numpy("datetime64[us]").view(np.uint64).copy()
    elif pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
        numbers = values.to_numpy("float64", na_value=np.nan) + 0.0  # -0.0 is 0.0
        words = numbers.view(np.uint64)
    else:
        words = _text_words(values.where(~missing, "").to_numpy(object))
    if missing.any():
        words[missing] = _MISSING
    return words


def _text_words(texts: Sequence[object] | NDArray[np.object_]) -> Words:
    array = np.empty(len(texts), object)
    array[:] = texts if all(type(text) is str for text in texts) else [str(t) for t in texts]
    return pd.util.hash_array(array, categorize=False)
