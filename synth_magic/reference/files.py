"""The forms of the reference's data files (pydantic: foreign text enters here)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Row = tuple[float, ...]
#: Probability to value: once, or a row by age knot.
Quantiles = dict[float, float | Row]


class Form(BaseModel):
    """Frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


#: Languages that have a file of synonyms of their own.
LANGUAGES = ("fr", "de", "es", "zh")


class Codes(Form):
    """codes.yaml: codes of a variable, a condition, or of both that have one id."""

    loinc: tuple[str, ...] = ()
    atc: tuple[str, ...] = ()
    icd10: tuple[str, ...] = ()


class SourceFile(Form):
    """One source that a reader can look up."""

    id: str
    title: str = Field(min_length=5)
    year: int = Field(ge=1900, le=2100)
    address: str = Field(min_length=5)
    licence: str = Field(min_length=3)


class CitationFile(Form):
    """Where a number stands in a source; `opened` says whether somebody looked.

    `also` names further sources that `where` speaks of.
    """

    id: str
    also: tuple[str, ...] = ()
    kind: Literal["microdata", "table", "equation", "judgement"]
    where: str = Field(min_length=3)
    opened: bool


class MeasureFile(Form):
    """value in this unit = value in the variable's unit * factor + offset."""

    factor: float
    offset: float = 0.0
    decimals: int | None = None


class LawFile(Form):
    """A general adult law: exactly one of these, or none for sex and age."""

    origin: str | None = Field(default=None, alias="from")
    nhanes: str | None = None
    factor: float = 1.0
    ckd_epi_2021: str | None = None
    quantiles: Quantiles | None = None
    by_sex: dict[Literal["F", "M"], Quantiles] | None = None
    nhanes_share: str | None = None
    share: float | dict[Literal["F", "M"], float | Row] | None = None
    nhanes_levels: dict[str, str] | None = None
    nhanes_education: bool = False
    nhanes_values: str | None = None
    shares: dict[str, float] | None = None


class VariableFile(Form):
    """One clinical variable."""

    id: str
    label: str
    names: tuple[str, ...]
    type: Literal["integer", "number", "category", "boolean"]
    unit: str | None = None
    units: dict[str, MeasureFile] = Field(default_factory=dict)
    si: str | None = None
    limits: tuple[float, float] | None = None
    decimals: int | None = None
    values: tuple[str, ...] = ()
    ordered: bool = False
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    level: str | None = None
    women_only: bool = False
    hidden: bool = False
    law: LawFile
    source: CitationFile


class EffectFile(Form):
    """A direct effect: latent (`beta`) or an `odds_ratio`, `per` a step in the parent's unit."""

    parent: str = Field(alias="from")
    child: str = Field(alias="to")
    beta: float | None = None
    odds_ratio: float | None = None
    per: float | None = None
    kind: Literal["crude", "adjusted"]
    adjusted_for: str = ""
    population: str
    source: CitationFile


class EffectsFile(Form):
    """Latent direct effects of one kind and source: rows of cause, effect and size in SDs."""

    kind: Literal["crude", "adjusted"]
    adjusted_for: str = ""
    population: str
    source: CitationFile
    effects: tuple[tuple[str, str, float], ...]


class ObservedFile(Form):
    """What a paper's Table 1 says: mean and sd, or median and quartiles; in the variable's unit."""

    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    quartiles: tuple[float, float] | None = None


class TableFile(Form):
    """One published table of people with a condition.

    `age` is mean and SD, or median and quartiles; so is a row of a number, in the variable's unit.
    A row of a yes/no variable is its share, one of a category the shares of its values.
    """

    id: str
    where: str = Field(min_length=3)
    n: int = Field(ge=20)
    age: Row | None = Field(default=None, min_length=2, max_length=7)
    men: float | None = Field(default=None, ge=0, le=1)
    rows: dict[str, float | tuple[float, float] | tuple[float, float, float] | dict[str, float]]


class SurvivalFile(Form):
    """Share of those with a condition who are alive, by years since the table's first row."""

    alive: dict[float, float]
    source: CitationFile


class CriteriaFile(Form):
    """Values from which on a condition is diagnosed, each in its variable's unit."""

    at_least: dict[str, float]
    source: CitationFile


class ConditionFile(Form):
    """What a disease or a setting changes, in SDs given age and sex, or instead.

    What stands in `shift`, `shares`, `observed` and `replace` of the file itself is judgement;
    `tables` were opened, and `surveyed` (made by the build) names the rows of a survey.
    `base` is the base of the people, where it is not adults (pregnancy);
    `levels` (made by the build) holds the shares of a category's values.
    """

    id: str
    label: str
    kind: Literal["base", "condition", "setting"]
    names: tuple[str, ...]
    nhanes: str | None = None
    sets: str | None = None
    age: tuple[float, ...] | None = None
    men: float | None = None
    shift: dict[str, tuple[float, float]] = Field(default_factory=dict)
    replace: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    shares: dict[str, float | None] = Field(default_factory=dict)
    correlations: tuple[tuple[str, str, float], ...] = ()
    observed: dict[str, ObservedFile] = Field(default_factory=dict)
    tables: tuple[TableFile, ...] = ()
    surveyed: tuple[str, ...] = ()
    base: str | None = None
    levels: dict[str, Row] = Field(default_factory=dict)
    survival: SurvivalFile | None = None
    panel: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    criteria: CriteriaFile | None = None
    source: CitationFile

    @model_validator(mode="before")
    @classmethod
    def _cited(cls, entry: dict[str, Any]) -> dict[str, Any]:
        """Name the tables in the source; without another they are the source."""
        found = [TableFile.model_validate(table) for table in entry.get("tables") or ()]
        if not found:
            return entry
        where = "; ".join(f"`{table.id}` {table.where} (n {table.n:,})" for table in found)
        first, *names = dict.fromkeys(table.id for table in found)
        source = {"id": first, "also": names, "kind": "table", "where": where, "opened": True}
        if "source" in entry:
            own = entry["source"]
            also = dict.fromkeys([*own.get("also", ()), first, *names])
            source = {**own, "also": [*also], "where": f"{own['where']}; {where}"}
        return {**entry, "source": source}


class RuleFile(Form):
    """A rule among variables, in braces."""

    text: str
    source: CitationFile


class FormulaFile(Form):
    """A variable computed from others, each in the variable's own unit.

    `adults` says that it holds in adults only.
    """

    variable: str
    operands: tuple[str, ...]
    text: str
    free: str | None = None
    turned: str | None = None
    adults: bool = False
    source: CitationFile


class RulesFile(Form):
    """rules.yaml."""

    rules: tuple[RuleFile, ...]
    formulas: tuple[FormulaFile, ...]


class NhanesRows(Form):
    """Quantiles (or shares) of one variable by sex and age band."""

    n: int
    F: tuple[Row, ...]
    M: tuple[Row, ...]


class NhanesShares(Form):
    """Shares of one yes/no answer by sex and age band."""

    n: int
    F: Row
    M: Row


class NhanesLaws(Form):
    """nhanes/laws.yaml."""

    probabilities: Row
    bands: tuple[tuple[int, int], ...]
    knots: Row
    age: Row
    men: float
    education: dict[str, float]
    numbers: dict[str, NhanesRows]
    shares: dict[str, NhanesShares]


class NhanesValues(Form):
    """Shares of the values of a category by sex and age band."""

    values: tuple[str, ...]
    F: tuple[Row, ...]
    M: tuple[Row, ...]


class NhanesMore(Form):
    """nhanes/more_laws.yaml."""

    numbers: dict[str, NhanesRows]
    shares: dict[str, NhanesShares]
    levels: dict[str, NhanesValues]


class NhanesYoung(Form):
    """One variable of nhanes/young_laws.yaml: quantiles by sex at its knots of age."""

    n: int
    knots: Row
    F: tuple[Row, ...]
    M: tuple[Row, ...]


class NhanesEffects(Form):
    """nhanes/effects.yaml."""

    kind: Literal["adjusted"]
    adjusted_for: str
    population: str
    source: str
    effects: tuple[tuple[str, str, float], ...]


class OutsideFile(Form):
    """People outside the reference: their words, ages in years and, where only one, their sex."""

    id: str
    label: str
    words: tuple[str, ...]
    ages: tuple[int, int]
    sex: Literal["F", "M"] | None = None
    base: str = "children"


class LexiconFile(Form):
    """lexicon.yaml: words of descriptions and of columns' names."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    people: tuple[str, ...]
    outside: tuple[OutsideFile, ...]
    clinical: dict[str, tuple[str, ...]]
    conventional: tuple[str, ...]
    places: dict[str, tuple[str, ...]]
    negations: tuple[str, ...]
    undecided: tuple[str, ...] = Field(alias="open")
    false_friends: tuple[str, ...]
    capitals: tuple[str, ...]
    owners: dict[str, str | None]
    having: dict[str, tuple[str, ...]]
    yes_words: tuple[str, ...]
    no_words: tuple[str, ...]
    other_words: tuple[str, ...]
    modifiers: tuple[str, ...]
    neutral: tuple[str, ...]
    had: tuple[str, ...]
    scale: tuple[str, ...]
    abbreviations: dict[str, tuple[str, ...]]
    clauses: tuple[str, ...]
    openings: tuple[str, ...]
    loose: tuple[str, ...]
    relatives: tuple[str, ...]
    unit_words: tuple[str, ...]
