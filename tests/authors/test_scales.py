"""Words tell the size of a number of which only a range, or nothing, was said; it stays a guess."""

import pytest

from synth_magic import cell
from synth_magic.authors.guess import guess
from synth_magic.blueprint.model import Column
from synth_magic.errors import SpecError
from synth_magic.laws import solve


def drawn(line):
    (column,) = cell.parse(f"columns:\n  {line}\n").columns
    done, notes = guess(column, None)
    assert done.distribution.source == "guess"
    assert done.stated == column.stated
    return done, solve(done), notes


@pytest.mark.parametrize(
    ("line", "kind", "low", "high"),
    [
        ("prio: number of convictions, integer, >= 0", "integer", 1, 6),
        ("prio: number of convictions before the one at hand, >= 0", "integer", 1, 6),
        ("prio: how many earlier convictions there were", "integer", 1, 6),
        ("kids: number of children, integer, >= 0", "integer", 1, 6),
        ("yrs_married: number of years married, >= 0", "number", 5, 15),
        ("since: years since diagnosis of zork, >= 0", "number", 5, 15),
        ("job: months of employment, >= 0", "number", 12, 36),
        ("job: duration of zorking, days, >= 0", "number", 30, 90),
        ("school: years of schooling, >= 0", "number", 10, 14),
        ("food: calories eaten, integer, >= 0", "integer", 1500, 2500),
        ("food: calories in a meal, >= 0", "number", 400, 800),
        ("food: calories, >= 0", "number", 1500, 2500),
        ("food: calories eaten, kJ, >= 0", "number", 6000, 11000),
        ("loss: weight loss in six months, pounds, >= 0", "number", 5, 20),
        ("loss: weight loss in six months, kg, >= 0", "number", 2, 10),
        ("earned: household income of zorks, EUR, >= 0", "number", 15_000, 60_000),
        ("earned: monthly income of zorks, >= 0", "number", 1500, 6000),
        ("paid: costs of zorking, USD, >= 0", "number", 50, 300),
        ("ldh: log of zork", "number", 2, 6),
        ("done: percentage of zorks done, >= 0", "number", 40, 60),
        ("zork: score of zork, >= 0", "integer", 5, 15),
        ("zork: time spent on zork, h, >= 0", "number", 1, 6),
    ],
)
def test_words_give_an_open_range_its_size_and_say_so(line, kind, low, high):
    column, law, notes = drawn(line)
    assert column.type == kind
    assert low < law.mean < high
    assert "are guesses" in notes[0].what


@pytest.mark.parametrize(
    "line",
    [
        "prio: number of convictions, integer, >= 0",
        "prio: number of convictions, 0-30",
        "yrs_married: number of years married, >= 0",
        "yrs_married: number of years married, 0-50",
        "earned: household income of zorks, EUR, >= 0",
        "sym: symptoms in the last week, 0-40",
    ],
)
def test_counts_spans_money_and_complaints_are_skewed_to_the_right(line):
    _, law, _ = drawn(line)
    assert float(law.ppf(0.5)) < law.mean
    assert law.mean - float(law.ppf(0.05)) < float(law.ppf(0.95)) - law.mean


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("sym: symptoms in the last week, 0-40", 0.3),
        ("ph: performance of zork, 0-100, integer", 0.7),
        ("rate: rating of the film, 1-5", 0.55),
        ("prio: number of convictions, 0-30", 0.2),
    ],
)
def test_words_say_to_which_side_a_range_leans(line, share):
    column, law, _ = drawn(line)
    low, high = column.range
    assert (law.mean - low) / (high - low) == pytest.approx(share, abs=0.03)
    assert low - 0.5 <= law.support[0] <= law.support[1] <= high + 0.5


def test_a_logarithm_of_what_the_reference_knows_has_its_size():
    _, law, _ = drawn("s5: possibly log of serum triglycerides level (ltg), >= 0")
    assert law.mean == pytest.approx(4.7, abs=0.3)  # of 110 mg/dL
    _, tenth, _ = drawn("s5: log10 of triglycerides, >= 0")
    assert tenth.mean == pytest.approx(law.mean / 2.302585, rel=0.02)


@pytest.mark.parametrize(
    "line",
    [
        "c: number of concave portions, 0.0-0.201",
        "c: number of zorks, 10^9/L, >= 0",
        "c: performance of zork, mg/dL, 0-100",
        "c: cost of zork, mmHg, >= 0",
        "c: years since zork, kg, >= 0",
        "c: logger of zork, 10-50",
        "c: zork, >= 0",
        "c: score of zork, 0-100",
        "c: number of zorks, >= 40",
    ],
)
def test_where_range_or_unit_speak_against_the_words_they_are_not_used(line):
    _, _, notes = drawn(line)
    assert not any("taken for" in n.what and "are guesses" in n.what for n in notes)


def test_stated_facts_are_never_replaced_by_words():
    (column,) = cell.parse("columns:\n  n: number of falls, mean 40 sd 5\n").columns
    done, _ = guess(column, None)
    assert done.distribution.source == "user"
    assert solve(done).mean == pytest.approx(40, rel=0.02)


def test_words_that_need_a_range_still_ask_for_one():
    with pytest.raises(SpecError, match="Nothing is known"):
        guess(Column(name="zork", description="performance of the zork"), None)
