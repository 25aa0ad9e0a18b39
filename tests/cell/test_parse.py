"""A cell becomes a Request: prose, blocks, long form, whole blueprints, places."""

from __future__ import annotations

import textwrap

import pytest

from synth_magic import cell
from synth_magic.errors import Problem, SpecError
from tests.cells import CLINIC as FIRST


def parsed(text: str, names=None):
    return cell.parse(textwrap.dedent(text), names)


def error_of(text: str, names=None) -> tuple[list[Problem], list[object]]:
    text = textwrap.dedent(text)
    with pytest.raises(SpecError) as caught:
        cell.parse(text, names)
    found = list(caught.value.problems)
    return found, [cell.locate(text, part) for part in found]


def test_the_first_cell_of_the_design_is_understood_whole():
    request = cell.parse(FIRST)
    assert request.prose.startswith("Adults with type 2 diabetes")
    assert request.prose.endswith("2015-2020.")
    assert [column.name for column in request.columns] == [
        "age",
        "sex",
        "hba1c",
        "sbp",
        "dbp",
        "smoker",
        "retinopathy",
    ]
    assert [rule.text for rule in request.rules] == ["sbp > dbp"]
    assert request.rows is None
    assert request.either == ()
    assert dict(request.unread) == {
        "sbp": "systolic blood pressure",
        "dbp": "diastolic blood pressure",
    }


def test_prose_alone_is_a_cell():
    request = parsed("200 adults with asthma: age, sex, fev1\n")
    assert request.prose == "200 adults with asthma: age, sex, fev1"
    assert request.columns == ()
    assert request.rows == 200


def test_blocks_alone_are_a_cell():
    request = parsed("columns:\n  age: 30-85\n")
    assert request.prose == ""
    assert len(request.columns) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system_give_the_same_request(end):
    there, here = cell.parse(FIRST), cell.parse(FIRST.replace("\n", end))
    assert here.columns == there.columns
    assert here.prose == there.prose
    assert here.spans == there.spans
    assert here.cell_hash == there.cell_hash


def test_a_byte_order_mark_odd_spaces_and_an_indented_cell_change_nothing():
    there = cell.parse(FIRST)
    indented = textwrap.indent(FIRST, "    ")
    spaced = "\ufeff" + FIRST.replace(", mmHg", ",\u00a0mmHg")
    assert cell.parse(indented).columns == there.columns
    assert cell.parse(spaced).columns == there.columns
    assert cell.parse(spaced).prose == there.prose


def test_another_cell_has_another_hash_and_so_has_another_filling():
    filled = [parsed("{{n}} adults", {"n": n}).cell_hash for n in (3, 4)]
    assert len({*filled, parsed("3 adults").cell_hash}) == 3
    assert parsed("{{n}} adults", {"n": 3}).cell_hash == filled[0]


def test_columns_may_stand_in_one_line_or_unindented():
    expected = ["age", "sex", "bmi"]
    for text in (
        "columns: age, sex, bmi",
        "columns: [age, sex, bmi]",
        "columns: {age: 30-85, sex: F / M, bmi: kg/m2}",
        "columns:\nage: 30-85\nsex: F / M\nbmi: kg/m2",
        "columns:\n  - age: 30-85\n  - sex: F / M\n  - bmi",
        "Columns:\n\tage: 30-85\n\tsex: F / M\n\n\tbmi:\n",
    ):
        assert [column.name for column in cell.parse(text).columns] == expected


def test_facts_may_go_on_in_deeper_lines():
    request = parsed(
        """\
        columns:
          sbp: systolic blood pressure,
               mmHg, 70-220,
               missing: 3%
          note:
            free text
          age:
            years, 30-85
        """
    )
    sbp, note, age = request.columns
    assert (sbp.unit, sbp.range, sbp.description) == ("mmHg", (70, 220), "systolic blood pressure")
    assert note.type == "text"
    assert age.range == (30, 85)
    assert request.missing[0].rate == 0.03


def test_comments_and_empty_lines_between_columns_say_nothing():
    request = parsed("columns:\n  # demographics\n  age: 30-85\n\n  # more\n  sex: F / M\n")
    assert [column.name for column in request.columns] == ["age", "sex"]
    assert request.unread == ()


def test_the_long_form_has_the_keys_of_a_blueprint():
    request = parsed(
        """\
        columns:
          age:
            type: integer
            unit: years
            range: [30, 85]
            distribution: {normal: {mean: 62, sd: 11}}
            missing: 4%
          bmi: {type: number, decimals: 1, formula: weight / (height / 100) ** 2}
          - name: sex
            values: [F, M]
            type: category
          followup:
            type: time_to_event
            event: death
            survival: {365: 0.82, 1825: 0.55}
          hb: {by: sex, groups: {F: {normal: {mean: 13, sd: 1}}, M: {normal: {mean: 14, sd: 1}}}}
        """
    )
    age, bmi, sex, followup, hb = request.columns
    assert age.distribution is not None
    assert age.distribution.normal is not None
    assert age.distribution.source == "user"
    assert request.missing[0].column == "age"
    assert request.missing[0].rate == 0.04
    assert bmi.formula == "weight / (height / 100) ** 2"
    assert sex.values == ("F", "M")
    assert followup.survival == ((365, 0.82), (1825, 0.55))
    assert hb.distribution is not None
    assert hb.distribution.by == "sex"


def test_long_form_that_is_almost_right_gives_what_was_meant():
    request = parsed(
        """\
        columns:
          hba1c:
        \t\ttype:number
        \t\tunit: %
        \t\trange: 5.5-14
        \t\tdescription: glycated: the good one # here
        \t\tmissing: never
          smoker: {values:[never, current], missing:8%}
          sev:
            values: mild < moderate < severe
          when:
            range: 2015-2020
          label: {label: it's, ordered: no, values: [a, b]}
        """
    )
    hba1c, smoker, severity, when, label = request.columns
    assert (hba1c.type, hba1c.unit, hba1c.range) == ("number", "%", (5.5, 14))
    assert hba1c.description == "glycated: the good one # here"
    assert smoker.values == ("never", "current")
    assert {part.column: part.rate for part in request.missing} == {"hba1c": 0, "smoker": 0.08}
    assert severity.values == ("mild", "moderate", "severe")
    assert severity.ordered is True
    assert when.range == ("2015-01-01", "2020-12-31")
    assert when.type == "date"
    assert label.ordered is False


def test_effects_are_mappings_or_lines_with_an_arrow():
    request = parsed(
        """\
        columns:
          age: 30-85
        effects:
          - {from: age, to: sbp, beta: 0.35}
          - from: smoker=current
            to: retinopathy
            odds_ratio: 1.6
            where: sex == 'F'
          - smoker = current -> retinopathy: odds ratio 1.6
          - age → sbp: +0.35 SD
          - age -> sbp: 5 mmHg per 10 years where sex == 'F'
          - age => sbp: r = 0,4
          - arm=drug -> followup: HR 0.7
          - age -> retinopathy: OR 1.2 per 10 years
          - age -> sbp: 0.2
          - `x y` -> z: -0.2 SD per SD
        """
    )
    told = [
        (effect.parent, effect.child, effect.word, effect.size, effect.per, effect.where)
        for effect in request.effects
    ]
    assert told == [
        ("age", "sbp", "beta", 0.35, None, None),
        ("smoker=current", "retinopathy", "odds_ratio", 1.6, None, "sex == 'F'"),
        ("smoker=current", "retinopathy", "odds_ratio", 1.6, None, None),
        ("age", "sbp", "beta", 0.35, None, None),
        ("age", "sbp", "difference", 5, 10, "sex == 'F'"),
        ("age", "sbp", "correlation", 0.4, None, None),
        ("arm=drug", "followup", "hazard_ratio", 0.7, None, None),
        ("age", "retinopathy", "odds_ratio", 1.2, 10, None),
        ("age", "sbp", "beta", 0.2, None, None),
        ("x y", "z", "beta", -0.2, None, None),
    ]
    assert {effect.source for effect in request.effects} == {"user"}


def test_effects_in_a_flow_list_are_read_too():
    request = parsed(
        "columns:\n  a: 1-2\neffects: [{from: a, to: b, beta: 0.1}, {from: a, to: c, beta: 0.2}]\n"
    )
    assert [effect.child for effect in request.effects] == ["b", "c"]


def test_rules_are_raw_to_the_end_of_the_line():
    request = parsed(
        """\
        columns:
          a: 1-2
        rules:
          - if sex == 'M' then pregnancies is missing
          - note != "a: b # c"
          - "quoted > rule"
          - {rule: x > y, source: user}
          bare > rule
        """
    )
    assert [rule.text for rule in request.rules] == [
        "if sex == 'M' then pregnancies is missing",
        'note != "a: b # c"',
        "quoted > rule",
        "x > y",
        "bare > rule",
    ]
    assert parsed("columns:\n  a: 1-2\nrules: a > b\n").rules[0].text == "a > b"


def test_missingness_is_a_share_a_word_or_a_mapping():
    request = parsed(
        """\
        columns:
          a: 1-2
        missing:
          a: 8%
          b: 0.08
          c: about one in ten
          d: never
          e: {rate: 0.1, depends_on: age, beta: -0.3}
          f:
            rate: 5%
          g: 8%, depends on age, odds ratio 1.2
          - h: "3%"
        """
    )
    told = {part.column: (part.rate, part.depends_on, part.size) for part in request.missing}
    assert told == {
        "a": (0.08, None, None),
        "b": (0.08, None, None),
        "c": (0.1, None, None),
        "d": (0, None, None),
        "e": (0.1, "age", -0.3),
        "f": (0.05, None, None),
        "g": (0.08, "age", 1.2),
        "h": (0.03, None, None),
    }
    flow = parsed("columns:\n  a: 1-2\nmissing: {a: 8%, b: 0.1}\n")
    assert [part.rate for part in flow.missing] == [0.08, 0.1]


def test_the_same_missingness_said_twice_is_said_once():
    request = parsed("columns:\n  a: 1-2, missing 8%\nmissing:\n  a: 8%\n")
    assert len(request.missing) == 1


def test_rows_table_and_population_can_be_keys():
    request = parsed(
        "table: asthma\npopulation: Adults with asthma\nrows: 1,500\ncolumns:\n  age: 1-2\n"
    )
    assert (request.table, request.prose, request.rows) == ("asthma", "Adults with asthma", 1500)
    long = parsed("population: |\n  Adults\n  with asthma\ncolumns:\n  age: 1-2\n")
    assert long.prose == "Adults\nwith asthma"


@pytest.mark.parametrize(
    ("prose", "rows"),
    [
        ("300 patients with asthma", 300),
        ("about 1,000 rows of adults", 1000),
        ("A trial (n = 240) of aspirin", 240),
        ("12 000 adults in France", 12000),
        ("500 newborn babies", 500),
        ("Adults aged 18 to 65", None),
        ("20 patients per day, over 3 years", None),
        ("two arms of 50 patients", None),
        ("A randomised trial of 240 adults: exercise or usual care", 240),
        ("a cohort of 1,500 patients", 1500),
        ("Survey of 1200 hospital nurses in three hospitals", 1200),
        ("mothers with 2 boys", None),
        ("12 of 240 adults smoke", None),
        ("100 women and 200 men", 300),
        ("100 women and 200 men of 20 villages, 300 people in all", None),
        ("100 patients and 50 women", None),
        ("Hotel bookings. rows: 100", 100),
        ("100 rows, 20 patients", 100),
        ("a hospital of 900 beds", None),
        ("1 in 5 patients smokes", None),
        ("women with 2 children", None),
        ("patients who had 3 admissions", None),
        ("Score of 60 pupils; 0 pupils failed", None),
        ("500 women with 0 visits", 500),
        ("1e3 patients", 1000),
        ("1.200 Patienten", 1200),
        ("10k rows", 10_000),
        ("2.5 million customers", 2_500_000),
        ("mean 2.5 visits", None),
        ("Adults. n = 500.", 500),
        ("Adults in 2015 visits", None),
    ],
)
def test_the_number_of_rows_is_found_where_one_is_meant(prose, rows):
    assert cell.parse(prose).rows == rows


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("0 patients with asthma", 1, 1, "0 patients"),
        ("\n  Asthma.\n  We want 0 female patients.\n", 3, 9, "0 female patients"),
        ("2.5 patients", 1, 1, "2.5 patients"),
        ("-5 adults", 1, 1, "-5 adults"),
        ("1e30 adults", 1, 1, "1e30 adults"),
        ("Asthma, n = 0", 1, 13, "n = 0"),
        ("columns:\n  a: 1-2\npopulation: 0 adults\n", 3, 13, "0 adults"),
    ],
)
def test_a_number_of_rows_that_no_table_has_is_an_error_in_its_place(text, line, column, said):
    problems, spans = error_of(text)
    assert [part.what for part in problems] == [
        f"{said}: a table has a whole number of rows, from 1 to 10^12"
    ]
    assert (spans[0].line, spans[0].column) == (line, column)


def test_a_number_of_rows_beside_rows_is_not_read():
    assert parsed("0 patients\nrows: 5\n").rows == 5


def test_what_is_wrong_with_the_prose_as_a_whole_stands_on_its_first_line():
    text = "\nBlah.\nBlah.\n\ncolumns:\n  a: 1-2\n"
    span = cell.locate(text, Problem(("prose",), "x"), cell.parse(text).spans)
    assert (span.line, span.column, span.length) == (2, 1, len("Blah.\nBlah."))
    text = "columns:\n  a: 1-2\npopulation: |\n  Blah.\n"
    span = cell.locate(text, Problem(("prose",), "x"), cell.parse(text).spans)
    assert (span.line, span.column) == (4, 3)


def test_columns_without_a_block_are_named_by_the_prose():
    wrong = Problem(("columns", "fev1"), "x")
    text = "\nAdults: age, fev1\n"
    assert cell.locate(text, wrong, cell.parse(text).spans).line == 2
    assert cell.locate(text, Problem(("options", "rows"), "x"), cell.parse(text).spans) is None
    text = "Adults\ncolumns:\n  age: years\n"
    assert cell.locate(text, wrong, cell.parse(text).spans) is not None


def test_a_whole_blueprint_is_taken_as_it_is_and_never_filled():
    text = textwrap.dedent(
        """\
        version: 1
        table: t
        population: '{{x}}'
        columns:
          - name: age
            type: integer
            range: [1, 9]
            distribution: {normal: {mean: 5, sd: 1}}
        rules:
          - age > 1
        """
    )
    request = cell.parse(text, {"x": "filled"})
    assert request.blueprint is not None
    assert request.prose == "{{x}}"
    assert request.table == "t"
    assert request.columns == request.blueprint.columns
    rule = Problem(("rules", 0), "x", offset=4)
    assert cell.locate(text, rule, request.spans) == cell.locate(
        text, Problem((), "x", offset=text.index("> 1"))
    )


def test_later_rooms_find_the_place_of_a_path_and_of_an_offset_in_a_rule():
    request = cell.parse(FIRST)
    line = FIRST.splitlines().index("  - sbp > dbp") + 1
    whole = cell.locate(FIRST, Problem(("rules", 0), ""), request.spans)
    inside = cell.locate(FIRST, Problem(("rules", 0), "", offset=6), request.spans)
    assert (whole.line, whole.column) == (line, 5)
    assert (inside.line, inside.column, inside.length) == (line, 11, 3)
    deep = cell.locate(
        FIRST, Problem(("columns", "age", "distribution", "mean"), ""), request.spans
    )
    assert (deep.line, deep.column) == (4, 3)
    stated = cell.locate(
        FIRST, Problem(("columns", "retinopathy", "stated", "probability"), ""), request.spans
    )
    assert (stated.line, stated.column) == (10, 24)
    assert cell.locate(FIRST, Problem(("nowhere",), ""), request.spans) is None
    assert cell.locate(FIRST, Problem((), "")) is None


def test_a_place_behind_a_filled_name_is_that_of_the_cell_as_typed():
    text = "columns:\n  sex: {{levels}}\n  age: 30-{{top}}, mean 90\n"
    problems, places = error_of(text, {"levels": ["a", "b", "c"], "top": 85})
    assert problems[0].path == ("columns", "age", "mean")
    assert (places[0].line, places[0].column) == (3, 20)
    problems, places = error_of("columns:\n  age: {{low}}-30\n", {"low": 85})
    assert (places[0].line, places[0].column) == (2, 8)


def test_one_bad_line_does_not_hide_the_next():
    problems, places = error_of("columns:\n  a: 9-1\n  b: 1-9\n  c: 9-1\neffects:\n  - nothing\n")
    assert [place.line for place in places] == [2, 4, 6]
    assert len(problems) == 3


def test_at_most_twenty_problems_are_told():
    problems, _ = error_of("columns:\n" + "".join(f"  a{at}: 9-1\n" for at in range(50)))
    assert len(problems) == 20


def test_names_in_quotes_or_backticks_may_hold_a_colon():
    request = parsed('columns:\n  "a: b": 1-2\n  `c:d`: 3-4\n  “e: f”: 5-6\n  heart rate: 40-180\n')
    assert [column.name for column in request.columns] == ["a: b", "c:d", "e: f", "heart rate"]


def test_a_strict_bound_on_an_odd_name_becomes_a_rule_that_can_be_read():
    request = parsed("columns:\n  heart rate: > 40\nrules:\n  - a > b\n")
    assert [rule.text for rule in request.rules] == ["a > b", "`heart rate` > 40"]


def test_ratio_without_spaces_keeps_both_readings():
    request = parsed("columns:\n  x: calls/shift\n")
    (either,) = request.either
    assert either.column == "x"
    assert either.as_unit.unit == "calls/shift"
    assert either.as_unit.values is None
    assert either.as_values.values == ("calls", "shift")
    assert request.columns[0] == either.as_values


def test_too_much_is_refused_in_two_lines():
    for text in (
        "x" * 1_000_001,
        "columns:\n" + "\n" * 200_000,
        "columns:\n" + "".join(f"  a{at}: 1-2\n" for at in range(2_001)),
        "columns:\n  a: " + "word " * 1_000,
        "columns:\n  a: " + " / ".join(map(str, range(501))),
        "columns:\n  " + "n" * 200 + ": 1-2",
    ):
        problems, places = error_of(text)
        assert problems[0].what.count("\n") == 0
        assert places[0] is not None


def test_duplicate_columns_are_refused_wherever_they_stand():
    for text in ("columns: age, age", "columns:\n  age: 1-2\n  age:\n    unit: years\n"):
        problems, _ = error_of(text)
        assert "two columns called age" in problems[0].what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("columns: a, b\n  c: 1-2\n", "behind columns: and below it"),
        ("columns: [a, [b]]", "no name of a column"),
        ("columns:\n  age\n    type: integer\n", "A colon is missing behind age"),
        ("columns:\n  a: 1-2\nmissing:\n  8%\n", "no name and colon"),
        ("columns:\n  a: 1-2\nsampler: 1\n", "whole Blueprint"),
        ("columns:\n  - name:\n", "no name"),
        ("columns:\n  a: 1-2\neffects:\n  - a -> b: OR 2 extra\n", "behind the size"),
        ("columns:\n  a: 1-2\nrows: 0\n", "rows: wants"),
        ("columns:\n  a: 1-2\nmissing: {a: lots}\n", "no share"),
    ],
)
def test_what_cannot_be_read_is_told(text, what):
    problems, places = error_of(text)
    assert what in problems[0].what
    assert places[0] is not None


@pytest.mark.parametrize(
    "line",
    [
        "0-1e400",
        "1e300-1e308",
        "-1e308 to 1e308",
        "mean 1e308 sd 1e308",
        "mean 5 sd 1e-300",
        "exponential, mean 1e300",
        "1e-300-5",
        "5, range 10-1e16",
    ],
)
def test_a_number_that_no_column_can_hold_is_an_error_that_names_its_place(line):
    text = f"columns:\n  x: {line}"
    with pytest.raises(SpecError) as caught:
        cell.parse(text)
    found = caught.value.problems[0]
    assert found.what.startswith("x: ")
    assert found.mend
    assert found.offset is not None
    assert found.offset >= text.index(line)


def test_values_that_go_on_in_the_next_line_are_one_line_each():
    column = cell.parse("columns:\n  x: in care of\n    someone / alone\n").columns[0]
    assert column.values is not None
    assert not any("\n" in value for value in column.values)
    assert "\n" not in cell.echo(column)


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    "text", ["{type: integer, rnage: [1, 2]}", "{type: integer, range: [1, 2]}"]
)
def test_a_line_end_of_yaml_within_a_column_shifts_no_place(end, text):
    text = f"columns:\n  age: {text.replace(' ', end, 1)}\n  sex: F / M\n"
    try:
        spans = cell.parse(text).spans
    except SpecError as error:
        offset = error.problems[0].offset
        assert offset is not None
        assert text[offset:].startswith("rnage")
    else:
        assert spans["columns", "age", "range"].line >= 2


@pytest.mark.parametrize("rows", ["9" * 20, "1" + ",000" * 2000, "1" * 9_000, "2000000000000"])
def test_more_rows_than_any_table_has_are_refused_and_the_bound_is_said(rows):
    with pytest.raises(SpecError) as caught:
        cell.parse(f"columns:\n  age: years\nrows: {rows}\n")
    assert "at most 1,000,000,000,000" in caught.value.problems[0].what
    assert cell.parse("columns:\n  age: years\nrows: 1,000,000\n").rows == 1_000_000


def test_a_line_of_names_is_a_list_of_columns():
    text = "columns:\n  age, sex; mmse, falls in the last year\n  bmi: 15-50\n"
    assert [c.name for c in cell.parse(text).columns] == [
        "age", "sex", "mmse", "falls in the last year", "bmi"
    ]  # fmt: skip
    with pytest.raises(SpecError, match="no colon"):
        cell.parse("columns:\n  age years, 30-85\n")


@pytest.mark.parametrize(
    ("size", "word"),
    [("+4", "difference"), ("-12.5", "difference"), ("0.4", "beta"), ("-1", "beta")],
)
def test_a_bare_number_beyond_one_is_in_the_childs_unit(size, word):
    text = f"columns:\n  drug: a / b\n  height: cm\neffects:\n  - drug=b -> height: {size}\n"
    (effect,) = cell.parse(text).effects
    assert (effect.word, effect.size) == (word, float(size))


@pytest.mark.parametrize("size", ["0.3 SD", "beta 0.3", "beta = -0.3", "r = 0.3", "-0.2"])
def test_a_step_of_a_size_in_standard_deviations_is_an_error_and_never_passed_over(size):
    text = f"columns:\n  age: 30-85\n  sbp: mmHg\neffects:\n  - age -> sbp: {size} per 10 years\n"
    with pytest.raises(SpecError) as caught:
        cell.parse(text)
    found = caught.value.problems[0]
    assert "per standard deviation" in found.what
    assert "`per 10 years`" in found.what
    assert text[found.offset :].startswith(size)
    assert cell.parse(text.replace("per 10 years", "per SD")).effects[0].per is None
