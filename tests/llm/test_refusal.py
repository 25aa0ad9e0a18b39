"""What an endpoint says about an error, in few and harmless words."""

from __future__ import annotations

import json
import time
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.llm import refusal, trouble
from synth_magic.llm.fault import CallError, StatusError
from synth_magic.llm.refusal import of_refusal, quoted, retry_after, spell
from tests.llm.wired import access_to

KEY = "sk-test-4f9Zq81LmXw27RtBv63Kd"
ACCESS = access_to("https://api.example.com/v1", KEY, "gpt-5")


def status(code, text="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return StatusError(code, named, text)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "Too long"}}, "Too long"),
        ({"error": "plain"}, "plain"),
        ({"message": "flat"}, "flat"),
        ({"detail": "of FastAPI"}, "of FastAPI"),
        ({"detail": [{"loc": ["body"], "msg": "field required"}]}, "field required"),
        ([{"error": {"message": "a list"}}], "a list"),
        ({"error": {"message": '{"error": {"message": "inner"}}'}}, "inner"),
        ({"error": {"message": '{"broken'}}, '{"broken'),
        ("words", "words"),
    ],
)
def test_the_sentence_is_found_in_the_forms_that_services_use(body, said):
    assert quoted(json.dumps(body)) == f"“{said}”"


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"error": {}}', '{"error": 5}'])
def test_where_nothing_is_said_nothing_is_quoted(text):
    assert quoted(text) == ""


def test_a_long_quotation_is_cut():
    said = quoted("no way " * 900)
    assert said.startswith("“no way")
    assert said.endswith("…”")
    assert len(said) == 203


@pytest.mark.parametrize("text", ["<!DOCTYPE html><p>no", " <HTML>", "<?xml version='1'?>"])
def test_a_web_page_is_called_one(text):
    assert quoted(text) == "it sent a web page"


@given(st.text(max_size=600))
def test_a_quotation_is_one_short_harmless_line(text):
    said = quoted(text)
    assert len(said) <= 203
    assert "\n" not in said
    assert said.isprintable() or "\u200c" in said or "\u200d" in said or "\u00ad" in said


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (status(429, retry_after="12"), 12),
        (status(429, retry_after="0.5"), 0.5),
        (status(429, retry_after_ms="1500", retry_after="9"), 1.5),
        (status(503, retry_after="-3"), 0),
        (status(503, retry_after="1e9"), 86_400),
        (status(503, retry_after="nan"), None),
        (status(503, retry_after="soon"), None),
        (status(503), None),
        (status(429, '{"error": {"details": [{"retryDelay": "34s"}]}}'), 34),
        (status(429, "Please try again in 6m0s."), 360),
        (status(429, "Please try again in 1.5s. Visit"), 1.5),
        (status(429, "try again in 20ms"), 0.02),
        (status(429, "Please retry after 7 seconds."), 7),
        (status(429, "Please try again in a moment"), None),
        (status(500, "Please try again in 20s"), None),
    ],
)
def test_how_long_to_wait_is_read_where_services_say_it(given, seconds):
    assert retry_after(given) == seconds


def test_a_date_to_wait_until_is_read():
    soon = formatdate(time.time() + 30, usegmt=True)
    assert 27 <= retry_after(status(429, retry_after=soon)) <= 30


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.3, "0.3 s"),
        (12, "12 s"),
        (99.4, "99 s"),
        (120, "2 min"),
        (3_600, "60 min"),
        (9_000, "2 h"),
    ],
)
def test_a_wait_is_spelled_as_people_do(seconds, words):
    assert spell(seconds) == words


@pytest.mark.parametrize("code", [401, 402, 403, 404, 413, 422, 400, 405, 418, 451])
def test_what_will_not_change_is_not_tried_again(code):
    assert not of_refusal(status(code), ACCESS).retry


@pytest.mark.parametrize("code", [408, 409, 425, 429, 500, 502, 503, 504, 520, 529])
def test_what_may_change_is_tried_again(code):
    assert of_refusal(status(code), ACCESS).retry


@given(st.integers(400, 599), st.text(max_size=80))
def test_every_status_ends_in_two_lines_that_name_the_host(code, text):
    error = trouble.model_error(of_refusal(status(code, text), ACCESS), ACCESS)
    lines = str(error).splitlines()
    assert len(lines) == 2
    assert all(lines)
    assert "api.example.com" in lines[0]


def test_the_words_of_the_contract_for_a_key_that_is_not_taken():
    openai = access_to("https://api.openai.com/v1", KEY, "gpt-5")
    error = trouble.model_error(of_refusal(status(401), openai), openai)
    assert str(error) == (
        "api.openai.com did not take the key for gpt-5 (401)\n"
        "Set OPENAI_API_KEY anew or run %synthdata login; --model offline needs none"
    )


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ValueError(f"broken: {KEY}"), "unreadable"),
        (TimeoutError(), "cut"),
        (ConnectionResetError(KEY), "cut"),
        (KeyError("choices"), "unreadable"),
        (RecursionError(), "unreadable"),
        (MemoryError(), "unreadable"),
    ],
)
def test_whatever_is_raised_becomes_a_kind_of_ours_without_its_words(error, kind):
    fault = trouble.fault_of(error, ACCESS)
    assert fault.kind == kind
    assert KEY not in str(trouble.model_error(fault, ACCESS))


def test_an_error_within_an_error_is_found():
    outer = RuntimeError("outer")
    outer.__cause__ = CallError("quota", "inner", "mend")
    assert trouble.fault_of(outer, ACCESS).kind == "quota"


def test_a_chain_that_bites_its_tail_ends():
    one, other = ValueError("a"), ValueError("b")
    one.__cause__, other.__cause__ = other, one
    assert trouble.fault_of(one, ACCESS).kind == "unreadable"


@given(st.integers(0, 10**7), st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_budget_that_is_proposed_would_do(most, spent, needed):
    fault = trouble.budget_fault(most, spent, needed)
    proposed = int(fault.mend.split("--token-budget ")[1].split(";")[0])
    assert proposed >= spent + needed
    assert proposed >= most // 2


def test_an_error_in_a_200_is_read_by_the_status_that_it_names():
    cases = {
        429: {"code": "429"},
        503: {"type": "overloaded_error"},
        401: {"message": "invalid api key"},
        404: {"message": "model not found"},
        502: {"code": "server_error"},
        400: {"message": "what?"},
        418: {"code": 418},
    }
    for code, error in cases.items():
        assert refusal.in_answer(error, {}).status == code
    assert refusal.in_answer("rate limit", {}).status == 429
