"""Published numbers beside the table, line by line.

A fitted line made the blueprint, so that it comes back is a check of the fit: within half of
the last printed digit and the table's own error.  A free line was not used; only it is
evidence, and its own published error counts as well, where its rows are known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from synth_magic.blueprint.targets import Printed, Target, Targets
from synth_magic.fidelity.law import law_of
from synth_magic.fidelity.reference import ROWS, SEED
from synth_magic.fidelity.report import Figure, Form, Headline, Section, Verdict
from synth_magic.fidelity.targets_grid import Rows, by_line, digits, grid, text_of, worst
from synth_magic.fidelity.targets_measure import Reader, Seen
from synth_magic.fidelity.targets_verdicts import SURE, Pair, apart, verdicts
from synth_magic.safe_text import line as safe

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.record import Record

TITLE = "Published numbers"
_WORDS = {
    "mean": "mean", "sd": "SD", "median": "median", "q1": "lower quartile",
    "q3": "upper quartile", "iqr": "interquartile range", "low": "lowest", "high": "highest",
    "share": "", "missing": "missing", "odds_ratio": "odds ratio",
    "hazard_ratio": "hazard ratio", "difference": "difference", "correlation": "correlation",
}  # fmt: skip
_SENTENCES: Mapping[Verdict, str] = {
    "as fitted": "The fit holds: it comes back within its last printed digit and sampling error.",
    "as published": "It was not used, and differs by no more than chance makes.",
    "small miss": "It was not used; the difference is real, and small.",
    "differs": "The difference is real, and larger than small.",
    "too few rows to tell": "With so few rows even a large difference would look like chance.",
    "not graded": "The table was changed after it was drawn.",
}


def read(text: str) -> Targets | None:
    """Read what a record keeps of published numbers; None where it keeps none."""
    if not text:
        return None
    try:
        return Targets.model_validate_json(text)
    except ValidationError:
        return None


def section(
    table: pd.DataFrame, record: Record, *, changed: bool
) -> tuple[Section, tuple[Headline, ...]] | None:
    """Compare a table with the published numbers that its record keeps.

    Parameters
    ----------
    table
        The table, without attrs.
    record
        Its record; without targets there is no section.
    changed
        Whether the table is another than was drawn, so that nothing is graded.

    Returns
    -------
    section, headlines
        `plain` holds ``free`` and ``fitted``, line by line, and what was ``held``.
    """
    targets = read(record.targets)
    if targets is None:
        return None
    law = law_of(record.blueprint_yaml)
    expected = _expected(record.blueprint_yaml, record.targets)
    reader = Reader(table, law)
    pairs = [
        Pair(target, printed, expected[at, printed.what], seen)
        for at, target in enumerate(targets.lines)
        for printed, seen in reader.read(target)
        if (at, printed.what) in expected
    ]
    if not pairs:
        return None
    graded = verdicts(pairs, targets, changed=changed)
    ranked = sorted(zip(pairs, graded, strict=True), key=lambda item: not item[0].free)
    figures = tuple(_figure(pair, verdict) for pair, verdict in ranked)
    free = [item for item in ranked if item[0].free]
    plain = {
        "free": [_plain(rows) for rows in by_line(free)],
        "fitted": [_plain(rows) for rows in by_line(ranked[len(free) :])],
        "not_compared": [
            {"line": safe(each.text), "why": each.why}
            for at, each in enumerate(targets.lines)
            if not any((at, part.what) in expected for part in each.numbers)
        ],
        "not_understood": [safe(text) for text in targets.unread],
    }
    lead = (
        "Only lines that were not used for the fit are evidence; that the others come back says"
        " that the fit worked."
        if free
        else "All lines were used for the fit, so that they come back is no evidence: hold: [name]"
        " keeps one out."
    )
    made = Section("targets", TITLE, figures, lead, grid(ranked), plain)
    return made, _headline(free, changed=changed)


@lru_cache(maxsize=4)
def _expected(yaml: str, text: str) -> Mapping[tuple[int, str], Seen]:
    """Work all numbers out of a large draw of the blueprint; the last four are kept."""
    from synth_magic import sampling

    targets, law = read(text), law_of(yaml)
    large = sampling.draw(law.plan, ROWS, SEED)
    large.attrs = {}
    reader = Reader(large, law)
    lines = () if targets is None else targets.lines
    return {
        (at, printed.what): seen
        for at, target in enumerate(lines)
        for printed, seen in reader.read(target)
    }


# Figures --------------------------------------------------------------------------------


def _figure(pair: Pair, verdict: Verdict) -> Figure:
    target, printed = pair.target, pair.printed
    sentence = _SENTENCES[verdict]
    if verdict == "differs" and not pair.free:
        missed = apart(pair.law, pair.printed) > SURE * pair.law.error
        gives = text_of(pair.law.value, pair)
        sentence = (
            f"The blueprint could not be fitted to it: its law gives {gives}."
            if missed
            else "The law keeps it, and this table is further off than chance makes."
        )
    if pair.free and target.why:
        sentence = f"{target.why[0].upper()}{target.why[1:]}. {sentence}"
    form: Form = "share" if printed.what in ("share", "missing") else "number"
    if target.date and printed.what in ("median", "q1", "q3", "low", "high"):
        form = "date"
    low, high = printed.value - printed.half, printed.value + printed.half
    return Figure(
        safe(_name(target, printed)),
        target.column,
        pair.table.value,
        pair.table.interval,
        (low, high),
        verdict,
        sentence,
        stated=printed.value,
        law=pair.law.value,
        form=form,
        unit=target.unit,
        decimals=digits(printed) if form == "number" else None,
        source="user",
    )


def _name(target: Target, printed: Printed) -> str:
    """Name a number as facts are named: ``age (diabetes: yes), mean``."""
    if target.parent is not None:
        per = f" per {target.per:g}" if target.per not in (None, 1) else ""
        return f"{target.value} → {target.column}, {_WORDS[printed.what]}{per}"
    words = str(target.column)
    if target.cut is not None:
        words = target.text
    elif target.value is not None:
        words = f"{target.column} = {target.value}"
    if target.by is not None:
        words += f" ({target.by}: {target.at})"
    statistic = _WORDS[printed.what]
    return f"{words}, {statistic}" if statistic else words


def _plain(items: Rows) -> dict[str, Any]:
    target = items[0][0].target
    return {
        "line": safe(target.text),
        "group": None if target.group is None else safe(target.group),
        "column": target.column,
        "why": target.why or None,
        "verdict": worst([verdict for _, verdict in items]),
        "numbers": [
            {
                "what": pair.printed.what,
                "published": _finite(pair.printed.value),
                "law": _finite(pair.law.value),
                "table": _finite(pair.table.value),
                "interval": None
                if pair.table.interval is None
                else [_finite(end) for end in pair.table.interval],
                "verdict": verdict,
            }
            for pair, verdict in items
        ],
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _headline(free: Sequence[tuple[Pair, Verdict]], *, changed: bool) -> tuple[Headline, ...]:
    if not free:
        return ()
    if changed:
        head = Headline("targets", TITLE, "not graded", "changed after it was drawn", None)
        return (head,)
    lines = [worst([verdict for _, verdict in items]) for items in by_line(free)]
    kept = sum(verdict == "as published" for verdict in lines)
    off = sum(verdict in ("differs", "small miss") for verdict in lines)
    detail = "free lines as published"
    few = len(lines) - kept - off
    if few:
        detail += f", {few} with too few rows to tell"
    return (Headline("targets", TITLE, f"{kept} of {len(lines)}", detail, not off),)
