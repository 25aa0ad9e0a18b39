"""Figures, headlines and pictures of marginals and correlations, fit to be shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth_magic.fidelity.real import strength
from synth_magic.fidelity.real.association import Association, correlation_interval
from synth_magic.fidelity.real.coding import row_codes
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.disclosure import Guard
from synth_magic.fidelity.real.pictures import column_picture, heatmap
from synth_magic.fidelity.real.shape import Shape, distance
from synth_magic.fidelity.report import Figure, Headline, Picture, Verdict

Band = tuple[float, float]
#: Beyond these a headline is called far: a fifth of the rows in other places; correlations
#: that differ by 0.1, a small effect (Cohen, Statistical Power Analysis, 1988).
_FAR_SHAPE, _FAR_ASSOCIATION = 0.8, 0.9
_PICTURES = 6
DIGITS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """What one comparison adds to the report.

    Parameters
    ----------
    figures, headline, pictures
        To be shown.
    plain
        Plain numbers by key.
    bands
        ``interval`` and ``null`` by key.
    """

    figures: tuple[Figure, ...] = ()
    headline: Headline | None = None
    pictures: tuple[Picture, ...] = ()
    plain: tuple[tuple[str, float | None], ...] = ()
    bands: tuple[tuple[str, dict[str, Any]], ...] = ()


def short(value: float) -> float:
    """Give a figure in four digits: all of them would tell real tables apart by one row."""
    return round(value, 4)


def ends(interval: Band | None, null: Band | None) -> dict[str, Any]:
    """Interval and null band as plain lists."""

    def plain(pair: Band | None) -> list[float] | None:
        if pair is None or not all(map(math.isfinite, pair)):
            return None
        return [short(end) for end in pair]

    return {"interval": plain(interval), "null": plain(null)}


def place(value: float, band: Band | None) -> Verdict:
    """Say where a figure lies; not graded without a band."""
    if band is None or not all(map(math.isfinite, (value, *band))):
        return "not graded"
    return "within the band" if band[0] <= value <= band[1] else "outside the band"


# Marginals ------------------------------------------------------------------------


def shape_part(found: Shape, guard: Guard) -> Part:
    """Marginals: one figure a column, the worst first."""
    if not len(found.values):
        return Part(plain=(("shape", None),), bands=(("shape", ends(None, None)),))
    order = [int(at) for at in np.argsort(found.values - found.least, kind="stable")]
    columns = [_column(found, at, guard) for at in order]
    figures = [
        item
        for at, own in zip(order, columns, strict=True)
        for item in (own, *_missing(found.pairs[at], guard))
    ]
    mean, band = _mean(found, columns, guard)
    worst = next((item for item in columns if math.isfinite(item.value)), None)
    verdict = place(mean, band)
    sentence = f"1 is equal. {_word(mean, band)}" if math.isfinite(mean) else _HIDDEN
    whole = Figure("shape, mean of all columns", None, mean, None, band, verdict, sentence.strip())
    pictures = [column_picture(found.pairs[at], guard) for at in order[:_PICTURES]]
    return Part(
        (whole, *figures),
        _headline("shape", "Shape", mean, band, _FAR_SHAPE, worst),
        tuple(item for item in pictures if item is not None),
        (("shape", mean if math.isfinite(mean) else None),),
        (("shape", ends(None, band)),),
    )


def _mean(found: Shape, columns: list[Figure], guard: Guard) -> tuple[float, Band | None]:
    """Mean of all columns and its band; of one or two, of those that are shown.

    It is as coarse as five rows of the sum of all columns.
    """
    shown = [figure.value for figure in columns if math.isfinite(figure.value)]
    if len(columns) > 2 or len(shown) == len(columns):
        mean = guard.share(found.mean, len(columns) * len(found.pairs[0].other))
        return mean, None if found.band is None else (short(found.band[0]), short(found.band[1]))
    return (float(np.mean(shown)) if shown else math.nan), None


def _word(value: float, band: Band | None) -> str:
    if place(value, band) == "not graded" or band is None:
        return ""
    if value > band[1]:
        return "Nearer to the real table than a second sample would be: fitted to it, or copied."
    word = "As near" if value >= band[0] else "Not as near"
    return f"{word} as a second sample would be."


def _column(found: Shape, at: int, guard: Guard) -> Figure:
    pair, least = found.pairs[at], float(found.least[at])
    value = found.values[at]
    known = int((~np.isnan(pair.other)).sum())
    shown = guard.share(float(value), known) if showable(pair, guard) else math.nan
    verdict: Verdict = "within the band" if value >= least else "outside the band"
    name = "largest gap of the distribution functions" if pair.kind == "number" else _GAPS
    sentence = f"1 minus the {name}; two samples of one population stay above {least:.2f}."
    if math.isnan(shown):
        verdict, sentence = "not graded", _HIDDEN
    return Figure(
        f"{pair.name}, distribution",
        pair.name,
        shown,
        None,
        (round(least, DIGITS), 1.0) if math.isfinite(shown) else None,
        verdict,
        sentence,
        decimals=DIGITS,
    )


_HIDDEN = "Not shown: too few real rows stand behind it."
_GAPS = "half sum of the gaps between shares"


def showable(pair: Pair, guard: Guard) -> bool:
    """Whether a column's figure rests on no small cell that it would give away.

    Parameters
    ----------
    pair
        The column.
    guard
        How small a cell may be.
    """
    other = pair.other[~np.isnan(pair.other)]
    if len(other) < guard.group:
        return False
    values, counts = np.unique(other, return_counts=True)
    if len(values) == 2:
        return int(counts.min()) >= guard.min_cell
    if len(values) > 2 and len(np.unique(pair.one[~np.isnan(pair.one)])) <= 2:
        # The gap at one of two values is how many real rows lie on one side of it.
        far = round(distance(pair) * len(other))
        return guard.clear(np.array([far, len(other) - far]))
    return True


def covered(pairs: tuple[Pair, ...], guard: Guard) -> bool:
    """Whether real rows whose values few others share are none, or many.

    Parameters
    ----------
    pairs
        The columns.
    guard
        How small a cell may be.
    """
    if not pairs:
        return True
    counts = np.bincount(row_codes(pairs)[len(pairs[0].one) :])
    alone = int(counts[counts < guard.min_cell].sum())
    return not alone or alone >= guard.group


def _missing(pair: Pair, guard: Guard) -> list[Figure]:
    """Compare the share of missing values, where the real side has enough of them to be shown."""
    n, m = len(pair.one), len(pair.other)
    gone = int(np.isnan(pair.other).sum())
    mine = int(np.isnan(pair.one).sum())
    count = guard.count(gone)
    if not mine and count is None:
        return []
    value = mine / n
    if count is None or m - gone < guard.min_cell:
        sentence = f"{guard.words(gone)} real rows." if count is None else "Most real rows."
        return [_share(pair, value, None, None, "not graded", sentence)]
    real = guard.share(gone / m, m)
    pooled = (mine + gone) / (n + m)
    half = 3.3 * math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    verdict: Verdict = "within the band" if abs(value - gone / m) <= half else "outside the band"
    sentence = f"About {guard.words(gone)} real rows."
    band = (short(max(real - half, 0.0)), short(min(real + half, 1.0)))
    return [_share(pair, value, real, band, verdict, sentence)]


def _share(
    pair: Pair,
    value: float,
    real: float | None,
    band: Band | None,
    verdict: Verdict,
    sentence: str,
) -> Figure:
    return Figure(
        f"{pair.name}, missing",
        pair.name,
        value,
        None,
        band,
        verdict,
        sentence,
        form="share",
        real=real,
    )


def _headline(
    key: str,
    title: str,
    value: float,
    band: Band | None,
    far: float,
    worst: Figure | None,
) -> Headline | None:
    if not math.isfinite(value):
        return None
    low, high = band if band is not None else (math.nan, math.nan)
    word, good = _WORDS[0 if value > high else 1 if value >= low else 3 if value < far else 2]
    detail = (
        word if worst is None else f"{word}, worst: {worst.name.removesuffix(', distribution')}"
    )
    return Headline(key, title, f"{value:.2f}", detail, good)


#: Nearer than chance is no merit: copies do that, or a fit to the real table.
_WORDS: tuple[tuple[str, bool | None], ...] = (
    ("nearer than a second sample", None),
    ("as a second sample", True),
    ("near", None),
    ("far", False),
)


# Association ----------------------------------------------------------------------


def association_part(found: Association, pairs: tuple[Pair, ...], guard: Guard) -> Part:
    """Correlations: the mean difference, and the five pairs that differ most."""
    if not len(found.places):
        return Part(plain=(("association", None),), bands=(("association", ends(None, None)),))
    value = short(1 - found.mean)
    band = None if found.band is None else (short(1 - found.band[1]), short(1 - found.band[0]))
    band = None if found.flat else band  # rows dealt anew to columns of one value tell nothing
    verdict = place(value, band)
    worst = [_pair(found, pairs, at, guard) for at in found.worst()]
    reversed_ = [figure for figure in worst if figure.verdict == "reversed"]
    sentence = "1 minus the mean absolute difference of all signed rank correlations."
    said = (
        "Most pairs hold a constant, with which nothing goes." if found.flat else _word(value, band)
    )
    sentence = f"{sentence} {said}".strip()
    whole = Figure("association, mean of all pairs", None, value, None, band, verdict, sentence)
    head = _headline("association", "Association", value, band, _FAR_ASSOCIATION, worst[0])
    if head is not None and reversed_:
        detail = f"reversed: {reversed_[0].name}"
        head = Headline(head.key, head.title, head.value, detail, False)
    if head is not None and found.flat:
        head = Headline(head.key, head.title, head.value, "most pairs hold a constant", None)
    picture = heatmap(found, tuple(pair.name for pair in pairs))
    return Part(
        (whole, *worst),
        head,
        () if picture is None else (picture,),
        (("association", value),),
        (("association", ends(None, band)),),
    )


def _pair(found: Association, pairs: tuple[Pair, ...], at: int, guard: Guard) -> Figure:
    a, b = found.places[at]
    one, other = round(float(found.one[a, b]), 2) + 0.0, round(float(found.other[a, b]), 2) + 0.0
    limit = float(found.limit[at])
    left, right = found.features[a], found.features[b]
    verdict: Verdict = "within the band"
    sentence = ""
    if found.reversed(at):
        verdict = "reversed"
        sentence = f"The sign is turned round: {_signed(one)} here, {_signed(other)} there."
    elif abs(found.differences[at]) > limit:
        verdict = "outside the band"
    also = ""
    if not (left.missing or right.missing):  # V and eta are about the values
        also = strength.words(pairs[left.column], pairs[right.column], guard)
    return Figure(
        f"{left.name} ~ {right.name}",
        None,
        one,
        correlation_interval(one, found.rows[0]),
        (round(max(other - limit, -1.0), 2), round(min(other + limit, 1.0), 2)),
        verdict,
        f"{sentence} {also}".strip(),
        decimals=2,
        real=other,
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
