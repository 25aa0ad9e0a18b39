"""A model behind the cell in a real kernel: interrupts, several kernels, failures, keys."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests import scripted_model as scripted
from tests.cells import CLINIC
from tests.llm.endpoint import Endpoint
from tests.llm.weights import smollm2
from tests.notebook.conftest import Kernel, Ran, environment

pytestmark = [pytest.mark.kernel]

#: An interrupt is answered within a second; asserted at three times that.
ANSWERED = 3.0
CANARY = "sk-canary0123456789abcdefghij"
SMALL = "columns:\n  age: years, 30-85\n  sex: F / M\n"


class Clinic:
    """An endpoint's script: a good expert, who writes so many batches and then is `slow`.

    Parameters
    ----------
    quick
        Batches that are answered at once, or answers at all for the blueprint engine.
    slow
        How every later request is met, as a step of the endpoint.
    """

    def __init__(self, quick: int, slow: Mapping[str, Any]) -> None:
        self.quick, self.slow = quick, slow
        self.lock = threading.Lock()
        #: Requests that were answered well, by their words.
        self.answered: Counter[str] = Counter()
        self.batches = 0
        #: Called with the first request that is not answered well.
        self.ending: Callable[[], None] | None = None

    def __call__(self, body: dict[str, Any]) -> dict[str, Any]:
        said = scripted.reply(body)
        with self.lock:
            if scripted.writes_rows(body):
                self.batches += 1
                late = self.batches > self.quick
            else:
                late = self.quick < 0
            if late and self.ending is not None:
                self.ending()
            if not late:
                self.answered[scripted.text_of(body["messages"])] += 1
            return {**said, **(self.slow if late else {})}

    def recover(self) -> None:
        """From now on everything is answered at once."""
        self.quick = 1_000_000


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def digest(kernel: Kernel, name: str) -> str:
    kernel.run("import pandas as pd")
    return kernel.value(f"int(pd.util.hash_pandas_object({name}).sum()), {name}.shape")


def hung_up(kernel: Kernel, endpoint: Endpoint) -> bool:
    """Whether the kernel has left every connection to an endpoint."""
    connections = psutil.Process(kernel.process).net_connections("tcp")
    return not any(
        each.raddr and each.raddr.port == endpoint.port and each.status == "ESTABLISHED"
        for each in connections
    )


def interrupted(kernel: Kernel, cell: str, when: Callable[[], object]) -> Ran:
    """Run a cell, press stop when `when` is true, and see that it is answered."""
    message = kernel.begin(cell)
    until(when)
    time.sleep(0.3)
    pressed = time.monotonic()
    kernel.interrupt()
    ran = kernel.ended(message)
    took = time.monotonic() - pressed
    assert ran.status == "error"
    assert took < ANSWERED, f"{took:.1f} s"
    return ran


@pytest.fixture
def at(kernel: Kernel, tmp_path: Path) -> Callable[..., str]:
    """Give the first lines of a cell for an endpoint; every test has a cache of its own."""
    kernel.run(f"%env SYNTHDATA_CACHE_DIR={tmp_path / 'answers'}")
    kernel.run("%config SynthData.concurrency = 4\nt2d = t2d_partial = None; del t2d, t2d_partial")
    return head


def head(endpoint: Endpoint, options: str = "", name: str = "t2d") -> str:
    where = f"--model big --base-url {endpoint.base_url}"
    return f"%%synthdata {name} {where} {options}\n"


# The stop button ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "slow",
    [{"delay": 60}, {"silent": 60}, {"drip": 0.2, "pieces": 4}],
    ids=["no word", "a head and silence", "a slow drip"],
)
def test_an_interrupt_while_the_blueprint_is_asked_for_is_answered(kernel, at, slow):
    clinic = Clinic(-1, slow)
    with Endpoint(clinic) as endpoint:
        cell = at(endpoint) + CLINIC
        ran = interrupted(kernel, cell, lambda: endpoint.running == 1)
        assert ran.error == [
            "Stopped before the table was finished; no variable was changed",
            "Run the cell again to draw it",
        ]
        assert hung_up(kernel, endpoint)
        assert kernel.value("'t2d' in globals()") == "False"
        kernel.run("%%synthdata other -n 7\n" + SMALL)
        assert kernel.value("len(other)") == "7"
        clinic.recover()
        kernel.run(cell)
        assert kernel.value("len(t2d), t2d.attrs['synthdata']['author']") == "(200, 'big')"
        assert len(endpoint.requests) == 2


@pytest.mark.parametrize("there", [False, True], ids=["a new NAME", "NAME holds a table"])
def test_an_interrupt_keeps_the_rows_and_the_next_run_asks_for_the_rest(kernel, at, there):
    clinic = Clinic(17, {"silent": 60})
    with Endpoint(clinic) as endpoint:
        if there:
            kernel.run("%%synthdata t2d -n 9 --quiet\n" + SMALL)
        cell = at(endpoint, "--engine rows -n 1000") + CLINIC
        ran = interrupted(kernel, cell, lambda: clinic.batches == 17 + 4)
        name = "t2d_partial" if there else "t2d"
        assert ran.error == [
            f"Stopped: 340 of 1,000 rows, in {name}",
            "Run the cell again to go on",
        ]
        assert kernel.value(f"len({name})") == "340"
        assert kernel.value(f"bool(({name}.sbp > {name}.dbp).all())") == "True"
        if there:
            assert kernel.value("len(t2d)") == "9"
        kernel.run(f"%synthdata report {name}")
        kernel.run(f"kept = {name}.copy()")
        assert hung_up(kernel, endpoint)

        asked = len(endpoint.requests)
        assert asked == 1 + 17 + 4
        clinic.recover()
        kernel.run(cell)
        assert len(endpoint.requests) - asked == 50 - 17
        assert max(clinic.answered.values()) == 1
        assert kernel.value("len(t2d)") == "1000"
        assert kernel.value("t2d.loc[kept.index].equals(kept[t2d.columns])") == "True"
        assert kernel.value("t2d.attrs['synthdata'].get('partial', False)") == "False"

        kernel.run(at(endpoint, "--engine rows -n 1000", "again") + CLINIC)
        assert len(endpoint.requests) - asked == 50 - 17
        assert digest(kernel, "again") == digest(kernel, "t2d")


def test_two_interrupts_in_a_row_leave_the_notebook_usable(kernel, at):
    with Endpoint(Clinic(0, {"silent": 60})) as endpoint:
        message = kernel.begin(at(endpoint, "--engine rows -n 200") + CLINIC)
        until(lambda: endpoint.running == 4 or len(endpoint.requests) >= 2)
        for _ in range(2):  # a third may meet the kernel's own code, which then answers nothing
            kernel.interrupt()
            time.sleep(0.05)
        assert kernel.ended(message).status == "error"
        kernel.run("%%synthdata other -n 7\n" + SMALL)


# Several kernels ----------------------------------------------------------------------


@pytest.fixture
def two(start_kernel, tmp_path) -> Iterator[tuple[Kernel, Kernel]]:
    """Two kernels of one user, with one cache."""
    both = (start_kernel(), start_kernel())
    for each in both:
        each.run("%load_ext synth_magic")
        each.run(f"%env SYNTHDATA_CACHE_DIR={tmp_path / 'answers'}")
        each.run("%config SynthData.concurrency = 4")
    yield both
    for each in both:
        if each.alive:
            each.stop()


def test_two_kernels_that_ask_the_same_pay_once(two):
    one, other = two
    clinic = Clinic(1_000_000, {})
    with Endpoint(lambda body: {**clinic(body), "delay": 0.1}) as endpoint:
        cell = head(endpoint, "--engine rows -n 400") + CLINIC
        messages = [(each, each.begin(cell)) for each in two]
        for each, message in messages:
            ran = each.ended(message)
            assert ran.status == "ok", ran.error
        assert len(endpoint.requests) == 1 + 20
        assert set(clinic.answered.values()) == {1}
        assert digest(one, "t2d") == digest(other, "t2d")


def test_a_kernel_that_is_killed_costs_the_other_nothing(two):
    one, other = two
    clinic = Clinic(10, {"silent": 60})
    with Endpoint(clinic) as endpoint:
        cell = head(endpoint, "--engine rows -n 600") + CLINIC
        one.begin(cell)
        until(lambda: clinic.batches == 10 + 4)
        time.sleep(0.5)  # answers that arrived are on the disk
        message = other.begin(cell)
        until(lambda: clinic.batches > 10 + 4)  # it asks what the first one does not
        assert max(Counter(map(scripted.text_of, endpoint.bodies)).values()) == 1
        one.kill()
        clinic.recover()
        hanging = len(endpoint.requests) - 1 - 10
        time.sleep(1)
        other.interrupt()  # its own calls hang, too
        ran = other.ended(message)
        assert "200 of 600 rows" in ran.error[0]
        asked = len(endpoint.requests)
        assert asked - 1 - 10 >= hanging
        other.run(cell)
        assert other.value("len(t2d)") == "600"
        assert set(clinic.answered.values()) == {1}
        assert len(clinic.answered) == 1 + 30
        last = len(endpoint.requests)
        other.run(cell)
        assert len(endpoint.requests) == last


# Failures -----------------------------------------------------------------------------

QUOTA = {
    "error": {
        "message": f"You exceeded your current quota, {CANARY}",
        "type": "insufficient_quota",
        "code": "insufficient_quota",
    }
}
FAILURES = {
    "401": {"status": 401, "json": {"error": {"message": f"Incorrect API key: {CANARY}"}}},
    "quota": {"status": 429, "json": QUOTA},
    "reset": {"cut": 0, "reset": True},
    "gone": {"cut": 0, "reset": True},
}
CELLS = (
    "%load_ext synth_magic",
    "{cell}",
    "print(len(t2d), bool((t2d.sbp > t2d.dbp).all()))",
    "%config SynthData",
    "%synthdata sent",
    "%synthdata cache",
    "%synthdata doctor",
    "%synthdata schema t2d",
    "%xmode Verbose",
    "%config SynthData.debug = True",
    "{cell}",
    "%tb",
    "print(t2d.attrs)",
    "%history",
)


def executed(cells: list[str], folder: Path, url: str, *, go_on: bool) -> Any:
    """Run a notebook as nbclient and papermill do."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        allow_errors=go_on,
        ipython_hist_file=str(folder / "history.sqlite"),
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        keys = {"SYNTHDATA_API_KEY": CANARY, "SYNTHDATA_BASE_URL": url}
        client.execute(env=environment(folder) | keys)
    except CellExecutionError as error:
        return notebook, error
    return notebook, None


def errors(cell: Any) -> list[list[str]]:
    return [out["traceback"] for out in cell.outputs if out.output_type == "error"]


def written(cell: Any) -> str:
    return "".join(out.get("text", "") for out in cell.outputs)


@pytest.mark.parametrize(
    "how", ["401", "quota", "gone", pytest.param("reset", marks=pytest.mark.slow)]
)
def test_a_failure_keeps_the_rows_fails_the_cell_and_shows_no_key(how, tmp_path):
    clinic = Clinic(3, FAILURES[how])
    with Endpoint(clinic) as endpoint:
        cell = head(endpoint, "--engine rows -n 200") + CLINIC
        clinic.ending = endpoint.leave if how == "gone" else None
        cells = [text.replace("{cell}", cell) for text in CELLS]
        notebook, _ = executed(cells, tmp_path, endpoint.base_url, go_on=True)
        sent = [request["headers"].get("authorization") for request in endpoint.requests]
        assert set(sent) == {f"Bearer {CANARY}"}
    failed, kept = notebook.cells[1], notebook.cells[2]
    ((first, second),) = errors(failed)
    assert "(60 of 200 rows, in t2d)" in first
    assert second.endswith("run the cell again to go on")
    assert "Traceback" not in first + second
    assert written(kept) == "60 True\n"
    for place in (3, 4, 5, 6, 9, 12, 13):
        assert not errors(notebook.cells[place]), cells[place]
    assert "rows 0-19" in written(notebook.cells[4])
    assert errors(notebook.cells[10])
    everything = nbformat.writes(notebook).encode()
    for file in tmp_path.rglob("*"):
        everything += file.read_bytes() if file.is_file() else b""
    assert any(tmp_path.rglob("history.sqlite"))
    assert b"rows-" in everything or b"rows 0-19" in everything
    for part in (CANARY.encode(), CANARY[:14].encode(), CANARY[-14:].encode()):
        assert part not in everything


def test_a_failure_stops_a_notebook_that_runs_from_top_to_bottom(tmp_path):
    with Endpoint(Clinic(2, FAILURES["401"])) as endpoint:
        cell = head(endpoint, "--engine rows -n 100") + CLINIC
        cells = ["%load_ext synth_magic", cell, "print('never')"]
        notebook, error = executed(cells, tmp_path, endpoint.base_url, go_on=False)
    assert error is not None
    assert "40 of 100 rows" in str(error)
    assert CANARY not in str(error)
    assert not notebook.cells[2].outputs
    json.dumps(notebook.cells[1].outputs)


# What is shown meanwhile --------------------------------------------------------------


def test_whoever_waits_sees_what_for_and_how_to_stop_it(kernel, at):
    clinic = Clinic(2, {"delay": 1.0})
    with Endpoint(clinic) as endpoint:
        ran = kernel.run(at(endpoint, "--engine rows -n 120") + CLINIC)
    asked = [text for text in ran.told if "asking" in text]
    assert asked
    wanted = (
        r"asking big: \d of 6 answers, \d+ of 120 rows, .* tokens, \d+ s \(interrupt the kernel"
    )
    assert re.match(wanted, asked[-1]), asked
    partial = [text for text in ran.told if "the last rows that were finished" in text]
    assert partial
    for text in partial:  # the line, a caption, the names, and at most five rows
        assert 4 <= text.count("\n") + 1 <= 3 + 5
        assert text.split("\n")[2].split()[:3] == ["row", "age", "sex"]
    # and gone when it is done
    assert [text for text in ran.bundles if "text/html" in text]
    assert "the last rows that were finished" not in json.dumps(ran.bundles)
    kernel.run("assert len(t2d) == 120")


def test_progress_comes_at_most_four_times_a_second(kernel, at):
    with Endpoint(Clinic(2, {"delay": 0.3})) as endpoint:
        began = time.monotonic()
        ran = kernel.run(at(endpoint, "--engine rows -n 600") + CLINIC)
        took = time.monotonic() - began
    updates = [text for text in ran.told if "interrupt the kernel" in text]
    assert 2 <= len(updates) <= 1 + 4 * took


# A real small model -------------------------------------------------------------------

TINY = """\
Adults with type 2 diabetes at an outpatient clinic.

columns:
  age: years, 30-85
  sex: F / M
  smoker: never / former / current
  hba1c: %, 5.5-14
  sbp: systolic blood pressure, mmHg, 90-200
"""
#: What the reference does not know, so that the model is asked.
ODD = """\
Adults with type 2 diabetes at an outpatient clinic.

columns:
  age: years, 30-85
  sex: F / M
  distance: km from home to the clinic, 0-120
  color: red / green / blue
"""


def shown(ran: Ran) -> str:
    return "\n".join(bundle["text/plain"] for bundle in ran.bundles)


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    """The file, under a short name."""
    link = tmp_path_factory.mktemp("weights") / "smol.gguf"
    link.symlink_to(smollm2())
    return link


def servers(process: int) -> list[int]:
    """Processes of models that a kernel started."""
    return [
        each.pid
        for each in psutil.Process(process).children(recursive=True)
        if "local_server.py" in " ".join(each.cmdline())
    ]


def gone(process: int) -> bool:
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def local(start_kernel, tmp_path) -> Iterator[Kernel]:
    """A kernel of its own, since a model of its own lives as long as it."""
    one = start_kernel()
    one.run("%load_ext synth_magic")
    one.run(f"%env SYNTHDATA_CACHE_DIR={tmp_path / 'answers'}")
    yield one
    if one.alive:
        one.stop()


@pytest.mark.slow
def test_a_small_model_of_ones_own_writes_valid_rows(local, weights):
    ran = local.run(f"%%synthdata t --model {weights} -n 8 --engine rows\n{TINY}")
    assert local.value("t.shape") == "(8, 5)"
    for true in (
        "t.age.between(30, 85).all()",
        "t.hba1c.between(5.5, 14).all()",
        "t.sbp.between(90, 200).all()",
        "t.sex.isin(['F', 'M']).all() and t.smoker.isin(['never', 'former', 'current']).all()",
        "t.notna().all().all()",
    ):
        assert local.value(f"bool({true})") == "True", true
    said = shown(ran)
    assert "nothing left it" in said
    assert re.search(r"model wrote [\d,]+ cells|of [\d,]+ cells come|'s [\d,]+ cells could", said)
    (server,) = servers(local.process)
    local.stop()
    until(lambda: gone(server), 15)


@pytest.mark.slow
def test_a_small_model_falls_back_as_told_stops_when_told_and_dies_with_a_killed_kernel(
    local, weights
):
    ran = local.run(f"%%synthdata t --model {weights} -n 30\n{ODD}")
    assert local.value("t.shape") == "(30, 4)"
    local.run(
        "from synth_magic import Blueprint\n"
        "law = Blueprint.from_yaml(t.attrs['synthdata']['blueprint'])\n"
        "sources = {c.name: c.distribution.source for c in law.columns}"
    )
    assert local.value("sources['age'], sources['sex']") == "('reference', 'reference')"
    said = shown(ran)
    for name in ("distance", "color"):
        source = local.value(f"sources['{name}']")
        assert source in ("'model'", "'guess'")
        if source == "'guess'":
            assert re.search(rf"{name}: .*guess", said)
    assert local.value("bool(t.distance.between(0, 120).all())") == "True"
    assert local.value("set(t.color) <= {'red', 'green', 'blue'}") == "True"
    (server,) = servers(local.process)

    message = local.begin(f"%%synthdata t --model {weights} -n 400 --engine rows\n{TINY}")
    time.sleep(4)
    pressed = time.monotonic()
    local.interrupt()
    stopped = local.ended(message)
    assert time.monotonic() - pressed < ANSWERED
    assert stopped.error[0].startswith("Stopped")
    assert local.value("len(t)") == "30"
    assert servers(local.process) == [server]
    local.run("%%synthdata other -n 7\n" + SMALL)

    local.begin(f"%%synthdata t --model {weights} -n 400 --engine rows\n{TINY}")
    time.sleep(2)
    local.kill()
    until(lambda: gone(server), 15)
