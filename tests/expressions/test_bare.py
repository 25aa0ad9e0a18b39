"""Names that hold spaces need no backticks where nothing else can be meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic import expressions
from synth_magic.errors import SpecError
from synth_magic.expressions import quoted

NAMES = ("age", "years of work", "work", "NT-proBNP", "sleep (PSQI)", "2h glucose", "a", "b", "a-b")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("years of work <= age - 20", "`years of work` <= age - 20"),
        ("if work == 'years of work' then age > 3", "if work == 'years of work' then age > 3"),
        ("`years of work` > 3", "`years of work` > 3"),
        ("NT-proBNP > 100 and sleep (PSQI) < 5", "`NT-proBNP` > 100 and `sleep (PSQI)` < 5"),
        ("2h glucose > 3", "`2h glucose` > 3"),
        ("a-b > 0", "a-b > 0"),  # a difference of two columns
        ("my years of workload > 3", "my years of workload > 3"),
        ("age > 3", "age > 3"),
    ],
)
def test_backticks_stand_where_a_name_needs_them(text, read):
    assert quoted(text, NAMES) == read
    assert quoted(read, NAMES) == read


@given(
    st.lists(st.text("ab -`'", min_size=1, max_size=6), max_size=4), st.text("ab -`'<", max_size=30)
)
def test_what_can_be_read_already_stays_readable(names, text):
    try:
        expressions.parse(text)
    except SpecError:
        return
    expressions.parse(quoted(text, names))
