"""Answers as a good model gives them, for the tests of this room."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from synth_magic.errors import ModelError, problem
from synth_magic.events import Usage
from synth_magic.llm.messages import Reply

GOOD = json.loads((Path(__file__).parent / "good.json").read_text(encoding="utf-8"))


def good() -> dict:
    """A good answer to the cell of the first page, with a grip strength."""
    return copy.deepcopy(GOOD)


class Model:
    """Answers prompts with what it was given, in order; the last answer is given again."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.asked = []

    def __call__(self, prompts):
        for place, prompt in enumerate(prompts):
            at = min(len(self.asked), len(self.answers) - 1)
            self.asked.append(prompt)
            answer = self.answers[at]
            answer = answer(prompt) if callable(answer) else answer
            yield place, answer if isinstance(answer, ModelError) else Reply(answer, Usage(calls=1))


def failure(kind: str) -> ModelError:
    """A call that went wrong."""
    return ModelError(problem((), f"It went wrong: {kind}", "Try again"), kind=kind)
