"""Many prompts at one endpoint: patience, pace, and one verdict for all."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from synth_magic.errors import ModelError
from synth_magic.llm import gate
from synth_magic.llm.client import Asker
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Reply
from tests.llm.wired import access_to, fresh_path, prompt, prompts, wired

pytestmark = pytest.mark.long

ANSWER = {"numbers": [1], "choices": []}
GOOD = {"answer": ANSWER}


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(gate, "DELAYS", tuple(delay / 50 for delay in gate.DELAYS))


def made(results):
    return sum(isinstance(result, Reply) for result in results)


def test_a_dead_endpoint_is_told_within_six_seconds():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}{fresh_path()}"
        asker = Asker(access_to(url), limits=Limits(), cache=None)
        began = time.monotonic()
        results = [result for _, result in asker(prompts(10))]
        waited = time.monotonic() - began
    assert {result.kind for result in results} == {"no_network"}
    assert len(results) == 10
    assert 3.75 <= waited < 3 * 6


def test_a_port_that_never_answers_is_told_soon():
    """A full backlog: the connection is neither made nor refused."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}{fresh_path()}"
        asker = Asker(access_to(url), limits=Limits(first_token=30), cache=None)
        began = time.monotonic()
        ((_, result),) = asker([prompt()])
        waited = time.monotonic() - began
        for one in crowd:
            one.close()
    assert result.kind == "no_network"
    assert waited < 3 * 6


def test_a_key_that_is_not_taken_is_tried_once_for_all():
    with wired([{"status": 401, "json": {}}]) as asked:
        results = asked.ask(prompts(20))
        assert len(asked.endpoint.requests) == 1
    assert {result.kind for result in results} == {"key"}


def test_what_was_answered_before_the_end_stays(quick):
    steps = [GOOD, GOOD, GOOD, {"status": 503, "json": {}}]
    with wired(steps) as asked:
        results = asked.ask(prompts(8))
        assert made(results) == 3
        assert len(asked.endpoint.requests) == 3 + 5
    assert {r.kind for r in results if isinstance(r, ModelError)} == {"busy"}


def test_an_overloaded_endpoint_still_answers_all(quick):
    """It takes three at a time, and refuses the others."""
    lock, inside = threading.Lock(), [0]

    def strict(body):
        with lock:
            inside[0] += 1
            full = inside[0] > 3
        if not full:
            time.sleep(0.01)
        with lock:
            inside[0] -= 1
        return {"status": 429, "json": {}} if full else GOOD

    with wired(strict, limits={"concurrency": 8}) as asked:
        assert made(asked.ask(prompts(24))) == 24


def test_patience_goes_on_while_others_are_answered(quick):
    """One prompt is refused twelve times; the others are answered meanwhile."""
    refused = [0]

    def unlucky(body):
        if "part 0." in body["messages"][-1]["content"] and refused[0] < 12:
            refused[0] += 1
            return {"status": 500, "json": {}}
        return GOOD | {"delay": 0.03}

    with wired(unlucky, limits={"concurrency": 2}) as asked:
        assert made(asked.ask(prompts(30))) == 30
    assert refused == [12]


def test_a_pause_that_is_asked_for_holds_for_all():
    times = []

    def paced(body):
        times.append(time.monotonic())
        if len(times) == 4:
            return {"status": 429, "headers": {"Retry-After": "0.6"}, "json": {}}
        return GOOD | {"delay": 0.02}

    with wired(paced, limits={"concurrency": 4}) as asked:
        assert made(asked.ask(prompts(40))) == 40
    # Those that were under way already are no breach of it.
    assert not [moment for moment in times[4:] if times[3] + 0.1 < moment < times[3] + 0.6]


def test_a_server_on_this_machine_is_asked_one_at_a_time():
    with wired([GOOD | {"delay": 0.02}]) as asked:
        asked.ask(prompts(6))
        assert asked.endpoint.together == 1


def test_more_at_a_time_where_that_was_set():
    with wired([GOOD | {"delay": 0.05}], limits={"concurrency": 3}) as asked:
        asked.ask(prompts(12))
        assert asked.endpoint.together == 3


def test_a_deadline_holds_over_retries_and_pauses(quick):
    slow = {"status": 500, "json": {}, "delay": 0.25}
    with wired([slow], limits={"deadline": 0.6}) as asked:
        began = time.monotonic()
        result = asked.one()
        assert time.monotonic() - began < 3 * 0.6
        assert len(asked.endpoint.requests) < 5
    assert result.kind in ("busy", "cut")


def test_a_longer_wait_than_the_deadline_is_told_at_once():
    step = {"status": 503, "headers": {"Retry-After": "700"}, "json": {}}
    with wired([step]) as asked:
        began = time.monotonic()
        results = asked.ask(prompts(5))
        assert time.monotonic() - began < 3.0
        assert len(asked.endpoint.requests) == 1
    assert {(r.kind, r.retry, r.after) for r in results} == {("busy", True, 700.0)}


def test_the_next_run_tries_anew():
    step = {"status": 503, "headers": {"Retry-After": "700"}, "json": {}}
    with wired([step, GOOD]) as asked:
        assert asked.one().kind == "busy"
        assert asked.one().data == ANSWER


def test_a_refused_form_is_learned_once_for_all_and_by_the_next_kernel(tmp_path):
    step = {"refuses": ["response_format"], "answer": ANSWER}
    with wired([step], cache=tmp_path) as asked:
        assert made(asked.ask(prompts(5))) == 5
        assert len(asked.endpoint.requests) == 6
        assert "response_format" in asked.endpoint.bodies[0]
        assert not any("response_format" in body for body in asked.endpoint.bodies[1:])


def test_what_was_learned_and_does_not_hold_any_more_is_forgotten():
    def moody(body):
        if len(seen) < 2:
            seen.append(body)
            return {"refuses": ["max_tokens"], "says": "unknown max_tokens", "answer": ANSWER}
        return {"refuses": ["max_completion_tokens"], "says": "Bad request", "answer": ANSWER}

    seen = []
    with wired(moody) as asked:
        assert asked.one().data == ANSWER
        assert "max_completion_tokens" in asked.endpoint.bodies[-1]
        assert asked.one().data == ANSWER
        assert "max_tokens" in asked.endpoint.bodies[-1]
        assert len(asked.endpoint.requests) == 4


def test_a_model_that_reasons_gets_room_for_it():
    reasoned = {"prompt_tokens": 200, "completion_tokens": 90}
    reasoned["completion_tokens_details"] = {"reasoning_tokens": 60}
    with wired([GOOD | {"usage": reasoned}]) as asked:
        asked.ask([prompt("One.")])
        asked.ask([prompt("Two.")])
        first, second = (body["max_tokens"] for body in asked.endpoint.bodies)
        assert asked.asker.usage.reasoning == 120
    assert second == first + 8_000


def test_an_answer_cut_by_its_length_gets_twice_the_room_once():
    cut = {"answer": '{"numbers": [', "finish": "length"}
    with wired([cut]) as asked:
        result = asked.one()
        first, second = (body["max_tokens"] for body in asked.endpoint.bodies)
    assert second == 2 * first
    assert (result.kind, result.retry) == ("cut", False)
    assert f"{second:,} tokens" in str(result)


def test_a_whole_object_counts_even_where_the_length_ended_the_answer():
    with wired([GOOD | {"finish": "length"}]) as asked:
        assert asked.one().data == ANSWER


def test_an_endpoint_that_counts_otherwise_is_estimated_by_its_own_count():
    usage = {"prompt_tokens": 140, "completion_tokens": 30}
    with wired([GOOD | {"usage": usage}], token_budget=1_500) as asked:
        asked.ask([prompt("One.")])
        asked.ask([prompt("Two.")])
        first, second = (body["max_tokens"] for body in asked.endpoint.bodies)
    # Of a second prompt of the same length 140 tokens are reserved, not the estimate.
    assert 1_500 - 170 - 140 - 5 <= second <= 1_500 - 170 - 140 + 5
    assert first < second + 170
