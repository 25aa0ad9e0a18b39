"""Logistic regression with Firth's penalty, finite even where yes and no are separated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synth_magic.fidelity.regression.fitted import Fit, inverse

Array = NDArray[np.float64]

_STEPS, _HALVINGS = 100, 25
_LEAP = 5.0
_CLOSE = 1e-12


def firth(columns: Array, yes: Array, constants: Array) -> Fit | None:
    """Fit a logistic model by penalised likelihood.

    The likelihood times the root of the information's determinant (Firth, Biometrika 1993)
    takes the first-order bias away and has a top in separated data too (Heinze and
    Schemper, Stat Med 2002).  With many rows it is maximum likelihood.

    Parameters
    ----------
    columns
        The design, shape (n, k).
    yes
        0 and 1, shape (n,).
    constants
        Columns of ones, one a group, shape (n, g).

    Returns
    -------
    Fit or None
        Log odds ratios; None where the design has columns to spare.
    """
    design = np.hstack([constants, columns])
    beta = np.zeros(design.shape[1])
    found = _state(design, yes, beta)
    for _ in range(_STEPS):
        if found is None:
            return None
        value, gradient, covariance = found
        step = covariance @ gradient
        if float(gradient @ step) < _CLOSE:
            first = constants.shape[1]
            return Fit(beta[first:] + step[first:], covariance[first:, first:])
        step *= min(1.0, _LEAP / float(np.abs(step).max()))
        for _ in range(_HALVINGS):
            found = _state(design, yes, beta + step)
            if found is not None and found[0] >= value - 1e-10 * abs(value):
                break
            step = step / 2
        beta = beta + step
    return None


def _state(design: Array, yes: Array, beta: Array) -> tuple[float, Array, Array] | None:
    """Penalised log likelihood, its score, and the inverse information."""
    eta = design @ beta
    share = special.expit(eta)
    weight = share * (1 - share)
    information = (design * weight[:, None]).T @ design
    covariance = inverse(information)
    if covariance is None:
        return None
    leverage = weight * np.einsum("ij,ij->i", design @ covariance, design)
    gradient = design.T @ (yes - share + leverage * (0.5 - share))
    likelihood = float(np.sum(yes * eta - np.logaddexp(0.0, eta)))
    penalty = 0.5 * float(np.linalg.slogdet(information)[1])
    return likelihood + penalty, gradient, covariance
