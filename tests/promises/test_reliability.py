"""The page about faults says what the tests of faults prove."""

from __future__ import annotations

from synth_magic.llm import attempt, gate
from synth_magic.llm.limits import Limits
from synth_magic.llm.quirks import DAYS
from tests.llm import reliability

TEXT = reliability.PAGE.read_text(encoding="utf-8")


def test_the_table_is_that_of_the_faults():
    _, table, _ = reliability.parts(TEXT)
    assert table == reliability.table(), "run python -m tests.llm.reliability"


def test_the_numbers_of_the_page_are_those_of_the_code():
    said = " ".join(TEXT.split())
    first, second, third, last = (f"{delay:g}" for delay in gate.DELAYS)
    assert f"{len(gate.DELAYS)} times, after {first}, {second}, {third} and {last} seconds" in said
    assert f"take {Limits().deadline:g} seconds" in said
    assert f"silences of {Limits().idle:g} " in said
    assert f"within {attempt.DEAD:g} seconds" in said
    assert f"up to {gate.WIDEST} " in said
    assert f"holds for {DAYS} days" in said
