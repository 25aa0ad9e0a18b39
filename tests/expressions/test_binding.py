"""Names and words find their columns, and what does not fit is said in plain words."""

from __future__ import annotations

import pytest

from synth_magic.errors import SpecError
from synth_magic.expressions import Call, Kind, Name, Number, Value, bind, kind_of, parse, typed

NUMBER = Kind("number")
KINDS = {
    "sbp": NUMBER,
    "dbp": NUMBER,
    "NT-proBNP": NUMBER,
    "blood pressure": NUMBER,
    "current": NUMBER,
    "y": NUMBER,
    "dead": Kind("truth"),
    "diabetic": Kind("truth"),
    "murmur": Kind("truth", ("absent", "present")),
    "sex": Kind("choice", ("F", "M")),
    "smoker": Kind("choice", ("never", "former", "current")),
    "partner": Kind("choice", ("never", "former", "current")),
    "severity": Kind("choice", ("mild", "moderate", "severe"), ordered=True),
    "grade": Kind("choice", ("1", "2", "3"), ordered=True),
    "admission": Kind("date"),
    "discharge": Kind("date"),
    "seen": Kind("datetime"),
    "ward": Kind("text"),
    "âge": NUMBER,
}


def read(text):
    return bind(parse(text), KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "dead == yes",
        "dead == 'yes'",
        "dead == Yes",
        "dead == true",
        "dead == TRUE",
        "dead == 1",
        "dead == y",
        "yes == dead",
        "'true' == dead",
        "1 == dead",
    ],
)
def test_yes_is_said_in_many_ways(text):
    tree = read(text)
    (value,) = (arg for arg in tree.args if isinstance(arg, Value))
    (column,) = (arg for arg in tree.args if isinstance(arg, Name))
    assert (value.code, column.name, tree.kind.what) == (1, "dead", "truth")


def test_a_boolean_may_have_words_of_its_own():
    assert read("murmur == present").args[1].code == 1
    assert read("murmur != absent").args[1].code == 0
    assert read("murmur == no").args[1].code == 0


def test_a_bare_word_beside_a_category_is_one_of_its_values():
    for text in ("smoker == current", "current == smoker", "smoker == 'current'"):
        (value,) = (arg for arg in read(text).args if isinstance(arg, Value))
        assert (value.code, value.text) == (2, "current")
    assert read("current > 3").args[0] == Name("current", kind=NUMBER)
    assert [item.code for item in read("smoker in [never, current]").args[1:]] == [0, 2]


def test_backticks_always_name_a_column():
    with pytest.raises(SpecError, match="smoker is a category, but `current` is a number"):
        read("smoker == `current`")


def test_a_bare_word_that_is_a_fitting_column_is_that_column():
    kinds = {**KINDS, "yes": Kind("truth")}
    assert bind(parse("dead == yes"), kinds).args[1] == Name("yes", kind=Kind("truth"))
    assert read("smoker == partner").args[1].name == "partner"


def test_numbers_name_the_levels_of_coded_categories():
    assert read("grade >= 2").args[1] == Value(1, "2", KINDS["grade"])
    assert read("3 == grade").args[0].code == 2
    assert [item.code for item in read("grade in [1, 3]").args[1:]] == [0, 2]


def test_accents_written_in_two_ways_are_one_name():
    assert read("a\u0302ge > 3").args[0].name == "âge"
    assert read("sbp > a\u0302ge").args[1].name == "âge"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("sbp + 2 * dead", "number"),
        ("sbp > dbp", "truth"),
        ("discharge - admission", "number"),
        ("seen - admission", "number"),
        ("admission + sbp", "date"),
        ("3 + seen", "datetime"),
        ("min(admission, discharge)", "date"),
        ("max(admission, seen)", "datetime"),
        ("min(discharge, '2015-01-01')", "date"),
        ("discharge - '2015-01-01'", "number"),
        ("smoker", "choice"),
        ("if dead then sbp is missing", "truth"),
        ("ward in [a, 'b c']", "truth"),
        ("dead >= diabetic", "truth"),
        ("sbp > dead", "truth"),
        ("'2015-01-01' <= seen", "truth"),
        ("interpolate(sbp, [[1, 2], [3, 4]])", "number"),
    ],
)
def test_every_part_knows_what_it_gives(text, what):
    assert kind_of(read(text)).what == what


@pytest.mark.parametrize(
    ("text", "offset", "says"),
    [
        ("sbp > dpb", 6, "Did you mean dbp?"),
        ("SBP > 3", 0, "Did you mean sbp?"),
        ("NT-proBNP > 3", 0, "`NT-proBNP`, in backticks"),
        ("pressure > 3", 0, "`blood pressure`, in backticks"),
        ("zzzz > 3", 0, "The columns are sbp, dbp"),
        ("if M then dead", 3, "write sex == 'M'"),
        ("smoker == curent", 10, "Did you mean 'current'? Its values are never, former, current"),
        ("smoker == Never", 10, "Did you mean 'never'"),
        ("sex == X", 7, "Its values are F, M"),
        ("sex in [F, W]", 11, "sex has no value 'W'"),
        ("sex == 1", 7, "sex has no value '1'"),
        ("sex > F", 4, "no order"),
        ("dead == perhaps", 8, "yes or no"),
        ("dead == 2", 8, "yes or no"),
        ("sbp == high", 7, "no column `high`"),
        ("sbp == 'high'", 7, "sbp is a number"),
        ("smoker + sex", 0, "smoker is a category; `+` wants numbers"),
        ("sbp * smoker", 6, "(smoker == 'current') counts as 0 or 1"),
        ("sqrt(admission)", 5, "admission is a date"),
        ("-ward", 1, "ward is a text; `-` wants numbers"),
        ("admission + discharge", 10, "cannot join"),
        ("sbp - admission", 4, "cannot join"),
        ("2 * admission", 4, "Dates can be subtracted"),
        ("admission > 2015-01-01", 10, "in quotes: '2015-03-31'"),
        ("admission > '2015-02-30'", 12, "'2015-02-30' is no date"),
        ("admission > '2015'", 12, "is no date"),
        ("admission == sex", 10, "sex is a category"),
        ("smoker == sex", 7, "different values"),
        ("not sbp", 4, "Write sbp > 0"),
        ("smoker and dead", 0, "Write smoker == 'current'"),
        ("if sbp then dead", 3, "`if … then …` joins conditions"),
        ("if dead then 1", 13, "a formula counts conditions as 0 or 1"),
        ("ward and dead", 0, "Compare it with something"),
        ("ward < 'x'", 5, "Write == or !="),
        ("min(sbp, admission)", 9, "admission is a date"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place_and_a_mend(text, offset, says):
    with pytest.raises(SpecError) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert says in str(problem)
    assert problem.offset == offset
    assert problem.mend
    assert "\n" not in problem.what + problem.mend


def test_binding_twice_changes_nothing():
    for text in ("smoker == current and dead == 1", "admission > '2015-01-01'", "grade >= 2"):
        assert bind(read(text), KINDS) == read(text)


def test_a_part_that_is_not_bound_has_no_kind():
    with pytest.raises(ValueError, match="not bound"):
        kind_of(parse("sbp > dbp"))


def test_parts_are_joined_with_the_kind_of_their_result():
    made = typed("+", Name("admission", kind=Kind("date")), Number(3))
    assert made == Call("+", made.args, kind=Kind("date"))
    with pytest.raises(SpecError):
        typed("*", Name("admission", kind=Kind("date")), Number(3))
