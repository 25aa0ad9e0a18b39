"""One attempt: tokens reserved, a request sent, its answer read and learned from."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from synth_magic.errors import Problem, note
from synth_magic.events import Usage
from synth_magic.llm import quirks, refusal, scan, tokens, transport, trouble, wire
from synth_magic.llm.access import Access, mask
from synth_magic.llm.cache import Cache
from synth_magic.llm.fault import CallError, StatusError
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Prompt, Reply
from synth_magic.llm.quirks import Book, Quirks

#: Seconds for a connection, and in all until an endpoint that gives none is told.
CONNECT, DEAD = 5.0, 6.0
#: Ways of asking that are tried with one prompt before a refusal is told.
_MOST_FORMS = 4
#: By so much must an endpoint count otherwise than before, to be kept.
_TELLING = 0.2
#: Seconds between two looks at a budget that other calls hold.
_LOOK = 0.05
#: Path of the note that an endpoint read a part of a prompt only.
CUT = ("options", "model", "context")
_RAISE_CONTEXT = "Raise the model's context (for Ollama OLLAMA_CONTEXT_LENGTH=8192)"


@dataclass(slots=True)
class Try:
    """One prompt, while it is asked.

    Parameters
    ----------
    prompt
        What is asked.
    quirks, tried
        How it is asked now, and how it was refused.
    doubled
        2 once its answer ended with its tokens.
    taken
        Seconds that its attempts and pauses took, against the deadline.
    usage
        Of every attempt.
    sent
        Whether a request was about to leave.
    """

    prompt: Prompt
    quirks: Quirks
    tried: frozenset[Quirks] = frozenset()
    doubled: int = 1
    taken: float = 0.0
    usage: Usage = field(default_factory=Usage)
    sent: bool = False


class AgainError(Exception):
    """The same prompt is to be asked once more at once, in another form."""


class Attempts:
    """How one endpoint is asked.

    Parameters
    ----------
    access, limits
        Whom, and within which bounds.
    cache
        Where an answer that passed is kept.
    book
        What is learned of the endpoint.
    budget
        Of tokens.
    tell
        Told what is worth a word.
    more
        Told the characters of each piece of an answer.
    """

    def __init__(
        self,
        access: Access,
        limits: Limits,
        cache: Cache | None,
        *,
        book: Book,
        budget: tokens.Budget,
        tell: Callable[[Problem], None],
        more: Callable[[int], None],
    ) -> None:
        self._access, self._limits, self._cache = access, limits, cache
        self._book, self._budget, self._tell = book, budget, tell
        self._more = more

    def begin(self, prompt: Prompt) -> Try:
        """Begin with a prompt, as was learned to be the way."""
        return Try(prompt, self._book.get(self._access))

    async def once(self, state: Try) -> Reply:
        """Send one request and read its answer."""
        prompt, access = state.prompt, self._access
        into, limit = await self._reserved(state)
        heard = wire.Heard()
        counted = False
        try:
            await self._sent(state, limit, heard)
            counted = True
        except StatusError as error:
            self._learn_from(state, error)
            raise
        finally:
            usage = _usage(heard, into, counted=counted)
            self._budget.settle(into + limit, usage.prompt + usage.completion)
            state.usage += usage
        if heard.reasoned or (heard.usage is not None and heard.usage[2]):
            state.quirks = replace(state.quirks, reasoning=True)
        self._learn(state, heard, into)
        reply, fit = self._read(state, heard, limit)
        if usage.estimated:
            self._note(f"{access.host} counted no tokens: those shown are an estimate")
        if self._whole(prompt, heard) and fit and self._cache is not None:
            self._cache.put(access, prompt, heard.text, usage)
        return reply

    async def _sent(self, state: Try, limit: int, heard: wire.Heard) -> None:
        line = transport.line(self._access)
        body = wire.body(state.prompt, self._access.model, state.quirks, limit)
        connect = max(1.0, min(CONNECT, DEAD - state.taken))
        try:
            async with asyncio.timeout(self._limits.first_token) as silence:
                state.sent = True
                async with line.post(self._access, body, connect) as response:
                    silence.reschedule(None)
                    await wire.hear(response, heard, self._limits, self._more)
        except TimeoutError:
            raise trouble.silent(self._access, self._limits, begun=bool(heard.parts)) from None
        if not heard.complete:
            raise CallError(
                "cut",
                f"{self._access.host} broke the answer off in its middle",
                "Run the cell again; what was answered before is kept",
                retry=True,
                label="broken off",
            )

    async def _reserved(self, state: Try) -> tuple[int, int]:
        """Reserve tokens for one request.

        Returns
        -------
        tuple
            Tokens that the prompt is thought to take, and the most for the answer.
        """
        prompt, budget = state.prompt, self._budget
        into, expected = tokens.estimate([prompt])
        into = math.ceil(into * state.quirks.ratio)
        local = self._access.local_file is not None
        reasoning = state.quirks.reasoning
        limit = tokens.limit(expected, reasoning=reasoning, local=local) * state.doubled
        while budget.most is not None and budget.left < into + expected * state.doubled:
            if not budget.reserved:
                raise trouble.budget_fault(budget.most, budget.spent, into + expected)
            await asyncio.sleep(_LOOK)  # a call under way may take less than was put aside
        limit = int(min(limit, budget.left - into))
        budget.reserve(into + limit)
        return into, limit

    def _learn_from(self, state: Try, error: StatusError) -> None:
        """Choose another way of asking after a refusal; raise `AgainError` if there is one."""
        hidden = StatusError(error.status, error.headers, mask(error.text, self._access.key))
        fault = refusal.of_refusal(hidden, self._access)
        state.tried |= {state.quirks}
        if not refusal.of_form(hidden, fault) or len(state.tried) >= _MOST_FORMS:
            return
        usual = quirks.usual(self._access)
        learned = state.quirks == self._book.get(self._access) != usual
        found = quirks.after_refusal(state.quirks, hidden.text, state.tried)
        if learned and usual not in state.tried:
            self._book.forget(self._access)
            found = usual
        if found is not None:
            state.quirks = found
            raise AgainError

    def _read(self, state: Try, heard: wire.Heard, limit: int) -> tuple[Reply, bool]:
        """Take the object out of a complete answer; and whether it may be kept."""
        access, prompt = self._access, state.prompt
        text = heard.text
        if heard.filtered or (heard.refusal and not text.strip()):
            said = (
                refusal.quoted(mask(heard.refusal, access.key)) or "its content filter stepped in"
            )
            raise CallError(
                "refused",
                f"{access.model} at {access.host} does not answer this: {said}",
                "Say it in other words, ask another model, or write --model offline",
            )
        if heard.finish == "error":
            raise CallError(
                "busy",
                f"{access.host} ended the answer with an error of its own",
                "Run the cell again later; what was answered before is kept",
                retry=True,
                label="an error there",
            )
        masked = mask(text, access.key)
        try:
            data = scan.last_object(
                masked, prompt.schema, longest=prompt.longest, mask=self._masked
            )
        except scan.UnreadableError as why:
            self._too_short(state, heard, limit)
            raise self._unreadable(prompt, heard, str(why)) from None
        required = set((prompt.schema or {}).get("required") or ())
        if not required <= set(data):
            self._too_short(state, heard, limit)
            if state.quirks.form == "json_schema" and prompt.schema is not None:
                self._note(
                    f"{access.host} took the form of the answer and did not keep it",
                    "What is missing is completed without the model",
                )
        return Reply(data, Usage()), masked == text

    def _too_short(self, state: Try, heard: wire.Heard, limit: int) -> None:
        """Where an answer ended with its tokens: ask once more with twice as many."""
        if not heard.cut_by_length:
            return
        if state.doubled == 1:
            state.doubled = 2
            raise AgainError
        raise CallError(
            "cut",
            f"{self._access.model} needs more than {limit:,} tokens for this answer",
            "Ask for fewer columns at a time, or another model",
        )

    def _masked(self, text: str) -> str:
        return mask(text, self._access.key)

    def _unreadable(self, prompt: Prompt, heard: wire.Heard, why: str) -> CallError:
        access = self._access
        if not self._whole(prompt, heard):
            return CallError(
                "cut",
                f"{access.host} cut the prompt, and its answer makes no sense: {why}",
                _RAISE_CONTEXT,
            )
        said = refusal.quoted(mask(heard.text, access.key)) or "nothing"
        return CallError(
            "unreadable",
            f"The answer of {access.model} at {access.host} cannot be read, {why}: {said}",
            "Run the cell with --refresh, ask another model, or write --model offline",
            again=True,
        )

    def _whole(self, prompt: Prompt, heard: wire.Heard) -> bool:
        """Whether the endpoint read all of a prompt; one that counted nothing says nothing."""
        counted = 0 if heard.usage is None else heard.usage[0]
        return not 0 < counted < tokens.WHOLE * tokens.of_messages(prompt)

    def _learn(self, state: Try, heard: wire.Heard, into: int) -> None:
        """Keep what led to an answer, and say what is amiss with it."""
        if not self._whole(state.prompt, heard):
            host = self._access.host
            what = f"{host} cut the prompt: what it answers is less to be trusted"
            self._tell(note(CUT, what, _RAISE_CONTEXT))
        elif heard.usage is not None and heard.usage[0] and into:
            ratio = min(max(state.quirks.ratio * heard.usage[0] / into, 0.3), 3.0)
            if abs(ratio / state.quirks.ratio - 1) > _TELLING:
                state.quirks = replace(state.quirks, ratio=round(ratio, 2))
        self._book.learn(self._access, state.quirks)

    def _note(self, what: str, mend: str = "") -> None:
        self._tell(note(("options", "model"), what, mend))


def kept_reply(cache: Cache, access: Access, prompt: Prompt) -> Reply | None:
    """Give the reply that is kept of a prompt, read anew; one that cannot be read is none."""
    kept = cache.get(access, prompt)
    if kept is None:
        return None
    try:
        data = scan.last_object(
            kept.text,
            prompt.schema,
            longest=prompt.longest,
            mask=lambda said: mask(said, access.key),
        )
    except scan.UnreadableError:
        return None
    return Reply(data, Usage(cached=1), cached=True)


def _usage(heard: wire.Heard, into: int, *, counted: bool) -> Usage:
    """Give what an attempt took; where nobody counted, as it is estimated."""
    if heard.usage is not None:
        prompt, completion, reasoning = heard.usage
        return Usage(prompt, completion, reasoning, calls=1)
    if counted or heard.parts:
        return Usage(into, tokens.of_text(heard.text), calls=1, estimated=True)
    return Usage()
