"""Missing values that depend on a column, as an effect: missingness is a yes/no child of it.

What depends on the value that is missing cannot be estimated from a table that lacks it,
and has no model here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from synth_magic.blueprint.graph import kinds
from synth_magic.blueprint.model import Blueprint, Column, Missing
from synth_magic.expressions import assignments, bind, names, parse
from synth_magic.fidelity.effect_rows import Model, Rows, absent, delivered_law
from synth_magic.fidelity.law import Law
from synth_magic.laws.effects import Term, missing_term


def missing_terms(blueprint: Blueprint) -> tuple[Term, ...]:
    """Resolve what missing values depend on, but for those that depend on themselves."""
    columns = {column.name: column for column in blueprint.columns}
    found = (missing_term(item, columns) for item in blueprint.missing if item.rate > 0)
    return tuple(term for term in found if term is not None and term.parent != term.child)


def unseen(blueprint: Blueprint) -> tuple[str, ...]:
    """Name the columns whose missing values depend on the values themselves."""
    columns = {column.name: column for column in blueprint.columns}
    found = (missing_term(item, columns) for item in blueprint.missing if item.rate > 0)
    return tuple(term.child for term in found if term is not None and term.parent == term.child)


def missing_models(law: Law) -> tuple[Model, ...]:
    """Give a model of each column's missingness that depends on another column.

    Parameters
    ----------
    law
        The blueprint.
    """
    blueprint = law.blueprint
    known = kinds(blueprint)
    blanks = [
        pair for rule in blueprint.rules for pair in assignments(bind(parse(rule.text), known))[0]
    ]
    stated: Mapping[str, Missing] = {item.column: item for item in blueprint.missing}
    found = []
    for term in missing_terms(blueprint):
        column = blueprint.column(stated[term.child].column)
        concerned = {term.parent, term.child}
        formula = () if column.formula is None else tuple(names(bind(parse(column.formula), known)))
        found.append(
            Model(
                Column(name=f"{term.child}\0missing", type="boolean"),
                "logistic",
                (term,),
                (None,),
                (delivered_law(law, term.parent),),
                (),
                (),
                None,
                tuple((guard, name) for guard, name in blanks if name in concerned),
                formula,
                term.child,
            )
        )
    return tuple(found)


def marked(rows: Rows, models: tuple[Model, ...]) -> Rows:
    """Add the missingness that is modelled, 0 or 1.

    It is NaN in rows in which a rule leaves the column out, or a value is missing from which
    it is computed: there its own missing rate has no say.

    Parameters
    ----------
    rows
        Columns of a table.
    models
        All models.
    """
    places = dict(rows.places)
    for model in models:
        if model.missing is None or model.missing not in rows.blank:
            continue
        values = rows.blank[model.missing].astype(np.float64)
        apart = absent(model, rows).get(model.missing)
        if apart is not None:
            values[apart] = np.nan
        for name in model.operands:
            if name in rows.blank:
                values[rows.blank[name]] = np.nan
        places[model.child.name] = values
    return replace(rows, places=places)
