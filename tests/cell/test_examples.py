"""Every line of examples.yaml is read as it says, every wrong one gives its message."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import synth_magic.cell
from synth_magic import cell
from synth_magic.errors import SpecError

FACTS = {
    "type", "unit", "range", "values", "ordered", "shares", "share", "mean", "sd", "median",
    "quartiles", "quantiles", "zero_share", "decimals", "pattern", "description", "missing",
    "rules", "law", "either",
}  # fmt: skip


def test_each_line_is_read_as_it_says_and_nothing_more(good, facts):
    request = cell.parse(f"columns:\n  {good['say']}\n")
    assert facts(request) == good["is"]


def test_what_was_not_understood_is_kept_as_description_and_told(good):
    request = cell.parse(f"columns:\n  {good['say']}\n")
    told = ", ".join(words for _, words in request.unread)
    expected = good.get("unread", good["is"].get("description", ""))
    assert told == (", ".join(expected) if isinstance(expected, list) else expected)


def test_the_echo_of_a_line_is_one_line_that_marks_what_was_not_understood(good):
    request = cell.parse(f"columns:\n  {good['say']}\n")
    column = request.columns[0]
    unread = [words for _, words in request.unread]
    line = cell.echo(column, request.missing[0] if request.missing else None, unread)
    assert line.startswith(f"{column.name}: ")
    assert "\n" not in line
    assert all(f"“{words}”" in line for words in unread)


def test_places_lead_to_the_words_that_were_read(good):
    text = f"Asthma.\n\ncolumns:\n  {good['say']}\n"
    request = cell.parse(text)
    lines = text.splitlines()
    for path, span in request.spans.items():
        there = lines[span.line - 1][span.column - 1 : span.column - 1 + span.length]
        assert there == there.strip()
        assert there
        if path == ("columns", request.columns[0].name, "unit"):
            assert there.strip("$€£") == "" or there == request.columns[0].unit or there == "%"


def test_each_wrong_line_says_what_where_and_how_to_mend_it(wrong):
    text = wrong["cell"] if "cell" in wrong else f"columns:\n  {wrong['say']}\n"
    with pytest.raises(SpecError) as caught:
        cell.parse(text, {})
    first = caught.value.problems[0]
    span = cell.locate(text, first)
    assert span is not None
    margin = 2 if "say" in wrong and span.line == 2 else 0
    line = span.line - ("say" in wrong)
    assert (first.what, first.mend) == (wrong["what"], wrong["mend"])
    assert (line, span.column - margin) == (wrong["line"], wrong["column"])


def test_the_file_of_examples_has_its_form():
    path = Path(synth_magic.cell.__file__).with_name("examples.yaml")
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(found) == {"good", "wrong"}
    assert len(found["good"]) >= 250
    assert len(found["wrong"]) >= 80
    for one in found["good"]:
        assert set(one) <= {"say", "is", "unread"}
        assert set(one["is"]) <= FACTS
    for one in found["wrong"]:
        assert set(one) in ({"say", "what", "mend", "line", "column"},
                            {"cell", "what", "mend", "line", "column"})  # fmt: skip
        assert "\n" not in one["what"] + one["mend"]
    said = [one.get("say") for one in found["good"]]
    assert len(said) == len(set(said))
    signs = [line for line in said if set(line.split(":", 1)[1]) & set("#@*&!%:")]
    assert len(signs) >= 20
