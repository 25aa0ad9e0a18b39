"""Published numbers beside the table, line by line.

A fitted line made the blueprint, so that it comes back is a check of the fit: within half of
the last printed digit and the table's own error.  A free line was not used; only it is
evidence, and its own published error counts as well, where its rows are known.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from synth_magic.blueprint.targets import Printed, Target, Targets
from synth_magic.fidelity.compare import BLIND, LOCATION, SHARE, SPREAD, holm
from synth_magic.fidelity.law import law_of
from synth_magic.fidelity.measure import normal_tail
from synth_magic.fidelity.reference import ROWS, SEED
from synth_magic.fidelity.report import (
    Figure,
    Form,
    Grid,
    GridRow,
    Headline,
    Section,
    Verdict,
)
from synth_magic.fidelity.table1_numbers import number, span
from synth_magic.fidelity.tally import Z99
from synth_magic.fidelity.targets_measure import Reader, Seen
from synth_magic.safe_text import line as safe

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.record import Record

TITLE = "Published numbers"
#: The law itself has missed a fitted number beyond so many of its own errors.
_SURE = 4.0
#: A ratio is off by little within this share of it.
_TENTH = 0.1
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
_FREE = "Not used for the fit"
_FITTED = "Used for the fit"
_ORDER: tuple[Verdict, ...] = (
    "differs",
    "small miss",
    "too few rows to tell",
    "not graded",
    "as published",
    "as fitted",
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """One published number beside the law and the table."""

    target: Target
    printed: Printed
    law: Seen
    table: Seen

    @property
    def free(self) -> bool:
        return self.target.role == "free"


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
        _Pair(target, printed, expected[at, printed.what], seen)
        for at, target in enumerate(targets.lines)
        for printed, seen in reader.read(target)
        if (at, printed.what) in expected
    ]
    if not pairs:
        return None
    verdicts = _verdicts(pairs, targets, changed=changed)
    ranked = sorted(zip(pairs, verdicts, strict=True), key=lambda item: not item[0].free)
    figures = tuple(_figure(pair, verdict) for pair, verdict in ranked)
    free = [item for item in ranked if item[0].free]
    plain = {
        "free": [_plain(rows) for rows in _by_line(free)],
        "fitted": [_plain(rows) for rows in _by_line(ranked[len(free) :])],
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
    made = Section("targets", TITLE, figures, lead, _grid(ranked), plain)
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


# Verdicts -------------------------------------------------------------------------------


def _verdicts(pairs: Sequence[_Pair], targets: Targets, *, changed: bool) -> list[Verdict]:
    if changed:
        return ["not graded"] * len(pairs)
    tests = {str(at): _p(pair, targets) for at, pair in enumerate(pairs)}
    failed: set[str] = set()
    for free in (
        False,
        True,
    ):  # one procedure for each: once in a hundred tables, whatever the lines
        own = {str(at): tests[str(at)] for at, pair in enumerate(pairs) if pair.free == free}
        failed |= holm(own)
    return [_verdict(pair, str(at) in failed) for at, pair in enumerate(pairs)]


def _apart(seen: Seen, printed: Printed) -> float:
    """How far a number is beyond what its last printed digit allows; 0 within."""
    if seen.log:
        if not (seen.value > 0 and printed.value > 0):
            return math.inf
        room = printed.half / printed.value
        return max(0.0, abs(math.log(seen.value / printed.value)) - room)
    if printed.what == "low":
        return max(0.0, printed.value - printed.half - seen.value)
    if printed.what == "high":
        return max(0.0, seen.value - printed.value - printed.half)
    return max(0.0, abs(seen.value - printed.value) - printed.half - seen.step / 2 - 1e-12)


def _p(pair: _Pair, targets: Targets) -> float:
    """Two-sided p-value of a number beyond its last printed digit."""
    apart, error = _apart(pair.table, pair.printed), pair.table.error
    if apart == 0:
        return 1.0
    n = targets.size(pair.target.group)
    if pair.free and n and not pair.target.follows:  # the published rows are a sample, too
        error = math.hypot(error, error * math.sqrt(pair.table.n / n))
    return normal_tail(apart / error) if error > 0 else 0.0


def _verdict(pair: _Pair, rejected: bool) -> Verdict:
    if not pair.free:
        missed = _apart(pair.law, pair.printed) > _SURE * pair.law.error
        return "differs" if rejected or missed else "as fitted"
    margin = _margin(pair)
    if rejected:
        return "small miss" if _apart(pair.table, pair.printed) <= margin else "differs"
    blind = Z99 * pair.table.error > BLIND * margin
    return "too few rows to tell" if blind else "as published"


def _margin(pair: _Pair) -> float:
    """Say up to which difference it is small."""
    what, sd = pair.printed.what, pair.law.sd
    if what in ("share", "missing"):
        return SHARE * sd
    if what == "sd" or what == "iqr":
        return SPREAD * abs(pair.law.value)
    if what in ("odds_ratio", "hazard_ratio"):
        return math.log1p(_TENTH)
    if what in ("difference", "correlation"):
        return _TENTH * abs(pair.printed.value)
    return LOCATION * sd


# Figures --------------------------------------------------------------------------------


def _figure(pair: _Pair, verdict: Verdict) -> Figure:
    target, printed = pair.target, pair.printed
    sentence = _SENTENCES[verdict]
    if verdict == "differs" and not pair.free:
        missed = _apart(pair.law, pair.printed) > _SURE * pair.law.error
        sentence = (
            f"The blueprint could not be fitted to it: its law gives {_one(pair.law, pair)}."
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
        decimals=_digits(printed) if form == "number" else None,
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


def _digits(printed: Printed) -> int:
    scale = 100 if printed.what in ("share", "missing") else 1
    half = printed.half * scale
    return max(0, min(6, -math.floor(math.log10(2 * half) + 1e-9))) if half > 0 else 2


# The grid -------------------------------------------------------------------------------

_Rows = list[tuple[_Pair, Verdict]]


def _by_line(items: Iterable[tuple[_Pair, Verdict]]) -> list[_Rows]:
    found: dict[int, _Rows] = {}
    for pair, verdict in items:
        found.setdefault(id(pair.target), []).append((pair, verdict))
    return list(found.values())


def _grid(ranked: Sequence[tuple[_Pair, Verdict]]) -> Grid:
    """Lay the lines out as the published table is: free ones first, groups below their line."""
    rows: list[GridRow] = []
    for free, title in ((True, _FREE), (False, _FITTED)):
        lines = _by_line(item for item in ranked if item[0].free == free)
        if not lines:
            continue
        rows.append(GridRow(title, ("",) * 5))
        rows += [_row(items) for items in lines]
    heads = ("published", "fitted law", "table", "99% interval", "verdict")
    return Grid(heads, tuple(rows))


def _row(items: _Rows) -> GridRow:
    target = items[0][0].target
    group = f" · {target.group}" if target.group is not None else ""
    shown = [part for part in items if part[0].printed.what not in ("low", "high")] or items
    first = shown[0][0]
    ends = first.table.interval
    interval = ""
    if ends is not None and all(map(math.isfinite, ends)):
        interval = f"{_text(ends[0], first)} to {_text(ends[1], first)}"
    cells = (
        _words([(pair, pair.printed.value) for pair, _ in items]),
        _words([(pair, pair.law.value) for pair, _ in items]),
        _words([(pair, pair.table.value) for pair, _ in items]),
        interval,
        _worst([verdict for _, verdict in items]),
    )
    return GridRow(safe(target.text + group), cells, 1)


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    return min(verdicts, key=_ORDER.index)


def _words(numbers: Sequence[tuple[_Pair, float]]) -> str:
    """Write the numbers of a line as tables do: 63.2 (9.4), 7.4 [6.6–8.6], 41.0%."""
    said = {pair.printed.what: _text(value, pair) for pair, value in numbers}
    words = said.get("mean") or said.get("median") or next(iter(said.values()))
    if "mean" in said and "sd" in said:
        words = f"{words} ({said['sd']})"
    if "q1" in said and "q3" in said:
        words = f"{words} [{span(said['q1'], said['q3'])}]"
    if "iqr" in said:
        words = f"{words} (IQR {said['iqr']})"
    if "low" in said and "high" in said and len(said) > 2:
        words = f"{words}, {span(said['low'], said['high'])}"
    return words


def _one(seen: Seen, pair: _Pair) -> str:
    return _text(seen.value, pair)


def _text(value: float, pair: _Pair) -> str:
    printed = pair.printed
    if printed.what in ("share", "missing"):
        return f"{number(100 * value, _digits(printed))}%"
    if pair.target.date:
        import numpy as np

        return str(np.datetime64(round(value), "D")) if math.isfinite(value) else "—"
    return number(value, _digits(printed))


def _plain(items: _Rows) -> dict[str, Any]:
    target = items[0][0].target
    return {
        "line": safe(target.text),
        "group": None if target.group is None else safe(target.group),
        "column": target.column,
        "why": target.why or None,
        "verdict": _worst([verdict for _, verdict in items]),
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


def _headline(free: Sequence[tuple[_Pair, Verdict]], *, changed: bool) -> tuple[Headline, ...]:
    if not free:
        return ()
    if changed:
        head = Headline("targets", TITLE, "not graded", "changed after it was drawn", None)
        return (head,)
    lines = [_worst([verdict for _, verdict in items]) for items in _by_line(free)]
    kept = sum(verdict == "as published" for verdict in lines)
    off = sum(verdict in ("differs", "small miss") for verdict in lines)
    detail = "free lines as published"
    few = len(lines) - kept - off
    if few:
        detail += f", {few} with too few rows to tell"
    return (Headline("targets", TITLE, f"{kept} of {len(lines)}", detail, not off),)
