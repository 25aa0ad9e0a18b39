"""The async core: prompts that are asked together, each to its reply or its error."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from synth_magic.errors import ModelError, Problem
from synth_magic.events import Event, Usage
from synth_magic.llm import gate, loop, quirks, sent, tokens, trouble
from synth_magic.llm.access import Access
from synth_magic.llm.attempt import DEAD, AgainError, Attempts, Try, kept_reply
from synth_magic.llm.cache import Cache
from synth_magic.llm.fault import CallError
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Prompt, Reply
from synth_magic.llm.refusal import spell

#: Seconds between two looks at a prompt that another kernel is asking.
_LOOK = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one prompt.

    Parameters
    ----------
    place
        Of the prompt.
    result
        As the asker gives it.
    usage
        What it took, failed attempts included.
    sent
        Whether it left this machine's process at all.
    """

    place: int
    result: Reply | ModelError
    usage: Usage
    sent: bool


@dataclass(slots=True)
class _Patience:
    """How often one prompt was tried again, and how many were answered when it began."""

    answered: int
    retries: int = 0


class Run:
    """Prompts asked together.

    Parameters
    ----------
    access, limits
        Whom, and within which bounds.
    cache
        Where answers are kept; None keeps none.
    refresh
        Whether kept answers are passed over.
    budget
        Of tokens, shared by all runs of an asker.
    inbox
        Gets events, notes and outcomes for the thread that asked.
    """

    def __init__(
        self,
        access: Access,
        limits: Limits,
        cache: Cache | None,
        *,
        refresh: bool,
        budget: tokens.Budget,
        inbox: queue.SimpleQueue[Event | Problem | Outcome],
    ) -> None:
        self._access, self._limits, self._cache = access, limits, cache
        self._refresh, self._budget, self._inbox = refresh, budget, inbox
        self._queue: deque[tuple[int, Prompt]] = deque()
        #: Of answers, that came in so far.
        self.characters = 0
        self._verdict: CallError | None = None
        self._answered = 0
        #: Prompts in a row that had no answer after every retry: one may be to blame itself.
        self._worn = 0
        self._paused = False
        self.ended = threading.Event()

    async def ask(self, prompts: Sequence[tuple[int, Prompt]]) -> None:
        """Ask every prompt, and put its outcome into the inbox as soon as it is known."""
        try:
            access = self._access
            most = self._limits.concurrency or (1 if access.loopback else gate.WIDEST)
            self._gate = loop.kept(("gate", access.identity, access.model), lambda: gate.Gate(most))
            self._gate.begin(most)
            folder = None if self._cache is None else self._cache.folder
            self._attempts = Attempts(
                access,
                self._limits,
                self._cache,
                book=loop.kept(("book", folder), lambda: quirks.Book(folder)),
                budget=self._budget,
                tell=self._inbox.put,
                more=self._more,
            )
            self._queue.extend(prompts)
            async with asyncio.TaskGroup() as group:
                for _ in range(min(most, len(prompts))):
                    group.create_task(self._work())
        finally:
            self.ended.set()

    def _more(self, characters: int) -> None:
        self.characters += characters

    async def _work(self) -> None:
        waited = False
        while self._queue:
            place, prompt = self._queue.popleft()
            lock = None if self._cache is None else self._cache.lock(self._access, prompt)
            if lock is not None and not lock.try_acquire():
                # Another kernel asks the same: its answer will be ours.
                self._queue.append((place, prompt))
                if not waited:
                    self._tell("another notebook is asking the same: waiting for its answer")
                waited = True
                await asyncio.sleep(_LOOK)
                continue
            if waited:
                waited = False
                self._resume()
            try:
                outcome = await self._outcome(place, prompt)
            finally:
                if lock is not None:
                    lock.release()
            self._inbox.put(outcome)

    async def _outcome(self, place: int, prompt: Prompt) -> Outcome:
        """Ask one prompt, whatever happens."""
        if self._cache is not None and not self._refresh:
            found = kept_reply(self._cache, self._access, prompt)
            if found is not None:
                return Outcome(place, found, found.usage, sent=False)
        state = self._attempts.begin(prompt)
        began = asyncio.get_running_loop().time()
        result: Reply | ModelError
        try:
            result = await self._reply(state)
        except asyncio.CancelledError:
            if state.sent:  # it left this machine, whether or not somebody waits for the answer
                sent.note(self._access, prompt, None)
            raise
        except Exception as error:  # nothing that an endpoint does may end the run
            result = trouble.model_error(trouble.fault_of(error, self._access), self._access)
        usage = replace(state.usage, seconds=asyncio.get_running_loop().time() - began)
        if isinstance(result, Reply):
            result = replace(result, usage=usage)
        if state.sent:
            sent.note(self._access, prompt, usage if isinstance(result, Reply) else None)
        return Outcome(place, result, usage, sent=state.sent)

    async def _reply(self, state: Try) -> Reply:
        """Pass the gate, attempt, wait and attempt again."""
        clock = asyncio.get_running_loop().time
        patience = _Patience(self._answered)
        while True:
            since = await self._enter(state)
            good = slower = False
            began = clock()
            try:
                self._judged()
                async with asyncio.timeout(max(0.0, self._limits.deadline - state.taken)):
                    reply = await self._attempts.once(state)
                good = True
            except AgainError:
                state.taken += clock() - began
                continue
            except Exception as error:
                fault = trouble.fault_of(error, self._access)
                slower = fault.slower
                if self._verdict is not None:
                    raise fault from None
                state.taken += clock() - began
                delay = self._delay(state, patience, fault)
                if fault.after is not None:
                    self._gate.close(delay)
                    self._paused = True
            else:
                self._answered += 1
                self._worn = 0
                return reply
            finally:
                self._gate.leave(since, good=good, slower=slower)
            self._tell(f"{fault.label}: waiting {spell(delay)}")
            state.taken += delay
            await asyncio.sleep(delay)
            self._resume()

    def _judged(self) -> None:
        """Raise what every other prompt ended in, if there was such a thing."""
        if self._verdict is not None:
            raise self._verdict

    async def _enter(self, state: Try) -> float:
        if self._gate.closed > 1 and not self._paused:
            self._paused = True
            pause = spell(self._gate.closed)
            self._tell(f"{self._access.host} asked for a pause: waiting {pause}")
            since = await self._gate.enter(again=state.sent)
            self._resume()
            return since
        return await self._gate.enter(again=state.sent)

    def _delay(self, state: Try, patience: _Patience, fault: CallError) -> float:
        """Give the seconds before the next attempt.

        Raises
        ------
        CallError
            Where there is no next one.  What would happen to all is told to all.
        """
        if self._answered > patience.answered:
            # Others are answered: it goes on as long as that is so.
            patience.answered, patience.retries = self._answered, 0
        left = self._limits.deadline - state.taken
        out = patience.retries >= len(gate.DELAYS) or (
            fault.kind == "no_network" and state.taken > DEAD
        )
        if not fault.retry or out or (fault.after or 0.0) > left:
            self._worn += fault.retry
            gone = fault.kind in ("no_network", "busy") or self._worn > 1
            if fault.all or (fault.retry and gone):
                self._verdict = fault
            raise fault from None
        delay = gate.DELAYS[patience.retries]
        patience.retries += 1
        return gate.jittered(delay) if fault.after is None else max(fault.after, gate.DELAYS[0])

    def _tell(self, text: str) -> None:
        self._inbox.put(Event("waiting", text=text))

    def _resume(self) -> None:
        """Say that what was waited for is over."""
        self._inbox.put(Event("asking"))
