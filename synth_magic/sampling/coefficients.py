"""Stated sizes of effects become coefficients on the child's latent scale.

Odds and hazard ratios are coefficients already.  ``beta`` counts SDs of the
whole L = eta + e, so its unit depends on all the child's effects together; in
the normal model that SD is 1 and the noise takes what the effects leave.
``correlation`` and ``difference`` are solved for on the pilot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_magic.errors import Problem, SpecError, problem, warning
from synth_magic.laws.effects import log_coefficient
from synth_magic.sampling.designs import CAP, Designs, scaled
from synth_magic.sampling.solving import Outcome, Search, solved

Array = NDArray[np.float64]

_DIGITS = 10


def coefficients(
    designs: Designs, outcome: Outcome, start: Array
) -> tuple[Array, tuple[Problem, ...]]:
    """Find all coefficients of a child.

    Parameters
    ----------
    designs
        The child's effects.
    outcome
        Gives, for coefficients, a function that estimates a solved term's size.
    start
        First guesses of the solved coefficients, in SDs of L, shape (effects,).

    Returns
    -------
    coefficients, notes
        On the latent scale, shape (effects,); warnings of effects that were made smaller.

    Raises
    ------
    SpecError
        Where the user's effects explain more than 95%, or a size cannot be reached.
    """
    fixed = np.array([log_coefficient(term) or 0.0 for term in designs.terms])
    relative = np.array([t.size if t.word == "beta" else 0.0 for t in designs.terms])
    noise = designs.noise
    spread = designs.spread()
    notes: tuple[Problem, ...] = ()
    for latent in _latents(designs):
        factor, more = _held(latent, designs, spread, fixed, relative)
        fixed, relative = fixed * factor, relative * factor
        notes = (*notes, *more)
    unknown = [number for number, term in enumerate(designs.terms) if term.solved]
    if unknown:
        relative[unknown] = start[unknown]
        relative, more = solved(Search(designs, spread, fixed, unknown, outcome), relative)
        notes = (*notes, *more)
    values = scaled(noise, spread, fixed, relative).values
    return np.array([float(f"{value:.{_DIGITS - 1}e}") for value in values]), notes


# What effects may explain -------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Latent:
    """A latent value: the child's own or, of a nominal child, that of one of its values.

    Parameters
    ----------
    name
        The child, ``ward`` or ``ward=surgical``.
    aimed
        1 for the effects on it, 0 for others, shape (effects,).
    """

    name: str
    aimed: Array


def _latents(designs: Designs) -> list[_Latent]:
    if designs.noise != "multinomial":
        return [_Latent(designs.child, np.ones(len(designs.terms)))]
    aims = np.array([term.aim or 0 for term in designs.terms])
    return [
        _Latent(f"{designs.child}={designs.levels[aim]}", (aims == aim).astype(np.float64))
        for aim in np.unique(aims).tolist()
    ]


def _held(
    latent: _Latent, designs: Designs, spread: Array, fixed: Array, relative: Array
) -> tuple[Array, tuple[Problem, ...]]:
    """Factors that hold the explained variance at the cap; the user's effects keep theirs."""
    noise = designs.noise
    ones = np.ones(len(fixed))
    fixed, relative = fixed * latent.aimed, relative * latent.aimed
    if scaled(noise, spread, fixed, relative).explained <= CAP:
        return ones, ()
    user = np.array([term.source == "user" for term in designs.terms], dtype=np.float64)
    alone = scaled(noise, spread, fixed * user, relative * user).explained
    if alone > CAP:
        raise SpecError(_too_strong(latent, designs, spread, fixed * user, relative * user))
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        factor = user + (1 - user) * middle
        if scaled(noise, spread, fixed * factor, relative * factor).explained <= CAP:
            low = middle
        else:
            high = middle
    low = float(f"{low:.6g}")
    weaker = [t for t, aimed in zip(designs.terms, latent.aimed, strict=True) if aimed]
    names = ", ".join(dict.fromkeys(t.parent for t in weaker if t.source != "user"))
    note = warning(
        ("columns", designs.child),
        f"The effects on {latent.name} would explain more than 95% of it",
        f"Those of {names}, which you did not state, were multiplied by {low:.2f}",
    )
    kept = np.maximum(user, 1 - latent.aimed)
    return kept + (1 - kept) * low, (note,)


def _too_strong(
    latent: _Latent, designs: Designs, spread: Array, fixed: Array, relative: Array
) -> Problem:
    noise = designs.noise
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        inside = scaled(noise, spread, fixed * middle, relative * middle).explained <= CAP
        low, high = (middle, high) if inside else (low, middle)
    strongest = int(np.argmax(np.abs(fixed) + np.abs(relative)))
    term = designs.terms[strongest]
    if np.count_nonzero(fixed + relative) == 1:
        size = relative[strongest] * low
        if fixed[strongest]:
            size = np.exp(np.log(term.size) * low)
        what = f"{term.word} {term.size:g} of {term.parent} on {latent.name} is too strong"
        mend = f"At most 95% of a column can be explained: here {term.word} {size:.3g}"
    else:
        what = f"The effects on {latent.name} explain more than 95% of it"
        fitting = np.floor(low * 100) / 100  # rounded down, or it would not fit
        mend = f"At most 95% of a column can be explained: make each {fitting:.2f} times as strong"
    return problem((*term.path, term.word), what, mend)
