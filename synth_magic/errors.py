"""What can go wrong, as data.

A problem says where (a path into the thing that was said), what, and how to
mend it.  Lower rooms know nothing of cells: whoever opened the door maps a path
to the user's own line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from synth_magic import safe_text

Level = Literal["error", "warning", "note"]
Path = tuple[str | int, ...]
#: What can go wrong between us and a model.
Kind = Literal[
    "no_network",  # no connection: refused, reset, no such host, TLS
    "key",  # no key, or one that the endpoint does not take
    "quota",  # paid for no longer, or our own token budget reached
    "busy",  # asked to wait, overloaded, a server's own error
    "cut",  # the answer broke off, came too slowly or not at all
    "refused",  # the endpoint or the model says no: 4xx, content filter, no such model
    "unreadable",  # an answer that holds no JSON object
    "policy",  # an administrator, or a setting, does not let us ask
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or worth a word.

    Parameters
    ----------
    path
        Where it stands, by names: ``("columns", "age", "range")``.  Columns are
        named, effects, rules and other lists are counted from 0.
    what
        One line: what is wrong.
    mend
        One line: how to mend it; empty when there is nothing to do.
    level
        ``error`` stops, ``warning`` and ``note`` are returned and shown.
    offset
        Position in characters within the text that stands at `path`.

    Notes
    -----
    Messages quote names and values that others wrote: `what` and `mend` are made
    fit to be read (`safe_text.line`), here and nowhere else.
    """

    path: Path
    what: str
    mend: str = ""
    level: Level = "error"
    offset: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", safe_text.line(self.what))
        object.__setattr__(self, "mend", safe_text.line(self.mend))

    def __str__(self) -> str:
        return f"{self.what}\n{self.mend}" if self.mend else self.what


class SynthDataError(Exception):
    """Base of every error that synth-magic raises on purpose.

    Parameters
    ----------
    problems
        One problem or several; the first is the headline.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found: Sequence[Problem] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not found:
            raise ValueError("an error without a problem")
        self.problems: tuple[Problem, ...] = tuple(found)
        #: Path to its place in the cell (a `Span`), set by whoever read the cell.
        self.spans: Mapping[Path, object] = {}
        #: For each problem its `Span` in the text that the user typed, or None; set at the door.
        self.places: Sequence[object] = ()
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class SpecError(SynthDataError):
    """What was said (cell, blueprint, rule, law) cannot hold."""


class DataError(SynthDataError):
    """A name, a file, a lock or the memory at hand does not fit the wish."""


class ModelError(SynthDataError):
    """A model gave no answer that can be used.

    Parameters
    ----------
    problems
        As shown to the user: what happened, in two lines, without any key.
    kind
        What happened, for code that decides what comes next.
    retry
        Whether the same request may succeed later.
    after
        Seconds that the endpoint asked us to wait, if it did.
    result
        What was finished before, if anything (set by the pipeline).
    """

    def __init__(
        self,
        problems: Problem | Iterable[Problem],
        *,
        kind: Kind,
        retry: bool = False,
        after: float | None = None,
        result: object = None,
    ) -> None:
        super().__init__(problems)
        self.kind: Kind = kind
        self.retry = retry
        self.after = after
        self.result = result


class Interrupted(KeyboardInterrupt):
    """The user stopped the work; `result` holds what was finished, or None."""

    def __init__(self, message: str, result: object = None) -> None:
        super().__init__(message)
        self.result = result


def problem(path: Path, what: str, mend: str = "", *, offset: int | None = None) -> Problem:
    """Make a `Problem` of level ``error``."""
    return Problem(path, what, mend, "error", offset)


def note(path: Path, what: str, mend: str = "") -> Problem:
    """Make a `Problem` of level ``note``: shown in grey, never raised."""
    return Problem(path, what, mend, "note")


def warning(path: Path, what: str, mend: str = "") -> Problem:
    """Make a `Problem` of level ``warning``: shown, never raised."""
    return Problem(path, what, mend, "warning")
