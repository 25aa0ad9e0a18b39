"""What was sent can be read, and nothing of it is on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_magic.events import Usage
from synth_magic.llm import sent
from synth_magic.llm.access import resolve
from synth_magic.llm.messages import Prompt
from synth_magic.llm.sent import Log
from synth_magic.options import Options

KEY = "sk-canary-0123456789abcdef"
ACCESS = resolve(Options(model="gpt-5"), {"OPENAI_API_KEY": KEY})
assert ACCESS is not None


def prompt(text: str) -> Prompt:
    return Prompt((("system", "An expert"), ("user", text)), None, "v", 10, about="7 columns")


def test_nothing_sent_is_said_so() -> None:
    assert Log().text() == "Nothing was sent to any model since this kernel started."


def test_each_request_is_listed_with_time_host_and_text(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    log.note(ACCESS, prompt("Adults in Paris"), Usage(prompt=1912, completion=640), 1_700_000_000)
    log.note(ACCESS, prompt("Children"), None)
    assert log.entries()[0].when == 1_700_000_000
    first, second = (entry.head.split(" · ") for entry in log.entries())
    assert first[1:] == ["api.openai.com", "gpt-5", "7 columns", "1,912 tokens in, 640 out"]
    assert second[-1] == "no answer"
    text = log.text()
    assert text.index("Adults in Paris") < text.index("Children")
    assert "[system]\nAn expert" in text
    assert "Adults" not in log.text(last=1)
    assert "Children" in log.text(last=1)
    assert "Children" not in log.text(last=0)
    log.clear()
    assert log.entries() == ()


def test_no_key_is_listed_even_if_it_stood_in_a_question() -> None:
    log = Log()
    log.note(ACCESS, prompt(f"use {KEY} and sk-other-0123456789abcdef99"), None)
    assert "canary" not in log.text() + repr(log.entries())
    assert "sk-other" not in log.text()


def test_the_oldest_goes_when_there_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "MOST_CHARACTERS", 1_000)
    log = Log()
    for number in range(10):
        log.note(ACCESS, prompt(f"{number}" * 300), None)
    shown = [entry.messages[1][1][0] for entry in log.entries()]
    assert shown == ["7", "8", "9"]
    log.note(ACCESS, prompt("x" * 5_000), None)  # one alone stays, however long
    assert [entry.messages[1][1][0] for entry in log.entries()] == ["x"]


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHDATA_CACHE_DIR", str(tmp_path))
    sent.note(ACCESS, prompt("Adults"), None)
    assert sent.entries()
    assert "Adults" in sent.text()
    assert not any(tmp_path.iterdir())
    sent.clear()
    assert sent.entries() == ()
