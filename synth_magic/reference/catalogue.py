"""The reference as a page: what is in it, in which units, and where each law comes from.

python -m synth_magic.reference.catalogue docs/reference.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from synth_magic.reference.schema import Citation, Variable
from synth_magic.reference.tables import Reference, load

BEGIN, END = "<!-- list: begin -->", "<!-- list: end -->"


def markdown(reference: Reference | None = None) -> str:
    """List variables, conditions and sources as Markdown tables."""
    known = reference or load()
    return "\n".join((*_counts(known), *_variables(known), *_conditions(known), *_sources(known)))


def judgement(reference: Reference) -> tuple[int, int]:
    """Count the variables whose law is judgement, and all of them."""
    every = reference.variables.values()
    return sum(v.source.judgement for v in every), len(every)


def _counts(reference: Reference) -> Iterator[str]:
    guessed, total = judgement(reference)
    yield f"{total} variables; the law of {guessed} of them is judgement."
    yield ""


def _variables(reference: Reference) -> Iterator[str]:
    yield "| variable | id | unit, or values | other units | law from |"
    yield "|---|---|---|---|---|"
    for variable in reference.variables.values():
        units = ", ".join(variable.units) or "–"
        cells = (variable.label, f"`{variable.id}`", _domain(variable), units)
        yield f"| {' | '.join(cells)} | {_from(variable.source)} |"
    yield ""


def _domain(variable: Variable) -> str:
    if variable.number:
        return variable.unit or "a number"
    values = variable.values or ("no", "yes")
    return (" < " if variable.ordered else " / ").join(values)


def _from(source: Citation) -> str:
    if source.judgement:
        named = "" if source.id == "authors_judgement" else f"after `{source.id}`: "
        return f"**judgement** ({named}{source.where})"
    return f"`{source.id}` ({source.where})"


def _conditions(reference: Reference) -> Iterator[str]:
    yield "| condition or setting | kind | changes | law from |"
    yield "|---|---|---|---|"
    for condition in reference.conditions.values():
        changed = len(condition.shift) + len(condition.replace) + len(condition.shares)
        cells = (f"{condition.label} (`{condition.id}`)", condition.kind, f"{changed} variables")
        yield f"| {' | '.join(cells)} | {_from(condition.source)} |"
    yield ""


def _sources(reference: Reference) -> Iterator[str]:
    yield "| source | title | year | address | licence |"
    yield "|---|---|---|---|---|"
    for name, source in reference.sources.items():
        cells = (f"`{name}`", *(str(source[k]) for k in ("title", "year", "address", "licence")))
        yield f"| {' | '.join(cells)} |"


def renewed(page: str) -> str:
    """Put the current list between the page's marks."""
    head, rest = page.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    return f"{head}{BEGIN}\n{markdown()}\n{END}{tail}"


def main(path: str) -> None:
    """Renew the list in a page."""
    page = Path(path)
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
