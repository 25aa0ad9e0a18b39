"""Whatever an endpoint does ends in a reply or in two lines, and never shows the key."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from synth_magic.errors import ModelError
from synth_magic.llm import gate
from synth_magic.llm.client import Asker
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Reply
from tests.llm import fault_files
from tests.llm.fault_files import KEY
from tests.llm.serving import serving
from tests.llm.wired import access_to, prompt

pytestmark = pytest.mark.long

FAULTS = fault_files.every()


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """The delays of a test are a hundredth; `test_run` holds that of a user once."""
    monkeypatch.setattr(gate, "DELAYS", tuple(delay / 100 for delay in gate.DELAYS))


def shown(asker, result, events):
    """Everything that leaves the room, as text."""
    said = [repr(result), str(result), asker.told(), repr(asker.notes), repr(asker.usage)]
    said += [repr(getattr(result, "problems", "")), repr(getattr(result, "__dict__", ""))]
    return "\n".join([*said, *(event.text for event in events)])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["name"].replace(" ", "-"))
def test_a_fault_ends_as_its_file_says(fault, caplog):
    caplog.set_level(0)
    with serving(fault) as (url, endpoint):
        events = []
        limits = replace(Limits(), **fault.get("limits", {}))
        asker = Asker(access_to(url, KEY), limits=limits, cache=None, tell=events.append)
        ((place, result),) = asker([prompt()])
        bodies = [] if endpoint is None else endpoint.bodies
    assert place == 0
    assert len(bodies) == fault["requests"]
    if "error" in fault:
        assert isinstance(result, ModelError), result
        lines = str(result).splitlines()
        assert len(lines) == 2
        assert all(lines), "two lines: what happened, and what can be done"
        assert (result.kind, result.retry) == (fault["error"]["kind"], fault["error"]["again"])
        assert result.after == fault["error"].get("after")
        for words in fault.get("message", ()):
            assert words in str(result)
    else:
        assert isinstance(result, Reply), str(result)
        assert fault.get("data", result.data) == result.data
    assert len(asker.notes) == len(fault.get("notes", ()))
    for note, words in zip(asker.notes, fault.get("notes", ()), strict=True):
        assert words in note.what
    waits = [event.text for event in events if event.stage == "waiting"]
    if "waits" in fault:
        assert waits[: len(fault["waits"])] == [
            wait for wait, said in zip(waits, fault["waits"], strict=False) if wait.startswith(said)
        ]
        assert len(waits) >= len(fault["waits"])
    for name, value in fault.get("sends", {}).items():
        assert bodies[-1].get(name) == value
    for text in (shown(asker, result, events), caplog.text):
        assert KEY[:12] not in text
        assert KEY[-10:] not in text
        assert base64.b64encode(KEY.encode()).decode()[:16] not in text


@pytest.mark.parametrize("entry", FAULTS, ids=lambda fault: fault["name"].replace(" ", "-"))
def test_an_entry_has_the_form(entry):
    fault_files.check(entry)


def test_there_are_many_faults_and_each_has_a_name_of_its_own():
    names = [fault["name"] for fault in FAULTS]
    assert len(names) == len(set(names)) >= 45
