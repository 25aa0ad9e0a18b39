"""A browser's part of a live view, spoken over the comms of a real kernel."""

from __future__ import annotations

import queue
import time
from dataclasses import dataclass, field
from typing import Any

MIME = "application/vnd.jupyter.widget-view+json"
STATES = ("view", "schema", "fidelity", "status")
WAIT = 120


@dataclass
class Output:
    """One output of a cell, as it stands: updates have taken its place."""

    data: dict[str, Any]
    display_id: str | None = None
    updates: int = 0


@dataclass
class Ran:
    """What a cell gave back."""

    outputs: list[Output] = field(default_factory=list)
    text: str = ""
    error: list[str] = field(default_factory=list)

    @property
    def static(self) -> Output:
        (found,) = [out for out in self.outputs if "text/html" in out.data]
        return found

    @property
    def widgets(self) -> list[str]:
        return [out.data[MIME]["model_id"] for out in self.outputs if MIME in out.data]


class Front:
    """A front end: it runs cells, keeps the state of widgets, and sends what a user does.

    Parameters
    ----------
    kernel
        A running kernel, as the conftest of tests/notebook starts it.
    """

    def __init__(self, kernel: Any) -> None:
        self.kernel = kernel
        self.client = kernel.client
        #: State by comm, of widgets that are open; what was closed is gone.
        self.models: dict[str, dict[str, Any]] = {}
        self.replies: dict[str, dict[str, Any]] = {}
        #: (comm, keys) of every update, in order.
        self.updates: list[tuple[str, tuple[str, ...]]] = []
        self._displays: dict[str, Output] = {}
        self._idle: set[str] = set()
        self._ran: dict[str, Ran] = {}
        self._asked = 0

    def run(self, code: str, *, cell: str = "", good: bool = True) -> Ran:
        """Run a cell under a cell id and wait for its end."""
        ran = self.ended(self.begin(code, cell=cell))
        if good:
            assert not ran.error, "\n".join(ran.error)
        return ran

    def begin(self, code: str, *, cell: str = "") -> str:
        """Send a cell and wait for nothing."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False,
                   "user_expressions": {}, "stop_on_error": True}  # fmt: skip
        message = self.client.session.msg("execute_request", content)
        if cell:
            message["metadata"] = {"cellId": cell}
        self.client.shell_channel.send(message)
        name = str(message["header"]["msg_id"])
        self._ran[name] = Ran()
        return name

    def ended(self, name: str) -> Ran:
        self.until(lambda: name in self._idle)
        return self._ran[name]

    def value(self, expression: str) -> str:
        return self.run(f"print(repr(({expression})))").text.strip()

    def say(self, comm: str, do: str, **body: Any) -> dict[str, Any]:
        """Send a message of the view's and wait for its answer."""
        name = self.send(comm, do, **body)
        self.until(lambda: name in self.replies)
        return self.replies.pop(name)

    def send(self, comm: str, do: str, **body: Any) -> str:
        """Send a message of the view's and wait for nothing."""
        self._asked += 1
        name = f"t-{self._asked}"
        content = {"do": do, "id": name, **body}
        data = {"method": "custom", "content": content}
        message = self.client.session.msg("comm_msg", {"comm_id": comm, "data": data})
        self.client.shell_channel.send(message)
        return name

    def edit(self, comm: str, what: str, **more: Any) -> dict[str, Any]:
        edit = {"what": what, "column": "", "index": -1, "key": "", "text": "", **more}
        return self.say(comm, "edit", edit=edit)

    def judged(self, comm: str) -> dict[str, Any]:
        """Wait for the report on the table that is shown."""
        model = self.models[comm]
        self.until(
            lambda: (
                not model["fidelity"]["pending"]
                and model["fidelity"]["revision"] == model["view"]["revision"]
            )
        )
        return dict(model["fidelity"])

    def until(self, done: Any, wait: float = WAIT) -> None:
        """Hear messages until something is so."""
        end = time.monotonic() + wait
        while not done():
            try:
                self._hear(self.client.get_iopub_msg(timeout=0.2))
            except queue.Empty:
                assert time.monotonic() < end, "the kernel said nothing of it"

    def quiet(self, seconds: float) -> None:
        """Hear whatever still comes within some time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self._hear(self.client.get_iopub_msg(timeout=0.1))
            except queue.Empty:
                continue

    def _hear(self, message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        parent = message["parent_header"].get("msg_id", "")
        ran = self._ran.get(parent, Ran())
        if kind == "comm_open":
            self.models[content["comm_id"]] = dict(content["data"]["state"])
        elif kind == "comm_close":
            self.models.pop(content["comm_id"], None)
        elif kind == "comm_msg":
            self._told(content["comm_id"], content["data"])
        elif kind in ("display_data", "execute_result"):
            out = Output(content["data"], content.get("transient", {}).get("display_id"))
            ran.outputs.append(out)
            if out.display_id:
                self._displays[out.display_id] = out
        elif kind == "update_display_data":
            out = self._displays[content["transient"]["display_id"]]
            out.data, out.updates = content["data"], out.updates + 1
        elif kind == "stream":
            ran.text += content["text"]
        elif kind == "error":
            ran.error = content["traceback"]
        elif kind == "status" and content["execution_state"] == "idle":
            self._idle.add(parent)

    def _told(self, comm: str, data: dict[str, Any]) -> None:
        if data["method"] == "custom":
            if "began" not in data["content"]:  # the answer itself follows
                self.replies[data["content"]["re"]] = data["content"]
        elif data["method"] == "update" and comm in self.models:
            self.models[comm].update(data["state"])
            self.updates.append((comm, tuple(sorted(data["state"]))))
