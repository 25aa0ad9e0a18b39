"""How many tokens a text takes, before anybody counted them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.llm import tokens
from tests.llm.wired import SCHEMA, prompt

ENGLISH = (
    "The patients were seen at a hospital outpatient clinic; their blood pressure was taken"
    " twice, and the second reading was kept."
)


def test_prose_and_json_have_rates_of_their_own():
    assert tokens.of_text(ENGLISH) == round(len(ENGLISH) / 3)
    data = json.dumps([{"a": 1.5, "b": 20, "c": "x"}] * 20)
    assert tokens.of_text(data) == round(len(data) / 2.2)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        # Counted by a llama.cpp server with SmolLM2-135M-Instruct, less those of no text.
        (ENGLISH, 24),
        ("Les patients ont été vus à la consultation externe de l'hôpital.", 22),
        ("Die Patienten wurden in der Ambulanz des Krankenhauses gesehen.", 21),
    ],
)
def test_no_alarm_is_raised_by_a_prompt_that_was_read_whole(text, counted):
    assert counted >= tokens.WHOLE * tokens.of_text(text)


@given(st.text(max_size=300), st.text(max_size=300))
def test_more_text_takes_more_tokens(one, other):
    both = prompt(one + other)
    assert tokens.of_messages(both) >= 0
    assert tokens.of_messages(both) + 1 >= tokens.of_messages(prompt(one)) * 2.2 / 3 - 1


def test_an_estimate_adds_up():
    into, out = tokens.estimate([prompt(), prompt(schema=None)])
    assert into == 2 * tokens.of_messages(prompt()) + tokens.of_schema(SCHEMA)
    assert out == 600
    assert tokens.estimate([]) == (0, 0)


def test_an_answer_may_be_half_as_long_again_and_reasoning_has_its_room():
    assert tokens.limit(640, reasoning=False) == 960 + 1_000
    assert tokens.limit(640, reasoning=True) == 960 + 9_000
    assert tokens.limit(640, reasoning=False, local=True) == 960 + 200


@given(st.integers(100, 10**6), st.lists(st.integers(1, 10**4), max_size=20))
def test_reserved_and_settled_tokens_never_pass_a_budget(most, calls):
    budget = tokens.Budget(most)
    under_way = []
    for wanted in calls:
        if budget.left >= wanted:
            budget.reserve(wanted)
            under_way.append(wanted)
        assert budget.spent + budget.reserved <= most
    for wanted in under_way:
        budget.settle(wanted, wanted // 2)
    assert budget.reserved == 0
    assert budget.spent == sum(wanted // 2 for wanted in under_way)


def test_without_a_budget_there_is_no_bound():
    assert tokens.Budget(None).left == float("inf")
