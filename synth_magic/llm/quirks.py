"""What an endpoint takes, learned from its refusals and kept for seven days.

Learned is which fields it takes and how it counts, never what was asked or answered.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from synth_magic.llm.access import Access

LimitField = Literal["max_completion_tokens", "max_tokens", "none"]
Form = Literal["json_schema", "json_object", "none"]
DAYS = 7
_FILE = "quirks.json"
_MOST_BYTES, _MOST_ENTRIES = 200_000, 200
#: Services that know the newer name of the limit; `max_tokens` is everybody's older one.
_NEWER = frozenset({"openai", "azure", "openrouter"})
_LIMIT = re.compile(r"(?i)max_completion_tokens|max_tokens|max_new_tokens|max.output.tokens")
#: The answer that was allowed for does not fit beside the prompt (vLLM).
ROOM = re.compile(r"in the completion|max_tokens must be at least|max_tokens.{0,40}too large")
_FORM = re.compile(
    r"(?i)response.?format|json.?schema|json.?object|json.mode|structured.output|guided|grammar"
    r"|\bstrict\b|additionalProperties|(?:output|unsupported|invalid) schema|schema"
)
#: Then JSON may be taken, without its schema; else the field goes.
_ONLY_SCHEMA = re.compile(r"(?i)schema|\btype\b|strict")
_SYSTEM = re.compile(r"(?i)system.(?:role|message|prompt|instruction)|developer.instruction")
_USAGE = re.compile(r"(?i)stream.?options|include_usage")
_STREAM = re.compile(r"(?i)\bstream(?:ing|ed)?\b")


@dataclass(frozen=True, slots=True)
class Quirks:
    """How one model at one endpoint is asked.

    Parameters
    ----------
    limit
        Name of the field that bounds the answer.
    form
        How far it takes the form of the answer.
    stream, stream_usage
        Whether it sends the answer piece by piece, and its usage at the end.
    system
        Whether it takes a message of the role ``system``.
    reasoning
        Whether it has shown that it reasons before it answers.
    ratio
        Tokens that it counts for one of our estimate.
    """

    limit: LimitField = "max_tokens"
    form: Form = "json_schema"
    stream: bool = True
    stream_usage: bool = True
    system: bool = True
    reasoning: bool = False
    ratio: float = 1.0


def usual(access: Access) -> Quirks:
    """Give what is tried first."""
    return Quirks(limit="max_completion_tokens" if access.family in _NEWER else "max_tokens")


def after_refusal(quirks: Quirks, text: str, tried: frozenset[Quirks]) -> Quirks | None:
    """Give what to try next, after a refusal (400, 422) of what was just tried.

    A field that the refusal names is left out or renamed; where it names none, the form
    of the answer goes first, then what belongs to streaming.

    Returns
    -------
    Quirks or None
        None where nothing is left that could be at fault.
    """
    named = [quirk for quirk in _named(quirks, text) if quirk not in tried]
    if named:
        return named[0]
    rest = [
        replace(quirks, form="none"),
        replace(quirks, form="none", stream_usage=False),
        replace(quirks, form="none", stream_usage=False, stream=False),
    ]
    return next((quirk for quirk in rest if quirk not in tried), None)


def _named(quirks: Quirks, text: str) -> list[Quirks]:
    if ROOM.search(text):
        return [replace(quirks, limit="none")]
    found = []
    if _LIMIT.search(text):
        other: LimitField = (
            "max_tokens" if quirks.limit == "max_completion_tokens" else "max_completion_tokens"
        )
        found += [replace(quirks, limit=other), replace(quirks, limit="none")]
    if _USAGE.search(text):
        found.append(replace(quirks, stream_usage=False))
    if _SYSTEM.search(text):
        found.append(replace(quirks, system=False))
    if _FORM.search(text):
        if quirks.form == "json_schema" and _ONLY_SCHEMA.search(text):
            found.append(replace(quirks, form="json_object"))
        found.append(replace(quirks, form="none"))
    if _STREAM.search(text) and not _USAGE.search(text):
        found.append(replace(quirks, stream=False, stream_usage=False))
    return found


@dataclass(slots=True)
class Book:
    """Learned quirks, in memory and, where there is a folder, on disk.

    Parameters
    ----------
    folder
        Of the cache; None keeps nothing beyond the process.
    """

    folder: Path | None
    entries: dict[str, tuple[float, Quirks]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.folder is not None:
            self.entries.update(_read(self.folder / _FILE))

    def get(self, access: Access) -> Quirks:
        """Give what was learned in the last seven days, else what is usual."""
        learned, quirks = self.entries.get(_key(access), (0.0, None))
        fresh = 0 <= time.time() - learned < DAYS * 86_400
        return quirks if quirks is not None and fresh else usual(access)

    def learn(self, access: Access, quirks: Quirks) -> None:
        """Keep what has just led to an answer; its seven days begin when it changed."""
        if quirks == self.get(access):
            return
        self.entries[_key(access)] = (time.time(), quirks)
        if self.folder is not None:
            _write(self.folder / _FILE, self.entries)

    def forget(self, access: Access) -> None:
        """Drop what an endpoint has contradicted."""
        self.entries.pop(_key(access), None)


def _key(access: Access) -> str:
    return f"{access.identity} {access.model}"


def _read(file: Path) -> dict[str, tuple[float, Quirks]]:
    """Read a book; what cannot be read was never learned."""
    found: dict[str, tuple[float, Quirks]] = {}
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
        with file.open("rb") as stream:
            data = json.loads(stream.read(_MOST_BYTES))
        for key, entry in data.items():
            quirks = _checked(entry)
            if quirks is not None:
                found[str(key)] = (float(entry["learned"]), quirks)
    return found


def _checked(entry: Any) -> Quirks | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("learned"), (int, float)):
        return None
    said: dict[str, Any] = {f.name: entry.get(f.name) for f in fields(Quirks)}
    flags = ("stream", "stream_usage", "system", "reasoning")
    holds = (
        said["limit"] in get_args(LimitField)
        and said["form"] in get_args(Form)
        and all(isinstance(said[name], bool) for name in flags)
        and isinstance(said["ratio"], float)
        and 0.1 <= said["ratio"] <= 10
    )
    return Quirks(**said) if holds else None


def _write(file: Path, entries: dict[str, tuple[float, Quirks]]) -> None:
    """Write a book; where that fails, it is learned again another time."""
    newest = sorted(entries.items(), key=lambda item: item[1][0])[-_MOST_ENTRIES:]
    data = {key: asdict(quirks) | {"learned": learned} for key, (learned, quirks) in newest}
    part = file.with_suffix(f".{os.getpid()}.part")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(data, stream)
        part.replace(file)
