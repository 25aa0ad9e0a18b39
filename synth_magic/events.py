"""Progress, told by slow functions and shown by whoever called them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["reading", "authoring", "compiling", "drawing", "writing", "reporting"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and cost of what a model was asked; all zero offline."""

    prompt: int = 0
    completion: int = 0
    reasoning: int = 0
    cost: float | None = None


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
