"""Rounds of asking: several prompts at once, their answers put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth_magic.authors.answers import form
from synth_magic.authors.answers.form import Answer
from synth_magic.authors.asking import Asked
from synth_magic.errors import ModelError
from synth_magic.llm.messages import Ask


@dataclass(frozen=True, slots=True)
class Talk:
    """A model that is asked."""

    ask: Ask

    def round(self, asked: Sequence[Asked]) -> tuple[Answer, ModelError | None]:
        """Ask all prompts of a round.

        Returns
        -------
        answer
            All that was answered, in the order of the prompts.
        failed
            The first failure, if any.
        """
        answers: dict[int, Answer] = {}
        failed: ModelError | None = None
        for place, reply in self.ask([one.prompt for one in asked]):
            if isinstance(reply, ModelError):
                failed = failed or reply
                continue
            answers[place] = asked[place].read(reply.data)
        return together([answers[place] for place in sorted(answers)]), failed


def together(parts: Sequence[Answer]) -> Answer:
    """Put the lists of several answers together."""
    return Answer(**{k: tuple(r for p in parts for r in getattr(p, k)) for k in form.KINDS})
