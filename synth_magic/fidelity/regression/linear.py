"""Least squares with errors that hold when the spread differs between rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth_magic.fidelity.regression.fitted import Fit, inverse

Array = NDArray[np.float64]
#: A row that decides its own fitted value says nothing about the spread.
_ALONE = 1 - 1e-9


def linear(columns: Array, values: Array, constants: Array) -> Fit | None:
    """Fit a linear model by least squares.

    The covariance is the sandwich HC3 (MacKinnon and White, J Econometrics 1985), with
    Student's t: it holds for values that are rounded, skewed or more spread in some rows.
    The degrees of freedom are Satterthwaite's (Biometrics 1946): a difference between ten
    rows and a thousand others is known as ten rows know it.

    Parameters
    ----------
    columns
        The design, shape (n, k).
    values
        What is explained, shape (n,).
    constants
        Columns of ones, one a group, shape (n, g).

    Returns
    -------
    Fit or None
        None where there are not more rows than coefficients, or a row decides alone.
    """
    design = np.hstack([constants, columns])
    rows, width = design.shape
    if rows <= width:
        return None
    covariance = inverse(design.T @ design)
    if covariance is None:
        return None
    beta = covariance @ (design.T @ values)
    left = values - design @ beta
    beta = beta + covariance @ (design.T @ left)
    left = values - design @ beta
    leverage = np.einsum("ij,ij->i", design @ covariance, design)
    if leverage.max() > _ALONE:
        return None
    weights = (design @ covariance[:, constants.shape[1] :]) ** 2
    freedom = np.minimum(weights.sum(axis=0) ** 2 / (weights**2).sum(axis=0), rows - width)
    scaled = design * (left / (1 - leverage))[:, None]
    spread = covariance @ (scaled.T @ scaled) @ covariance
    first = constants.shape[1]
    return Fit(beta[first:], spread[first:, first:], freedom)
