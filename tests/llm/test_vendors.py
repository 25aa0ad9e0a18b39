"""The endpoints that people use, as conversations in the forms of their public documentation."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from synth_magic.errors import ModelError
from synth_magic.llm import gate
from synth_magic.llm.client import Asker
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Reply
from tests.llm.endpoint import Endpoint
from tests.llm.fault_files import GOOD, KEY, KINDS, expanded
from tests.llm.wired import access_to, fresh_path, prompt

pytestmark = pytest.mark.long

FOLDER = Path(__file__).parent / "vendors"
VENDORS = {file.stem: json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))}
TALKS = [
    pytest.param(vendor, talk, id=f"{name}-{talk['says'].replace(' ', '-')}")
    for name, vendor in VENDORS.items()
    for talk in vendor["conversations"]
]
OPTIONAL = {"usage", "error", "message", "waits", "notes", "sends"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(gate, "DELAYS", tuple(delay / 100 for delay in gate.DELAYS))


def test_every_family_that_the_documentation_names_is_here():
    assert set(VENDORS) == {
        "openai",
        "azure",
        "openrouter",
        "gemini",
        "anthropic",
        "ollama",
        "vllm",
        "lmstudio",
        "llamacpp",
    }


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
def test_a_vendor_has_the_form(vendor):
    assert set(vendor) == {"name", "family", "sources", "accepts", "ignores", "conversations"}
    assert vendor["sources"]
    assert all(re.match(r"https://[\w.-]+/", source) for source in vendor["sources"])
    assert not set(vendor["accepts"]) & set(vendor["ignores"])
    for talk in vendor["conversations"]:
        assert {"says", "steps", "requests"} <= set(talk)
        assert set(talk) - {"says", "steps", "requests"} <= OPTIONAL
        assert talk.get("error", {"kind": "key"})["kind"] in KINDS
    assert any("error" not in talk for talk in vendor["conversations"])
    assert any("error" in talk for talk in vendor["conversations"])


@pytest.mark.parametrize(("vendor", "talk"), TALKS)
def test_a_conversation_ends_as_it_should(vendor, talk):
    with Endpoint([expanded(step) for step in talk["steps"]], path=fresh_path()) as endpoint:
        access = replace(access_to(endpoint.base_url, KEY), family=vendor["family"])
        events = []
        asker = Asker(access, limits=Limits(), cache=None, tell=events.append)
        ((_, result),) = asker([prompt()])
    assert len(endpoint.bodies) == talk["requests"]
    for body in endpoint.bodies:
        assert set(body) <= {*vendor["accepts"], *vendor["ignores"]}
    if "error" in talk:
        assert isinstance(result, ModelError), result
        assert (result.kind, result.retry) == (talk["error"]["kind"], talk["error"]["again"])
        assert len(str(result).splitlines()) == 2
        for words in talk.get("message", ()):
            assert words in str(result)
    else:
        assert isinstance(result, Reply), str(result)
        if "notes" not in talk:
            assert result.data == GOOD["answer"]
    if "usage" in talk:
        usage = asker.usage
        assert [usage.prompt, usage.completion, usage.reasoning] == talk["usage"]
        assert not usage.estimated
    for note, words in zip(asker.notes, talk.get("notes", ()), strict=False):
        assert words in note.what
    assert len(asker.notes) >= len(talk.get("notes", ()))
    waits = [event.text for event in events if event.stage == "waiting"]
    for wait, words in zip(waits, talk.get("waits", ()), strict=False):
        assert wait.startswith(words)
    assert len(waits) >= len(talk.get("waits", ()))
    for name, value in talk.get("sends", {}).items():
        sent = endpoint.bodies[-1].get(name)
        assert (sent if value is None else sent["type"]) == value
