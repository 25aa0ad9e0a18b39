"""Columns as features for learners, and the learners: one linear, one boosting.

scikit-learn comes with the extra ``fidelity`` and is imported where it is used.  All
runs on one thread: two threads of its boosting on a busy machine take 30 times as long.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.real.bands import Array
from synth_magic.fidelity.real.columns import Pair

INSTALL = 'pip install "synth-magic[fidelity]"'
_LEVELS, _LINEAR_LEVELS = 50, 20
_WIDE = 100
Rows = NDArray[np.intp]


def available() -> bool:
    """Whether scikit-learn is installed."""
    return importlib.util.find_spec("sklearn") is not None


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold all number libraries to one thread."""
    import sklearn  # noqa: F401 - loads the libraries that are to be held
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold matrix products to one thread, where threadpoolctl (of scikit-learn) is installed.

    Many small products on two threads wait for one another: beside another program the
    200 deals of 20 columns took 4 to 9 s instead of 0.5 s.
    """
    if importlib.util.find_spec("threadpoolctl") is None:
        yield
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Columns of rows of both tables, in the two forms that the learners take.

    Parameters
    ----------
    trees
        Shape (n, k): numbers and codes of levels, NaN where missing.
    categories
        Which columns of `trees` hold codes.
    linear
        Shape (n, q): standardised numbers, 0 where missing, and 0/1 columns for levels
        and for missingness.
    """

    trees: Array
    categories: NDArray[np.bool_]
    linear: Array

    def take(self, rows: Rows) -> Features:
        """Take some of the rows."""
        return Features(self.trees[rows], self.categories, self.linear[rows])


def features(pairs: tuple[Pair, ...]) -> Features:
    """Stack rows of the synthetic table upon rows of the real one.

    Parameters
    ----------
    pairs
        The columns; rounded to the coarser side's digits here.
    """
    trees: list[Array] = []
    categories: list[bool] = []
    linear: list[Array] = []
    for pair in pairs:
        values = np.concatenate(pair.rounded())
        known = ~np.isnan(values)
        if pair.kind == "number":
            trees.append(values)
            linear.append(_standard(values, known))
        else:
            values = _frequent(values, known)
            trees.append(values)
            found = np.unique(values[known])
            many = [float((values == code).sum()) for code in found]
            held = found[np.argsort(many)[::-1][:_LINEAR_LEVELS]]
            # With two levels the second column would say what the first does.
            linear += [(values == code).astype(np.float64) for code in held[len(held) == 2 :]]
        categories.append(pair.kind != "number" and not pair.ordered)
        if not known.all():
            linear.append((~known).astype(np.float64))
    rows = len(pairs[0].one) + len(pairs[0].other) if pairs else 0
    return Features(
        np.stack(trees, axis=1) if trees else np.zeros((rows, 0)),
        np.array(categories, dtype=np.bool_),
        np.stack(linear, axis=1) if linear else np.zeros((rows, 0)),
    )


def _standard(values: Array, known: NDArray[np.bool_]) -> Array:
    if not known.any():
        return np.zeros(len(values))
    most = float(np.abs(values[known]).max())
    values = values / (most if most > 0 else 1.0)  # squares of huge values have no end
    middle, spread = values[known].mean(), values[known].std()
    scaled = (values - middle) / (spread if spread > 0 else 1.0)
    return np.where(known, np.clip(scaled, -6.0, 6.0), 0.0)


def _frequent(values: Array, known: NDArray[np.bool_]) -> Array:
    """Codes from 0, the most frequent first; the rarest of very many share one."""
    found, inverse, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    place = np.empty(len(found))
    place[np.argsort(-counts, kind="stable")] = np.arange(len(found))
    coded = np.full(len(values), np.nan)
    coded[known] = np.minimum(place, _LEVELS)[inverse.reshape(-1)]
    return coded


# Learners -------------------------------------------------------------------------


def _boosting(data: Features) -> dict[str, Any]:
    return {
        # Each round looks at every column: of very many, fewer rounds.
        "max_iter": 80 if data.trees.shape[1] <= _WIDE else 30,
        "learning_rate": 0.1,
        "max_leaf_nodes": 15,
        "min_samples_leaf": 20,
        "l2_regularization": 1.0,
        "max_bins": 64,
        "early_stopping": False,
        "categorical_features": data.categories if data.categories.any() else None,
        "random_state": 0,
    }


def boosted_classes(data: Features, labels: NDArray[Any]) -> Any:
    """Boosted trees for classes."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(**_boosting(data)).fit(data.trees, labels)


def boosted_numbers(
    data: Features, values: Array, weights: Array | None = None, loss: str = "squared_error"
) -> Any:
    """Boosted trees for numbers, or with `weights` and ``poisson`` for rates."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    made = HistGradientBoostingRegressor(loss=loss, **_boosting(data))
    return made.fit(data.trees, values, sample_weight=weights)


def linear_classes(data: Features, labels: NDArray[Any]) -> Any:
    """Penalised logistic regression."""
    from sklearn.linear_model import LogisticRegression

    made = LogisticRegression(C=1.0, solver="lbfgs", max_iter=200, tol=1e-3)
    return made.fit(data.linear, labels)


def linear_numbers(data: Features, values: Array) -> Any:
    """Ridge regression."""
    from sklearn.linear_model import Ridge

    return Ridge(alpha=1.0).fit(data.linear, values)


def linear_rates(data: Features, values: Array, weights: Array) -> Any:
    """Penalised Poisson regression."""
    from sklearn.linear_model import PoissonRegressor

    made = PoissonRegressor(alpha=1e-3, max_iter=200, tol=1e-3)
    return made.fit(data.linear, values, sample_weight=weights)
