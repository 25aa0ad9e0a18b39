"""The page of accuracy says what its results say, of tables that were looked up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from synth_magic import reference
from tests.benchmarks import blocks
from tests.benchmarks.accuracy import page
from tests.benchmarks.accuracy.score import compare
from tests.benchmarks.accuracy.tables import SEEN, identifiers, line, published

HERE = Path(page.__file__).parent


def results(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def test_the_page_holds_what_the_results_say():
    text = page.PAGE.read_text(encoding="utf-8")
    for name, lines in page.parts(results("results.json"), results("frozen.json")).items():
        assert blocks.block(text, name) == "\n".join(lines), name


def test_every_table_was_looked_up_and_is_scored():
    tables = published()
    assert len(tables) >= 40
    assert len({table.id for table in tables}) == len({table.url for table in tables})
    assert all(table.url.startswith("http") and table.n > 20 for table in tables)
    assert set(results("results.json")) == set(results("frozen.json")) == {t.id for t in tables}


def test_a_table_that_has_become_a_source_is_marked_as_seen():
    sources = Path(reference.__file__).parent / "data" / "sources.yaml"
    text = sources.read_text(encoding="utf-8")
    known = {
        table.id
        for table in published()
        if any(re.search(rf"{re.escape(mark)}(?!\d)", text) for mark in identifiers(table))
    }
    assert known == SEEN


@pytest.mark.parametrize("text", ["12 [14, 10]", "140%", "3 ± 0", "a lot", "a 20%, b 20%"])
def test_a_line_that_cannot_be_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        line("crp (mg/L)", text)


def test_one_table_is_scored_from_its_words_to_its_errors():
    table = next(t for t in published() if t.population == "stroke")
    found = compare(table, rows=400)
    assert {entry["column"] for entry in found["stated"]["lines"]} == {
        item.column for item in table.lines
    }
    known = [e for e in found["stated"]["lines"] if e["status"] == "reference"]
    assert known
    assert all(len(e["ours"]) in (1, 2) or e["kind"] == "category" for e in known if e["ours"])
