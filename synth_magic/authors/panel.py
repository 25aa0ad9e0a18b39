"""Columns for a description that names none: what is measured in such people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from synth_magic.authors import beyond
from synth_magic.blueprint.model import Column
from synth_magic.errors import SpecError, problem
from synth_magic.reading.pinned import pin
from synth_magic.reference import ReadColumn, Reading, load
from synth_magic.reference.people import holds
from synth_magic.reference.schema import Condition

MOST = 16
#: So many variables with age and sex among them are a list of all columns.
LISTED = 5
EXAMPLE = "Write columns, for instance:  columns:  age: years, 30-85  |  sex: F / M  |  sbp: mmHg"
#: Formulas whose operands join a panel that holds their result.
OPERANDS = {"bmi": ("height", "weight"), "egfr": ("creatinine",)}


def fill(reading: Reading) -> Reading:
    """Give a reading without columns those it names, age and sex, and its conditions' panels.

    Raises
    ------
    SpecError
        When the description holds nothing clinical that is known.
    """
    if reading.columns:
        return reading
    reference = load()
    conditions = [reference.conditions[c] for c in reading.population.conditions]
    known = bool(conditions or reading.named or reading.restrictions or reading.population.setting)
    if not known and not reading.people:
        what = "No column and nothing clinical was recognised in the cell"
        if reading.unread:
            words = ", ".join(reading.unread)
            what = f"No column is named, and the reference does not hold {words}"
        raise SpecError(problem(("prose",), what, EXAMPLE))
    base = reference.conditions[reading.population.base]
    if whole(reading.named):
        return pin(replace(reading, columns=_columns(reading.named, reading)))
    first = [v for v in ("age", "sex") if v in base.panel]
    wanted = [*first, *reading.named]
    panels = conditions or _setting(reading) or [base]
    if reading.outside and not any(c.base for c in conditions):
        panels = [*panels, base]
    for rank in range(max(MOST, *(len(source.panel) for source in panels))):
        for source in panels:
            wanted += source.panel[rank : rank + 1]
    if reading.outside:
        wanted = [v for v in wanted if v in reading.named or _held(v, reading)]
    told = {fact.variable for fact in reading.told}
    one_way = {f["variable"] for f in reference.formulas if f.get("turned") is None}
    for result, operands in OPERANDS.items():
        if result in wanted[:MOST]:
            at = wanted.index(result)
            wanted[at:at] = [o for o in operands if o not in wanted[:at]]
            if result in told & one_way and not set(operands) & set(reading.named):
                # What is said of the result cannot be computed from operands of the general law.
                wanted = [v for v in wanted if v not in operands]
    constant = {c.sets for c in conditions if c.sets not in reading.named}
    only = {r.variable for r in reading.restrictions if r.value is not None}
    chosen = [v for v in dict.fromkeys(wanted) if v not in constant and v not in only]
    chosen = [v for v in chosen if _applies(v, reading)][:MOST]
    return pin(replace(reading, columns=_columns(chosen, reading)))


def whole(named: Sequence[str]) -> bool:
    """Whether a description lists all columns: whoever names age and sex too leaves none out."""
    return len(named) >= LISTED and {"age", "sex"} <= set(named)


def _columns(variables: Iterable[str], reading: Reading) -> tuple[ReadColumn, ...]:
    """Columns of variables, causes first."""
    order = sorted(variables, key=lambda variable: load().order[variable])
    return tuple(_column(variable, reading.population.si) for variable in order)


def _held(variable: str, reading: Reading) -> bool:
    """Whether the reference holds it of these people, who are no adults of its usual kind."""
    known = load()
    who, age = reading.population, beyond.youngest(reading)
    return variable in known.laws and holds(known, who.base, variable, age, who.conditions)


def _setting(reading: Reading) -> list[Condition]:
    """Give the setting, where it has a panel: intensive care is more than its conditions."""
    found = load().conditions.get(reading.population.setting or "")
    return [found] if found is not None and found.panel else []


def _applies(variable: str, reading: Reading) -> bool:
    """Whether these people can have it: pregnancies are asked of women only."""
    men = any(r.variable == "sex" and r.value == "M" for r in reading.restrictions)
    return not (load().variables[variable].women_only and men)


def _column(variable: str, si: bool) -> ReadColumn:
    entry = load().variables[variable]
    name = entry.names[0].replace(" ", "_").replace("-", "_")
    unit = entry.si if si and entry.si else entry.unit
    column = Column(
        name=name, concept=variable, unit=unit or None, sources=(("unit", "reference"),)
    )
    if not entry.number:
        column = column.model_copy(update={"sources": ()})
        return ReadColumn(column, variable, values=tuple((v, v) for v in entry.values))
    if unit == entry.unit or unit is None:
        return ReadColumn(column, variable, decimals=entry.decimals)
    measure = entry.units[unit]
    return ReadColumn(column, variable, measure.factor, measure.offset, measure.decimals)
