"""Copies of real rows are counted, and only those beyond chance are held against a table."""

import numpy as np
import pandas as pd
import pytest

from synth_magic.fidelity.real.align import align
from synth_magic.fidelity.real.copies import copies

pytestmark = pytest.mark.long


def counted(table, other, redraw=None):
    again = None if redraw is None else align(redraw, other).compared
    return copies(align(table, other).compared, again)


def planted(table, other, share):
    many = round(share * len(table))
    return pd.concat([other.iloc[:many], table.iloc[many:]], ignore_index=True)


def test_the_count_is_that_of_a_merge(population):
    one = population(200, 1)[["dead", "smoker", "age"]]
    other = population(150, 2)[["dead", "smoker", "age"]]
    merged = one.merge(other.drop_duplicates(), how="inner")
    once = one.merge(other.drop_duplicates(keep=False), how="inner")
    found = counted(one, other)
    assert found.exact == len(merged) > 20
    assert found.unique == len(once) > 5


@pytest.mark.parametrize("share", [0.04, 0.1, 0.5])
def test_planted_copies_are_found_to_the_row(population, share):
    table, other = population(500, 1), population(500, 2)
    found = counted(planted(table, other, share), other)
    assert found.exact == found.unique == round(500 * share)
    assert found.beyond


def test_a_table_against_itself_is_all_copies(population):
    table = population(300, 1)
    found = counted(table, table.copy())
    assert found.exact == 300
    assert found.beyond


def test_two_samples_of_one_population_hold_no_more_than_chance(population):
    flagged = []
    for seed in range(30):
        one, other = population(300, seed), population(200, 400 + seed)
        for names in (list(one.columns), ["age", "dead", "smoker"], ["smoker"]):
            if counted(one[names], other[names]).beyond:
                flagged.append((seed, names))
    assert len(flagged) <= 2, flagged  # half a percent each: more than two of 60 once in 300 trials


def test_a_table_of_one_common_row_copies_nobody(population):
    """Real rows that equal another real row are no one's own."""
    other = population(400, 2)[["dead", "smoker"]]
    flat = pd.concat([other.mode()] * 400, ignore_index=True)
    found = counted(flat, other)
    assert found.exact == 400
    assert found.unique == 0
    assert not found.beyond


def test_chance_is_what_one_half_holds_of_the_other(population):
    one = population(400, 1)[["age", "dead", "smoker"]]
    other = population(400, 2)[["age", "dead", "smoker"]]
    found = counted(one, other)
    assert found.by_half == pytest.approx(found.against_half, rel=0.4)


def test_an_independent_draw_of_the_same_law_explains_what_the_law_does():
    """A law that is too narrow lands on lone real rows again and again without knowing them."""
    rng = np.random.default_rng(0)
    other = pd.DataFrame({"x": np.r_[rng.integers(0, 10, 300), 40:60]})
    narrow, again = (pd.DataFrame({"x": rng.integers(40, 60, 320)}) for _ in range(2))
    assert counted(narrow, other).beyond
    assert not counted(narrow, other, again).beyond
    assert counted(narrow, other, again).redrawn == pytest.approx(320, abs=1)


def test_missing_equals_missing_and_rounding_does_not_hide_a_copy(population):
    other = population(100, 2)
    finer = other.assign(sbp=other["sbp"] + 0.0004)
    assert counted(finer, other).exact == 100


def test_without_columns_or_rows_there_is_nothing_to_count(population):
    assert copies(()) is None
    table = population(50, 1)
    assert counted(table.iloc[:0], table) is None
