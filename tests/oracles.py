"""Bounds and fits by independent libraries; imports none of our rooms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

#: Chance of a false alarm in one marginal test, and SDs allowed in one effect test.
ALPHA = 1e-9
SDS = 6.0


def dkw(rows: int, alpha: float = ALPHA) -> float:
    """Largest distance of an ECDF from its law: Dvoretzky-Kiefer-Wolfowitz, Massart's constant."""
    return math.sqrt(math.log(2 / alpha) / (2 * rows))


def distance(values: ArrayLike, cdf: Callable[[Array], Array]) -> float:
    """Give sup |Fn - F| at the sample's own points; right-continuous: discrete laws count too."""
    points, counts = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    return float(np.abs(np.cumsum(counts) / counts.sum() - cdf(points)).max())


def follows(values: ArrayLike, cdf: Callable[[Array], Array], beside: float = 0.0) -> bool:
    """Whether a sample may come from a law, but for `beside` and 1e-4 of calibration."""
    return distance(values, cdf) <= dkw(len(np.asarray(values))) + beside + 1e-4


def design(*columns: ArrayLike) -> Array:
    """Put a constant before the columns."""
    arrays = [np.asarray(column, dtype=np.float64) for column in columns]
    return np.column_stack([np.ones(len(arrays[0])), *arrays])


def least_squares(y: ArrayLike, *columns: ArrayLike) -> tuple[Array, Array]:
    """Slopes and their standard errors."""
    import statsmodels.api as sm

    fit = sm.OLS(np.asarray(y, dtype=np.float64), design(*columns)).fit(cov_type="HC1")
    return np.asarray(fit.params)[1:], np.asarray(fit.bse)[1:]


def logit(y: ArrayLike, *columns: ArrayLike) -> tuple[Array, Array]:
    """Log odds ratios and their standard errors."""
    import statsmodels.api as sm

    fit = sm.Logit(np.asarray(y, dtype=np.float64), design(*columns)).fit(disp=0)
    return np.asarray(fit.params)[1:], np.asarray(fit.bse)[1:]


def ordered_logit(y: ArrayLike, *columns: ArrayLike) -> tuple[Array, Array]:
    """Log odds ratios of the proportional-odds model and their standard errors."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    columns_ = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
    fit = OrderedModel(np.asarray(y), columns_, distr="logit").fit(method="bfgs", disp=0)
    k = columns_.shape[1]
    return np.asarray(fit.params)[:k], np.asarray(fit.bse)[:k]


def multinomial_logit(y: ArrayLike, *columns: ArrayLike) -> tuple[Array, Array]:
    """Log odds against value 0, shape (columns, values - 1), and their standard errors."""
    import statsmodels.api as sm

    fit = sm.MNLogit(np.asarray(y), design(*columns)).fit(disp=0)
    return np.asarray(fit.params)[1:], np.asarray(fit.bse)[1:]


def cox(time: ArrayLike, event: ArrayLike, *columns: ArrayLike) -> tuple[Array, Array]:
    """Log hazard ratios (Efron's ties) and their standard errors."""
    from statsmodels.duration.hazard_regression import PHReg

    exog = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
    fit = PHReg(
        np.asarray(time, dtype=np.float64), exog, status=np.asarray(event, dtype=int), ties="efron"
    ).fit()
    return np.asarray(fit.params), np.asarray(fit.bse)


def survival_at(time: ArrayLike, event: ArrayLike, at: Sequence[float]) -> Array:
    """Kaplan-Meier survival at given times."""
    from statsmodels.duration.survfunc import SurvfuncRight

    curve = SurvfuncRight(np.asarray(time, dtype=np.float64), np.asarray(event, dtype=int))
    place = np.searchsorted(curve.surv_times, np.asarray(at), side="right") - 1
    return np.asarray(curve.surv_prob)[place]


def near(found: ArrayLike, stated: ArrayLike, errors: ArrayLike, slack: float = 0.0) -> bool:
    """Whether estimates lie within six standard errors (and `slack`) of what was stated."""
    gap = np.abs(np.asarray(found) - np.asarray(stated))
    return bool((gap <= SDS * np.asarray(errors) + slack).all())
