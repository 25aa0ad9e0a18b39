"""From a table and its record to the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from synth_magic.errors import DataError, Problem, problem, warning
from synth_magic.fidelity import adherence, effects, oddities, plausibility, rules
from synth_magic.fidelity.compare import holm
from synth_magic.fidelity.effect_fits import fit_all
from synth_magic.fidelity.law import Law, law_of
from synth_magic.fidelity.measure import measure
from synth_magic.fidelity.reference import reference_of
from synth_magic.fidelity.report import Figure, Headline, Report, Section
from synth_magic.fidelity.stated import source_counts
from synth_magic.safe_text import line

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.record import Record


def report(table: pd.DataFrame, record: Record | None, *, name: str | None = None) -> Report:
    """Say how far a table keeps what its blueprint states.

    Parameters
    ----------
    table
        The table.
    record
        What it was drawn from.
    name
        The table's name; without it the blueprint's own.

    Returns
    -------
    Report
        With the sections ``adherence``, ``rules`` and ``oddities``, and where there is
        something to say ``effects`` and ``plausibility``.

    Raises
    ------
    DataError
        Without a record.
    """
    if record is None:
        raise DataError(
            problem(
                ("options", "blueprint"),
                "This table carries no blueprint to compare it with",
                "Give one: synth_magic.report(table, blueprint=text)",
            )
        )
    law = law_of(record.blueprint_yaml)
    reference = reference_of(record.blueprint_yaml)
    # Without the record: pandas copies a table's attrs deeply for every column that is taken.
    table = table.copy(deep=False)
    table.attrs = {}
    changed = _changed(table, record)
    measured = measure(table, law)
    own = fit_all(table, law, reference.models, reference.effects.spreads)
    compared = {
        **adherence.tests(measured, law, reference),
        **effects.tests(own, reference),
        **plausibility.tests(measured, reference),
    }
    odd = oddities.found(measured, law, reference)
    # One procedure for all tests: a table with nothing wrong is flagged once in a hundred times.
    failed = holm({name: test.p for name, test in compared.items()} | oddities.tests(odd))
    rejected = None if changed else failed
    facts = adherence.figures(measured, law, reference, compared, rejected)
    broken = rules.figures(measured, law)
    usual = plausibility.section(measured, law, reference, rejected)
    beyond = oddities.section(odd, rejected, measured, law)
    recovered = effects.section(own, len(table), law, reference, compared, rejected)
    return Report(
        head=(
            _adherence(facts, bool(changed)),
            *_rules(broken, law),
            *([effects.headline(recovered, not changed)] if recovered is not None else []),
            *([plausibility.headline(usual, not changed)] if usual is not None else []),
            oddities.headline(beyond, not changed),
            _sources(law),
        ),
        sections=(
            Section("adherence", "Stated facts", facts),
            Section("rules", "Rules", broken),
            *([recovered] if recovered is not None else []),
            *([usual] if usual is not None else []),
            beyond,
        ),
        problems=(
            *changed,
            *plausibility.notes(law, reference),
            *oddities.absent(law, frozenset(table.columns)),
        ),
        name=name or law.blueprint.table or "table",
        rows=len(table),
    )


def _changed(table: pd.DataFrame, record: Record) -> tuple[Problem, ...]:
    """Say that the table is no longer what was drawn; nothing when it is."""
    from synth_magic.record import unchanged

    if unchanged(table, record):
        return ()
    there = list(map(str, table.columns))
    lost = [name for name in record.columns if name not in set(there)]
    fresh = [name for name in there if name not in set(record.columns)]
    parts = [
        f"{len(table):,} of {record.rows:,} rows" if len(table) != record.rows else "",
        f"without {_some(lost)}" if lost else "",
        f"with {_some(fresh)}, new" if fresh else "",
    ]
    drawn = table.loc[:, [name not in set(fresh) for name in there]]
    if not any(parts[:2]) and not unchanged(drawn, record):
        parts.append("other values")
    where = ", ".join(part for part in parts if part)
    what = f"changed after it was drawn ({where}): what was stated is shown without verdict"
    return (warning(("table",), what, "Draw it anew to have it graded"),)


def _some(names: Sequence[str]) -> str:
    return f"{', '.join(line(name) for name in names[:3])}{' …' if names[3:] else ''}"


def _adherence(facts: Sequence[Figure], changed: bool) -> Headline:
    if changed:
        return Headline("adherence", "Adherence", "not graded", "changed after it was drawn", None)
    graded = [item for item in facts if item.verdict != "assumption, not evidence"]
    kept = sum(item.verdict == "as stated" for item in graded)
    few = sum(item.verdict == "too few rows to tell" for item in graded)
    missed = len(graded) - kept - few
    detail = "facts as stated" + (f", {few} with too few rows to tell" if few else "")
    good = not missed if graded else None
    return Headline("adherence", "Adherence", f"{kept} of {len(graded)}", detail, good)


def _rules(broken: Sequence[Figure], law: Law) -> tuple[Headline, ...]:
    if not broken:
        return ()
    many = sum(item.verdict == "broken" for item in broken)
    cost = max((law.cost(index) for index in range(len(broken))), default=0.0)
    detail = f"{rules.share(cost)} redrawn" if cost > 0 else f"of {len(broken)}"
    return (Headline("rules", "Rules", f"{many} broken", detail, not many),)


def _sources(law: Law) -> Headline:
    found = source_counts(law.blueprint)
    words = [f"{found[key]} {short}" for key, short in _SHORT if found[key]]
    guesses = found["guess"]
    detail = f"{guesses} guess{'es' if guesses > 1 else ''}" if guesses else "no guesses"
    return Headline("sources", "Sources", " · ".join(words) or "none", detail, None)


_SHORT = (("user", "user"), ("model", "model"), ("reference", "ref."))
