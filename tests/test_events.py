"""The line of progress says what is counted, and nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from synth_magic import events
from synth_magic.events import Event, Line, Usage


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(time=100.0)
    monkeypatch.setattr(events.time, "monotonic", lambda: now.time)
    return now


def answers(done: int, total: int, tokens: int = 0, **more) -> Event:
    usage = Usage(prompt=tokens // 2, completion=tokens - tokens // 2)
    return Event("asking", done, total, usage, "asking big", "answers", **more)


def test_rows_that_are_drawn_are_counted_in_rows_and_the_time_is_told(clock):
    line = Line()
    assert line.hear(Event("drawing", 1_000, 9_000)) == "drawing: 1,000 of 9,000 rows, 0 s"
    clock.time += 3.2
    assert line.hear(Event("compiling")) == "compiling, 3 s"


def test_what_was_spent_is_told_where_prices_are_configured(clock):
    usage = Usage(prompt=900, completion=100, cost=0.01234)
    said = Line().hear(Event("asking", 1, 2, usage, "asking m", "answers"))
    assert said == "asking m: 1 of 2 answers, 1,000 tokens, cost 0.0123, 0 s"


def test_answers_are_called_answers_and_the_wait_is_told(clock):
    line = Line()
    assert line.hear(answers(0, 1)) == "asking big: 0 of 1 answer, 0 s"
    clock.time += 12.3
    said = line.hear(answers(0, 1, characters=1_234))
    assert said == "asking big: 0 of 1 answer, 1,234 characters so far, 12 s"


def test_answers_and_the_rows_that_come_of_them_stand_in_one_line(clock):
    line = Line()
    line.hear(answers(12, 50, 10_560))
    rows = line.hear(Event("asking", 235, 1_000, Usage(prompt=1)))
    assert rows == "asking big: 12 of 50 answers, 235 of 1,000 rows, 10,560 tokens, 0 s"
    again = line.hear(answers(13, 50, 11_000))
    assert again == "asking big: 13 of 50 answers, 235 of 1,000 rows, 11,000 tokens, 0 s"


def test_what_is_waited_for_keeps_the_rows_and_tokens_in_sight(clock):
    line = Line()
    line.hear(answers(12, 50, 10_560))
    line.hear(Event("asking", 240, 1_000))
    said = line.hear(Event("waiting", text="429: waiting 20 s"))
    assert said == "429: waiting 20 s, 240 of 1,000 rows, 10,560 tokens, 0 s"


def test_rows_alone_are_counted_as_rows(clock):
    assert Line().hear(Event("asking", 20, 60)) == "asking, 20 of 60 rows, 0 s"


def test_tokens_that_nobody_counted_are_called_some(clock):
    usage = Usage(prompt=5, completion=5, estimated=True)
    said = Line().hear(Event("asking", 1, 2, usage, "asking m", "answers"))
    assert said == "asking m: 1 of 2 answers, some 10 tokens, 0 s"
