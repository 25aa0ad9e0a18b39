"""One kernel asks while the others wait, and a killed one holds up nobody."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from synth_magic.llm import key_lock
from synth_magic.llm.key_lock import KeyLock

ROOT = str(Path(__file__).resolve().parents[2])
HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from synth_magic.llm.key_lock import KeyLock
assert KeyLock(Path(sys.argv[1])).try_acquire() or sys.exit("not free")
print("held", flush=True)
time.sleep(600)
"""
COUNTER = """
import sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from synth_magic.llm.key_lock import KeyLock
counter = Path(sys.argv[2])
for _ in range(100):
    with KeyLock(Path(sys.argv[1])):
        number = int(counter.read_text())
        counter.write_text(str(number + 1))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "one.lock"


def test_it_is_held_by_one_at_a_time_also_within_one_process(file: Path) -> None:
    first, second = KeyLock(file), KeyLock(file)
    assert first.try_acquire()
    assert not second.try_acquire()
    first.release()
    assert second.try_acquire()
    first.release()  # harmless: it is not the first one's any longer
    assert not KeyLock(file).try_acquire()
    second.release()
    assert not file.exists()


def test_a_killed_kernel_gives_it_back(file: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file), ROOT], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert not KeyLock(file).try_acquire()
    holder.kill()
    holder.wait()
    with KeyLock(file) as lock:
        assert lock is not None


def test_four_kernels_count_without_losing_one(file: Path, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    argv = [sys.executable, "-c", COUNTER, str(file), str(counter), ROOT]
    counters = [subprocess.Popen(argv) for _ in range(4)]
    assert [c.wait(timeout=120) for c in counters] == [0, 0, 0, 0]
    assert counter.read_text() == "400"


def test_waiting_ends_when_the_holder_is_done_and_can_be_interrupted(file: Path) -> None:
    first = KeyLock(file)
    assert first.try_acquire()
    threading.Timer(0.2, first.release).start()
    with KeyLock(file):
        assert not KeyLock(file).try_acquire()
    assert first.try_acquire()
    waiting = subprocess.Popen(
        [sys.executable, "-c", COUNTER, str(file), "none", ROOT], stderr=subprocess.DEVNULL
    )
    time.sleep(1)
    assert waiting.poll() is None
    waiting.send_signal(2)
    assert waiting.wait(timeout=5) != 0
    first.release()


def test_where_a_file_system_knows_no_locks_everybody_gets_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(handle: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(key_lock.fcntl, "flock", unknown)
    first, second = KeyLock(file), KeyLock(file)
    assert first.try_acquire()
    assert second.try_acquire()
    first.release()
    second.release()
    blocked = file.parent.parent / "file"
    blocked.touch()
    assert KeyLock(blocked / "one.lock").try_acquire()  # nor where no folder can be made


@pytest.mark.parametrize("then", ["removed", "made anew"])
def test_a_lock_whose_file_was_removed_meanwhile_is_not_ours(
    file: Path, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    lock = key_lock._locked

    def removed(handle: int) -> bool:
        file.unlink()
        if then == "made anew":
            file.touch()
        return lock(handle)

    with monkeypatch.context() as patch:
        patch.setattr(key_lock, "_locked", removed)
        assert not KeyLock(file).try_acquire()
    assert KeyLock(file).try_acquire()


def test_an_error_while_it_is_held_gives_it_back(file: Path) -> None:
    with pytest.raises(RuntimeError), KeyLock(file):
        raise RuntimeError
    assert KeyLock(file).try_acquire()
