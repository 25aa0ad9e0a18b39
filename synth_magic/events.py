"""Progress, told by slow functions and shown by whoever called them."""

from __future__ import annotations

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
class Event:
    """One step of progress: `done` of `total` rows (or parts) of a stage."""

    stage: Stage
    done: int = 0
    total: int = 0
    usage: Usage | None = None
    text: str = ""


Tell = Callable[[Event], None]


def silent(event: Event) -> None:
    """Tell nobody."""
