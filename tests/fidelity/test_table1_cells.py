"""No small cell of a real Table 1 can be worked out by subtraction."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.fidelity.table1_cells import hidden

LEAST = 10


@st.composite
def tables(draw):
    levels, groups = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    cell = st.one_of(st.integers(0, 12), st.integers(0, 200))
    flat = draw(st.lists(cell, min_size=levels * groups, max_size=levels * groups))
    own = np.array(flat, dtype=np.int64).reshape(levels, groups)
    return np.column_stack([own.sum(axis=1), own])


@given(tables(), st.booleans())
def test_every_small_cell_is_hidden(counts, totals):
    assert hidden(counts, LEAST, totals=totals)[counts < LEAST].all()


@given(tables())
def test_where_a_sum_is_known_what_is_hidden_is_none_or_two_cells_that_are_large_together(counts):
    mask = hidden(counts, LEAST)
    # A column adds up to the rows of its group.
    lines = list(zip(counts.T, mask.T, strict=True))
    for row, of_row in zip(counts, mask, strict=True):
        if not of_row[0]:  # a row adds up to its first cell
            lines.append((row[1:], of_row[1:]))
        else:
            assert of_row[1:].any()  # else the sum of the row can be worked out
    for values, masked in lines:
        if len(values) > 1 and masked.any():
            assert masked.sum() >= 2
            assert values[masked].sum() >= LEAST or masked.all()


@given(tables())
def test_nothing_is_hidden_where_every_cell_is_large(counts):
    assert not hidden(counts + LEAST, LEAST).any()


def test_a_second_cell_is_hidden_beside_a_small_one():
    counts = np.array([[100, 60, 40], [104, 40, 64], [103, 3, 100]])
    # The other group of its row would give it away, and one more level of either column.
    assert hidden(counts, LEAST).tolist() == [
        [False, False, False],
        [False, True, True],
        [False, True, True],
    ]


def test_a_sum_that_is_hidden_cannot_be_added_up_from_the_groups():
    # The second level's sum is hidden beside the first one's, though none of its groups is
    # the smallest of its column.
    counts = np.array([[3, 1, 2], [50, 20, 30], [100, 10, 90], [105, 80, 25]])
    mask = hidden(counts, LEAST)
    assert mask[1].tolist()[0]
    assert mask[1, 1:].any()


def test_without_groups_only_the_column_counts():
    counts = np.array([[90], [4], [30]])
    assert hidden(counts, LEAST).tolist() == [[False], [True], [True]]
    assert hidden(counts, LEAST, totals=False).tolist() == [[False], [True], [False]]


def test_one_group_that_is_the_whole_table_is_hidden_with_it():
    counts = np.array([[90, 90], [4, 4], [30, 30]])
    assert hidden(counts, LEAST).tolist() == [[False, False], [True, True], [True, True]]
