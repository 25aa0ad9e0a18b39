"""A large draw of a blueprint: what rules, missing values and rounding make of what was stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from synth_magic.fidelity.effect_fits import Effects, fit_all
from synth_magic.fidelity.effect_missing import missing_models
from synth_magic.fidelity.effect_rows import Model, models_of
from synth_magic.fidelity.expected import expectation
from synth_magic.fidelity.law import Law, law_of
from synth_magic.fidelity.measure import Cell, Measured, measure
from synth_magic.fidelity.report import Verdict
from synth_magic.fidelity.stated import Fact, facts
from synth_magic.fidelity.tally import Tally
from synth_magic.fidelity.usual import Usual, usual_of
from synth_magic.laws import Marginal

#: Rows of the large draw: a share is known to 0.5 points, a mean to 0.01 SD.
ROWS = 65_536
#: A seed of its own, so that no table that a user draws is compared with itself.
SEED = "the large draw of the report"


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The large draw, measured.

    Parameters
    ----------
    seen
        As a table is delivered.
    complete
        Tallies before values go missing; the same as in `seen` where being
        missing depends on nothing.
    expected
        Of each stated fact its value here, and whether it is as stated.
    models, effects
        The model of each child that has effects or whose missing values depend on another
        column, and the effects of this draw.
    rounded
        Law of each column that has one, as delivered.
    usual
        What the clinical reference expects of the columns that it knows.
    """

    seen: Measured
    complete: Mapping[Cell, Tally]
    expected: Mapping[Fact, tuple[float, Verdict]]
    models: tuple[Model, ...]
    effects: Effects
    rounded: Mapping[str, Marginal]
    usual: tuple[Usual, ...]


@lru_cache(maxsize=4)
def reference_of(yaml: str) -> Reference:
    """Draw and measure the law of a blueprint; the last four are kept.

    Parameters
    ----------
    yaml
        The blueprint as YAML.
    """
    from synth_magic import sampling

    law = law_of(yaml)
    large = sampling.draw(law.plan, ROWS, SEED)
    seen = measure(large, law)
    complete = dict(seen.tallies)
    depending = {item.column for item in law.blueprint.missing if item.depends_on is not None}
    if depending:
        whole = law.blueprint.model_copy(update={"missing": ()})
        drawn = measure(sampling.draw(sampling.compile(whole), ROWS, SEED), law)
        complete |= {cell: kept for cell, kept in drawn.tallies.items() if cell[0] in depending}
    expected = {
        fact: expectation(fact, law, seen, complete)
        for fact in facts(law)
        if (fact.column, None) in complete
    }
    models = (*models_of(law), *missing_models(law))
    effects = fit_all(large, law, models, most=None)
    return Reference(seen, complete, expected, models, effects, _rounded(law), usual_of(law))


def _rounded(law: Law) -> dict[str, Marginal]:
    found = {}
    for column in law.blueprint.columns:
        stated, codec = law.marginal(column), law.codec(column.name)
        if stated is not None and codec is not None:
            found[column.name] = codec.law(stated)
    return found
