"""How long, how much and how many at a time."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass

from synth_magic.errors import DataError, problem
from synth_magic.options import Options

_MOST_SECONDS = 86_400.0
#: A server on this machine reads the whole prompt before its first word, on a slow CPU.
_FIRST_ON_LOOPBACK = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one call.

    Parameters
    ----------
    deadline
        Most seconds from the first byte sent to the last one received.
    idle
        Most seconds between two pieces of an answer.
    first_token
        Most seconds before the first piece.
    bytes
        Most bytes of an answer.
    concurrency
        Most calls at a time; None leaves it to the gate.
    """

    deadline: float = 600.0
    idle: float = 60.0
    first_token: float = 60.0
    bytes: int = 4_000_000
    concurrency: int | None = None


def limits(
    options: Options, *, loopback: bool = False, environ: Mapping[str, str] | None = None
) -> Limits:
    """Give the limits of a run.

    A setting that was changed counts; where it stands at its default, the variables
    SYNTHDATA_DEADLINE and SYNTHDATA_IDLE do, which scripts and tests set.

    Parameters
    ----------
    options
        Of the run.
    loopback
        Whether the endpoint is this machine: the first word may then take five times as long.
    environ
        Of the process where None.

    Raises
    ------
    DataError
        If one of them is no number of seconds above 0 and up to a day, or `concurrency`
        is no whole number from 1 to 64.
    """
    variables = os.environ if environ is None else environ
    default = Options()
    deadline = _seconds(options.deadline, default.deadline, "deadline", variables)
    idle = _seconds(options.idle, default.idle, "idle", variables)
    if options.concurrency is not None and not 1 <= options.concurrency <= 64:
        raise DataError(
            problem(
                ("options", "concurrency"),
                f"SynthData.concurrency is {options.concurrency}: from 1 to 64 calls at a time",
                "Write SynthData.concurrency = 4, or None",
            )
        )
    return Limits(
        deadline=deadline,
        idle=idle,
        first_token=idle * _FIRST_ON_LOOPBACK if loopback else idle,
        concurrency=options.concurrency,
    )


def _seconds(said: float, default: float, name: str, environ: Mapping[str, str]) -> float:
    source, text = f"SynthData.{name}", str(said)
    variable = f"SYNTHDATA_{name.upper()}"
    if said == default and environ.get(variable, "").strip():
        source, text = variable, environ[variable].strip()
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _MOST_SECONDS:
        raise DataError(
            problem(
                ("options", name),
                f"{source} is {text[:40]}: a number of seconds above 0 and up to 86400 is wanted",
                f"Write {source} = {default:g}",
            )
        )
    return seconds
