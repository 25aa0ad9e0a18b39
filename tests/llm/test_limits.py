"""Deadlines come from settings, else from the environment, else from our defaults."""

from __future__ import annotations

import pytest

from synth_magic.errors import DataError
from synth_magic.llm.limits import Limits, limits
from synth_magic.options import Options


def test_the_limits_are_the_documented_ones() -> None:
    assert limits(Options(), environ={}) == Limits(600, 60, 60, 4_000_000, None)
    assert limits(Options(), loopback=True, environ={}) == Limits(600, 60, 300, 4_000_000, None)


def test_scripts_set_them_by_variables_and_a_setting_comes_first() -> None:
    environ = {"SYNTHDATA_DEADLINE": " 20 ", "SYNTHDATA_IDLE": "0.5"}
    assert limits(Options(), environ=environ) == Limits(20, 0.5, 0.5)
    assert limits(Options(), loopback=True, environ=environ) == Limits(20, 0.5, 2.5)
    assert limits(Options(deadline=5.0, idle=2.0), environ=environ) == Limits(5, 2, 2)
    assert limits(Options(concurrency=3), environ={}).concurrency == 3


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan", "inf", "86401", "1e400"])
def test_a_limit_that_is_none_is_two_lines(text: str) -> None:
    with pytest.raises(DataError, match="SYNTHDATA_IDLE is") as caught:
        limits(Options(), environ={"SYNTHDATA_IDLE": text})
    assert len(str(caught.value).splitlines()) == 2
    if text not in ("soon", "1e400"):
        with pytest.raises(DataError, match=r"SynthData\.deadline is"):
            limits(Options(deadline=float(text)), environ={})


@pytest.mark.parametrize("calls", [0, -1, 65])
def test_calls_at_a_time_are_bounded(calls: int) -> None:
    with pytest.raises(DataError, match=r"SynthData\.concurrency"):
        limits(Options(concurrency=calls), environ={})
