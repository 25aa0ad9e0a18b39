"""The cell of the first page of the design, typed as it stands there."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import synth_magic
from tests.cells import CLINIC as CELL


@pytest.fixture(scope="module")
def t2d() -> pd.DataFrame:
    return synth_magic.generate(CELL, rows=800, seed=7)


def test_it_has_the_columns_that_were_named_in_their_order(t2d):
    assert list(t2d.columns) == ["age", "sex", "hba1c", "sbp", "dbp", "smoker", "retinopathy"]
    assert len(t2d) == 800


def test_every_value_is_within_what_was_stated(t2d):
    assert t2d["age"].between(30, 85).all()
    assert t2d["hba1c"].between(5.5, 14).all()
    assert set(t2d["sex"].unique()) == {"F", "M"}
    assert list(t2d["smoker"].cat.categories) == ["never", "former", "current"]
    assert pd.api.types.is_bool_dtype(t2d["retinopathy"])
    assert pd.api.types.is_integer_dtype(t2d["age"])


def test_the_rule_holds_in_every_row(t2d):
    assert (t2d["sbp"] > t2d["dbp"]).all()


def test_the_stated_share_is_met_within_sampling_error(t2d):
    error = math.sqrt(0.22 * 0.78 / len(t2d))
    assert abs(t2d["retinopathy"].mean() - 0.22) < 4 * error


def test_a_second_run_gives_the_same_table_and_another_seed_another(t2d):
    pd.testing.assert_frame_equal(t2d, synth_magic.generate(CELL, rows=800, seed=7))
    other = synth_magic.generate(CELL, rows=800, seed=8)
    assert not other["hba1c"].equals(t2d["hba1c"])


def test_correlations_have_the_sign_that_a_clinician_expects():
    table = synth_magic.generate(CELL, rows=20_000, seed=7)
    correlation = table[["age", "sbp", "dbp"]].corr(method="spearman")
    assert correlation.loc["age", "sbp"] > 0.1
    assert correlation.loc["sbp", "dbp"] > 0.3


def test_half_the_rows_are_the_first_half_of_the_rows(t2d):
    pd.testing.assert_frame_equal(synth_magic.generate(CELL, rows=400, seed=7), t2d.head(400))


def test_the_table_carries_its_blueprint_and_draws_again_from_it(t2d):
    kept = t2d.attrs["synthdata"]
    again = synth_magic.Blueprint.from_yaml(kept["blueprint"]).sample(800, seed=7)
    pd.testing.assert_frame_equal(again, t2d)
