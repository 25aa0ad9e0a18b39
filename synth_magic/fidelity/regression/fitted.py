"""A fitted model, and Newton's method for a concave log likelihood."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Log likelihood, its gradient and its information (minus the Hessian) at some parameters.
Slope = tuple[float, Array, Array]

_STEPS = 60
_HALVINGS = 30
_CLOSE = 1e-10
#: Largest step of one parameter: far above any log ratio that is met in practice.
_LEAP = 5.0
#: A parameter whose variance grew so much on the way runs off to infinity: separation.
_RUN_OFF = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Coefficients of a model.

    Parameters
    ----------
    values
        Of the design columns, without constants, shape (k,).
    covariance
        Of `values`, shape (k, k).
    freedom
        Degrees of freedom of their t laws, shape (k,); infinite for likelihoods.
    """

    values: Array
    covariance: Array
    freedom: Array | float = math.inf

    @property
    def errors(self) -> Array:
        """Standard errors, shape (k,)."""
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0.0)))


def inverse(matrix: Array) -> Array | None:
    """Inverse of a symmetric positive definite matrix; None of any other."""
    try:
        root = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return None
    half = np.linalg.inv(root)
    return np.asarray(half.T @ half)


def climb(slope: Callable[[Array], Slope], start: Array) -> tuple[Array, Array] | None:
    """Find the top of a log likelihood by Newton's method with halved steps.

    Parameters
    ----------
    slope
        Log likelihood, gradient and information at parameters of shape (p,).
    start
        First guess, shape (p,).

    Returns
    -------
    tuple or None
        Parameters and their covariance; None where there is no top (separation).
    """
    at = start
    value, gradient, information = slope(at)
    known = np.diag(information)
    for _ in range(_STEPS):
        covariance = inverse(information)
        if covariance is None or not np.isfinite(value):
            return None
        step = covariance @ gradient
        if float(gradient @ step) < _CLOSE:
            if (np.diag(covariance) * known).max() > _RUN_OFF:
                return None
            # The last step squares what is left of the distance.
            return at + step, covariance
        step *= min(1.0, _LEAP / float(np.abs(step).max()))
        for _ in range(_HALVINGS):
            trial = slope(at + step)
            if trial[0] >= value - 1e-9 * abs(value):
                break
            step = step / 2
        else:
            return None
        at = at + step
        value, gradient, information = trial
    return None
