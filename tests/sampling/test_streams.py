"""Each value is a function of seed, column, purpose, attempt and row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.errors import DataError
from synth_magic.sampling import streams

KEY = streams.key(7, "age", "value")


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 2**40), st.integers(0, 300), st.integers(0, 300))
def test_a_slice_holds_the_same_words_wherever_it_is_begun(start, before, rows):
    whole = streams.words(KEY, start, before + rows)
    assert np.array_equal(streams.words(KEY, start + before, rows), whole[before:])


@settings(derandomize=True, deadline=None)
@given(st.sets(st.integers(0, 10**6), max_size=20))
def test_single_rows_have_the_words_that_they_have_in_a_run(numbers):
    rows = np.array(sorted(numbers), dtype=np.int64)
    alone = [int(streams.words(KEY, int(row), 1)[0]) for row in rows]
    assert streams.words_at(KEY, rows).tolist() == alone


def test_row_r_is_half_r_mod_2_of_word_r_div_2_of_philox():
    raw = np.random.Philox(key=KEY, counter=0).random_raw(500)
    halves = [int(raw[r // 2] >> np.uint64(32 * (r % 2))) & 0xFFFFFFFF for r in range(1000)]
    assert streams.words(KEY, 0, 1000).tolist() == halves


def test_words_are_even_and_those_of_two_columns_are_unrelated():
    a = streams.words(KEY, 0, 1 << 20) / 2**32
    b = streams.words(streams.key(7, "sbp", "value"), 0, 1 << 20) / 2**32
    assert np.abs(np.histogram(a, 64, (0, 1))[0] / a.size - 1 / 64).max() < 6 * np.sqrt(
        1 / 64 / a.size
    )
    assert abs(np.corrcoef(a, b)[0, 1]) < 6 / np.sqrt(a.size)


@pytest.mark.parametrize(
    "other",
    [(8, "age", "value", 0), (7, "agf", "value", 0), (7, "age", "missing", 0),
     (7, "age", "value", 1),
     ("07", "age", "value", 0)],
)  # fmt: skip
def test_seed_column_purpose_and_attempt_each_make_another_stream(other):
    assert streams.key(*other) != KEY


def test_a_part_cannot_run_over_into_the_next():
    assert streams.key("1", "2a", "value") != streams.key("12", "a", "value")


def test_any_text_is_a_seed_and_7_is_the_text_7():
    assert streams.key("7", "age", "value") == KEY == streams.key(np.int64(7), "age", "value")
    assert streams.key("trial é 日本", "age", "value") != KEY


@pytest.mark.parametrize("seed", [True, 1.5, None, [1]])
def test_other_things_are_no_seed(seed):
    with pytest.raises(DataError, match="a seed is a whole number or a text"):
        streams.key(seed, "age", "value")
