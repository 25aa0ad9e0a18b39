"""How many tokens a text takes, before a model has counted them; and a budget of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synth_magic.llm.messages import Prompt

#: UTF-8 bytes of a token, in prose and in JSON, on the low side for what is usual.
PROSE, JSON = 3.0, 2.2
#: From this share of brackets, quotes, commas, colons and digits on, a text is JSON.
_DENSE = 0.22
_SIGNS = b'{}[]":,0123456789'
#: An endpoint that counts less than this share of our estimate has not read all of it.
WHOLE = 0.5
#: Beside the expected answer: half of it again, and so many for what a model says around it.
_SPARE, _AROUND, REASONING = 1.5, 1_000, 8_000
#: A file's model is held to the form and says nothing around it; a tiny one repeats itself
#: until its tokens end, and every one of them is waited for.
_LOCAL = 200


def of_text(text: str) -> int:
    """Estimate the tokens of a text."""
    data = text.encode("utf-8", "replace")
    signs = len(data) - len(data.translate(None, _SIGNS))
    return round(len(data) / (JSON if signs > _DENSE * len(data) else PROSE))


def of_messages(prompt: Prompt) -> int:
    """Estimate the tokens of a prompt's messages; its schema is often not counted."""
    return sum(of_text(text) for _, text in prompt.messages)


def of_schema(schema: Mapping[str, Any] | None) -> int:
    """Estimate the tokens of a schema, where an endpoint counts it."""
    return 0 if schema is None else round(len(json.dumps(schema)) / JSON)


def estimate(prompts: Sequence[Prompt]) -> tuple[int, int]:
    """Estimate what asking would take.

    Returns
    -------
    tuple
        Tokens in and tokens out.
    """
    into = sum(of_messages(prompt) + of_schema(prompt.schema) for prompt in prompts)
    return into, sum(prompt.expected_tokens for prompt in prompts)


def limit(expected: int, *, reasoning: bool, local: bool = False) -> int:
    """Give the most tokens that an answer may take (``max_tokens``).

    Parameters
    ----------
    expected
        Tokens of an answer in the form that is asked for.
    reasoning
        Whether the model has shown reasoning, which counts too.
    local
        Whether it is a file's model.
    """
    around = _LOCAL if local else _AROUND
    return round(_SPARE * expected) + around + (REASONING if reasoning else 0)


@dataclass(slots=True)
class Budget:
    """Tokens that may be spent; reserved before a call and settled after it.

    Parameters
    ----------
    most
        Of all calls together; None is no bound.
    spent
        In and out, by calls that ended.
    reserved
        By calls under way: the most that they can take.
    """

    most: int | None
    spent: int = 0
    reserved: int = 0

    @property
    def left(self) -> float:
        """Tokens that are neither spent nor reserved."""
        return float("inf") if self.most is None else self.most - self.spent - self.reserved

    def reserve(self, tokens: int) -> None:
        """Put tokens aside for a call."""
        self.reserved += tokens

    def settle(self, reserved: int, spent: int) -> None:
        """Replace what was put aside by what was taken."""
        self.reserved -= reserved
        self.spent += spent
