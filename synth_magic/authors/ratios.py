"""Two measurements about a slash are a ratio: ``total cholesterol / HDL`` is no list of values."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from synth_magic.blueprint.model import Column
from synth_magic.blueprint.request import Request
from synth_magic.reference import load, lookup


def read(request: Request) -> Request:
    """Take lists of two values that are both measurements of the reference for ratios.

    Parameters
    ----------
    request
        As the cell was parsed.

    Returns
    -------
    Request
        Its ratios are numbers, described as the user wrote them.
    """
    columns = tuple(_ratio(column) for column in request.columns)
    return request if columns == request.columns else replace(request, columns=columns)


def _ratio(column: Column) -> Column:
    values = column.values or ()
    said = column.stated is not None or column.distribution is not None or column.ordered
    if column.type != "category" or len(values) != 2 or said or _of_names(column.name):
        return column
    variables = load().variables
    found = [lookup.find(value).variable for value in values if len(value) > 1]
    sides = [variable for variable in found if variable is not None and variables[variable].number]
    if len(set(sides)) != 2:
        return column
    words = " / ".join(values)
    described = words if column.description is None else f"{words}, {column.description}"
    fields = {"type": "number", "values": None, "description": described}
    concept = column.concept or _known(sides[0], sides[1])
    return column.model_copy(update=fields | {"concept": concept})


def _known(above: str, below: str) -> str | None:
    """Find the variable that is this ratio by name, as in ``cholesterol HDL ratio``."""
    table = lookup.synonyms()
    for one, other in product(_names(above), _names(below)):
        for words in (f"{one} {other} ratio", f"{one} to {other} ratio", f"{one} {other}"):
            ids = [id_ for id_ in table.get(lookup.plain(words), ()) if id_ not in (above, below)]
            if len(ids) == 1:
                return ids[0]
    return None


def _names(variable: str) -> tuple[str, ...]:
    """Names of a variable, of counted things in the singular too (``neutrophil``)."""
    entry = load().variables[variable]
    names = (variable, entry.label, *entry.names)
    return (*names, *(name.removesuffix("s") for name in names if name.endswith("s")))


def _of_names(name: str) -> bool:
    """Whether a column holds names of substances: ``marker: HDL / LDL``, ``arm: iron / zinc``."""
    return not _NAMES.isdisjoint(lookup.plain(name).split())


_NAMES = {
    "measure", "measurement", "parameter", "variable", "predictor", "outcome", "endpoint", "test",
    "marker", "biomarker", "analyte", "assay", "quantity", "item", "feature",
    "arm", "group", "treatment", "drug", "supplement", "intervention", "allocation", "exposure",
    "class", "type", "kind", "category",
}  # fmt: skip
