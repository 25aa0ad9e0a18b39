"""Codes -> the columns of a DataFrame, filled chunk by chunk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import DataError, Problem, problem
from synth_magic.sampling.plan import Output, Plan
from synth_magic.sampling.state import Mask, State
from synth_magic.sampling.text import filled, identifiers

if TYPE_CHECKING:
    import pandas as pd

_MICROSECONDS = {"date": 86_400_000_000, "datetime": 1_000_000}
_MASKED = ("integer", "boolean")
_BYTES = {"category": 4, "boolean": 2, "text": 70}


class Table:
    """The delivered columns of a table, to be filled.

    Parameters
    ----------
    plan
        What is drawn.
    rows
        How many.
    """

    def __init__(self, plan: Plan, rows: int) -> None:
        self.plan = plan
        self.rows = rows
        self._values: list[NDArray[Any]] = []
        self._gone: list[NDArray[np.bool_] | None] = []
        for output in plan.outputs:
            self._values.append(np.empty(rows, dtype=_dtype(output)))
            masked = output.codec.nullable and output.codec.kind in _MASKED
            self._gone.append(np.zeros(rows, dtype=np.bool_) if masked else None)

    @staticmethod
    def bytes_per_row(plan: Plan) -> int:
        """Rough size of a delivered row."""
        return sum(_BYTES.get(output.codec.kind, 9) for output in plan.outputs)

    def fill(self, first: int, state: State, missing: Mapping[str, Mask]) -> None:
        """Deliver a chunk.

        Parameters
        ----------
        first
            Place of the chunk's first row in this table.
        state
            The chunk, drawn.
        missing
            Rows that miss at random, by the blueprint's column.
        """
        where = slice(first, first + state.rows)
        gone = Gone(self.plan, state, missing)
        texts = [output for output in self.plan.outputs if output.template is not None]
        shown = None
        if texts:
            shown = filled(texts, self.plan, state, gone)
        for number, output in enumerate(self.plan.outputs):
            out = self._values[number][where]
            mask = gone.of(output.owner)
            if output.codec.kind == "text":
                if output.pattern is not None:
                    out[:] = identifiers(output.pattern, state)
                else:
                    out[:] = None if shown is None else shown[output.codec.name]
                if mask is not None:
                    out[mask] = None
                continue
            if mask is not None and output.codec.kind in _MASKED and self._gone[number] is None:
                raise DataError(_without_value(output))
            _deliver(output, state, out, mask)
            if mask is not None and self._gone[number] is not None:
                self._gone[number][where] = mask  # type: ignore[index]

    def frame(self, start: int) -> pd.DataFrame:
        """Make the DataFrame; its index begins with `start`."""
        import pandas as pd

        columns = {
            output.codec.name: _column(output, values, gone)
            for output, values, gone in zip(
                self.plan.outputs, self._values, self._gone, strict=True
            )
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(start, start + self.rows), copy=False)


def _without_value(output: Output) -> Problem:
    return problem(
        ("columns", output.owner, "formula"),
        f"the formula of {output.owner} has no value in some rows",
        "write type: number, which can be missing, or keep its operands in range",
    )


class Gone:
    """Which rows of each column have no value in the table, worked out when asked for."""

    def __init__(self, plan: Plan, state: State, missing: Mapping[str, Mask]) -> None:
        self._state = state
        self._missing = missing
        self._operands = {output.owner: output.operands for output in (*plan.outputs, *plan.hidden)}
        self._found: dict[str, Mask | None] = {}

    def of(self, name: str) -> Mask | None:
        """Rows of a column without a value, or None when all have one."""
        if name not in self._found:
            masks = [self._missing.get(name)]
            known = self._state.known(name) if name in self._state.axes else None
            masks.append(None if known is None else ~known)
            masks += [self.of(operand) for operand in self._operands.get(name, ())]
            present = [mask for mask in masks if mask is not None]
            found = None
            for mask in present:
                found = mask if found is None else found | mask
            self._found[name] = found
        return self._found[name]


def _dtype(output: Output) -> Any:
    kind = output.codec.kind
    if kind == "category":
        return np.int8 if len(output.codec.levels) < 128 else np.int32
    if kind in _MICROSECONDS:
        return "datetime64[us]"
    return {"integer": np.int64, "boolean": np.bool_, "text": object}.get(kind, np.float64)


def _deliver(output: Output, state: State, out: NDArray[Any], gone: Mask | None) -> None:
    name, kind = output.codec.name, output.codec.kind
    codes, axis = state.codes(name), state.axes[name]
    if kind == "number":
        np.add(codes, axis.low, out=out, dtype=np.float64)
        if axis.decimals > 0:
            np.divide(out, 10.0**axis.decimals, out=out)
        elif axis.decimals < 0:
            np.multiply(out, 10.0**-axis.decimals, out=out)
        blank: Any = np.nan
    elif kind in _MICROSECONDS:
        micros = out.view(np.int64)
        np.add(codes, axis.low, out=micros, dtype=np.int64)
        np.multiply(micros, _MICROSECONDS[kind], out=micros)
        blank = np.datetime64("NaT", "us")
    elif kind == "integer":
        np.add(codes, axis.low, out=out, dtype=np.int64)
        if axis.decimals < 0:
            np.multiply(out, 10**-axis.decimals, out=out)
        blank = 1
    else:
        np.copyto(out, codes, casting="unsafe")
        blank = -1 if kind == "category" else False
    if gone is not None:
        np.copyto(out, blank, where=gone)


def _column(output: Output, values: NDArray[Any], gone: NDArray[np.bool_] | None) -> Any:
    import pandas as pd

    codec = output.codec
    if codec.kind == "category":
        dtype = pd.CategoricalDtype(list(codec.levels), ordered=codec.ordered)
        return pd.Categorical.from_codes(values, dtype=dtype)
    if codec.kind == "boolean" and gone is not None:
        return pd.arrays.BooleanArray(values, gone)
    if codec.kind == "integer" and gone is not None:
        return pd.arrays.IntegerArray(values, gone)
    if codec.kind == "text":
        return pd.Series(values, dtype="str" if _has_str() else object).array
    return values


def _has_str() -> bool:
    """Whether pandas keeps text as ``str`` by itself, as pandas 3 does."""
    import pandas as pd

    return int(pd.__version__.split(".")[0]) >= 3
