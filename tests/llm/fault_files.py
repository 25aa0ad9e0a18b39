"""Faults of endpoints, as data: what is sent, and what it must end in.

`FORM` is the form of an entry; ``steps`` are those of `endpoint.Endpoint`.  Within their
texts stand for something long, or for something no JSON file can hold:

    @good        the good answer of ``good.json``     @key         the key that was sent
    @megabyte    a million characters                 @brackets    a hundred thousand brackets
    @commas, @nan, @digits, @surrogates               the good answer, spoiled
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "faults"
GOOD = json.loads((Path(__file__).parent / "good.json").read_text(encoding="utf-8"))
TEXT = json.dumps(GOOD["answer"])
KEY = "sk-test-4f9Zq81LmXw27RtBv63Kd"
_WORDS = {
    "@good": TEXT,
    "@key": KEY,
    "@megabyte": "x" * 1_000_000,
    "@brackets": "[" * 100_000,
    "@commas": TEXT.replace("]", ",]").replace("}", " , }"),
    "@nan": TEXT.replace('"p95": 20', '"p95": NaN').replace('"p75": 9', '"p75": -Infinity'),
    "@digits": TEXT.replace('"p95": 20', f'"p95": {"7" * 10_000}'),
    "@surrogates": TEXT.replace("metered dose", "metered \\ud800dose"),
}
TABLES = ("model", "reference", "none")
KINDS = ("no_network", "key", "quota", "busy", "cut", "refused", "unreadable", "policy")
SERVERS = ("nobody", "unknown host", "tls", "https to http")
#: Field: its type, whether it is needed, and its meaning.
FORM: dict[str, tuple[type, bool, str]] = {
    "name": (str, True, "of its own within all files"),
    "says": (str, True, "what happens, for docs/reliability.md"),
    "server": (str, False, "who listens, where it is not the endpoint of the steps"),
    "steps": (list, False, "of the endpoint"),
    "limits": (dict, False, "seconds, other than usual"),
    "requests": (int, True, "that one prompt leads to"),
    "error": (dict, False, "kind, again and perhaps after; without it there is a reply"),
    "message": (list, False, "words that its two lines hold"),
    "notes": (list, False, "words of the notes, one each"),
    "waits": (list, False, "beginnings of the lines about waiting, one each"),
    "data": (dict, False, "of the reply"),
    "sends": (dict, False, "fields of the last request; null: it has none such"),
    "cell": (str, False, "open: the values of a column are the model's to choose"),
    "table": (str, True, "model, reference or none: what a whole cell ends in"),
}
_STEP = {
    "answer": (str, dict),
    "with": (dict,),
    "json": (dict, list),
    "text": (str,),
    "events": (list,),
    "status": (int,),
    "headers": (dict,),
    "finish": (str, type(None)),
    "usage": (dict, type(None)),
    "pieces": (int,),
    "whole": (bool,),
    "delay": (int, float),
    "silent": (int, float),
    "drip": (int, float),
    "cut": (int,),
    "reset": (bool,),
    "close": (bool,),
    "repeat": (int,),
    "gzip": (int,),
    "refuses": (list,),
    "says": (str,),
}


def check(entry: dict[str, Any]) -> None:
    """Fail where an entry has not the form."""
    unknown = set(entry) - set(FORM)
    assert not unknown, f"{entry.get('name')}: {unknown}"
    for name, (kind, needed, _) in FORM.items():
        assert name in entry or not needed, f"{entry.get('name')}: no {name}"
        assert isinstance(entry.get(name, kind()), kind), f"{entry['name']}: {name}"
    assert entry["table"] in TABLES
    assert entry.get("server", SERVERS[0]) in SERVERS
    assert "steps" in entry or "server" in entry
    if "error" in entry:
        assert set(entry["error"]) <= {"kind", "again", "after"}
        assert entry["error"]["kind"] in KINDS
        assert isinstance(entry["error"]["again"], bool)
    else:
        assert "message" not in entry
        assert entry["table"] != "none"
    assert set(entry.get("limits", {})) <= {"deadline", "idle", "first_token"}
    for step in entry.get("steps", ()):
        for name, value in step.items():
            assert isinstance(value, _STEP[name]), f"{entry['name']}: {name}"
        assert sum(name in step for name in ("answer", "json", "text", "events")) <= 1
        assert any(name in step for name in ("answer", "json", "text", "events", "cut"))


def cell_of(entry: dict[str, Any]) -> str:
    """Give the cell that meets a fault."""
    lines = GOOD["cell"].splitlines()
    if entry.get("cell") == "open":
        lines[-1] = f"  {GOOD['open']}"
    return "\n".join(lines)


def faults() -> dict[str, list[dict[str, Any]]]:
    """Every entry, by the name of its file."""
    files = sorted(FOLDER.glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}


def every() -> list[dict[str, Any]]:
    return [entry for entries in faults().values() for entry in entries]


def expanded(value: Any) -> Any:
    """Put what the words stand for into a step."""
    if isinstance(value, str):
        for word, text in _WORDS.items():
            value = value.replace(word, text)
        return value
    if isinstance(value, list):
        return [expanded(item) for item in value]
    if isinstance(value, dict):
        if "with" in value:
            changed = {name: item for name, item in value.items() if name != "with"}
            value = changed | {"answer": GOOD["answer"] | value["with"]}
        return {name: expanded(item) for name, item in value.items()}
    return value
