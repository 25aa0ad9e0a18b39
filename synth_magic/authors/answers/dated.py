"""From a model's rows to dates, times to an event and texts."""

from __future__ import annotations

import re

from synth_magic import units
from synth_magic.authors.answers.form import DateRow, TextRow, TimeRow
from synth_magic.authors.answers.table import Table
from synth_magic.authors.answers.told import UnfitError
from synth_magic.blueprint import graph
from synth_magic.blueprint.context import name_problem
from synth_magic.blueprint.model import Censoring, Column, Distribution
from synth_magic.errors import SpecError
from synth_magic.laws.positions import position, text_of
from synth_magic.reference.filling import fill, plain

_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
PERIODS = {"days": 365.25, "weeks": 52.2, "months": 12.0, "years": 1.0}


def dates(column: Column, row: DateRow, table: Table) -> Column:
    """Make a column of dates: its ends where the user left them open, and its middle.

    Raises
    ------
    UnfitError
        Where earliest and latest are no dates in order.
    """
    column = fill(column, "model", type="date")
    kind = column.type

    def place(text: str, last: bool) -> float | None:
        try:
            return position(text[:10], kind, (), last=last) if _DAY.match(text) else None
        except SpecError:
            return None

    low, high = column.range or (None, None)
    first = place(row.earliest if low is None else str(low), False)
    last = place(row.latest if high is None else str(high), True)
    if first is None or last is None or not first < last:
        raise UnfitError("earliest and latest must be dates as 2000-12-31, in order")
    ends = (
        str(text_of(first, kind)) if low is None else low,
        str(text_of(last, kind)) if high is None else high,
    )
    sources = dict(column.sources)
    if None in (low, high):
        sources["range"] = "model"
    column = column.model_copy(update={"range": ends, "sources": tuple(sources.items())})
    middle = place(row.middle, False)
    if middle is None or not first < middle < last:
        return column
    law = Distribution(quantiles=((0.5, text_of(middle, kind)),), source="model")
    return column.model_copy(update={"distribution": law})


def times(column: Column, row: TimeRow, table: Table) -> Column:
    """Make a time to an event from points of its survival curve.

    Raises
    ------
    UnfitError
        Where the curve does not fall, or the event has no name of its own.
    """
    points = sorted(zip(row.times, row.surviving, strict=False))
    if not points or len(row.times) != len(row.surviving):
        raise UnfitError("times and surviving need one number each per point")
    if any(share > 1 for _, share in points):
        points = [(time, share / 100) for time, share in points]
    before = 1.0
    for time, share in points:
        if time <= 0 or not 0 < share < before:
            raise UnfitError("surviving falls with time, between 1 and 0")
        before = share
    unit = column.unit or row.unit or "days"
    scale = _scale(row.unit, unit)
    if unit not in PERIODS and units.read(unit) is None:
        raise UnfitError(f"`{unit}` is no unit of time")
    event = column.event or _event(column, row, table)
    follow = tuple(plain(round(x * scale, 3)) for x in sorted(row.follow_up))
    censoring = None
    if len(follow) == 2 and follow[0] >= 0 and follow[1] > 0:
        censoring = Censoring(administrative=(follow[0], follow[1]))
    curve = tuple((plain(round(t * scale, 3)), float(f"{s:.6g}")) for t, s in points)
    if column.type != "time_to_event":
        sources = {k: v for k, v in column.sources if k not in ("type", "decimals", "range")}
        column = column.model_copy(
            update={
                "type": "time_to_event",
                "decimals": None,
                "range": None,
                "sources": tuple((sources | {"type": "model"}).items()),
            }
        )
    column = fill(column, "model", unit=unit, event=event, censoring=censoring)
    return fill(column, "model", survival=curve)


def _scale(said: str, own: str) -> float:
    factor = units.factor(said, own) if said else None
    return 1.0 if factor is None else factor


def _event(column: Column, row: TimeRow, table: Table) -> str:
    """Name the event; a column of that name that the user left open is made by the time."""
    name = row.event
    mine = table.name(name)
    if mine is not None and mine != column.name:
        if table.known[mine].given or table.known[mine].kind not in (None, "yes_no"):
            raise UnfitError(f"the event `{name}` is another column that is stated already")
        return mine
    if not name or mine == column.name or name_problem(name) is not None:
        raise UnfitError("the event needs a name of its own")
    return name


def text(column: Column, row: TextRow, table: Table) -> Column:
    """Make a column of texts, a sentence that shows other columns.

    Raises
    ------
    UnfitError
        Where it shows what is no column of numbers, dates or values.
    """
    column = fill(column, "model", type="text")
    template = row.template
    if not template or re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", template)):
        raise UnfitError("its template is empty, or a brace is open")
    for name in graph.shown_in(template):
        mine = table.name(name)
        if mine is None or table.known[mine].kind == "text":
            raise UnfitError(f"its template shows {{{name}}}, which is no column that it may show")
        template = template.replace("{" + name + "}", "{" + mine + "}")
    return fill(column, "model", template=template)
