"""Columns in the words of a prompt."""

from __future__ import annotations

import pytest

from synth_magic.blueprint.model import Blueprint, Column
from synth_magic.rows.seeds import layout
from synth_magic.rows.wording import column_line, keys, length


def line(column: str, name: str = "x") -> str:
    """The line of a column that is asked for, beside one that is its seed."""
    law = Blueprint.from_yaml(
        "version: 1\ncolumns:\n"
        "  - {name: a, type: integer, range: [0, 9], distribution: {uniform: {low: 0, high: 9}}}\n"
        f"  - {{name: {name}, {column}}}\n"
        f"effects:\n  - {{from: a, to: {name}, beta: 0.1}}\n"
    )
    found = layout(law)
    return column_line(found, name, keys(found)[name])


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("type: integer, range: [0, 40], distribution: {poisson: {mean: 3}}", "from 0 to 40"),
        (
            ("type: number, range: [0, null], distribution: {normal: {mean: 5, sd: 1}},"
            " stated: {mean: 5, sd: 1}"),
            "in this population: mean 5; in this population: SD 1",
        ),
        (
            ("type: number, range: [0, 20], distribution: {lognormal: {median: 5, sigma: 0.4}},"
            " stated: {median: 5, quartiles: [4, 7]}"),
            "in this population: median 5; in this population: quartiles 4 and 7",
        ),
        (
            ("type: number, range: [0, 20], distribution: {normal: {mean: 5, sd: 1}},"
            " stated: {quantiles: {0.1: 3}}"),
            "in this population 10 % are at most 3",
        ),
        (
            "type: number, range: [0, 20], distribution: {quantiles: {0.25: 4, 0.75: 7}}",
            "in this population 25 % are at most 4; in this population 75 % are at most 7",
        ),
        (
            ("type: number, range: [0, 20],"
            " distribution: {exponential: {mean: 3}, zero_share: 0.25}"),
            "0 in 25 %",
        ),
        (
            ("type: number, range: [0, 20], label: Blood sugar, description: blood sugar,"
            " distribution: {normal: {mean: 5, sd: 1}}"),
            "- x: Blood sugar; number",
        ),
        (
            ("type: number, range: [0, 20], label: FPG, description: fasting,"
            " distribution: {normal: {mean: 5, sd: 1}}"),
            "- x: FPG, fasting; number",
        ),
    ],
)  # fmt: skip
def test_what_the_user_stated_is_said(column, said):
    assert said in line(column)


def test_what_the_user_did_not_state_is_left_to_the_model():
    law = "type: number, range: [0, 20], distribution: {normal: {mean: 5, sd: 1}, source: model}"
    assert "population" not in line(law)
    assert "5" not in line(law)


@pytest.mark.parametrize(
    ("description", "characters"),
    [
        (None, 220),
        ("one word", 8),
        ("five words", 40),
        ("One short sentence", 110),
        ("a few sentences", 330),
        ("3 lines", 240),
        ("two long paragraphs", 900),
        ("99999999 sentences", 900),
    ],
)
def test_the_length_of_a_text_is_read_off_its_description(description, characters):
    assert length(Column(name="note", type="text", description=description)) == characters
