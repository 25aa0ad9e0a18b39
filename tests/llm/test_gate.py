"""One gate for all that ask the same model."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.llm.gate import DELAYS, JITTER, WIDEST, Gate, jittered
from tests.llm import looped


def opened(most, width=1):
    gate = Gate(most)
    gate.begin(most)
    gate.width = width
    return gate


def test_the_delays_tell_a_dead_endpoint_within_six_seconds():
    assert DELAYS == (0.25, 0.5, 1.0, 2.0)
    assert sum(DELAYS) * (1 + JITTER) < 6


@given(st.floats(0.01, 100))
def test_chance_lengthens_a_delay_by_a_quarter_at_most(delay):
    assert delay <= jittered(delay) <= 1.25 * delay


def test_clean_rounds_widen_the_gate_one_by_one_up_to_eight():
    async def play():
        gate, widths = opened(WIDEST), []
        for _ in range(60):
            gate.leave(await gate.enter(), good=True)
            widths.append(gate.width)
        return widths

    widths = looped.run(play())
    assert widths[:7] == [2, 2, 3, 3, 3, 4, 4]
    assert widths[-1] == 8


@given(
    st.integers(1, 8),
    st.lists(st.sampled_from(["good", "slower", "other"]), min_size=1, max_size=60),
)
def test_the_width_stays_within_its_bounds(most, outcomes):
    async def play():
        gate = opened(most)
        for outcome in outcomes:
            since = await gate.enter()
            gate.leave(since, good=outcome == "good", slower=outcome == "slower")
            assert 1 <= gate.width <= most
        return gate.running

    assert looped.run(play()) == 0


def test_several_that_are_refused_together_narrow_it_once():
    async def play():
        gate = opened(8, width=8)
        since = [await gate.enter() for _ in range(8)]
        for moment in since:
            gate.leave(moment, slower=True)
        together = gate.width
        await asyncio.sleep(0.01)
        gate.leave(await gate.enter(), slower=True)
        return together, gate.width

    assert looped.run(play()) == (4, 2)


def test_no_more_are_in_than_its_width():
    async def play():
        gate, inside = opened(8, width=3), []

        async def one():
            since = await gate.enter()
            inside.append(gate.running)
            await asyncio.sleep(0.005)
            gate.leave(since)

        await asyncio.gather(*(one() for _ in range(12)))
        return max(inside), len(inside), gate.running

    assert looped.run(play()) == (3, 12, 0)


def test_one_that_was_in_before_goes_first():
    async def play():
        gate, order = opened(1), []
        since = await gate.enter()

        async def one(name, again):
            order.append((name, gate.leave(await gate.enter(again=again))))

        waiting = [asyncio.create_task(one("new", False)), asyncio.create_task(one("newer", False))]
        await asyncio.sleep(0)
        waiting.append(asyncio.create_task(one("again", True)))
        await asyncio.sleep(0)
        gate.leave(since)
        await asyncio.gather(*waiting)
        return [name for name, _ in order]

    assert looped.run(play()) == ["again", "new", "newer"]


@pytest.mark.parametrize("woken", [False, True])
def test_one_that_gives_up_blocks_nobody(woken):
    async def play():
        gate = opened(1)
        since = await gate.enter()
        first, second = (asyncio.create_task(gate.enter()) for _ in range(2))
        await asyncio.sleep(0)
        if woken:
            gate.leave(since)  # the first is woken, and cancelled before it runs
        first.cancel()
        if not woken:
            await asyncio.sleep(0)
            gate.leave(since)
        gate.leave(await asyncio.wait_for(second, 1))
        return gate.running

    assert looped.run(play()) == 0


def test_it_is_closed_for_all_and_opens_by_itself():
    async def play():
        gate = opened(8, width=8)
        clock = asyncio.get_running_loop().time
        began = clock()
        gate.close(0.1)
        gate.close(0.02)  # a shorter wish does not open it
        assert 0.05 < gate.closed <= 0.1
        await asyncio.gather(*(gate.enter() for _ in range(4)))
        return clock() - began, gate.closed

    waited, closed = looped.run(play())
    assert waited >= 0.1
    assert closed == 0


def test_a_new_run_tries_anew_what_was_closed_for_long():
    async def play():
        gate = opened(4, width=4)
        gate.close(3_600)
        gate.begin(2)
        return gate.closed, gate.width

    assert looped.run(play()) == (0, 2)


def test_a_new_run_keeps_to_a_short_pause():
    async def play():
        gate = opened(4)
        gate.close(5)
        gate.begin(4)
        return gate.closed

    assert looped.run(play()) > 4
