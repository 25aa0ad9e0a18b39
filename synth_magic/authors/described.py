"""What a prompt says of a table: each column with its facts, the links stated, the grounding."""

from __future__ import annotations

from collections.abc import Iterable

from synth_magic.authors.answers.measures import reference_law
from synth_magic.authors.answers.table import Known, Table, plain
from synth_magic.blueprint.model import Column, Distribution, Effect, Missing
from synth_magic.cell import echo

LONGEST_PROSE = 6000
_SAID = {
    "number": "number", "yes_no": "yes/no", "choice": "choice", "date": "date",
    "time": "time to an event", "text": "text", "id": "identifier",
}  # fmt: skip


def population(table: Table) -> str:
    """Give the description as the user wrote it; very long ones are cut."""
    prose = " ".join(table.request.prose.split())
    return prose[:LONGEST_PROSE] if prose else "not described; judge by the columns"


def columns(table: Table, *, short: bool = False) -> str:
    """List all columns, one line each.

    Parameters
    ----------
    short
        Names, types and units only.
    """
    return "\n".join(_line(one, short) for one in table.known.values())


def _line(known: Known, short: bool) -> str:
    column = known.column
    facts = [_meaning(column)] if _meaning(column) else []
    if short:
        facts += [part for part in (_SAID.get(str(known.kind), ""), _values(column)) if part]
        facts += [column.unit] if column.unit else []
    else:
        said = echo(_bare(column)).removeprefix(f"{column.name}: ")
        facts += [said] if said != "nothing said" else ["type and unit for you to choose"]
    line = f"- {column.name}: {', '.join(facts) or _SAID.get(str(known.kind), 'column')}"
    if known.computed is not None:
        return f"{line} (given: computed as {known.computed.text})"
    return f"{line} (given)" if known.given else line


def _bare(column: Column) -> Column:
    """Show values that stand only beside their shares."""
    if column.values is None and column.stated is not None and column.stated.probabilities:
        values = tuple(value for value, _ in column.stated.probabilities)
        column = column.model_copy(update={"values": values})
    return column


def _meaning(column: Column) -> str:
    """Give the label where it says more than the name and the description do."""
    label = column.label or ""
    said = plain(column.name), plain(column.description or "")
    return label if label and plain(label) not in said else ""


def _values(column: Column) -> str:
    values = column.values or ()
    return (" < " if column.ordered else " / ").join(values[:12])


def stated(table: Table) -> str:
    """List the effects, rules and missing values that the user gives."""
    request = table.request
    lines = [_effect(effect) for effect in request.effects]
    lines += [f"- rule: {rule.text}" for rule in request.rules]
    lines += [_missing(entry) for entry in request.missing]
    return "\nGiven, not to be answered:\n" + "\n".join(lines) + "\n" if lines else ""


def _effect(effect: Effect) -> str:
    per = f" per {effect.per:g}" if effect.per is not None else ""
    where = f" where {effect.where}" if effect.where else ""
    return (
        f"- effect of {effect.parent} on {effect.child}: {effect.word} {effect.size:g}{per}{where}"
    )


def _missing(entry: Missing) -> str:
    return f"- missing: {entry.rate:.0%} of {entry.column}"


# Grounding --------------------------------------------------------------------------


def grounding(table: Table, names: Iterable[str]) -> str:
    """Show what the reference says of some columns, one line each.

    Parameters
    ----------
    names
        Of columns that the reference knows.
    """
    lines = [f"- {name}: {said}" for name in names if (said := _known(table.known[name]))]
    if not lines:
        return ""
    head = "From general surveys; these people differ, so adapt it, do not copy it:"
    return f"\n{head}\n" + "\n".join(lines) + "\n"


def _known(known: Known) -> str:
    column = known.expected
    if column is None or column.distribution is None:
        return ""
    law = reference_law(known)
    if law is not None:
        digits = column.decimals or 0
        unit = f" {column.unit}" if column.unit else ""
        low, middle, high = (f"{float(law.ppf(p)):.{digits}f}" for p in (0.05, 0.5, 0.95))
        return f"5% below {low}, median {middle}, 5% above {high}{unit}"
    return _shares(column.distribution)


def _shares(law: Distribution) -> str:
    if law.probability is not None:
        return f"{float(law.probability):.3g} yes"
    return ", ".join(f"{value} {float(share):.3g}" for value, share in law.probabilities or ())
