"""What crosses the walls of this room: readings go in, expectations come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synth_magic.blueprint.model import Column, Effect, Rule
from synth_magic.errors import Problem


@dataclass(frozen=True, slots=True)
class Restriction:
    """A limit that the description puts on everybody: ``age > 65``, women only.

    Parameters
    ----------
    variable
        Id in the reference.
    low, high
        Bounds in the variable's own unit; None where open.
    value
        The one value that a category may take.
    """

    variable: str
    low: float | None = None
    high: float | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Population:
    """Who the people are: a base, conditions, a setting, and the system of units they use."""

    base: str = "adults"
    conditions: tuple[str, ...] = ()
    setting: str | None = None
    country: str | None = None
    si: bool = False
    years: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column of the request, and what it means.

    Parameters
    ----------
    column
        The user's column with `concept` and, where it was found out, `unit` filled in.
    variable
        Id of the variable of the reference, or None.
    factor, offset
        value in the column's unit = value in the variable's unit * factor + offset.
    decimals
        As laboratories report the variable in that unit.
    values
        Pairs (the column's value, the reference's value).
    time
        Which measurement of several it is: empty for the first, ``12m``, ``discharge``.
    """

    column: Column
    variable: str | None = None
    factor: float = 1.0
    offset: float = 0.0
    decimals: int | None = None
    values: tuple[tuple[str, str], ...] = ()
    time: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a description says of a variable: ``mean age 62``, ``eGFR < 60``, ``45% women``.

    Parameters
    ----------
    variable
        Id in the reference; empty for a column that it does not know.
    words
        The fact as the shorthand of a column says it.
    text
        As it stood in the description.
    column
        Name of such a column.
    """

    variable: str
    words: str
    text: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words of a request mean.

    `named` holds variables that the prose asks for, `people` whether it speaks of people at
    all, `unread` its clinical words that nothing was made of, `line` all that was understood,
    in one line.  `outside` says whom the reference does not hold (``children``), or is empty.
    `told` holds what the prose says of variables and no column has taken up yet; `rules` what
    holds since a condition is absent.
    """

    population: Population = field(default_factory=Population)
    restrictions: tuple[Restriction, ...] = ()
    absent: tuple[str, ...] = ()
    columns: tuple[ReadColumn, ...] = ()
    named: tuple[str, ...] = ()
    people: bool = False
    outside: str = ""
    unread: tuple[str, ...] = ()
    line: str = ""
    notes: tuple[Problem, ...] = ()
    told: tuple[Told, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the reference says of a table's columns in its population.

    Parameters
    ----------
    columns
        The read columns with their open fields filled in, source ``reference``; columns
        that the reference does not know stay as they are.
    effects
        Direct effects between known columns, in the order of the graph.
    order
        Names of the known columns, causes first.
    notes
        Each shift that a pin or a restriction brought, in words.
    unknown
        Names of the columns left open.
    """

    columns: tuple[Column, ...]
    effects: tuple[Effect, ...]
    order: tuple[str, ...]
    notes: tuple[Problem, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """People who are no adults like others, and of whom the reference knows less.

    Parameters
    ----------
    id, label
        ``children``, ``pregnancy`` …
    words
        What descriptions call them.
    ages
        Years between which they are, where nothing else is said (a guess).
    sex
        Their one sex, or None.
    base
        Id of the base that holds what is known of them.
    """

    id: str
    label: str
    words: tuple[str, ...]
    ages: tuple[int, int]
    sex: str | None = None
    base: str = "children"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a number comes from; what was not opened counts as judgement."""

    id: str
    kind: str
    where: str
    opened: bool
    also: tuple[str, ...] = ()

    @property
    def judgement(self) -> bool:
        """True when nobody opened a document, table or file for it."""
        return self.kind == "judgement" or not self.opened


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit: value in it = value in the variable's own unit * factor + offset."""

    factor: float = 1.0
    offset: float = 0.0
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """One entry of the reference, as loaded.

    `names` holds all synonyms, `languages` those that are not English by their language; `codes`
    those of LOINC, ATC and ICD-10.
    """

    id: str
    label: str
    names: tuple[str, ...]
    type: str
    unit: str | None
    units: Mapping[str, Measure]
    si: str | None
    limits: tuple[float, float] | None
    decimals: int | None
    values: tuple[str, ...]
    ordered: bool
    aliases: Mapping[str, tuple[str, ...]]
    level: str | None
    women_only: bool
    hidden: bool
    source: Citation
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def number(self) -> bool:
        """True for variables with a unit and quantiles."""
        return self.type in ("integer", "number")


@dataclass(frozen=True, slots=True)
class Direct:
    """A direct effect as it was entered or computed: for a reader, since tables are made of R.

    Parameters
    ----------
    parent, child
        Ids.
    beta
        SD of the child per SD of the parent, on the latent scale; None where only an odds ratio
        is stated.
    odds_ratio, per
        In the clinic's own words, per step of the parent's unit.
    kind, adjusted_for, population
        ``crude`` or ``adjusted``, for what, and in whom.
    """

    parent: str
    child: str
    beta: float | None
    odds_ratio: float | None
    per: float | None
    kind: str
    adjusted_for: str
    population: str
    source: Citation


@dataclass(frozen=True, slots=True)
class Worded:
    """A direct effect that reaches a blueprint as an odds ratio, per step of the parent."""

    parent: str
    child: str
    odds_ratio: float
    per: float | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What a base, a disease or a setting changes in the general law.

    `shift` holds (d, s): latent scores given age and sex ~ N(d, s²); `replace` holds quantiles
    of those who have it; `shares` the shares of yes/no variables; `correlations` latent ones
    within it (a, b, r) where they differ from the general ones; `criteria` the values from
    which on it is diagnosed; `opened` the names of its rows that come from an opened source (the
    others are judgement); `survival` pairs (years, share alive), with their source; `base` the
    base of its people, where they are no adults like others; `levels` the shares of a category's
    values.
    """

    id: str
    label: str
    kind: str
    names: tuple[str, ...]
    sets: str | None
    age: tuple[float, ...] | None
    men: float | None
    shift: Mapping[str, tuple[float, float]]
    replace: Mapping[str, tuple[float, ...]]
    shares: Mapping[str, float]
    correlations: tuple[tuple[str, str, float], ...]
    panel: tuple[str, ...]
    clears: tuple[str, ...]
    criteria: Mapping[str, float]
    source: Citation
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()
    survival: tuple[tuple[float, float], ...] = ()
    survival_source: Citation | None = None
    base: str | None = None
    levels: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of all that it changes, each once; ``survival`` where it is known."""
        own = {"age": self.age, "sex": self.men, "survival": self.survival or None}
        named = [name for name, part in own.items() if part is not None]
        parts = (self.shift, self.replace, self.shares, self.levels)
        return (*dict.fromkeys([*named, *(row for part in parts for row in part)]),)

    def judged(self, row: str) -> bool:
        """Whether nobody opened a document for this row."""
        if row == "survival":
            return self.survival_source is None or self.survival_source.judgement
        return row not in self.opened
