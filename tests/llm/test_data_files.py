"""Every file of this room that is no code is read by something that holds it to its form."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import pytest

from tests.llm import fault_files

ROOT = Path(__file__).parent


def _faults(path):
    entries = json.loads(path.read_text(encoding="utf-8"))
    assert entries
    for entry in entries:
        fault_files.check(entry)


def _vendor(path):
    assert json.loads(path.read_text(encoding="utf-8"))["sources"]  # the rest: test_vendors


def _good(path):
    """An answer that fits its cell, whole."""
    from synth_magic import cell
    from synth_magic.authors.answers import form, lenient

    data = json.loads(path.read_text(encoding="utf-8"))
    assert set(data) == {"cell", "open", "answer"}
    assert set(data["answer"]) == set(form.WHOLE)
    answer = lenient.read(data["answer"])
    named = {row.column for row in (*answer.numbers, *answer.choices)}
    assert named == {column.name for column in cell.parse(data["cell"]).columns}


def _certificate(path):
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path)


GLOBS = {
    "faults/*.json": _faults,
    "vendors/*.json": _vendor,
    "good.json": _good,
    "untrusted.pem": _certificate,
}
FILES = sorted(p for p in ROOT.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_data_file_has_one_reader_that_accepts_it(path):
    (glob,) = [glob for glob in GLOBS if path in ROOT.glob(glob)]
    GLOBS[glob](path)


@pytest.mark.parametrize("glob", GLOBS)
def test_no_reader_waits_for_a_file_that_is_not_there(glob):
    assert list(ROOT.glob(glob))


def test_an_entry_of_another_form_would_be_seen():
    (entry, *_) = fault_files.every()
    for wrong in ({"table": "some"}, {"requests": "1"}, {"also": 1}, {"steps": [{"anser": {}}]}):
        with pytest.raises((AssertionError, KeyError)):
            fault_files.check(entry | wrong)
