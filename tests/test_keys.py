"""A secret key goes nowhere: not into a table, an error, a note, a file."""

from __future__ import annotations

import pytest

import synth_magic
from synth_magic import keys, pipeline
from synth_magic.errors import DataError
from synth_magic.option_parser import parse_command, parse_line
from synth_magic.where import explain

CANARY = "sk-proj-canaryABCD1234567890efghijkl"
CELL = "columns:\n  age: years, 30-85\n"
KEYS = [
    CANARY,
    "sk-ant-api03-canary_1234567890-abcDEF",
    "AIzaSyCanary1234567890abcdefghijklmnopq",
    "gsk_canary1234567890ABCDEF",
    "hf_canary1234567890ABCDEFG",
    "AKIA1234567890ABCDEF",
    "eyJhbGciOiJI.eyJzdWIiOiIxMjM.SflKxwRJSMeKKF2QT4",
    "api_key: 0123456789abcdef0123456789abcdef",
    "API-KEY = 'canary1234567890abcdef'",
    "Authorization: Bearer canary1234567890abcdef",
]
PLAIN = [
    "risk-adjusted-mortality-score-at-30-days-after",
    "api_key: unique id, K####",
    "task-id-number-1234567890",
    "the bearer of 2 genes, followed for 1234567890123456 days",
    "sk-learn-classification-models-v2",
    "patient: unique id, HOSP-######",
    "sbp: systolic blood pressure, mmHg, 90-200",
]


@pytest.mark.parametrize("key", KEYS)
def test_what_looks_like_a_key_is_refused_and_not_shown_again(key):
    for text in (f"My key is {key}\n{CELL}", f"{CELL}  note: {key}\n"):
        with pytest.raises(keys.KeyFoundError) as caught:
            synth_magic.generate(text)
        lines = explain(caught.value, text)
        assert len(lines) == 2
        assert lines[0].startswith(f"Line {1 if text.startswith('My') else 3}, column ")
        assert "evoke" in lines[1]
        shown = "\n".join((*lines, str(caught.value), *caught.value.__notes__))
        secret = key.split()[-1].strip("'")
        assert secret not in shown
        assert "canary" not in shown.lower()


@pytest.mark.parametrize("text", PLAIN)
def test_what_people_write_of_tables_is_no_key(text):
    keys.refuse(text)
    assert keys.masked(text) == text


@pytest.mark.parametrize(
    "line",
    [
        f"t -n 5 --seed {CANARY}",
        f"t --model {CANARY}",
        "t api_key=short",
        "t --api-key short",
        "t --api-key=short",
        "t --token short",
        f"report {CANARY}",
    ],
)
def test_an_option_that_looks_like_a_key_is_refused_and_not_shown_again(line):
    for read in (parse_line, parse_command):
        with pytest.raises(keys.KeyFoundError) as caught:
            read(line)
        assert "evoke" in str(caught.value)
        assert "short" not in str(caught.value)
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize("line", ["t --seed token", "secret -n 5", "t --seed 'my password 5'"])
def test_words_that_only_name_a_secret_are_no_key(line):
    parse_line(line)


def test_a_key_that_is_filled_in_is_refused_too():
    with pytest.raises(keys.KeyFoundError) as caught:
        pipeline.run("{{who}}\n" + CELL, names={"who": CANARY})
    assert "canary" not in str(caught.value)


def test_a_model_that_looks_like_a_key_is_not_shown_again():
    with pytest.raises(DataError) as caught:
        synth_magic.generate(CELL, model=CANARY)
    assert "canary" not in str(caught.value)
