"""Every example of docs/cell.md is read, and every spelling in its table says what its row says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synth_magic import cell

PAGE = Path(__file__).parents[2] / "docs" / "cell.md"
NAMES = {"n": 300, "levels": ["low", "high"], "top": 85}
FIELDS = {
    "a range": "range",
    "one end only": "range",
    "an end that is itself left out": "range",
    "a unit": "unit",
    "decimals with a comma": "range",
    "mean and SD": "sd",
    "median and quartiles": "quartiles",
    "percentiles": "quantiles",
    "values": "values",
    "shares": "shares",
    "yes or no": "boolean",
    "0 or 1": "range",
    "an order": "ordered",
    "codes": "description",
    "dates": "date",
    "whole numbers, decimals": "type",
    "a share of zeros": "zero_share",
    "missing values": "missing",
    "an id": "id",
    "a law by name": "law",
}


def blocks() -> list[str]:
    return re.findall(
        r"^```\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def rows() -> list[tuple[str, str]]:
    found = re.findall(
        r"^\| ([^|\n]+?) \| (`.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return [
        (label, line.replace("\\|", "|"))
        for label, said in found
        for line in re.findall(r"`([^`]+)`", said)
    ]


@pytest.mark.parametrize("text", blocks())
def test_each_cell_of_the_page_is_read(text):
    request = cell.parse(text, NAMES)
    assert request.columns
    assert request.rows in (None, 300)


@pytest.mark.parametrize(("label", "line"), rows())
def test_each_spelling_of_the_table_says_what_its_row_says(label, line, facts):
    request = cell.parse(f"columns:\n  x: {line}\n")
    told = facts(request)
    field = FIELDS[label]
    if field in ("boolean", "date", "id"):
        assert told["type"] == field
    elif field == "quartiles" and line.startswith("Q1"):
        assert told["quartiles"] == [6.6, 8.6]
    else:
        assert field in told
    assert not request.unread


def test_the_page_has_its_table_and_its_cells():
    assert len(rows()) > 60
    assert len(blocks()) == 5
    assert {label for label, _ in rows()} == set(FIELDS)
