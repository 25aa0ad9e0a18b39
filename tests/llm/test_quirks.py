"""What an endpoint takes is learned from what it refuses, kept a week, and never trusted."""

from __future__ import annotations

import json
import stat
import time
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.llm import quirks
from synth_magic.llm.quirks import DAYS, Book, Quirks, after_refusal, usual
from tests.llm.wired import access_to

ACCESS = access_to("http://127.0.0.1:9/v1")
USUAL = usual(ACCESS)


@pytest.mark.parametrize(
    ("family", "limit"),
    [
        ("openai", "max_completion_tokens"),
        ("azure", "max_completion_tokens"),
        ("openrouter", "max_completion_tokens"),
        ("ollama", "max_tokens"),
        ("gemini", "max_tokens"),
        ("anthropic", "max_tokens"),
        ("other", "max_tokens"),
    ],
)
def test_the_newer_name_of_the_limit_is_used_where_it_is_known(family, limit):
    assert usual(replace(ACCESS, family=family)).limit == limit


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("Use 'max_completion_tokens' instead of max_tokens", {"limit": "max_completion_tokens"}),
        ("2000 tokens in the messages, 1450 in the completion", {"limit": "none"}),
        ("max_tokens must be at least 1, got -186.", {"limit": "none"}),
        ("'response_format.type' must be 'json_object' or 'text'", {"form": "json_object"}),
        ("Unknown name response_format", {"form": "none"}),
        ("Failed to parse grammar", {"form": "none"}),
        ("Unrecognized request argument: stream_options", {"stream_usage": False}),
        ("Streaming is not supported", {"stream": False, "stream_usage": False}),
        ("Conversation roles must alternate; system role not supported", {"system": False}),
        ("Something is wrong", {"form": "none"}),
        ("", {"form": "none"}),
    ],
)
def test_a_refusal_changes_what_it_names(text, changed):
    assert after_refusal(USUAL, text, frozenset({USUAL})) == replace(USUAL, **changed)


def test_a_refusal_that_names_nothing_drops_the_form_then_what_belongs_to_streams():
    tried, now, seen = frozenset({USUAL}), USUAL, []
    while (after := after_refusal(now, "no", tried)) is not None:
        now, tried = after, tried | {after}
        seen.append((now.form, now.stream_usage, now.stream))
    assert seen == [("none", True, True), ("none", False, True), ("none", False, False)]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_no_way_is_tried_twice(texts):
    tried, now = frozenset({USUAL}), USUAL
    for text in texts:
        after = after_refusal(now, text, tried)
        if after is None:
            break
        assert after not in tried
        now, tried = after, tried | {after}


LEARNED = replace(USUAL, form="none", reasoning=True, ratio=0.8)


def test_what_was_learned_is_kept_for_the_next_kernel(tmp_path):
    Book(tmp_path).learn(ACCESS, LEARNED)
    assert Book(tmp_path).get(ACCESS) == LEARNED
    assert Book(tmp_path).get(replace(ACCESS, model="other")) == USUAL
    assert Book(tmp_path).get(replace(ACCESS, identity="https://other.example/v1")) == USUAL
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_week_later_it_is_learned_anew(tmp_path, monkeypatch):
    Book(tmp_path).learn(ACCESS, LEARNED)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + DAYS * 86_400 - 60)
    assert Book(tmp_path).get(ACCESS) == LEARNED
    monkeypatch.setattr(time, "time", lambda: now + DAYS * 86_400 + 60)
    assert Book(tmp_path).get(ACCESS) == USUAL
    monkeypatch.setattr(time, "time", lambda: now - 3_600)  # a clock that was set back
    assert Book(tmp_path).get(ACCESS) == USUAL


def test_what_is_usual_is_not_written_and_the_same_not_twice(tmp_path):
    book = Book(tmp_path)
    book.learn(ACCESS, USUAL)
    assert not list(tmp_path.iterdir())
    book.learn(ACCESS, LEARNED)
    first = (tmp_path / "quirks.json").read_bytes()
    book.learn(ACCESS, LEARNED)
    assert (tmp_path / "quirks.json").read_bytes() == first


def test_forgotten_is_usual_again():
    book = Book(None)
    book.learn(ACCESS, LEARNED)
    assert book.get(ACCESS) == LEARNED
    book.forget(ACCESS)
    assert book.get(ACCESS) == USUAL
    book.forget(ACCESS)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"k": 1}', '{"k": {"learned": "now"}}', "[" * 100_000]
    + [json.dumps({"k": asdict(Quirks()) | {"learned": 1.0} | wrong}) for wrong in (
        {"limit": "all"}, {"form": 3}, {"stream": "yes"}, {"ratio": 1e9}, {"ratio": "1"}
    )],
)  # fmt: skip
def test_a_damaged_book_is_an_empty_one(text, tmp_path):
    (tmp_path / "quirks.json").write_text(text)
    assert Book(tmp_path).entries == {}


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    book = Book(tmp_path / "file")
    book.learn(ACCESS, LEARNED)
    assert book.get(ACCESS) == LEARNED


def test_the_book_stays_small(tmp_path):
    book = Book(tmp_path)
    for place in range(quirks._MOST_ENTRIES + 20):
        book.learn(replace(ACCESS, model=f"m{place}"), LEARNED)
    assert len(Book(tmp_path).entries) == quirks._MOST_ENTRIES
    assert Book(tmp_path).get(replace(ACCESS, model="m0")) == USUAL
