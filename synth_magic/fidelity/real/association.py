"""How columns hang together: signed rank correlations over all pairs of columns.

Numbers and ordered categories are ranked, other categories become a yes/no column a
level, and missingness one of its own; Spearman's coefficient of two yes/no columns is
phi.  Rows in which either value is missing are left out of a pair.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.real.bands import Array, dealt, evenly, sizes
from synth_magic.fidelity.real.coding import Codes, coded, counted
from synth_magic.fidelity.real.columns import Pair
from synth_magic.fidelity.real.disclosure import Guard, few_shared
from synth_magic.fidelity.real.learners import one_blas_thread

#: Pairs are taken on so many evenly spaced rows of each side.
MOST_ROWS = 50_000
_MOST_LEVELS = 20
#: Rows that are dealt anew: so many products of two values, and rows within these bounds.
_MOST_FEATURES = 150
_PRODUCTS, _LEAST_DEALT, _MOST_DEALT = 8_000_000, 400, 8_000


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """A column, one of its levels, or whether it is missing.

    Parameters
    ----------
    name
        As shown.
    column
        Place of its column among the pairs.
    one, other
        Ranks or 0 and 1 on both sides, NaN where missing.
    missing
        Whether it says that the column is missing.
    """

    name: str
    column: int
    one: Array
    other: Array
    missing: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Association:
    """Correlations of all pairs of features of different columns.

    Parameters
    ----------
    features
        The features, k of them.
    one, other
        Correlations on both sides, shape (k, k); NaN where too few rows hold both.
    places
        The pairs, shape (p, 2).
    differences
        one - other over `places`, shape (p,).
    limit
        How far two samples of one population lie apart at most, shape (p,).
    mean
        Mean absolute difference; NaN without pairs.
    band
        Its band for two samples of one population.
    rows
        Rows of both sides that were taken.
    hidden
        Pairs that are left out: few real rows share two of their values, and a correlation
        would say how few.
    """

    features: tuple[Feature, ...]
    one: Array
    other: Array
    places: NDArray[np.intp]
    differences: Array
    limit: Array
    mean: float
    band: tuple[float, float] | None
    rows: tuple[int, int]
    hidden: int = 0

    @property
    def flat(self) -> bool:
        """Whether most pairs hold a column that is constant on one side: nothing goes with it."""
        one, other = (
            np.array([_still(values) for values in sides], dtype=bool)
            for sides in (
                [item.one for item in self.features],
                [item.other for item in self.features],
            )
        )
        alone = (one != other)[self.places].any(axis=1)
        return bool(alone.mean() > 0.5) if len(alone) else False

    def worst(self, many: int = 5) -> list[int]:
        """Places of the pairs that differ most, at most one for two columns."""
        found: dict[tuple[int, int], int] = {}
        for place in np.argsort(-np.abs(self.differences), kind="stable"):
            a, b = (self.features[at].column for at in self.places[place])
            found.setdefault((a, b), int(place))
            if len(found) == many:
                break
        return list(found.values())

    def reversed(self, place: int) -> bool:
        """Whether both correlations are surely not 0, and of opposite signs."""
        a, b = self.places[place]
        ends = [
            correlation_interval(float(side[a, b]), rows)
            for side, rows in zip((self.one, self.other), self.rows, strict=True)
        ]
        (low, high), (least, most) = ends
        beyond = abs(self.differences[place]) > self.limit[place]
        return bool(beyond and ((low > 0 and most < 0) or (high < 0 and least > 0)))


def correlation_interval(r: float, rows: int) -> tuple[float, float]:
    """99% interval of a rank correlation (Fieller, Hartley and Pearson, Biometrika 1957)."""
    if rows < 5:
        return -1.0, 1.0
    half = 2.5758 * math.sqrt(1.06 / (rows - 3))
    middle = math.atanh(max(min(r, 1 - 1e-12), -1 + 1e-12))
    return math.tanh(middle - half), math.tanh(middle + half)


def associations(pairs: tuple[Pair, ...], guard: Guard) -> Association:
    """Compare the correlations of all pairs of columns.

    Parameters
    ----------
    pairs
        Columns of both tables.
    guard
        A level, or missingness, is taken when the real side holds enough rows with and
        without it.
    """
    thinned = [_thinned(pair) for pair in pairs]
    features = tuple(item for at, pair in enumerate(thinned) for item in _features(pair, at, guard))
    rows = (len(thinned[0].one), len(thinned[0].other)) if thinned else (0, 0)
    stacked = (
        _stacked([item.one for item in features], rows[0]),
        _stacked([item.other for item in features], rows[1]),
    )
    one, other = (correlations(side, guard.group) for side in stacked)
    column = np.array([item.column for item in features], dtype=np.intp)
    a, b = np.triu_indices(len(features), 1)
    kept = (column[a] != column[b]) & ~np.isnan(other[a, b]) & ~np.isnan(one[a, b])
    small = kept & few_shared(stacked[1], guard)[a, b]
    hidden, kept = int(small.sum()), kept & ~small
    places = np.stack([a[kept], b[kept]], axis=1)
    if not len(places):
        none = np.zeros(0)
        return Association(features, one, other, places, none, none, math.nan, None, rows, hidden)
    differences = one[a[kept], b[kept]] - other[a[kept], b[kept]]
    with one_blas_thread():
        means, greatest = _dealt(features, rows, places)
    held = [_known(side, a[kept], b[kept]) for side in stacked]
    return Association(
        features,
        one,
        other,
        places,
        differences,
        greatest * _scale(*held),
        float(np.abs(differences).mean()),
        (float(means.min()), float(means.max())),
        rows,
        hidden,
    )


# Features -------------------------------------------------------------------------


def _thinned(pair: Pair) -> Pair:
    first, second = evenly(len(pair.one), MOST_ROWS), evenly(len(pair.other), MOST_ROWS)
    return pair.take(first, second)


def _features(pair: Pair, column: int, guard: Guard) -> list[Feature]:
    codes = coded(pair)
    found: list[Feature] = []
    counts = codes.counts()
    known = int(counts[1].sum())
    if pair.ranked:
        others = known - int(counts[1].max(initial=0))
        if known >= guard.group and (not others or others >= guard.min_cell):
            ranks = [_ranks(side, codes.size) for side in (codes.one, codes.other)]
            found.append(Feature(pair.name, column, ranks[0], ranks[1]))
    else:
        held = [int(at) for at in np.argsort(-counts[1], kind="stable")]
        held = [at for at in held if guard.cells(int(counts[1][at]), known) and counts[1][at]]
        # The second of two levels says what the first one did.
        two = int((np.sum(counts, axis=0) > 0).sum()) == 2
        for at in sorted(held)[1:] if two and len(held) == 2 else held[:_MOST_LEVELS]:
            sides = [
                np.where(side < 0, np.nan, (side == at).astype(np.float64))
                for side in (codes.one, codes.other)
            ]
            found.append(Feature(f"{pair.name}={pair.level(at)}", column, sides[0], sides[1]))
    missing = [(side < 0).astype(np.float64) for side in (codes.one, codes.other)]
    gone = int(missing[1].sum())
    if gone and guard.cells(gone, len(missing[1])):
        found.append(Feature(f"{pair.name} missing", column, missing[0], missing[1], missing=True))
    return found


def _ranks(codes: Codes, size: int) -> Array:
    """Mid-ranks from 0 to 1, NaN where missing; one pass of counting."""
    counts = counted(codes, size)
    upto = np.cumsum(counts)
    middle = (upto - (counts - 1) / 2) / max(int(upto[-1]) if size else 0, 1)
    return np.append(middle, np.nan)[codes]


def _still(values: Array) -> bool:
    """Whether all values that are there are one."""
    known = values[~np.isnan(values)]
    return not len(known) or bool(known.min() == known.max())


def _stacked(columns: list[Array], rows: int) -> Array:
    return np.stack(columns, axis=1) if columns else np.zeros((rows, 0))


# Correlations ---------------------------------------------------------------------


def correlations(values: Array, least: int = 2) -> Array:
    """Pearson's coefficients of all columns, on the rows that hold both of a pair.

    Parameters
    ----------
    values
        Shape (n, k), NaN where missing.
    least
        Pairs with fewer rows are NaN.

    Returns
    -------
    array
        Shape (k, k); 0 where a column is constant.
    """
    return _from_sums(_sums(values), least)


def _sums(values: Array) -> Array:
    """Sum over rows that hold both: products, each, squares, and their number."""
    known = ~np.isnan(values)
    filled = np.where(known, values - 0.5, 0.0)
    if known.all():
        k = values.shape[1]
        total = np.broadcast_to(filled.sum(axis=0)[:, None], (k, k))
        square = np.broadcast_to((filled**2).sum(axis=0)[:, None], (k, k))
        many = np.full((k, k), float(len(values)))
        return np.stack([filled.T @ filled, total, square, many])
    held = known.astype(np.float64)
    return np.stack([filled.T @ filled, filled.T @ held, (filled**2).T @ held, held.T @ held])


def _known(values: Array, a: NDArray[np.intp], b: NDArray[np.intp]) -> Array:
    held = (~np.isnan(values)).astype(np.float64)
    return np.asarray((held.T @ held)[a, b])


def _from_sums(sums: Array, least: int) -> Array:
    product, total, square, many = sums
    rows = np.maximum(many, 1.0)
    spread = square - total**2 / rows
    apart = product - total * total.T / rows
    still = spread <= 1e-9 * rows
    flat = still | still.T
    scale = np.sqrt(np.where(flat, 1.0, spread * spread.T))
    r = np.where(flat, 0.0, np.clip(apart / scale, -1.0, 1.0))
    return np.where(many >= max(least, 2), r, np.nan)


def _dealt(
    features: tuple[Feature, ...], rows: tuple[int, int], places: NDArray[np.intp]
) -> tuple[Array, float]:
    """Deal the pooled rows: mean differences, and the greatest difference in its own scale.

    The scale of a pair is the root of 1/n + 1/m with the rows that hold both.  Of very
    many features some are dealt, evenly chosen; the greatest of p normal values grows as
    the root of log p, and is raised by that.
    """
    if len(features) > _MOST_FEATURES:
        chosen = evenly(len(features), _MOST_FEATURES)
        features = tuple(features[at] for at in chosen)
        place = np.full(int(chosen.max()) + 1, -1)
        place[chosen] = np.arange(len(chosen))
        inside = np.isin(places, chosen).all(axis=1)
        kept = place[places[inside]]
        raised = math.sqrt(math.log(len(places)) / math.log(max(len(kept), 2)))
        places = kept
    else:
        raised = 1.0
    most = int(np.clip(_PRODUCTS // len(features) ** 2, _LEAST_DEALT, _MOST_DEALT))
    groups = sizes(*rows, most)
    first, second = evenly(rows[0], groups.one), evenly(rows[1], groups.other)
    pooled = np.concatenate(
        [
            _stacked([item.one[first] for item in features], len(first)),
            _stacked([item.other[second] for item in features], len(second)),
        ]
    )
    a, b = places.T
    whole = _sums(pooled)
    means, greatest = [], 0.0
    for order in dealt(len(pooled), groups.one):
        part = _sums(pooled[order[: groups.one]])
        rest = whole - part
        apart = np.abs(_from_sums(part, 2)[a, b] - _from_sums(rest, 2)[a, b])
        apart = np.nan_to_num(apart)
        means.append(groups.scale * apart.mean())
        greatest = max(greatest, float((apart / _scale(part[3][a, b], rest[3][a, b])).max()))
    return np.array(means), greatest * raised


def _scale(one: Array, other: Array) -> Array:
    return np.asarray(np.sqrt(1 / np.maximum(one, 1.0) + 1 / np.maximum(other, 1.0)))
