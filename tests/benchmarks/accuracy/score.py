"""What the offline author draws for a cell, beside the published figures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.benchmarks.accuracy import cells
from tests.benchmarks.accuracy.tables import IQR_OF_SD, Line, Published

if TYPE_CHECKING:
    import pandas as pd

#: Rows of a drawn table: a mean is then right to 0.014 of an SD.
ROWS = 5_000
#: Shares nearer to none or all than this are taken as this, so that logits stay finite.
LEAST = 0.002


@dataclass(frozen=True)
class Drawn:
    """A drawn table, and what became of each column that was asked for."""

    table: pd.DataFrame
    status: dict[str, str]
    told: tuple[str, ...]


def draw(table: Published, text: str, rows: int = ROWS) -> tuple[Drawn, set[str]]:
    """Draw a table for a cell, without the columns that the author refuses.

    Returns
    -------
    drawn
        With the status of each column: ``reference``, ``guess`` or ``user``.
    refused
        Names of the columns of which the author says that it knows nothing.
    """
    from synth_magic.authors import offline
    from synth_magic.cell import parse
    from synth_magic.errors import SpecError

    refused: set[str] = set()
    names = {item.column for item in table.lines}
    while True:
        try:
            blueprint, notes = offline.complete(parse(_less(text, refused)))
        except SpecError as error:
            new = {p.path[1] for p in error.problems if len(p.path) > 1} & names - refused
            if not new:
                raise
            refused |= {str(name) for name in new}
            continue
        status = {}
        for column in blueprint.columns:
            for name in column.delivers:
                status[name] = _status(column)
        told = tuple(p.what for p in notes if p.path[:1] == ("prose",))
        return Drawn(blueprint.sample(rows, seed=1), status, told), refused


def measured(item: Line, drawn: pd.DataFrame) -> list[float] | None:
    """Measure a drawn column as its line was: centre and SD, or shares.

    Returns None where the author made another kind of column of it.
    """
    import pandas as pd

    values = drawn[item.column]
    if item.kind in ("share", "category"):
        if pd.api.types.is_bool_dtype(values):
            return [float(values.mean())] if item.kind == "share" else None
        texts = values.astype(str).str.lower()
        if item.kind == "share":
            return [float(texts.isin(["yes", "true", "1"]).mean())]
        return [float((texts == value.lower()).mean()) for value, _ in item.shares]
    if not pd.api.types.is_numeric_dtype(values):
        values = pd.to_numeric(values.astype(str), errors="coerce")
    values = values.dropna().astype(float)
    if values.empty:
        return None
    if item.kind == "mean":
        return [float(values.mean()), float(values.std())]
    low, middle, high = values.quantile([0.25, 0.5, 0.75])
    return [float(middle), float(high - low) / IQR_OF_SD]


def errors(item: Line, found: list[float] | None) -> list[dict[str, float]]:
    """Errors of a line: of centre and spread, or of each share."""
    if found is None:
        return []
    if item.kind in ("share", "category"):
        pairs = zip(item.shares, found, strict=True)
        return [
            {"points": 100 * abs(part - share), "logit": abs(logit(part) - logit(share))}
            for (_, share), part in pairs
        ]
    made = {"centre": abs(found[0] - item.centre) / item.sd}
    if found[1] > 0:
        made["spread"] = abs(math.log(found[1] / item.sd))
    return [made]


def logit(share: float) -> float:
    """Log odds, of a share kept off none and all."""
    kept = min(max(share, LEAST), 1 - LEAST)
    return math.log(kept / (1 - kept))


def constant(item: Line, everyone: pd.DataFrame) -> list[float] | None:
    """Guess without a look at anybody: the pooled law of adults, half of all, equal parts."""
    if item.kind in ("share", "category"):
        return [1 / max(len(item.shares), 2)] * len(item.shares)
    return measured(item, everyone) if item.column in everyone else None


def compare(table: Published, rows: int = ROWS) -> dict[str, Any]:
    """Score one table, both ways, with the two that it is compared with."""
    everyone, missing = draw(table, cells.everyone(table), rows)
    found: dict[str, Any] = {}
    for way in cells.WAYS:
        ours, refused = draw(table, cells.cell(table, way), rows)
        general, unknown = draw(table, cells.cell(table, way, general=True), rows)
        lines = []
        for item in (*_who(table, way), *table.lines):
            name = item.column
            if name in refused:
                lines.append({"column": name, "kind": item.kind, "status": "refused"})
                continue
            entry: dict[str, Any] = {
                "column": name,
                "kind": item.kind,
                "status": ours.status[name],
                "ours": _short(measured(item, ours.table)),
                "general": None if name in unknown else _short(measured(item, general.table)),
                "constant": None if name in missing else _short(constant(item, everyone.table)),
            }
            lines.append(entry)
        found[way] = {"told": list(ours.told), "lines": lines}
    return found


def published_lines(table: Published, way: str) -> dict[str, Line]:
    """Lines that are scored in one of the ways, by their columns."""
    return {item.column: item for item in (*_who(table, way), *table.lines)}


def _who(table: Published, way: str) -> tuple[Line, ...]:
    """Age and sex are scored only where they were not stated."""
    if way == "stated":
        return ()
    who = [table.age] if table.age else []
    if table.women is not None:
        shares = (("female", table.women), ("male", 1 - table.women))
        who.append(Line("sex", "", "category", f"female {100 * table.women:g}%", shares=shares))
    return tuple(who)


def _less(text: str, refused: set[str]) -> str:
    return "\n".join(
        said for said in text.split("\n") if said.strip().partition(":")[0] not in refused
    )


def _status(column: Any) -> str:
    if column.formula is not None:
        return "reference"
    source = column.source_of("distribution")
    if source == "reference" and column.concept is None:
        return "guess"
    return str(source)


def _short(found: list[float] | None) -> list[float] | None:
    """Four digits are enough for a page, and keep the file's changes small."""
    return None if found is None else [float(f"{value:.4g}") for value in found]
