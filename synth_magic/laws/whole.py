"""Which columns without a type hold whole numbers: scores, grades, small counts."""

from __future__ import annotations

import re

from synth_magic import units
from synth_magic.blueprint.model import Column, Stated
from synth_magic.laws.steps import narrowest
from synth_magic.unit_table import ATOMS

#: A range of more values than this may as well be measured.
LARGEST_SPAN = 20
#: A range of fewer is that of a share.
SMALLEST_SPAN = 2
_TIMES = frozenset({"years", "year", "months", "month", "weeks", "week", "days", "day"})
#: Things that are counted, each a base of its own among units.
_THINGS = frozenset(base for atom in ATOMS.values() if atom.word for base in atom.dimension)
#: Words of names for what is measured on a scale without steps.
_MEASURED = re.compile(
    r"(?:^|[\W_\d])(ratio|rate|index|ph|gpa|temp|temperature|conc|concentration|level|levels|log|ln"
    r"|price|cost|costs|dose|weight|mass|length|height|width|depth|distance|diameter|thickness"
    r"|speed|velocity|time|duration|size|volume|area|pressure|percent|pct|share|proportion"
    r"|probability|prob|fraction|density|change|delta|difference|residual|zscore|sds)(?:$|[\W_\d])"
)


def whole_numbers(column: Column) -> bool:
    """Whether a column whose type nobody stated holds whole numbers.

    It does if its range has whole ends a few units apart, its unit (if any) counts
    something, and nothing that is said of it or of its name speaks of values between.

    Parameters
    ----------
    column
        Its range, unit, name, decimals and stated facts count.
    """
    if column.distribution is not None or column.decimals is not None or column.range is None:
        return False
    low, high = column.range
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return False
    if low != int(low) or high != int(high) or not SMALLEST_SPAN <= high - low <= LARGEST_SPAN:
        return False
    name = re.sub(r"([a-z])([A-Z])", r"\1_\2", column.name).lower()
    return (
        counted(column.unit)
        and _MEASURED.search(name) is None
        and not _between(column.stated or Stated())
    )


def counted(unit: str | None) -> bool:
    """Whether a unit is a thing that is counted (``visits``, ``days``), or none."""
    if unit is None or unit.lower() in _TIMES:
        return True
    read = units.read(unit)
    if read is None:
        return re.fullmatch(r"[a-z]{3,}s|children|people", unit.lower()) is not None
    return len(read.dimension) == 1 and read.dimension[0] in ((thing, 1) for thing in _THINGS)


def _between(stated: Stated) -> bool:
    """Whether facts are such as whole numbers cannot have: a median of 7.3, too small an SD."""
    places = [stated.median, *(stated.quartiles or ()), *(x for _, x in stated.quantiles or ())]
    if any(isinstance(x, (int, float)) and 2 * x != int(2 * x) for x in places):
        return True
    if not isinstance(stated.mean, (int, float)) or stated.sd is None:
        return False
    return float(stated.sd) < 1.05 * narrowest(float(stated.mean), 1.0)
