"""Which model is asked, and what would be sent: between the options and the model's room."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synth_magic.blueprint.request import Request
from synth_magic.errors import ModelError, Problem, note
from synth_magic.events import Tell, Usage, silent
from synth_magic.options import Options

if TYPE_CHECKING:
    from synth_magic.llm.access import Access
    from synth_magic.llm.client import Asker
    from synth_magic.llm.messages import Ask, Prompt, Reply

#: Sizes that models carry in their names, in billions of parameters; up to this one is small.
_SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?([bm])(?![a-z0-9])", re.IGNORECASE)
SMALL_BILLIONS = 4.0


@dataclass(frozen=True, slots=True)
class Model:
    """A model that may be asked.

    Parameters
    ----------
    access
        Where it is.
    ask
        Asks it.
    small
        Whether it is known to be small, so that it is asked less and given more.
    """

    access: Access
    ask: Asker
    small: bool

    @property
    def name(self) -> str:
        """As the record calls the author."""
        return self.access.model

    def usage(self) -> Usage:
        """Count what asking it took so far."""
        return self.ask.usage

    def notes(self) -> tuple[Problem, ...]:
        """Say what was sent where, and what was noticed of the endpoint."""
        return (note(("author",), self.ask.told()), *self.ask.notes)


class Heard:
    """Asks as the asker that it stands before, and keeps what was said, for the view's Source.

    Parameters
    ----------
    ask
        Asks.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._talk: list[tuple[str, str]] = []

    @property
    def talk(self) -> tuple[tuple[str, str], ...]:
        """Pairs (prompt, answer) so far; of what failed, the first line of why."""
        return tuple(self._talk)

    def __call__(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Reply | ModelError]]:
        """Ask several prompts; closing the iterator closes the asker's."""
        answers = self._ask(prompts)
        try:
            for place, reply in answers:
                said = "\n\n".join(f"[{role}]\n{text}" for role, text in prompts[place].messages)
                if isinstance(reply, ModelError):
                    told = reply.problems[0].what
                else:
                    told = json.dumps(reply.data, indent=1, ensure_ascii=False)
                self._talk.append((said, told))
                yield place, reply
        finally:
            close = getattr(answers, "close", None)
            if close is not None:
                close()


def is_small(name: str) -> bool:
    """Tell by its name whether a model has at most 4 billion parameters."""
    sizes = [float(n) / (1000 if unit in "mM" else 1) for n, unit in _SIZE.findall(name)]
    return bool(sizes) and max(sizes) <= SMALL_BILLIONS


def open_model(options: Options, tell: Tell = silent) -> Model | None:
    """Find the model that the options name; None where nobody is to be asked.

    Raises
    ------
    ModelError
        If it may not be asked, or a key is wanted and none is set.
    """
    from synth_magic.llm.access import resolve

    access = resolve(options)
    if access is None:
        return None
    from synth_magic.llm.cache import Cache
    from synth_magic.llm.client import Asker
    from synth_magic.llm.limits import limits

    asker = Asker(
        access,
        limits=limits(options, loopback=access.loopback),
        cache=Cache() if options.cache else None,
        refresh=options.refresh,
        token_budget=options.token_budget,
        prices=options.prices,
        tell=tell,
    )
    return Model(access, asker, small=access.local_file is not None or is_small(access.model))


def rehearse(request: Request, options: Options) -> str:
    """Write out what would be sent for a request, and ask nobody.

    Parameters
    ----------
    request
        As read from the cell.
    options
        With the model.

    Returns
    -------
    str
        Where it would go, an estimate of its tokens, what was filled in from the notebook,
        and every prompt of the first round in full.
    """
    model = open_model(replace(options, token_budget=None))
    lines = ["Dry run: nothing was sent."]
    if model is None:
        return f"{lines[0]}\nNo model is named, so nothing would be: --model NAME names one."
    from synth_magic.authors import model as author

    if request.blueprint is not None:
        return f"{lines[0]}\nThe cell is a whole blueprint, so no author would be asked."
    prompts = author.prompts(request, grounding=options.grounding, small=model.small)
    sent = [prompt for prompt in prompts if not model.ask.is_cached(prompt)]
    tokens_in, tokens_out = model.ask.estimate(sent)
    calls = f"{len(sent)} call{'s' * (len(sent) != 1)}"
    cost = model.ask.price(tokens_in, tokens_out)
    lines.append(
        f"Would ask {model.name} at {model.access.host}: {calls}, some {tokens_in:,} tokens in and"
        f" {tokens_out:,} out" + ("" if cost is None else f", cost some {cost:.4f}")
    )
    if len(sent) < len(prompts):
        lines.append(f"{len(prompts) - len(sent)} of {len(prompts)} are answered by the cache")
    if options.engine == "rows":
        lines.append("Then a call for every 20 rows, written from the blueprint that comes of it")
    if options.real is not None:
        lines.append(f"Of {options.real} nothing would be sent")
    lines.append("")
    lines += [f"Filled in: {{{{{name}}}}} = {text}" for name, text in request.filled]
    for place, prompt in enumerate(prompts, 1):
        for role, text in prompt.messages:
            lines += [f"--- {place} of {len(prompts)}, {role} ---", text, ""]
    return "\n".join(lines).rstrip()
