"""From a model's effects to the blueprint's: words that fit, sizes that can be, no circle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from synth_magic.authors.answers import bounded
from synth_magic.authors.answers.form import EffectRow
from synth_magic.authors.answers.table import Table, alike
from synth_magic.authors.answers.told import UnfitError
from synth_magic.blueprint import check_links, check_rules, graph
from synth_magic.blueprint.check_links import RAW, WORDS_FOR
from synth_magic.blueprint.context import Context, Role, role
from synth_magic.blueprint.graph import Operand
from synth_magic.blueprint.model import Blueprint, Column, Effect, Word
from synth_magic.errors import SpecError
from synth_magic.laws import Marginal, solve

#: Bounds of a single effect: more is a slip of the unit or of the word.
LARGEST_BETA, LARGEST_CORRELATION = 0.95, 0.95
#: Largest log ratio for a step of one SD of a number, or for having a value.
LARGEST_LOG = 3.0
#: Largest difference, in the child's SDs, for one SD of the parent or for having a value.
LARGEST_DIFFERENCE = 2.5
MOST_FOR_CHILD, MOST_EFFECTS = 8, 200


@dataclass(frozen=True, slots=True)
class Linked:
    """Effects that hold, and in a few words each of those that were left out."""

    effects: tuple[Effect, ...]
    left_out: tuple[str, ...]


def effects(rows: Iterable[EffectRow], table: Table, blueprint: Blueprint) -> Linked:
    """Make the effects of an answer.

    Parameters
    ----------
    rows
        As read.
    table
        Whose names they use.
    blueprint
        All columns complete, with the user's effects only.

    Returns
    -------
    Linked
        Of a circle the weakest is left out.
    """
    frame = _Frame.of(table, blueprint)
    left_out: list[str] = []
    made: list[tuple[float, Effect]] = []
    for row in list(rows)[:MOST_EFFECTS]:
        try:
            effect = frame.effect(row)
            made.append((frame.strength(effect), effect))
        except UnfitError as error:
            left_out.append(f"{row.cause} on {row.result}: {error}")
    kept: list[Effect] = []
    count: dict[str, int] = {}
    order = sorted(range(len(made)), key=lambda i: -made[i][0])
    for i in order:
        effect = made[i][1]
        child = graph.operand(effect.child, frame.owner).column
        why = "one of too many" if count.get(child, 0) >= MOST_FOR_CHILD else ""
        why = why or frame.complaint((*kept, effect))
        if why:
            left_out.append(f"{effect.parent} on {effect.child}: {why}")
            continue
        kept.append(effect)
        count[child] = count.get(child, 0) + 1
    places = {id(effect): i for i, (_, effect) in enumerate(made)}
    kept.sort(key=lambda effect: places[id(effect)])
    return Linked(tuple(kept), tuple(left_out))


@dataclass(frozen=True, slots=True)
class _Frame:
    """The columns that effects join."""

    table: Table
    blueprint: Blueprint
    columns: Mapping[str, Column]
    owner: Mapping[str, str]
    laws: Mapping[str, Marginal]

    @classmethod
    def of(cls, table: Table, blueprint: Blueprint) -> _Frame:
        columns = {column.name: column for column in blueprint.columns}
        laws = {}
        for column in blueprint.columns:
            if role(column) in ("number", "date", "binary") and column.formula is None:
                try:
                    laws[column.name] = solve(column)
                except SpecError:  # pragma: no cover - a complete column has a law
                    continue
        return cls(table, blueprint, columns, graph.owners(blueprint), laws)

    # One effect ---------------------------------------------------------------------

    def effect(self, row: EffectRow) -> Effect:
        """Make one effect of a row, mended where there is one mending."""
        up, down = self._operand(row.cause), self._operand(row.result)
        parent, child = self.columns[up.column], self.columns[down.column]
        if parent is child:
            raise UnfitError("a column does not act upon itself")
        if self.table.acts_between(parent.name, child.name):
            raise UnfitError("you stated the effect between them")
        if role(child) != "nominal" and down.value is not None:
            down = self._whole(down, child)
        if role(parent) in ("number", "date", "binary") and up.value is not None:
            raise UnfitError(f"{parent.name} is a number, of which no value can be named")
        word, size = self._word(row, parent, child)
        per = None
        if row.per and row.per > 0 and word in RAW and role(parent) in ("number", "date"):
            per = None if row.per == 1 else row.per
        where = None
        if row.where:
            where = bounded.read(row.where, self.table)[0]
        effect = Effect(
            parent=str(up), child=str(down), word=word, size=size, per=per, where=where,
            source="model",
        )  # fmt: skip
        wrong = self.complaint((effect,))
        if wrong:
            raise UnfitError(wrong)
        strength = self.strength(effect)
        if not strength <= (LARGEST_DIFFERENCE if word == "difference" else LARGEST_LOG):
            raise UnfitError(f"{word} {size:g} is too strong for one SD of {parent.name}")
        return effect

    def _operand(self, text: str) -> Operand:
        """Read ``column`` or ``column=value`` in a model's spelling."""
        found = graph.operand(text, self.owner)
        name = found.column if found.column in self.owner else self.table.name(found.column)
        if name is None or name not in self.owner:
            raise UnfitError(f"there is no column {found.column}")
        column = self.columns[self.owner[name]]
        if column.event == name:
            return Operand(column.name)  # effects act upon the time of an event
        if found.value is None:
            return Operand(name)
        value = alike(found.value, column.levels)
        if value is None and column.type == "boolean":
            value = {"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(found.value.lower())
        if value is None:
            raise UnfitError(f"{name} has no value {found.value}")
        return Operand(name, value)

    def _whole(self, down: Operand, child: Column) -> Operand:
        """Aim at the column where the value that was aimed at is its yes."""
        if child.type == "boolean" and down.value == "yes":
            return Operand(down.column)
        raise UnfitError(f"an effect upon {child.name} moves the whole column")

    def _word(self, row: EffectRow, parent: Column, child: Column) -> tuple[Word, float]:
        """Find a word that can be said of the child."""
        word, size = row.word, row.size
        if size is None:
            raise UnfitError("its size is no number")
        kind: Role = role(child)
        allowed = WORDS_FOR[kind]
        ratios = ("odds_ratio", "hazard_ratio")
        if word not in allowed and word in ratios:
            word = next((w for w in allowed if w in ratios), word)
        if word == "correlation" and (
            word not in allowed or role(parent) not in ("number", "ordered", "binary")
        ):
            word = "beta"
        if word not in allowed:
            raise UnfitError(f"{word} cannot be said of {child.name}")
        if word in ratios and size <= 0:
            raise UnfitError(f"a ratio is above 0, not {size:g}")
        most = LARGEST_CORRELATION if word == "correlation" else LARGEST_BETA
        if word in ("beta", "correlation"):
            if abs(size) > 3:
                raise UnfitError(f"{word} {size:g} is no size in SDs")
            size = math.copysign(min(abs(size), most), size)
        return word, size

    def strength(self, effect: Effect) -> float:
        """Size on the child's scale, for one SD of a number or for having a value."""
        up = graph.operand(effect.parent, self.owner)
        if effect.word in ("beta", "correlation"):
            return abs(float(effect.size))
        law = self.laws.get(up.column) if up.value is None else None
        step = 1.0 if law is None else law.sd / float(effect.per or 1)
        if effect.word == "difference":
            child = self.laws.get(graph.operand(effect.child, self.owner).column)
            unit = child.sd if child is not None and child.sd > 0 else 1.0
            return abs(float(effect.size)) * step / unit
        return abs(math.log(float(effect.size))) * step

    # Together -----------------------------------------------------------------------

    def complaint(self, some: tuple[Effect, ...]) -> str:
        """Say why the last of some effects cannot stand beside the others; empty where it can."""
        trial = self.blueprint.model_copy(update={"effects": (*self.blueprint.effects, *some)})
        context = Context(trial, dict(self.columns), dict(self.owner), graph.kinds(trial))
        last = ("effects", len(trial.effects) - 1)
        for found in (*check_links.problems(context), *check_rules.problems(context)):
            if found.path[:2] == last:
                return found.what
        ring = graph.cycle(graph.edges(trial))
        return "" if ring is None else f"it closes a circle: {' -> '.join(ring)}"
