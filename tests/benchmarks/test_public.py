"""The cards of the public tables can be drawn from, and the page says what was measured."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from synth_magic.blueprint.model import Blueprint
from tests.benchmarks import report_power
from tests.benchmarks.blocks import block
from tests.benchmarks.public import compare, page
from tests.benchmarks.public.tables import CARDS, TABLES, sources

pytestmark = pytest.mark.long

FOUND = json.loads(compare.RESULTS.read_text(encoding="utf-8"))
POWER = json.loads(report_power.RESULTS.read_text(encoding="utf-8"))
PAGE = page.PAGE.read_text(encoding="utf-8")
NAMES = [table.name for table in TABLES]


@pytest.fixture
def real():
    """A small table with codes, an order and missing values."""
    return pd.DataFrame({"x": np.arange(21.0), "grade": [1.0, 2.0, np.nan] * 7})


def test_the_tables_are_the_seven_and_each_has_its_card():
    assert set(NAMES) == {
        "lung",
        "larynx",
        "kidney_transplant",
        "rossi",
        "diabetes",
        "breast_cancer",
        "fair",
    }
    assert {path.stem for path in CARDS.iterdir()} == set(NAMES)


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_a_card_names_its_documentation_and_draws_the_real_tables_columns(table):
    assert re.search(r"https://\S+", sources(table.name))
    assert "never from the rows" in sources(table.name)
    measured = FOUND["tables"][table.name]
    blueprint = compare.blueprint_of(table)
    assert measured["left_out"] == []
    assert set(blueprint.delivered) == set(measured["kinds"]["ours"]["column_shapes"])
    assert list(blueprint.sample(3).columns) == list(blueprint.delivered)
    assert table.target in blueprint.delivered


@pytest.mark.parametrize("name", ["diabetes", "breast_cancer", "fair"])
def test_the_tables_that_are_installed_here_have_those_columns(name):
    table = next(item for item in TABLES if item.name == name)
    assert set(table.load().columns) == set(compare.blueprint_of(table).delivered)


def test_every_figure_is_of_twenty_splits():
    assert FOUND["splits"] == compare.SPLITS == 20
    assert list(FOUND["tables"]) == NAMES


@pytest.mark.parametrize("name", page.blocks(FOUND))
def test_the_page_shows_the_measured_figures(name):
    assert block(PAGE, name) == page.blocks(FOUND)[name]


def test_the_page_shows_the_measured_power():
    assert block(PAGE, "null") == report_power.null_block(POWER)
    assert block(PAGE, "power") == report_power.power_block(POWER)
    assert set(POWER["wrong"]) == {*(w.name for w in report_power.WRONGS), report_power.COPIED}


def test_halves_share_no_row_are_of_one_size_and_the_same_each_time(real):
    held, other = compare.halves(real, 3)
    again = compare.halves(real, 3)[0]
    assert len(held) == len(other) == 10
    assert not set(held["x"]) & set(other["x"])
    pd.testing.assert_frame_equal(held, again)
    assert set(held["x"]) != set(compare.halves(real, 4)[0]["x"])


def test_shuffled_columns_keep_their_values_and_lose_their_rows(real):
    made = compare.shuffled(real.assign(y=real["x"]), 1)
    assert sorted(made["x"]) == sorted(made["y"]) == sorted(real["x"])
    assert (made["x"] != made["y"]).any()
    assert made["grade"].isna().sum() == real["grade"].isna().sum()


def test_real_codes_are_read_as_the_categories_of_the_card(real):
    grade = pd.Categorical(["1", "2", "3"], categories=["1", "2", "3"], ordered=True)
    drawn = pd.DataFrame({"x": [0.0] * 3, "grade": grade})
    made = compare.typed(real, drawn)
    assert made["grade"].dtype == drawn["grade"].dtype
    assert made["grade"].astype("object").dropna().tolist() == ["1", "2"] * 7
    with pytest.raises(ValueError, match="codes that its card does not name"):
        compare.typed(real.replace({"grade": {2.0: 9.0}}), drawn)


@pytest.mark.parametrize("wrong", report_power.WRONGS, ids=lambda wrong: wrong.name)
def test_each_wrong_cohort_differs_from_the_right_one_and_can_be_drawn(wrong):
    text = report_power.altered(wrong)
    assert (text != report_power.COHORT) == (wrong.plant is None)
    assert len(Blueprint.from_yaml(text).sample(5)) == 5


def test_a_tenth_of_the_rows_is_repeated():
    table = pd.DataFrame({"x": range(100)})
    made = report_power.repeated(table, np.random.default_rng(1))
    assert made["x"].duplicated().sum() == 10


def test_a_gross_error_is_noticed_and_nothing_else_is_blamed():
    names = [wrong.name for wrong in report_power.WRONGS]
    assert report_power.noticed((names.index("mean off by 0.5 SD"), 800, 1)) == (True, True)
    assert report_power.right(("clinic", 800, 1)) is False
    assert report_power.copied((800, 1)) == (True, False)
