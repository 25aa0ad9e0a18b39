"""Asking a model: one async core on one loop, and this one synchronous face."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from synth_magic import safe_text
from synth_magic.errors import ModelError, Problem
from synth_magic.events import Event, Tell, Usage, silent
from synth_magic.llm import local, loop, tokens
from synth_magic.llm.access import Access, mask
from synth_magic.llm.attempt import CUT, kept_reply
from synth_magic.llm.cache import Cache
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Prompt, Reply
from synth_magic.llm.run import Outcome, Run

#: Seconds between two looks, so that an interrupt is answered.
_LOOK = 0.1
#: Seconds that closing connections may take.
_CLOSING = 1.0
#: Seconds between two events about an answer that is coming in.
_SHOWN = 0.5
_MOST_TOLD = 3


class Asker:
    """Asks the model of an access; an `Ask`.

    Parameters
    ----------
    access
        Which model, where, with which key.
    limits
        Seconds, bytes and calls at a time.
    cache
        Where answers are kept; None keeps none.
    refresh
        Whether kept answers are passed over.
    token_budget
        Tokens in and out that may be spent by this asker.
    prices
        Triples (model, price in, price out) of a million tokens.
    tell
        Told of progress, on the thread that asks.
    """

    def __init__(
        self,
        access: Access,
        *,
        limits: Limits,
        cache: Cache | None,
        refresh: bool = False,
        token_budget: int | None = None,
        prices: Sequence[tuple[str, float, float]] = (),
        tell: Tell = silent,
    ) -> None:
        self._access, self._limits, self._cache = access, limits, cache
        self._refresh, self._tell = refresh, tell
        self._budget = tokens.Budget(token_budget)
        self._price = next((price for price in prices if price[0] == access.model), None)
        self._notes: dict[str, Problem] = {}
        self._sent: list[str] = []
        #: What asking has taken so far, failed attempts included.
        self.usage = Usage()
        if cache is None or refresh:
            # No kept answer will do: what is slow to import is wanted at once.
            from synth_magic.llm import transport

            loop.get().events.call_soon_threadsafe(transport.warm)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What is worth a word about the endpoint, each once."""
        return tuple(self._notes.values())

    @property
    def prompt_was_cut(self) -> bool:
        """Whether the endpoint read a part of a prompt only: then smaller ones are wanted."""
        return any(told.path == CUT for told in self._notes.values())

    @staticmethod
    def estimate(prompts: Sequence[Prompt]) -> tuple[int, int]:
        """Estimate the tokens that asking would take, in and out."""
        return tokens.estimate(prompts)

    def is_cached(self, prompt: Prompt) -> bool:
        """Whether a prompt would be answered without asking anybody."""
        return self._kept(prompt) is not None

    def price(self, into: int, out: int) -> float | None:
        """Give the cost of tokens, in the currency of the prices; None without a price."""
        if self._price is None:
            return None
        return (into * self._price[1] + out * self._price[2]) / 1e6

    def _kept(self, prompt: Prompt) -> Reply | None:
        if self._cache is None or self._refresh:
            return None
        return kept_reply(self._cache, self._access, prompt)

    def __call__(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Reply | ModelError]]:
        """Ask several prompts; gives (place, reply or error) in the order of arrival.

        Answers that arrived are kept on disk before they are given.  Closing the iterator,
        or an interrupt while it waits, cancels what is under way within a second.
        """
        missing = []
        for place, prompt in enumerate(prompts):
            kept = self._kept(prompt)
            if kept is None:
                missing.append((place, prompt))
                continue
            self.usage += kept.usage
            yield place, kept
        if missing:
            yield from self._asked(missing, len(prompts))

    def _asked(
        self, missing: list[tuple[int, Prompt]], total: int
    ) -> Iterator[tuple[int, Reply | ModelError]]:
        if self._access.local_file is not None:
            if not self._access.base_url:
                self._tell(Event("waiting", text=self._shown(f"loading {self._access.model}")))
            self._access = local.serve(self._access)
        inbox: queue.SimpleQueue[Event | Problem | Outcome] = queue.SimpleQueue()
        run = Run(
            self._access,
            self._limits,
            self._cache,
            refresh=self._refresh,
            budget=self._budget,
            inbox=inbox,
        )
        abouts = dict(missing)
        before, began, shown, heard = self.usage, perf_counter(), 0.0, 0
        left = len(missing)
        waits = ""
        self._tell(self._progress(total - left, total, 0))
        future = loop.get().run(run.ask(missing))
        try:
            while left:
                with contextlib.suppress(queue.Empty):
                    item = inbox.get(timeout=_LOOK)
                    if isinstance(item, Event):
                        waits = self._shown(item.text) if item.stage == "waiting" else ""
                        if waits:
                            self._tell(replace(item, text=waits))
                    elif isinstance(item, Problem):
                        self._notes.setdefault(item.what, item)
                    else:
                        left -= 1
                        result = self._counted(item, abouts[item.place].about, before, began)
                        waits = ""
                        self._tell(self._progress(total - left, total, run.characters))
                        yield item.place, result
                    continue
                if future.done() and inbox.empty():
                    future.result()
                now = perf_counter()
                if now - shown < _SHOWN:
                    continue
                # Also where nothing came: whoever waits sees that it goes on, and how long.
                waits = "" if run.characters > heard else waits
                shown, heard = now, run.characters
                if waits:
                    self._tell(Event("waiting", text=waits))
                else:
                    self._tell(self._progress(total - left, total, heard))
        finally:
            if not future.done():
                future.cancel()
                run.ended.wait(_CLOSING)
            while not inbox.empty():  # arrived, paid for and kept, but not given any more
                item = inbox.get()
                if isinstance(item, Outcome):
                    self._counted(item, abouts[item.place].about, before, began)

    def _progress(self, done: int, total: int, characters: int) -> Event:
        said = self._shown(f"asking {self._access.model}")
        return Event("asking", done, total, self.usage, said, "answers", characters)

    def _shown(self, text: str) -> str:
        return mask(safe_text.line(text), self._access.key)

    def _counted(
        self, item: Outcome, about: str, before: Usage, began: float
    ) -> Reply | ModelError:
        """Add what a prompt took; give its result, with its price."""
        usage, result = item.usage, item.result
        if self._price is not None and usage.calls:
            usage = replace(usage, cost=self.price(usage.prompt, usage.completion))
            if isinstance(result, Reply):
                result = replace(result, usage=usage)
        if item.sent and about not in self._sent:
            self._sent.append(about)
        # Calls overlap: what the user waited is not the sum of what each took.
        waited = before.seconds + perf_counter() - began
        self.usage = replace(self.usage + usage, seconds=waited)
        return result

    def told(self) -> str:
        """Say in one line what was sent where, and what it took."""
        usage, access = self.usage, self._access
        if not self._sent:
            kept = f": {_number(usage.cached, 'answer')} of {access.model} kept here"
            return self._shown(f"Nothing was sent{kept if usage.cached else ''}")
        said = [about for about in self._sent if about]
        rest = len(said) - _MOST_TOLD
        what = ", ".join(said[:_MOST_TOLD]) + (f" and {rest} more" if rest > 0 else "")
        about = "~" if usage.estimated else ""
        where = f"Sent to {access.host} ({access.model})"
        if access.local_file is not None:
            where = f"Asked {access.model} on this machine, nothing left it"
        parts = [
            f"{where}: {what or 'the description'}",
            _number(usage.calls, "call"),
            f"{about}{usage.prompt:,} tokens in, {about}{usage.completion:,} out",
            f"{usage.seconds:.1f} s",
        ]
        if usage.cached:
            parts.insert(2, f"{usage.cached:,} kept here")
        if usage.cost is not None:
            parts.append(f"cost {usage.cost:.4g}")
        return self._shown(" · ".join(parts))


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}" + ("" if count == 1 else "s")
