"""A real kernel, with a home of its own, that cells are run in."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parents[2]
WAIT = 300
_WIDGET = "application/vnd.jupyter.widget-view+json"


def environment(home: Path) -> dict[str, str]:
    """An environment in which nothing of the machine's own settings is read or written."""
    return os.environ | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "PYTHONPATH": str(ROOT),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


class _Manager(KernelManager):
    @property
    def kernel_spec(self) -> KernelSpec:
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="tested", language="python")


@dataclass
class Ran:
    """What a cell gave back."""

    status: str
    text: str = ""
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    error: list[str] = field(default_factory=list)
    name: str = ""
    payload: list[dict[str, Any]] = field(default_factory=list)
    #: Every plain text that was published, updates too.
    told: list[str] = field(default_factory=list)

    def hear(self, message: dict[str, Any]) -> None:
        """Take in one message of the kernel's."""
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            self.text += content["text"]
        elif kind in ("display_data", "execute_result"):
            name = content.get("transient", {}).get("display_id", f"unnamed {len(self.shown)}")
            assert name not in self.shown
            self.shown[name] = content["data"]
        elif kind == "update_display_data":
            assert content["transient"]["display_id"] in self.shown
            self.shown[content["transient"]["display_id"]] = content["data"]
        elif kind == "error":
            self.error, self.name = content["traceback"], content["ename"]
        if kind in ("display_data", "update_display_data"):
            self.told.append(content["data"].get("text/plain", ""))

    @property
    def bundles(self) -> list[dict[str, Any]]:
        """Outputs as they stand at the end: an update has taken the place of what it updates.

        Widgets are left out; tests/live_view.py hears their comms.
        """
        return [one for one in self.shown.values() if _WIDGET not in one]


class Kernel:
    """A running kernel."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.folder = folder
        self.manager = _Manager()
        self.manager.start_kernel(env=environment(home), cwd=str(folder))
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=WAIT)

    def run(self, code: str, *, good: bool = True) -> Ran:
        ran = Ran("")
        reply = self.client.execute_interactive(
            code, timeout=WAIT, output_hook=ran.hear, store_history=True, allow_stdin=False
        )["content"]
        ran.status = reply["status"]
        ran.payload = list(reply.get("payload", ()))
        if good:
            assert ran.status == "ok", "\n".join(ran.error)
        else:
            assert ran.status == "error", f"the cell did not fail: {ran.text}"
        return ran

    def begin(self, code: str) -> str:
        """Send a cell and wait for nothing; gives what `ended` wants."""
        return str(self.client.execute(code, allow_stdin=False))

    def ended(self, message: str) -> Ran:
        """Wait for the end of a cell that was begun."""
        ran = Ran("")
        while True:
            heard = self.client.get_iopub_msg(timeout=WAIT)
            if heard["parent_header"].get("msg_id") != message:
                continue
            ran.hear(heard)
            if heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=WAIT)
            if reply["parent_header"].get("msg_id") == message:
                ran.status = reply["content"]["status"]
                return ran

    def interrupt(self) -> None:
        """As the stop button does."""
        self.manager.interrupt_kernel()

    def kill(self) -> None:
        """As `kill -9`, or the machine's want of memory, does."""
        os.kill(self.process, signal.SIGKILL)
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    @property
    def process(self) -> int:
        """Number of the kernel's process."""
        return int(self.manager.provisioner.pid)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return bool(self.manager.is_alive())

    def value(self, expression: str) -> str:
        """Repr of an expression, worked out in the kernel."""
        reply = self.client.execute_interactive(
            "", timeout=WAIT, user_expressions={"x": expression}, output_hook=lambda message: None
        )["content"]["user_expressions"]["x"]
        assert reply["status"] == "ok", reply
        return str(reply["data"]["text/plain"])

    def complete(self, code: str, cursor: int | None = None) -> tuple[list[str], str]:
        """Completions at the cursor, and the text that they would replace."""
        place = len(code) if cursor is None else cursor
        reply = self.client.complete(code, place, reply=True, timeout=WAIT)["content"]
        return reply["matches"], code[reply["cursor_start"] : reply["cursor_end"]]

    def stop(self) -> None:
        self.client.shutdown(reply=True, timeout=WAIT)  # politely, so that coverage is written
        self.client.stop_channels()
        self.manager.shutdown_kernel()


@pytest.fixture(scope="module")
def start_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Kernel]]:
    """Start kernels in one folder; all are stopped at the end of the module."""
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("work")
    started: list[Kernel] = []

    def start() -> Kernel:
        started.append(Kernel(home, folder))
        return started[-1]

    yield start
    for kernel in started:
        if kernel.alive:
            kernel.stop()


@pytest.fixture(scope="module")
def kernel(start_kernel: Callable[[], Kernel]) -> Kernel:
    """A kernel in which the extension is loaded."""
    one = start_kernel()
    assert one.run("%load_ext synth_magic").text == ""
    return one
