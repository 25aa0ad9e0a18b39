"""From a model's shares to the law of a yes/no column or a category."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from synth_magic.authors.answers.table import alike, plain
from synth_magic.authors.answers.told import UnfitError
from synth_magic.blueprint.model import Column, Stated
from synth_magic.laws.truths import truth

#: Shares that add up to a number between these are scaled to 1, and that is told.
SLACK = (0.9, 1.1)
#: Off by more than this, scaling is worth a word.
QUIET = 0.01
#: Values beside the user's that may be left out hold no more than this.
STRAY = 0.02
MOST_VALUES = 40


def share(value: float | None) -> float:
    """Read a share of yes; 22 is taken for percent, 1.2 for nothing.

    Raises
    ------
    UnfitError
        For what is no share.
    """
    if value is None:
        raise UnfitError("its share must be a number from 0 to 1")
    if 2 <= value <= 100:
        value = value / 100
    if not 0 <= value <= 1:
        raise UnfitError(f"{value:g} is no share from 0 to 1")
    return float(f"{value:.6g}")


def shares(values: Sequence[str], parts: Sequence[float]) -> tuple[dict[str, float], bool]:
    """Read the shares of some values.

    Returns
    -------
    shares
        By value, adding up to 1.
    scaled
        Whether they had to be scaled so much that it is worth a word.

    Raises
    ------
    UnfitError
        Where lengths differ, a value stands twice, or the sum is far from 1.
    """
    if not values or len(values) != len(parts):
        what = f"{len(values)} values but {len(parts)} shares"
        raise UnfitError(f"{what}: each value needs one share")
    if len(values) > MOST_VALUES:
        raise UnfitError(f"{len(values)} values are too many; {MOST_VALUES} are the most")
    if "" in values or len({plain(value) or value for value in values}) < len(values):
        raise UnfitError("a value is empty or stands twice")
    total = math.fsum(parts)
    if 100 * SLACK[0] <= total <= 100 * SLACK[1] and len(values) > 1:
        parts, total = [part / 100 for part in parts], total / 100
    if any(part < 0 or part > 1 + QUIET for part in parts):
        raise UnfitError("each share lies between 0 and 1")
    if not SLACK[0] <= total <= SLACK[1]:
        raise UnfitError(f"its shares add up to {total:.4g}, not to 1")
    return _whole(dict(zip(values, parts, strict=True))), abs(total - 1) > QUIET


def _whole(parts: Mapping[str, float]) -> dict[str, float]:
    """Scale to 1, in six digits; the largest takes what rounding leaves."""
    total = math.fsum(parts.values())
    found = {value: round(part / total, 6) for value, part in parts.items()}
    top = max(found, key=lambda value: found[value])
    rest = math.fsum(part for value, part in found.items() if value != top)
    found[top] = round(1 - rest, 6)
    return found


def matched(found: Mapping[str, float], values: Sequence[str]) -> dict[str, float]:
    """Give each of our values its share by a model's spelling of it.

    Raises
    ------
    UnfitError
        Where one has none, or a value that is none of ours holds much.
    """
    ours: dict[str, float] = {}
    strays: dict[str, float] = {}
    for value, part in found.items():
        mine = alike(value, values) or _by_truth(value, values)
        if mine is None or mine in ours:
            strays[value] = part
        else:
            ours[mine] = part
    absent = [value for value in values if value not in ours]
    if absent:
        raise UnfitError(f"no share is said for {', '.join(absent[:6])}")
    if math.fsum(strays.values()) > STRAY:
        known = ", ".join(values[:12])
        raise UnfitError(f"{', '.join(list(strays)[:6])} is none of its values ({known})")
    return _whole({value: ours[value] for value in values})


def _by_truth(value: str, values: Sequence[str]) -> str | None:
    """Yes for true and 1, where the column has one such value."""
    meant = truth(value)
    same = [own for own in values if meant is not None and truth(own) == meant]
    return same[0] if len(same) == 1 else None


def beside(column: Column, found: Mapping[str, float]) -> dict[str, float]:
    """Keep the user's shares; what they leave is shared out as the model says.

    Raises
    ------
    UnfitError
        Where the model leaves nothing for the open values.
    """
    stated = {v: float(p) for v, p in (column.stated or Stated()).probabilities or ()}
    if not stated:
        return dict(found)
    open_ = [value for value in found if value not in stated]
    left = 1 - math.fsum(stated.values())
    held = math.fsum(found[value] for value in open_)
    if not open_ or held <= 0 or left < 0:
        raise UnfitError("no share is left for the values that are open")
    return {v: stated[v] if v in stated else found[v] * left / held for v in found}
