"""Progress, told by slow functions and shown by whoever called them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal[
    "reading", "authoring", "asking", "waiting", "compiling", "drawing", "writing", "reporting"
]


@dataclass(frozen=True, slots=True)
class Usage:
    """What asking a model took; all zero offline.

    Parameters
    ----------
    prompt, completion, reasoning
        Tokens in, out, and those of `completion` that were spent on reasoning.
    cost
        In the currency of the configured prices; None where none are configured.
    calls
        Requests that were answered by the endpoint.
    cached
        Requests that were answered from the cache and cost nothing.
    seconds
        From the first request to the last answer.
    estimated
        Whether an endpoint left the tokens out, so that they are our own estimate.
    """

    prompt: int = 0
    completion: int = 0
    reasoning: int = 0
    cost: float | None = None
    calls: int = 0
    cached: int = 0
    seconds: float = 0.0
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            prompt=self.prompt + other.prompt,
            completion=self.completion + other.completion,
            reasoning=self.reasoning + other.reasoning,
            cost=sum(costs) if costs else None,
            calls=self.calls + other.calls,
            cached=self.cached + other.cached,
            seconds=self.seconds + other.seconds,
            estimated=self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Partial:
    """Some finished rows of a table in the making, as text that is foreign to whoever shows it.

    Parameters
    ----------
    columns
        Names of the columns that are shown.
    rows
        One tuple a row: its number in the table, then a cell a column; empty where missing.
    hidden
        How many columns are not shown.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One step of progress.

    Parameters
    ----------
    stage
        What is being done.
    done, total
        How much of it; a total of 0 says nothing.
    usage
        What asking took so far.
    text
        What is shown instead of the stage's name.
    of
        What is counted: rows of the table, or answers of a model.
    characters
        Of the answers, as far as they have come in.
    partial
        Rows that have just been finished.
    """

    stage: Stage
    done: int = 0
    total: int = 0
    usage: Usage | None = None
    text: str = ""
    of: Literal["rows", "answers"] = "rows"
    characters: int = 0
    partial: Partial | None = None


Tell = Callable[[Event], None]


def silent(event: Event) -> None:
    """Tell nobody."""


class Line:
    """The line that is shown of the events so far.

    While a model is asked, its answers and the rows that come of them are counted by
    different rooms: the line has both, with the tokens and what they cost.  It ends with the
    seconds since it began.
    """

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._asked: Event | None = None
        self._rows: Event | None = None

    def hear(self, event: Event) -> str:
        """Take in an event; give the line."""
        took = f"{time.monotonic() - self._began:.0f} s"
        if event.stage not in ("asking", "waiting"):
            return f"{_counted(event)}, {took}"
        if event.of == "rows" and event.total:
            self._rows = event
        elif event.stage == "asking":
            self._asked = event
        asked = self._asked or Event("asking")
        parts = [_counted(event if event.stage == "waiting" else asked)]
        if self._rows is not None:
            parts.append(_amount(self._rows))
        if asked.characters:
            parts.append(f"{asked.characters:,} characters so far")
        usage = asked.usage
        if usage is not None and usage.completion:
            about = "some " if usage.estimated else ""
            parts.append(f"{about}{usage.prompt + usage.completion:,} tokens")
            if usage.cost is not None:
                parts.append(f"cost {usage.cost:.4f}")
        return ", ".join((*parts, took))


def _counted(event: Event) -> str:
    said = event.text or event.stage
    return f"{said}: {_amount(event)}" if event.total else said


def _amount(event: Event) -> str:
    word = event.of[:-1] if event.total == 1 else event.of
    return f"{event.done:,} of {event.total:,} {word}"
