"""The body of a request, and an answer that comes in any pieces."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.llm import wire
from synth_magic.llm.fault import CallError
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Prompt
from synth_magic.llm.quirks import Quirks
from tests.llm import looped
from tests.llm.wired import SCHEMA

PROMPT = Prompt((("system", "Be."), ("user", "Do."), ("assistant", "So.")), SCHEMA, "t", 10)


class Response:
    """Bytes in given pieces, as the HTTP library gives them."""

    def __init__(self, pieces, kind="text/event-stream"):
        self.pieces, self.headers = pieces, {"Content-Type": kind}

    async def aiter_bytes(self):
        for piece in self.pieces:
            await asyncio.sleep(0)
            yield piece


def hear(pieces, kind="text/event-stream", **limits):
    heard, told = wire.Heard(), []
    looped.run(wire.hear(Response(pieces, kind), heard, Limits(**limits), told.append))
    return heard, sum(told)


def test_a_body_says_what_the_quirks_let_it_say():
    body = wire.body(PROMPT, "m", Quirks(), 50)
    assert body["max_tokens"] == 50
    assert body["response_format"]["type"] == "json_schema"
    assert body["stream_options"] == {"include_usage": True}
    least = Quirks(limit="none", form="none", stream=False, stream_usage=True)
    assert set(wire.body(PROMPT, "m", least, 50)) == {"model", "messages"}
    some = wire.body(PROMPT, "m", Quirks(limit="max_completion_tokens", form="json_object"), 50)
    assert some["max_completion_tokens"] == 50
    assert some["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    ("messages", "sent"),
    [
        ([("system", "A"), ("user", "B")], [("user", "A\n\nB")]),
        ([("system", "A"), ("user", "B"), ("system", "C")], [("user", "A\n\nC\n\nB")]),
        ([("system", "A"), ("assistant", "B")], [("user", "A"), ("assistant", "B")]),
        ([("system", "A")], [("user", "A")]),
        ([("user", "B")], [("user", "B")]),
    ],
)
def test_without_a_system_role_its_words_go_to_the_user(messages, sent):
    prompt = Prompt(tuple(messages), None, "t", 10)
    said = wire.body(prompt, "m", Quirks(system=False), 50)["messages"]
    assert [(m["role"], m["content"]) for m in said] == sent


def event(content, finish=None):
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}, ensure_ascii=False).encode() + b"\n\n"


USAGE = b'data: {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}\n\n'
WORDS = ["{", '"é": ', '"吸入器 \U0001f642"', "}"]
STREAM = b"".join([*map(event, WORDS), event("", "stop"), USAGE, b"data: [DONE]\n\n"])


@given(st.lists(st.integers(1, 60), max_size=40))
def test_a_stream_is_the_same_in_whatever_pieces_it_comes(sizes):
    pieces, at = [], 0
    for size in sizes:
        pieces.append(STREAM[at : at + size])
        at += size
    heard, told = hear([*pieces, STREAM[at:]])
    assert heard.text == "".join(WORDS)
    assert told == len(heard.text)
    assert (heard.finish, heard.usage, heard.complete) == ("stop", (7, 3, 0), True)


@pytest.mark.parametrize("ends", [b"\r\n\r\n", b"\r\r", b"\n\n"])
def test_lines_end_in_any_way_that_streams_may(ends):
    heard, _ = hear([STREAM.replace(b"\n\n", ends)])
    assert heard.text == "".join(WORDS)


@given(st.integers(0, len(STREAM) - len(b"data: [DONE]\n\n") - len(USAGE) - 40))
def test_a_stream_that_is_cut_anywhere_is_incomplete(end):
    heard, _ = hear([STREAM[:end]])
    assert not heard.complete
    assert "".join(WORDS).startswith(heard.text)


def test_nothing_counts_behind_the_end():
    heard, _ = hear([event("a", "stop"), b"data: [DONE]\n\n", event("b")])
    assert heard.text == "a"


@given(st.binary(max_size=300))
def test_no_bytes_of_a_stream_raise(data):
    heard, _ = hear([b"data: ", data, b"\n\n"])
    assert isinstance(heard.text, str)


@pytest.mark.parametrize(
    ("said", "usage"),
    [
        ({"prompt_tokens": 5, "completion_tokens": 2}, (5, 2, 0)),
        ({"prompt_tokens": 5.0, "completion_tokens": 2}, (5, 2, 0)),
        ({"prompt_tokens": 5}, None),
        ({"prompt_tokens": True, "completion_tokens": 2}, None),
        ({"prompt_tokens": -1, "completion_tokens": 2}, None),
        ({"prompt_tokens": 10**12, "completion_tokens": 2}, None),
        ({"prompt_tokens": "5", "completion_tokens": 2}, None),
        ({"prompt_tokens": 1.5, "completion_tokens": 2}, None),
        ([], None),
        ("many", None),
    ],
)
def test_only_counts_that_are_counts_are_taken(said, usage):
    body = {"choices": [{"message": {"content": "x"}}], "usage": said}
    heard, _ = hear([json.dumps(body).encode()], "application/json")
    assert heard.usage == usage


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": "x"}, "x"),
        ({"content": None}, ""),
        ({"content": [{"type": "text", "text": "x"}, {"type": "image", "url": "u"}, "y"]}, "xy"),
        ({"content": {"type": "output_text", "text": "x"}}, "x"),
        ({"content": 7}, ""),
        ("x", "x"),
        (None, ""),
        ([1], ""),
    ],
)
def test_a_content_of_any_form_is_text_or_nothing(message, text):
    body = {"choices": [{"message": message, "finish_reason": "STOP"}]}
    heard, _ = hear([json.dumps(body).encode()], "application/json")
    assert (heard.text, heard.finish) == (text, "stop")


def test_an_answer_of_the_older_kind_is_read():
    heard, _ = hear([b'{"choices": [{"text": "x"}]}'], "application/json")
    assert (heard.text, heard.complete) == ("x", True)


def test_bytes_are_counted_apart_from_their_frames():
    frames = [event("ab") for _ in range(100)] + [event("", "stop")]
    heard, _ = hear(frames, bytes=1_500)
    assert len(heard.text) == 200
    with pytest.raises(CallError, match="larger than"):
        hear([event("x" * 1_000), event("", "stop")], bytes=999)
    with pytest.raises(CallError, match="larger than"):
        hear([b": comment\n\n"] * 1_000, bytes=1_000)
    with pytest.raises(CallError, match="larger than"):
        hear([b"x" * 600, b"y" * 600], "application/json", bytes=1_000)


def test_silence_ends_at_its_limit_and_not_behind_the_end():
    class Slow(Response):
        async def aiter_bytes(self):
            yield self.pieces[0]
            await asyncio.sleep(30)
            yield b""

    async def play(piece, idle):
        heard = wire.Heard()
        hearing = wire.hear(Slow([piece]), heard, Limits(idle=idle), lambda _: None)
        await asyncio.wait_for(hearing, 10)
        return heard

    with pytest.raises(TimeoutError):
        looped.run(play(event("a", "stop"), 0.05))
    assert looped.run(play(event("a", "stop") + b"data: [DONE]\n\n", 60)).text == "a"
