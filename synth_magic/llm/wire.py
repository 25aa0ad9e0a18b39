"""The body of a request, with the fewest fields that say it; and what came back.

An answer is read with our own few lines instead of the library's models: endpoints differ
in every field, and a 200 is not an answer until it was looked at.
"""

from __future__ import annotations

import asyncio
import codecs
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from synth_magic.llm import refusal
from synth_magic.llm.fault import CallError
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Prompt
from synth_magic.llm.quirks import Quirks

_MOST_TOKENS = 10**9
#: Bytes of a stream for one of its answer: each word of it comes in a frame of its own.
_FRAMED = 8
#: Seconds to read on after the last event, so that the connection can be used again.
_DRAIN = 0.25
#: Reasons to stop, in the words of several services.
_LENGTH = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
_FILTER = frozenset({"content_filter", "safety", "recitation", "blocklist", "prohibited_content"})


def body(prompt: Prompt, model: str, quirks: Quirks, limit: int) -> dict[str, Any]:
    """Give the body of a ``/chat/completions`` request.

    Parameters
    ----------
    prompt
        What is asked.
    model
        As the endpoint names it.
    quirks
        What it takes.
    limit
        Most tokens of the answer.
    """
    fields: dict[str, Any] = {"model": model, "messages": _messages(prompt, quirks)}
    if prompt.schema is not None and quirks.form == "json_schema":
        form = {"name": "answer", "strict": True, "schema": dict(prompt.schema)}
        fields["response_format"] = {"type": "json_schema", "json_schema": form}
    elif prompt.schema is not None and quirks.form == "json_object":
        fields["response_format"] = {"type": "json_object"}
    if quirks.stream:
        fields["stream"] = True
        if quirks.stream_usage:
            fields["stream_options"] = {"include_usage": True}
    if quirks.limit != "none":
        fields[quirks.limit] = limit
    return fields


def _messages(prompt: Prompt, quirks: Quirks) -> list[dict[str, str]]:
    messages = [{"role": role, "content": text} for role, text in prompt.messages]
    if quirks.system:
        return messages
    said = "\n\n".join(m["content"] for m in messages if m["role"] == "system")
    rest = [m for m in messages if m["role"] != "system"]
    if said and rest and rest[0]["role"] == "user":
        rest[0]["content"] = f"{said}\n\n{rest[0]['content']}"
    elif said:
        rest.insert(0, {"role": "user", "content": said})
    return rest


@dataclass(slots=True)
class Heard:
    """What was heard of one answer.

    Parameters
    ----------
    parts
        Its text, piece by piece.
    finish
        Why it ended, in small letters; empty where it did not say so.
    refusal
        Words by which the model refused, beside its text.
    usage
        Tokens in, out and reasoned, None where it did not count, or no number came.
    reasoned
        Whether it was seen to reason.
    whole
        Whether it came as one whole, which needs no `finish` to be complete.
    """

    parts: list[str] = field(default_factory=list)
    finish: str = ""
    refusal: str = ""
    usage: tuple[int, int, int] | None = None
    reasoned: bool = False
    whole: bool = False

    @property
    def text(self) -> str:
        """The answer."""
        return "".join(self.parts)

    @property
    def cut_by_length(self) -> bool:
        """Whether it ended where its tokens did."""
        return self.finish in _LENGTH

    @property
    def filtered(self) -> bool:
        """Whether a content filter ended it."""
        return any(word in self.finish for word in _FILTER)

    @property
    def complete(self) -> bool:
        """Whether it came to its end; a stream that is cut ends without an error."""
        return bool(self.finish) or self.whole


async def hear(response: Any, heard: Heard, limits: Limits, more: Callable[[int], None]) -> None:
    """Read a response into `heard`, which keeps what was read when it fails.

    Parameters
    ----------
    response
        Of the HTTP library, with a status that is a success, not yet read.
    limits
        Seconds before the first byte and between two, and bytes in all.
    more
        Told the characters of each piece.

    Raises
    ------
    CallError, StatusError
        For what is no answer: HTML, too many bytes, an error with status 200.
    TimeoutError
        After too long a silence.
    """
    headers = {name.lower(): value for name, value in response.headers.items()}
    kind = headers.get("content-type", "").lower()
    stream = _Stream(heard, headers, more) if "text/event-stream" in kind else None
    data, total = [], 0
    clock = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(limits.first_token) as silence:
            async for chunk in response.aiter_bytes():
                total += len(chunk)
                if total > limits.bytes * (1 if stream is None else _FRAMED):
                    raise _too_large(limits)
                if stream is None:
                    data.append(chunk)
                else:
                    stream.feed(chunk)
                    if stream.characters > limits.bytes:
                        raise _too_large(limits)
                ended = stream is not None and stream.ended
                silence.reschedule(clock() + (_DRAIN if ended else limits.idle))
    except TimeoutError:
        if stream is None or not stream.ended:
            raise
    if stream is not None:
        stream.feed(b"\n")
        return
    text = b"".join(data).decode("utf-8-sig", "replace").strip()
    if text.startswith("data:"):  # a stream under another name
        _Stream(heard, headers, more).feed(text.encode() + b"\n")
        return
    _whole(text, kind, heard, headers)
    more(sum(map(len, heard.parts)))


def _too_large(limits: Limits) -> CallError:
    return CallError(
        "unreadable",
        f"The answer is larger than {limits.bytes // 1_000_000} MB, and was not read on",
        "Ask another model, or for fewer columns",
    )


class _Stream:
    """Events of a stream, as far as they are whole."""

    def __init__(
        self, heard: Heard, headers: Mapping[str, str], more: Callable[[int], None]
    ) -> None:
        self._heard, self._headers, self._told = heard, headers, more
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest: list[str] = []
        self.characters = 0
        self.ended = False

    def _more(self, characters: int) -> None:
        self.characters += characters
        self._told(characters)

    def feed(self, chunk: bytes) -> None:
        first, *lines = self._decoder.decode(chunk).replace("\r", "\n").split("\n")
        self._rest.append(first)
        for line in lines:
            whole = "".join(self._rest)
            self._rest = [line]
            if whole.startswith("data:") and not self.ended:
                self.ended = _event(whole[5:].strip(), self._heard, self._headers, self._more)


def _event(
    data: str, heard: Heard, headers: Mapping[str, str], more: Callable[[int], None]
) -> bool:
    """Take one event of a stream; True at its end."""
    if data == "[DONE]":
        return True
    try:
        found = _json(data)
    except ValueError:
        return False  # broken off, which the missing end will tell
    if isinstance(found, dict):
        before = len(heard.parts)
        _take(found, heard, headers)
        more(sum(map(len, heard.parts[before:])))
    return False


def _whole(text: str, kind: str, heard: Heard, headers: Mapping[str, str]) -> None:
    try:
        found = _json(text)
    except ValueError:
        found = None
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        said = refusal.quoted(text[:2_000]) or "an empty answer"
        raise CallError(
            "unreadable",
            f"What came back is no chat completion (200, {kind[:40] or 'no content type'}): {said}",
            "Look at base_url; most end in /v1",
        )
    _take(found, heard, headers)
    heard.whole = True


def _json(text: str) -> Any:
    """Parse what an endpoint sent about an answer.

    Raises
    ------
    ValueError
        If it is no JSON, or too deep to be read.
    """
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        raise ValueError("too deep") from None


def _take(found: dict[str, Any], heard: Heard, headers: Mapping[str, str]) -> None:
    """Take what a whole answer, or one piece of it, says."""
    if found.get("error"):
        raise refusal.in_answer(found["error"], headers)
    if isinstance(found.get("usage"), dict):
        heard.usage = _usage(found["usage"]) or heard.usage
    choices = found.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return
    if choice.get("error"):
        raise refusal.in_answer(choice["error"], headers)
    message = choice.get("delta") or choice.get("message") or {}
    if isinstance(message, dict):
        heard.parts.append(_content(message.get("content")))
        heard.refusal += _content(message.get("refusal"))
        if any(message.get(name) for name in ("reasoning_content", "reasoning", "thinking")):
            heard.reasoned = True
    elif isinstance(message, str):
        heard.parts.append(message)
    if isinstance(choice.get("text"), str):
        heard.parts.append(choice["text"])
    if isinstance(choice.get("finish_reason"), str):
        heard.finish = choice["finish_reason"].lower()


def _content(content: Any) -> str:
    """Give the text of a content: a string, a list of parts, or none."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(map(_content, content))
    if isinstance(content, dict) and content.get("type") in (None, "text", "output_text"):
        return _content(content.get("text"))
    return ""


def _usage(said: Mapping[str, Any]) -> tuple[int, int, int] | None:
    into = _count(said.get("prompt_tokens"))
    out = _count(said.get("completion_tokens"))
    if into is None or out is None:
        return None
    details = said.get("completion_tokens_details")
    reasoned = _count(details.get("reasoning_tokens")) if isinstance(details, dict) else None
    return into, out, reasoned or 0


def _count(said: Any) -> int | None:
    if isinstance(said, bool) or not isinstance(said, (int, float)):
        return None
    return int(said) if 0 <= said < _MOST_TOKENS and said == int(said) else None
