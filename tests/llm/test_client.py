"""Asking: what is paid for is kept, what waits can be stopped, and nothing is asked twice."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from synth_magic.errors import ModelError
from synth_magic.events import Usage
from synth_magic.llm import local, loop, sent, tokens
from synth_magic.llm.access import resolve
from synth_magic.llm.cache import Cache
from synth_magic.llm.client import Asker
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Reply
from synth_magic.options import Options
from tests.llm.endpoint import Endpoint
from tests.llm.weights import smollm2
from tests.llm.wired import access_to, fresh_path, prompt, prompts, wired

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
ANSWER = {"numbers": [1], "choices": []}
GOOD = {"answer": ANSWER}


def replies(results):
    return [result.data if isinstance(result, Reply) else result.kind for result in results]


# What comes back -----------------------------------------------------------------------


def test_a_reply_holds_the_object_and_what_it_took():
    with wired([GOOD]) as asked:
        reply = asked.one()
    assert reply.data == ANSWER
    assert (reply.cached, reply.usage.calls) == (False, 1)
    assert reply.usage.prompt > 100
    assert reply.usage.completion > 5
    assert asked.asker.usage.prompt == reply.usage.prompt
    assert asked.asker.usage.seconds >= reply.usage.seconds > 0


def test_every_prompt_is_answered_once_in_the_order_of_arrival():
    def slow_first(body):
        last = "part 0." in body["messages"][-1]["content"]
        return GOOD | {"delay": 0.4 if last else 0.0}

    with wired(slow_first, limits={"concurrency": 4}) as asked:
        asked.one()  # the gate opens to two
        places = [place for place, _ in asked.asker(prompts(3))]
    assert sorted(places) == [0, 1, 2]
    assert places[0] != 0


def test_errors_are_given_and_do_not_stop_the_others():
    def some(body):
        bad = "part 1." in body["messages"][-1]["content"]
        return {"answer": "no"} if bad else GOOD

    with wired(some) as asked:
        assert replies(asked.ask(prompts(3))) == [ANSWER, "unreadable", ANSWER]


def test_progress_is_told_on_the_thread_that_asks():
    threads, stages = set(), []

    def tell(event):
        threads.add(threading.get_ident())
        stages.append((event.stage, event.done, event.total))

    with Endpoint([{"status": 429, "json": {}}, GOOD], path=fresh_path()) as endpoint:
        asker = Asker(access_to(endpoint.base_url), limits=Limits(), cache=None, tell=tell)
        list(asker(prompts(2)))
    assert threads == {threading.get_ident()}
    assert stages[0] == ("asking", 0, 2)
    assert stages[-1] == ("asking", 2, 2)
    assert ("waiting", 0, 0) in stages


def test_a_long_answer_is_seen_to_come_in():
    with wired([GOOD | {"answer": ANSWER, "pieces": 2, "drip": 0.08}]) as asked:
        asked.one()
    so_far = [event.characters for event in asked.events]
    assert so_far == sorted(so_far)
    assert len(set(so_far)) >= 3


def test_whoever_waits_hears_that_it_goes_on_though_nothing_comes():
    with wired([GOOD | {"delay": 2.2}]) as asked:
        asked.one()
    assert len(asked.events) >= 5
    assert {(e.stage, e.text, e.of) for e in asked.events} == {("asking", "asking m", "answers")}


def test_a_wait_is_shown_as_long_as_it_lasts():
    refused = {"status": 429, "json": {}, "headers": {"Retry-After": "2"}}
    with wired([refused, GOOD | {"delay": 1.2}]) as asked:
        asked.one()
    stages = [event.stage for event in asked.events]
    first, last = stages.index("waiting"), len(stages) - stages[::-1].index("waiting")
    assert set(stages[first:last]) == {"waiting"}
    assert last - first >= 3
    assert stages[last:].count("asking") >= 3


# What was sent -------------------------------------------------------------------------


def test_one_line_says_what_was_sent_where():
    usage = {"prompt_tokens": 1912, "completion_tokens": 640}
    with wired([GOOD | {"usage": usage}]) as asked:
        assert asked.asker.told() == "Nothing was sent"
        asked.ask([prompt(about="the description and 7 columns")])
        told = asked.asker.told()
    start = (
        "Sent to 127.0.0.1 (m): the description and 7 columns · 1 call · 1,912 tokens in, 640 out"
    )
    assert told.startswith(start)
    assert told.endswith(" s")


def test_many_parts_are_told_briefly():
    with wired([GOOD]) as asked:
        asked.ask(prompts(6))
        assert "part 0, part 1, part 2 and 3 more · 6 calls" in asked.asker.told()


def test_prices_make_a_cost_and_without_them_there_is_none():
    usage = {"prompt_tokens": 2_000, "completion_tokens": 1_000}
    with wired([GOOD | {"usage": usage}], prices=(("other", 9, 9), ("m", 2.0, 8.0))) as asked:
        reply = asked.one()
        assert reply.usage.cost == asked.asker.usage.cost == pytest.approx(0.012)
        assert asked.asker.told().endswith("cost 0.012")
        assert asked.asker.price(10**6, 0) == 2.0
    with wired([GOOD]) as asked:
        assert asked.one().usage.cost is None
        assert asked.asker.price(10, 10) is None


def test_what_was_sent_is_on_record_and_what_was_not_is_not():
    sent.clear()
    with wired([GOOD, {"status": 401, "json": {}}]) as asked:
        asked.ask([prompt("One.", about="one")])
        asked.ask([prompt("Two.", about="two"), prompt("Three.", about="three")])
    entries = sent.entries()
    assert [entry.about for entry in entries] == ["one", "two"]
    assert entries[0].messages[-1] == ("user", "One.")
    assert entries[0].usage is not None
    assert entries[1].usage is None


def test_an_estimate_is_made_without_asking():
    with wired([GOOD]) as asked:
        into, out = asked.asker.estimate([prompt(), prompt(schema=None)])
        assert not asked.endpoint.requests
    assert out == 600
    assert 2 * tokens.of_messages(prompt()) < into < 4 * tokens.of_messages(prompt())


# Kept answers --------------------------------------------------------------------------


def test_an_answer_is_asked_for_once(tmp_path):
    with wired([GOOD], cache=tmp_path) as asked:
        first, second = asked.one(), asked.one()
        assert asked.asker.is_cached(prompt())
        assert not asked.asker.is_cached(prompt("Another."))
        assert len(asked.endpoint.requests) == 1
        assert asked.asker.usage.calls == asked.asker.usage.cached == 1
        assert "1 kept here" in asked.asker.told()
    assert (first.data, first.cached) == (ANSWER, False)
    assert (second.data, second.cached, second.usage.prompt) == (ANSWER, True, 0)


def test_refresh_asks_again_and_keeps_the_newer_answer(tmp_path):
    newer = {"numbers": [2], "choices": []}
    steps = [GOOD, {"answer": newer}]
    with wired(steps, cache=tmp_path) as asked:
        asked.one()
        again = Asker(
            access_to(asked.endpoint.base_url), limits=Limits(), cache=Cache(tmp_path), refresh=True
        )
        assert not again.is_cached(prompt())
        assert replies(result for _, result in again([prompt()])) == [newer]
        assert asked.one().data == newer
        assert len(asked.endpoint.requests) == 2


@pytest.mark.parametrize(
    "step",
    [
        {"answer": "no json"},
        GOOD | {"usage": {"prompt_tokens": 20, "completion_tokens": 9}},
        {"answer": {"numbers": ["@echo"], "choices": []}},
    ],
    ids=["unreadable", "to a part of the prompt", "with the key in it"],
)
def test_an_answer_that_cannot_be_trusted_is_not_kept(step, tmp_path):
    key = "sk-test-77aGq81LmXw27RtBv63Kd"
    step = json.loads(json.dumps(step).replace("@echo", key))
    with wired([step], cache=tmp_path, key=key) as asked:
        asked.one()
        asked.one()
        assert len(asked.endpoint.requests) == 2
    kept = "".join(file.read_text() for file in tmp_path.rglob("*") if file.is_file())
    assert key not in kept


def test_a_kept_answer_is_read_anew_and_a_damaged_one_asked_for(tmp_path):
    with wired([GOOD], cache=tmp_path) as asked:
        asked.one()
        access = access_to(asked.endpoint.base_url)
        Cache(tmp_path).put(access, prompt(), "no JSON", asked.asker.usage)
        assert asked.one().data == ANSWER
        assert len(asked.endpoint.requests) == 2


SCRIPT = """
import json, pathlib, sys
sys.path.insert(0, {root!r})
from tests.llm.wired import access_to, prompts
from synth_magic.llm.cache import Cache
from synth_magic.llm.client import Asker
from synth_magic.llm.limits import Limits

url, folder, count = sys.argv[1:4]
asker = Asker(access_to(url), limits=Limits(), cache=Cache(pathlib.Path(folder)))
for place, result in asker(prompts(int(count))):
    print(place, type(result).__name__, getattr(result, "cached", None), flush=True)
print("openai" in sys.modules, flush=True)
"""


def kernel(endpoint, folder, count):
    """Another process that asks the same."""
    words = [sys.executable, "-c", SCRIPT.format(root=str(ROOT)), endpoint.base_url, str(folder)]
    return subprocess.Popen([*words, str(count)], stdout=subprocess.PIPE, text=True)


def test_kept_answers_need_neither_network_nor_library(tmp_path):
    with Endpoint([GOOD], path=fresh_path()) as endpoint:
        lines = [kernel(endpoint, tmp_path, 2).communicate()[0].splitlines() for _ in range(2)]
        assert len(endpoint.requests) == 2
    assert lines[0] == ["0 Reply False", "1 Reply False", "True"]
    assert lines[1] == ["0 Reply True", "1 Reply True", "False"]


def test_what_another_kernel_is_asking_is_waited_for_and_its_answer_taken(tmp_path):
    with wired([GOOD], cache=tmp_path) as asked:
        cache, access = Cache(tmp_path), access_to(asked.endpoint.base_url)
        wanted = prompts(2)
        lock = cache.lock(access, wanted[0])
        assert lock.try_acquire()

        def answered():
            cache.put(access, wanted[0], json.dumps({"numbers": [9], "choices": []}), Usage())
            lock.release()

        threading.Timer(0.5, answered).start()
        first, second = asked.ask(wanted)
        assert len(asked.endpoint.requests) == 1
        assert any("another notebook" in wait for wait in asked.waits)
    assert (first.data["numbers"], first.cached) == ([9], True)
    assert (second.data, second.cached) == (ANSWER, False)


def test_where_the_other_kernel_gave_up_we_ask(tmp_path):
    with wired([GOOD], cache=tmp_path) as asked:
        lock = Cache(tmp_path).lock(access_to(asked.endpoint.base_url), prompt())
        assert lock.try_acquire()
        threading.Timer(0.3, lock.release).start()
        assert asked.one().data == ANSWER
        assert len(asked.endpoint.requests) == 1


@pytest.mark.slow
def test_two_kernels_do_not_pay_twice(tmp_path):
    with Endpoint([GOOD | {"delay": 0.3}], path=fresh_path()) as endpoint:
        both = [kernel(endpoint, tmp_path, 5) for _ in range(2)]
        said = [process.communicate()[0].splitlines() for process in both]
        assert len(endpoint.requests) == 5
    for lines in said:
        assert sorted(line.split()[0] for line in lines[:-1]) == list("01234")
        assert all(" Reply " in line for line in lines[:-1])


@pytest.mark.slow
def test_a_kernel_that_is_killed_loses_no_answer(tmp_path):
    with Endpoint([GOOD | {"delay": 0.2}], path=fresh_path()) as endpoint:
        first = kernel(endpoint, tmp_path, 6)
        while "2 " not in first.stdout.readline():
            pass
        first.kill()
        first.communicate()
        time.sleep(0.3)
        before = len(endpoint.requests)
        lines = kernel(endpoint, tmp_path, 6).communicate()[0].splitlines()
        after = len(endpoint.requests) - before
    kept = sum(line.endswith("True") for line in lines[:-1])
    assert len(lines) == 7
    assert kept >= 3
    assert after == 6 - kept
    assert before <= kept + 1, "only what was under way is asked again"


# Stopping ------------------------------------------------------------------------------


@contextlib.contextmanager
def interrupted_after(seconds):
    """A user who presses the stop button."""
    timer = threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def idle(endpoint, seconds=3.0):
    """Whether every connection is closed soon."""
    end = time.monotonic() + seconds
    while endpoint.running and time.monotonic() < end:
        time.sleep(0.02)
    return not endpoint.running


def test_an_interrupt_is_answered_within_a_second_and_keeps_what_came(tmp_path):
    def slow(body):
        return GOOD if "part 0." in body["messages"][-1]["content"] else GOOD | {"drip": 0.3}

    with wired(slow, cache=tmp_path) as asked:
        answers = asked.asker(prompts(3))
        assert next(answers)[0] == 0
        began = time.monotonic()
        with interrupted_after(0.4), pytest.raises(KeyboardInterrupt):
            next(answers)
        assert time.monotonic() - began < 0.4 + 3.0
        assert asked.asker.is_cached(prompts(1)[0])
        assert idle(asked.endpoint)
        assert asked.asker.usage.calls >= 1
        assert replies(asked.ask(prompts(1))) == [ANSWER]


def test_what_was_under_way_when_it_was_stopped_is_on_record_as_sent():
    with wired([GOOD, GOOD | {"drip": 0.3}]) as asked:
        asked.one()  # what is slow to import is there
        sent.clear()
        answers = asked.asker([prompt(about="slow"), prompt("Never.", about="never")])
        with interrupted_after(0.6), pytest.raises(KeyboardInterrupt):
            next(answers)
        assert idle(asked.endpoint)
    assert [(entry.about, entry.usage) for entry in sent.entries()] == [("slow", None)]


def test_an_interrupt_during_a_long_wait_is_answered():
    with wired([{"status": 429, "headers": {"Retry-After": "300"}, "json": {}}]) as asked:
        began = time.monotonic()
        with interrupted_after(0.6), pytest.raises(KeyboardInterrupt):
            asked.one()
        assert time.monotonic() - began < 0.6 + 3.0
        assert set(asked.waits) == {"429: waiting 5 min"}


def test_closing_the_iterator_cancels_what_is_under_way():
    def slow(body):
        return GOOD if "part 0." in body["messages"][-1]["content"] else GOOD | {"drip": 0.3}

    with wired(slow) as asked:
        answers = asked.asker(prompts(4))
        assert next(answers)[0] == 0
        began = time.monotonic()
        answers.close()
        assert time.monotonic() - began < 3.0
        assert idle(asked.endpoint)
        assert len(asked.endpoint.requests) <= 2


def test_what_arrived_but_was_not_given_any_more_is_counted():
    with wired([GOOD]) as asked:
        answers = asked.asker(prompts(3))
        next(answers)
        time.sleep(0.5)
        answers.close()
        assert asked.asker.usage.calls == len(asked.endpoint.requests) > 1


def test_a_loop_that_is_held_up_does_not_hold_up_whoever_stops():
    with wired([GOOD | {"drip": 0.3}]) as asked:
        answers = asked.asker([prompt()])
        began = time.monotonic()
        with interrupted_after(0.5), pytest.raises(KeyboardInterrupt):
            loop.get().events.call_later(0.3, time.sleep, 6)
            next(answers)
        assert time.monotonic() - began < 0.5 + 3.0
        assert idle(asked.endpoint, 12)


def test_an_error_of_whoever_listens_stops_the_asking():
    with wired([GOOD | {"drip": 0.3}]) as asked:

        def tell(event):
            raise ZeroDivisionError

        asker = Asker(access_to(asked.endpoint.base_url), limits=Limits(), cache=None, tell=tell)
        with pytest.raises(ZeroDivisionError):
            list(asker([prompt()]))
        assert idle(asked.endpoint)


# The token budget ----------------------------------------------------------------------


def test_a_budget_stops_before_it_is_passed():
    usage = {"prompt_tokens": 200, "completion_tokens": 300}
    with wired([GOOD | {"usage": usage}], token_budget=2_000) as asked:
        results = asked.ask(prompts(6))
        spent = asked.asker.usage.prompt + asked.asker.usage.completion
    made = [result for result in results if isinstance(result, Reply)]
    errors = [result for result in results if isinstance(result, ModelError)]
    assert 2 <= len(made) < 6
    assert spent <= 2_000
    assert {error.kind for error in errors} == {"quota"}
    assert f"budget of 2,000 would be passed: {spent:,} are spent" in str(errors[0])
    assert "--token-budget" in str(errors[0])


def test_a_budget_bounds_the_answer_that_is_asked_for():
    with wired([GOOD], token_budget=900) as asked:
        asked.one()
        into, _ = tokens.estimate([prompt()])
        assert asked.endpoint.bodies[0]["max_tokens"] == 900 - into
    with wired([GOOD]) as asked:
        asked.one()
        assert asked.endpoint.bodies[0]["max_tokens"] == 1.5 * 300 + 1_000


def test_calls_at_a_time_share_a_budget():
    usage = {"prompt_tokens": 200, "completion_tokens": 20}
    step = GOOD | {"usage": usage, "delay": 0.02}
    with wired([step], token_budget=4_000, limits={"concurrency": 8}) as asked:
        results = asked.ask(prompts(14))
        spent = asked.asker.usage.prompt + asked.asker.usage.completion
    assert spent <= 4_000
    assert sum(isinstance(result, Reply) for result in results) >= 10


def test_failed_attempts_are_paid_for_too():
    cut = GOOD | {"cut": 3, "close": True}
    with wired([cut, GOOD]) as asked:
        asked.one()
        usage = asked.asker.usage
    assert usage.calls == 2
    assert usage.estimated
    assert usage.prompt > tokens.of_messages(prompt())


# Processes -----------------------------------------------------------------------------


def test_a_forked_process_asks_on_a_loop_of_its_own():
    code = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from tests.llm.wired import wired, prompt
with wired([{GOOD!r}]) as asked:
    assert asked.one().data
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if asked.one().data else 1)
        except BaseException:
            os._exit(2)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, status
    assert asked.one().data
    assert len(asked.endpoint.requests) == 3
print("fine")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "fine\n", done.stderr


def test_an_endpoint_that_breaks_off_every_answer_is_given_up_after_two_prompts():
    broken = {**GOOD, "cut": 0, "reset": True}
    with wired([GOOD, broken]) as asked:
        results = asked.ask(prompts(12))
    assert [isinstance(result, ModelError) for result in results] == [False] + [True] * 11
    assert {result.kind for result in results[1:]} == {"cut"}
    assert len(asked.endpoint.requests) == 1 + 2 * 5


def test_a_prompt_that_breaks_its_endpoint_costs_the_others_nothing():
    def script(body):
        poison = "part 3." in body["messages"][-1]["content"]
        return {**GOOD, "cut": 0, "reset": True} if poison else GOOD

    with wired(script) as asked:
        results = asked.ask(prompts(6))
    assert [isinstance(result, ModelError) for result in results] == [n == 3 for n in range(6)]


# A real model --------------------------------------------------------------------------


@pytest.mark.slow
def test_a_model_in_a_file_is_served_when_it_is_first_wanted_and_not_before(tmp_path):
    access = resolve(Options(model=str(smollm2())), {})
    events = []
    schema = {
        "type": "object",
        "properties": {"age": {"type": "integer"}},
        "required": ["age"],
        "additionalProperties": False,
    }
    wanted = prompt("Name an adult's age as JSON.", schema=schema, expected_tokens=20)
    asker = Asker(access, limits=Limits(), cache=Cache(tmp_path), tell=events.append)
    try:
        ((_, reply),) = asker([wanted])
        assert isinstance(reply.data["age"], int)
        assert reply.usage.prompt > 50
        assert not reply.usage.estimated
        assert events[0].text == f"loading {access.model}"
        told = asker.told()
    finally:
        local.stop()
    assert told.startswith(f"Asked {access.model} on this machine, nothing left it: ")
    again = Asker(access, limits=Limits(), cache=Cache(tmp_path))
    ((_, kept),) = again([wanted])
    assert (kept.data, kept.cached) == (reply.data, True)
