"""Effects in clinical words: ``smoking -> lung function`` of the columns smoker and fev1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint, Effect
from synth_magic.blueprint.request import Request
from synth_magic.cell import effect_lines
from synth_magic.reading import read
from synth_magic.reference import ReadColumn, lookup

#: What a function or a pressure is measured by, the usual first.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "lung function": ("fev1", "fev1_percent", "fvc", "fev1_fvc"),
    "kidney function": ("egfr", "creatinine", "cystatin_c"),
    "renal function": ("egfr", "creatinine", "cystatin_c"),
    "liver function": ("alt", "ast", "bilirubin"),
    "thyroid function": ("tsh", "free_t4"),
    "cognition": ("mmse", "moca"),
    "cognitive function": ("mmse", "moca"),
    "blood pressure": ("sbp", "dbp", "map"),
    "blood sugar": ("glucose", "fpg", "hba1c"),
    "inflammation": ("crp", "il6"),
    "body weight": ("weight", "bmi"),
    "overweight": ("bmi",),
    "survival": ("death",),
}
#: The value that is meant where only the category is named.
MEANT = {"smoker": "current", "alcohol": "heavy"}


@dataclass(frozen=True, slots=True)
class Known:
    """Columns of a table by name, and by the variable that they measure."""

    names: frozenset[str]
    by_variable: Mapping[str, tuple[ReadColumn, ...]]

    @classmethod
    def of(cls, columns: Iterable[ReadColumn], names: Iterable[str] = ()) -> Known:
        """Sort columns by variable; `names` are further ones (events)."""
        found: dict[str, list[ReadColumn]] = {}
        every = set(names)
        for column in columns:
            every.add(column.column.name)
            if column.column.event is not None:
                every.add(column.column.event)
            if column.variable is not None:
                found.setdefault(column.variable, []).append(column)
        return cls(frozenset(every), {v: tuple(found[v]) for v in found})

    def named(self, text: str) -> str | None:
        """Find the one column that is meant by words, written as an operand; None without."""
        given = graph.operand(text, self.names)
        if given.column in self.names:
            return None
        words = lookup.plain(given.column).replace("_", " ")
        variable = lookup.find(given.column).variable
        wanted = FAMILIES.get(words, () if variable is None else (variable,))
        found = next((self.by_variable[v] for v in wanted if v in self.by_variable), ())
        if len(found) != 1:
            return None
        name = found[0].column.name
        value = given.value
        if value is None and MEANT.get(str(found[0].variable)):
            meant = MEANT[str(found[0].variable)]
            value = next((own for own, of in found[0].values if of == meant), None)
        return name if value is None else f"{name}={value}"


def spelled(effects: Iterable[Effect], known: Known) -> tuple[Effect, ...]:
    """Write the ends of effects as columns where words mean one of them."""
    return tuple(
        effect.model_copy(
            update={
                "parent": known.named(effect.parent) or effect.parent,
                "child": known.named(effect.child) or effect.child,
            }
        )
        for effect in effects
    )


def line(text: str, blueprint: Blueprint) -> str:
    """Write an effect's line with the names of a table's columns.

    Parameters
    ----------
    text
        ``smoking -> lung function: -0.3 SD``; what cannot be read is left as it is.
    blueprint
        The table.
    """
    places = effect_lines.ends(text)
    if places is None:
        return text
    prose = blueprint.population or ""
    known = Known.of(read(replace(Request(prose=prose), columns=blueprint.columns)).columns)
    for first, last in reversed(places):
        name = known.named(text[first:last])
        text = text if name is None else text[:first] + name + text[last:]
    return text
