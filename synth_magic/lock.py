"""The lock file: a record on disk, from which the same table is drawn on any machine.

It is YAML that a person can read, with the blueprint in it as it stands, and a
check over the whole, so that a file damaged in a merge is seen before a row is
drawn.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from synth_magic import yaml_text
from synth_magic.blueprint.model import SAMPLER
from synth_magic.errors import DataError, SynthDataError, problem
from synth_magic.record import Record, digest, versions

if TYPE_CHECKING:
    import pandas as pd

FORM = 1
#: The digest in a lock is of so many first rows, since a longer table may not fit in memory.
HEAD_ROWS = 100_000
TITLE = """\
# A synth-magic lock file: the table of the cell that names it is drawn from this, the same on
# every machine. Keep it beside the notebook; --relock writes it anew.
"""
_CHECK = re.compile(r"^check: (\w+)\n", re.MULTILINE)


def _check(body: str) -> str:
    return blake2b(body.encode("utf-8"), digest_size=12).hexdigest()


def _lines(record: Record) -> Iterator[str]:
    yield from yaml_text.block(
        {
            "lock": FORM,
            "cell": record.cell_hash,
            "seed": record.seed,
            "rows": record.rows,
            "author": record.author,
            "sampler": record.sampler,
            "versions": record.versions,
            "columns": dict(zip(record.columns, record.dtypes, strict=True)),
            "table": record.table_digest,
            **({} if record.basis == "none" else {"basis": record.basis}),
            **({"targets": record.targets} if record.targets else {}),
        }
    )
    yield "blueprint: |"
    for line in record.blueprint_yaml.splitlines():
        yield f"  {line}" if line else ""


def text_of(record: Record) -> str:
    """Write a record as the text of a lock file."""
    body = "\n".join(_lines(record)) + "\n"
    return f"{TITLE}check: {_check(body)}\n{body}"


def is_lock(text: str) -> bool:
    """Tell whether a text is, or was, a lock file of ours."""
    return text.startswith(TITLE) or _CHECK.search(text.replace("\r\n", "\n")) is not None


def _damaged(path: str, why: str) -> DataError:
    return DataError(
        problem(
            ("options", "lock"),
            f"The lock file {path} cannot be used: {why}",
            "Bring back the file as it was, or write it anew with --relock (this may draw another"
            " table); nothing was overwritten",
        )
    )


def parse(text: str, path: str) -> Record:
    """Read the text of the lock file `path`.

    Raises
    ------
    DataError
        If it is damaged, or was drawn by a sampler that this release does not have.
    """
    text = text.replace("\r\n", "\n")
    found = _CHECK.search(text)
    if found is None:
        raise _damaged(path, "it holds no line `check:`, so it is no lock file of ours")
    try:
        data = yaml_text.load(text).data
    except SynthDataError as error:
        raise _damaged(path, error.problems[0].what) from None
    if data.get("lock") != FORM:
        raise _damaged(path, f"its form is {data.get('lock')}, and this release reads form {FORM}")
    if _check(text[found.end() :]) != found.group(1):
        raise _damaged(path, "it was altered after it was written")
    try:
        record = Record(
            blueprint_yaml=data["blueprint"],
            sampler=data["sampler"],
            seed=data["seed"],
            rows=data["rows"],
            author=data["author"],
            versions={key: str(value) for key, value in data["versions"].items()},
            cell_hash=data["cell"],
            columns=tuple(data["columns"]),
            dtypes=tuple(data["columns"].values()),
            table_digest=data["table"],
            basis=data.get("basis", "none"),
            targets=data.get("targets", ""),
        )
    except (KeyError, AttributeError, TypeError, ValidationError):
        raise _damaged(path, "a part of it is missing") from None
    if record.sampler != SAMPLER:
        wrote = record.versions.get("synth-magic", "another release")
        raise DataError(
            problem(
                ("options", "lock"),
                f"The lock file {path} needs sampler {record.sampler} of synth-magic {wrote};"
                f" this is synth-magic {versions()['synth-magic']} with sampler {SAMPLER}",
                f"Install synth-magic=={wrote} for the same table, or draw another with --relock",
            )
        )
    return record


def read(path: str) -> Record | None:
    """Read the lock file at `path`; None when there is no such file.

    Raises
    ------
    DataError
        If it cannot be read or used.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, str(getattr(error, "strerror", None) or "it is no text")) from None
    return parse(text, path)


def write(path: str, record: Record) -> None:
    """Write a lock file in one step: another reader sees the old one or the new one.

    Raises
    ------
    DataError
        If the folder cannot be written to.
    """
    text = text_of(record)
    if parse(text, path) != record:
        raise AssertionError(f"the lock of {record.table_digest} does not read back")
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError as error:
        raise DataError(
            problem(
                ("options", "lock"),
                f"The lock file {path} cannot be written: {error.strerror}",
                "Name a file in a folder that exists and may be written to",
            )
        ) from None


def check_place(path: str, out: str | None) -> None:
    """Raise if a lock at `path` would take the place of something else, even by ``--relock``.

    Parameters
    ----------
    path
        The lock file.
    out
        File that the table is written to, if any.

    Raises
    ------
    DataError
        If both are one file, or what is there was never a lock file of ours.
    """
    target = Path(path)
    if out is not None and target.absolute() == Path(out).absolute():
        what, mend = f"--lock and --out both name {path}", f"Write --lock {target.stem}.lock"
        raise DataError(problem(("options", "lock"), what, mend))
    try:
        text = target.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return  # not there, or said better by who reads or writes it
    if text.strip() and not is_lock(text):
        raise DataError(
            problem(
                ("options", "lock"),
                f"{path} is no lock file of ours, and is not overwritten",
                "Name another file, such as --lock t2d.lock",
            )
        )


def same_wish(path: str, record: Record, cell_hash: str, rows: int | None, seed: object) -> None:
    """Raise if the cell, the rows or the seed are not those that were locked.

    Parameters
    ----------
    path, record
        The lock file and what it holds.
    cell_hash
        Of the cell as it is now.
    rows, seed
        As said now, None where nothing is said.

    Raises
    ------
    DataError
        Naming ``--relock``.
    """
    differs = ""
    if record.cell_hash != cell_hash:
        differs = f"The cell was changed after {path} was written"
    elif rows is not None and rows != record.rows:
        differs = f"{path} holds a table of {record.rows:,} rows, and {rows:,} are asked for"
    elif seed is not None and str(seed) != str(record.seed):
        differs = f"{path} holds the table of seed {record.seed}, and seed {seed} is asked for"
    if differs:
        raise DataError(
            problem(
                ("options", "lock"),
                differs,
                "Take the change back, or add --relock to draw anew and write the lock file again",
            )
        )


def locked(record: Record, table: pd.DataFrame, rows: int) -> Record:
    """Turn the record of `table` into that of a table of `rows` rows that begins with it.

    What asking a model took belongs to the run that asked, and not to the lock.
    """
    head = digest(table.iloc[:HEAD_ROWS])
    return record.model_copy(update={"rows": rows, "table_digest": head, "usage": {}})


def same_table(path: str, record: Record, table: pd.DataFrame) -> None:
    """Raise if what was drawn is not what was locked, value for value.

    Raises
    ------
    DataError
        Naming the releases with which it was locked.
    """
    names = tuple(map(str, table.columns))
    if names != record.columns or digest(table.iloc[:HEAD_ROWS]) != record.table_digest:
        wrote = ", ".join(f"{name} {number}" for name, number in record.versions.items())
        raise DataError(
            problem(
                ("options", "lock"),
                f"The table drawn here is not the one that {path} was written for ({wrote})",
                "Install those releases, or draw anew with --relock; and tell us, this is a fault",
            )
        )
