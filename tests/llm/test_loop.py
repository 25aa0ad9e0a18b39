"""One loop for the process, in a thread that never keeps it alive."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

from synth_magic.llm import loop


def test_there_is_one_loop_and_it_is_a_daemon():
    found = [loop.get() for _ in range(3)]
    assert found[0] is found[1] is found[2]
    (thread,) = [one for one in threading.enumerate() if one.name == "synth-magic-llm"]
    assert thread.daemon


def test_threads_that_come_first_together_get_the_same_loop():
    home, found = loop._Home(), []
    threads = [threading.Thread(target=lambda: found.append(home.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1


def test_a_coroutine_runs_on_it_and_its_result_comes_back():
    async def where():
        return threading.current_thread().name, asyncio.get_running_loop()

    name, events = loop.get().run(where()).result(5)
    assert name == "synth-magic-llm"
    assert events is loop.get().events


def test_what_is_kept_is_made_once():
    async def kept():
        return [loop.kept(("test", 1), object) for _ in range(2)], loop.kept(("test", 2), object)

    (first, second), other = loop.get().run(kept()).result(5)
    assert first is second is not other


def test_a_process_with_a_loop_ends():
    code = "from synth_magic.llm import loop; loop.get(); print('end')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")


def test_after_a_fork_the_old_loop_is_left_alone():
    home = loop._Home()
    old = home.get()
    home.lock.acquire()  # held by a thread that the child does not have
    home.forget()
    assert home.get() is not old
    assert home.inherited == [old]
    assert not old.events.is_closed()
