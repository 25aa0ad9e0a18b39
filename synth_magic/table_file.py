"""A table read back from a file, with the types that its blueprint gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synth_magic import lock
from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.errors import DataError, problem
from synth_magic.record import KEY, record_of

if TYPE_CHECKING:
    import pandas as pd

_DTYPES = {
    "integer": "Int64",
    "number": "float64",
    "time_to_event": "Int64",
    "boolean": "boolean",
    "category": "str",
    "id": "str",
    "text": "str",
}


def read(file: str, stated: str | None = None) -> tuple[pd.DataFrame, Blueprint]:
    """Read a table and the blueprint that it should keep.

    Parameters
    ----------
    file
        Ends in .parquet, where the table carries its blueprint, or in .csv.
    stated
        The text of a blueprint or of a lock file, in the place of the carried one.

    Raises
    ------
    DataError
        If the file cannot be read, or there is no blueprint.
    """
    blueprint = None if stated is None else _blueprint(stated)
    if file.lower().endswith(".csv"):
        if blueprint is None:
            raise _without(file)
        return _csv(file, blueprint), blueprint
    if not file.lower().endswith((".parquet", ".pq")):
        raise _unread(file, ValueError("its suffix is neither .parquet nor .csv"))
    table = _parquet(file)
    record = record_of(table)
    if blueprint is not None:
        table.attrs.pop(KEY, None)
        return table, blueprint
    if record is None:
        raise _without(file)
    return table, record.blueprint()


def real(file: str, blueprint: Blueprint) -> pd.DataFrame:
    """Read a real table to compare with.

    Parameters
    ----------
    file
        Ends in .parquet or .csv.
    blueprint
        Says which columns of a .csv are dates.

    Raises
    ------
    DataError
        If it cannot be read; no message quotes what stands in it.
    """
    import pandas as pd

    dates = [column.name for column in blueprint.columns if column.type in ("date", "datetime")]
    try:
        if not file.lower().endswith(".csv"):
            return pd.read_parquet(file)
        table = pd.read_csv(file)
        for name in dates:
            if name in table.columns:
                table[name] = pd.to_datetime(table[name], errors="coerce")
    except FileNotFoundError:
        why = "there is no such file"
    except ImportError:
        why = "this needs the package pyarrow"
    except (OSError, ValueError):
        why = "it is no table in its format"
    else:
        return table
    what = f"{file} cannot be read: {why}"
    raise DataError(problem(("options", "real"), what, "Name a .parquet or .csv file")) from None


def _blueprint(text: str) -> Blueprint:
    if lock.is_lock(text):
        return lock.parse(text, "given").blueprint()
    return Blueprint.from_yaml(text)


def _without(file: str) -> DataError:
    return DataError(
        problem(
            ("options", "blueprint"),
            f"{file} carries no blueprint, so there is nothing to hold it against",
            "Add --blueprint FILE: a blueprint, or the lock file of its cell",
        )
    )


def _unread(file: str, error: Exception) -> DataError:
    if isinstance(error, FileNotFoundError):
        why = "there is no such file"
    elif isinstance(error, ImportError):
        why = "this needs the package pyarrow"
    else:
        why = str(getattr(error, "strerror", None) or error).splitlines()[0]
    return DataError(
        problem(
            ("options", "name"),
            f"{file} cannot be read: {why}",
            "Name a .parquet or .csv file that synth-magic wrote",
        )
    )


def _parquet(file: str) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_parquet(file)
    except (OSError, ValueError, ImportError) as error:
        raise _unread(file, error) from None


def _csv(file: str, blueprint: Blueprint) -> pd.DataFrame:
    import pandas as pd

    dtypes: dict[str, Any] = {}
    dates: list[str] = []
    for column in blueprint.columns:
        _type_of(column, dtypes, dates)
    try:
        present = pd.read_csv(file, nrows=0).columns
        return pd.read_csv(
            file,
            dtype={name: dtype for name, dtype in dtypes.items() if name in present},
            parse_dates=[name for name in dates if name in present],
            keep_default_na=False,
            na_values=[""],
        )
    except (OSError, ValueError) as error:
        raise _unread(file, error) from None


def _type_of(column: Column, dtypes: dict[str, Any], dates: list[str]) -> None:
    if column.hidden:
        return
    if column.type in ("date", "datetime"):
        dates.append(column.name)
    elif column.type in _DTYPES:
        dtypes[column.name] = _DTYPES[column.type]
    if column.event is not None:
        dtypes[column.event] = "boolean"
