"""An asker at an endpoint of these tests, and what it told."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synth_magic.errors import ModelError
from synth_magic.events import Event
from synth_magic.llm.access import Access, resolve
from synth_magic.llm.cache import Cache
from synth_magic.llm.client import Asker
from synth_magic.llm.limits import Limits
from synth_magic.llm.messages import Prompt, Reply
from synth_magic.options import Options
from tests.llm.endpoint import Endpoint

SCHEMA = {
    "type": "object",
    "properties": {name: {"type": "array"} for name in ("numbers", "choices")},
    "required": ["numbers", "choices"],
    "additionalProperties": False,
}
SYSTEM = "You are an expert of these patients. " * 12
_count = itertools.count()


def fresh_path() -> str:
    """A path of its own: what is learned of one endpoint is no other's, even on its port."""
    return f"/v{next(_count)}"


def access_to(base_url: str, key: str | None = None, model: str = "m") -> Access:
    access = resolve(Options(model=model, base_url=base_url, api_key=key), {})
    assert access is not None
    return access


def prompt(text: str = "Describe the table.", **fields: Any) -> Prompt:
    """One prompt of some 200 tokens."""
    given: dict[str, Any] = {"schema": SCHEMA, "version": "test-1", "expected_tokens": 300}
    return Prompt((("system", SYSTEM), ("user", text)), **(given | fields))


def prompts(count: int) -> list[Prompt]:
    return [prompt(f"Describe part {place}.", about=f"part {place}") for place in range(count)]


@dataclass
class Wired:
    """An endpoint, an asker of it, and the events that it told."""

    endpoint: Endpoint
    asker: Asker
    events: list[Event] = field(default_factory=list)

    def ask(self, prompts: Sequence[Prompt]) -> list[Reply | ModelError]:
        """Ask, and give the results in the order of the prompts."""
        found = dict(self.asker(prompts))
        assert sorted(found) == list(range(len(prompts)))
        return [found[place] for place in range(len(prompts))]

    def one(self) -> Reply | ModelError:
        (result,) = self.ask([prompt()])
        return result

    @property
    def waits(self) -> list[str]:
        return [event.text for event in self.events if event.stage == "waiting"]


@contextmanager
def wired(
    script: Any,
    *,
    cache: Path | None = None,
    key: str | None = None,
    limits: dict[str, Any] | None = None,
    path: str | None = None,
    model: str = "m",
    **more: Any,
) -> Iterator[Wired]:
    """Start an endpoint and make an asker of it."""
    with Endpoint(script, path=path or fresh_path()) as endpoint:
        events: list[Event] = []
        asker = Asker(
            access_to(endpoint.base_url, key, model),
            limits=Limits(**(limits or {})),
            cache=None if cache is None else Cache(cache),
            tell=events.append,
            **more,
        )
        yield Wired(endpoint, asker, events)
