"""Whether a table keeps a published number: within its last digit, and beyond chance or not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from synth_magic.blueprint.targets import Printed, Target, Targets
from synth_magic.fidelity.compare import BLIND, LOCATION, SHARE, SPREAD, holm
from synth_magic.fidelity.measure import normal_tail
from synth_magic.fidelity.report import Verdict
from synth_magic.fidelity.tally import Z99
from synth_magic.fidelity.targets_measure import Seen

#: The law itself has missed a fitted number beyond so many of its own errors.
SURE = 4.0
#: A ratio is off by little within this share of it.
_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Pair:
    """One published number beside the law and the table."""

    target: Target
    printed: Printed
    law: Seen
    table: Seen

    @property
    def free(self) -> bool:
        """Whether the blueprint was not fitted to it."""
        return self.target.role == "free"


def verdicts(pairs: Sequence[Pair], targets: Targets, *, changed: bool) -> list[Verdict]:
    """Grade all numbers; those that were used and those that were not are two families of tests.

    Parameters
    ----------
    pairs
        The numbers.
    targets
        With how many rows were published.
    changed
        Whether the table is another than was drawn: then nothing is graded.
    """
    if changed:
        return ["not graded"] * len(pairs)
    tests = {str(at): _p(pair, targets) for at, pair in enumerate(pairs)}
    failed: set[str] = set()
    for free in (False, True):
        own = {str(at): tests[str(at)] for at, pair in enumerate(pairs) if pair.free == free}
        failed |= holm(own)
    return [_verdict(pair, str(at) in failed) for at, pair in enumerate(pairs)]


def apart(seen: Seen, printed: Printed) -> float:
    """Say how far a number is beyond what its last printed digit allows; 0 within."""
    if seen.log:
        if not (seen.value > 0 and printed.value > 0):
            return math.inf
        room = printed.half / printed.value
        return max(0.0, abs(math.log(seen.value / printed.value)) - room)
    if printed.what == "low":
        return max(0.0, printed.value - printed.half - seen.value)
    if printed.what == "high":
        return max(0.0, seen.value - printed.value - printed.half)
    return max(0.0, abs(seen.value - printed.value) - printed.half - seen.step / 2 - 1e-12)


def _p(pair: Pair, targets: Targets) -> float:
    """Two-sided p-value of a number beyond its last printed digit."""
    beyond, error = apart(pair.table, pair.printed), pair.table.error
    if beyond == 0:
        return 1.0
    n = targets.size(pair.target.group)
    if pair.free and n and not pair.target.follows:  # the published rows are a sample, too
        error = math.hypot(error, error * math.sqrt(pair.table.n / n))
    return normal_tail(beyond / error) if error > 0 else 0.0


def _verdict(pair: Pair, rejected: bool) -> Verdict:
    if not pair.free:
        missed = apart(pair.law, pair.printed) > SURE * pair.law.error
        return "differs" if rejected or missed else "as fitted"
    margin = _margin(pair)
    if rejected:
        return "small miss" if apart(pair.table, pair.printed) <= margin else "differs"
    blind = Z99 * pair.table.error > BLIND * margin
    return "too few rows to tell" if blind else "as published"


def _margin(pair: Pair) -> float:
    """Say up to which difference it is small."""
    what, sd = pair.printed.what, pair.law.sd
    if what in ("share", "missing"):
        return SHARE * sd
    if what == "sd" or what == "iqr":
        return SPREAD * abs(pair.law.value)
    if what in ("odds_ratio", "hazard_ratio"):
        return math.log1p(_TENTH)
    if what in ("difference", "correlation"):
        return _TENTH * abs(pair.printed.value)
    return LOCATION * sd
