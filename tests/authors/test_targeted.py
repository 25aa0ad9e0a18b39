"""Published numbers become the law of the table: each line sets one thing."""

from __future__ import annotations

import numpy as np
import pytest

from synth_magic import generate, pipeline
from synth_magic.authors import targeted
from synth_magic.cell import parse
from synth_magic.errors import SpecError
from synth_magic.options import Options
from synth_magic.record import record_of

ROWS = 100_000


def drawn(text, rows=ROWS):
    return generate(text, rows=rows)


def applied(text):
    return targeted.applied(parse(text))


def columns(text):
    return {column.name: column for column in applied(text)[0].columns}


def law(table, name):
    record = record_of(table)
    return record.blueprint().column(name).distribution


# Oracles: plain numpy on a large table ---------------------------------------------------


@pytest.mark.parametrize(
    ("line", "name", "mean", "sd", "half"),
    [
        ("Age, years 63.2 (9.4)", "age", 63.2, 9.4, 0.05),
        ("age: mean 63.2 sd 9.4", "age", 63.2, 9.4, 0.05),
        ("Systolic blood pressure, mmHg 135.4 ± 18.2", "sbp", 135.4, 18.2, 0.05),
        ("CRP, mg/L 4.0 (5.1)", "crp", 4.0, 5.1, 0.05),
        ("Length of stay, days, mean (SD) 6.1 (7.4)", "length_of_stay", 6.1, 7.4, 0.05),
        ("Some score, mean (SD) 12.0 (8.0)", "some_score", 12.0, 8.0, 0.05),
    ],
)
def test_a_mean_and_an_sd_come_back(line, name, mean, sd, half):
    values = drawn(f"targets:\n  {line}\n")[name].to_numpy(float)
    fourth = np.mean((values - values.mean()) ** 4) / values.std() ** 4
    error = values.std() / np.sqrt(ROWS)
    spread = values.std() * np.sqrt((fourth - 1) / (4 * ROWS))
    assert abs(values.mean() - mean) <= half + 4 * error
    assert abs(values.std() - sd) <= half + 4 * spread


@pytest.mark.parametrize("sd", [6.1, 8.0, 12.0, 15.0, 30.0])
def test_an_sd_above_half_the_mean_is_never_a_normal_law(sd):
    table = drawn(f"targets:\n  Marker, mg/L, mean (SD) 12.0 ({sd})\n")
    assert law(table, "marker").normal is None
    assert table["marker"].min() >= 0
    values = table["marker"].to_numpy(float)
    assert values.mean() == pytest.approx(12.0, abs=0.05 + 4 * sd / np.sqrt(ROWS))


@pytest.mark.parametrize(
    ("line", "name", "quartiles", "half"),
    [
        ("HbA1c, %, median [IQR] 7.4 [6.6-8.6]", "hba1c", (6.6, 7.4, 8.6), 0.05),
        ("NT-proBNP, pg/mL, median (IQR) 1,234 (567-2,890)", "nt_probnp", (567, 1234, 2890), 0.5),
        (
            "Creatinine, mg/dL, median [IQR] 0.93 [0.74, 1.12]",
            "creatinine",
            (0.74, 0.93, 1.12),
            0.005,
        ),
        ("Age, years, median (IQR) 64 (57-71)", "age", (57, 64, 71), 0.5),
        ("Marker, median [IQR] 3.1 [1.2, 8.8]", "marker", (1.2, 3.1, 8.8), 0.05),
    ],
)
def test_a_median_and_quartiles_come_back(line, name, quartiles, half):
    found = drawn(f"targets:\n  {line}\n")
    name = name if name in found else next(iter(found.columns))
    values = found[name].to_numpy(float)
    for share, place in zip((0.25, 0.5, 0.75), quartiles, strict=True):
        room = 4 * np.sqrt(share * (1 - share) / ROWS)
        low, high = np.quantile(values, [share - room, share + room])
        assert low - half - 1e-9 <= place <= high + half + 1e-9


def test_quantiles_fix_the_body_and_mean_and_sd_the_tails():
    text = (
        "targets:\n  Triglycerides, mg/dL\n    Mean (SD) 160.0 (95.0)\n"
        "    Median [IQR] 135 [95, 195]\n"
    )
    values = drawn(text)["triglycerides"].to_numpy(float)
    assert np.quantile(values, [0.25, 0.5, 0.75]) == pytest.approx([95, 135, 195], abs=2)
    assert values.mean() == pytest.approx(160, abs=0.05 + 4 * 95 / np.sqrt(ROWS))
    assert values.std() == pytest.approx(95, rel=0.02)


def test_shares_come_back():
    text = (
        "targets:\n  Female, n (%) 120 (41.0)\n  Smoking status, n (%)\n    Never 120 (41.0)\n"
        "    Former 100 (34.0)\n    Current 73 (25.0)\n  retinopathy: yes/no, 22%\n"
        "  Statin use 35.5%\n"
    )
    table = drawn(text)
    room = 4 * np.sqrt(0.25 / ROWS)
    assert (table["sex"] == "F").mean() == pytest.approx(0.41, abs=0.0005 + room)
    shares = table["smoker"].value_counts(normalize=True)
    for level, share in (("never", 0.41), ("former", 0.34), ("current", 0.25)):
        assert shares[level] == pytest.approx(share, abs=0.0005 + room)
    assert table["retinopathy"].mean() == pytest.approx(0.22, abs=0.005 + room)
    assert table["statin"].mean() == pytest.approx(0.355, abs=0.0005 + room)


BY = """targets:
Characteristic | Overall (n=293) | Diabetes (n=120) | No diabetes (n=173) | P value
Age, years | 62.5 (9.8) | 66.0 (9.0) | 60.0 (10.0) | <0.001
Female, n (%) | 120 (41.0) | 40 (33.3) | 80 (46.2) | 0.03
Marker, mg/L | 3.8 (5.0) | 5.0 (6.0) | 3.0 (4.0) | 0.01
HbA1c, %, median [IQR] | 5.9 [5.4-7.0] | 7.4 [6.6-8.6] | 5.5 [5.2-5.8] | <0.001
"""


def test_each_group_has_its_published_law_and_share():
    table = drawn(BY)
    assert table["diabetes"].mean() == pytest.approx(120 / 293, abs=4 * np.sqrt(0.25 / ROWS))
    for yes, age, sd, women, marker, spread, middle in (
        (True, 66.0, 9.0, 40 / 120, 5.0, 6.0, 7.4),
        (False, 60.0, 10.0, 80 / 173, 3.0, 4.0, 5.5),
    ):
        rows = table[table["diabetes"] == yes]
        n = len(rows)
        assert rows["age"].mean() == pytest.approx(age, abs=0.05 + 4 * sd / np.sqrt(n))
        assert rows["age"].std() == pytest.approx(sd, abs=0.05 + 4 * sd / np.sqrt(2 * n))
        share = (rows["sex"] == "F").mean()
        assert share == pytest.approx(women, abs=0.0005 + 4 * np.sqrt(0.25 / n))
        assert rows["marker"].mean() == pytest.approx(marker, abs=0.05 + 4 * spread / np.sqrt(n))
        assert rows["marker"].min() >= 0
        assert np.median(rows["hba1c"]) == pytest.approx(middle, abs=0.0501)


def test_group_columns_win_and_the_whole_is_a_check():
    lines = applied(BY)[0].targets.lines
    age = [(line.group, line.role, line.why) for line in lines if line.column == "age"]
    assert age == [
        (None, "free", "follows from the groups"),
        ("Diabetes", "fitted", ""),
        ("No diabetes", "fitted", ""),
    ]
    sizes = [line for line in lines if line.column == "diabetes"]
    assert [(line.value, line.role) for line in sizes] == [("yes", "fitted"), ("no", "fitted")]


@pytest.mark.parametrize(
    ("names", "column", "values"),
    [
        (("Women (n=40)", "Men (n=60)"), "sex", ("F", "M")),
        (("With diabetes (n=40)", "Without diabetes (n=60)"), "diabetes", ("yes", "no")),
        (("No stroke (n=40)", "Stroke (n=60)"), "stroke", ("no", "yes")),
        (("Placebo (n=40)", "Drug A (n=60)"), "arm", ("Placebo", "Drug A")),
        (("Clinic A (n=40)", "Clinic B (n=60)"), "group", ("Clinic A", "Clinic B")),
        (("severity = mild (n=40)", "severity = severe (n=60)"), "severity", ("mild", "severe")),
    ],
)
def test_heads_of_columns_name_the_column_that_makes_the_groups(names, column, values):
    text = f"targets:\nv | {' | '.join(names)}\nAge, years | 60 (9) | 61 (9)\n"
    found = applied(text)[0]
    assert found.columns[0].name == column
    lines = [line for line in found.targets.lines if line.group is not None]
    assert tuple(line.at for line in lines) == values
    table = drawn(text, 2000)
    shares = table[column].astype(str).value_counts(normalize=True)
    first = {"yes": "True", "no": "False"}.get(values[0], values[0])
    assert shares[first] == pytest.approx(0.4, abs=0.05)


def test_a_target_finds_the_cells_own_column_by_name_label_and_description():
    text = (
        "columns:\n  age_at_entry: years\n  x1: marker one\n  gender: F / M\n"
        "targets:\n  Age at entry 63.2 (9.4)\n  Marker one 5.1 (1.0)\n  Women 41%\n"
    )
    found = applied(text)[0]
    assert [column.name for column in found.columns] == ["age_at_entry", "x1", "gender"]
    assert [line.column for line in found.targets.lines] == ["age_at_entry", "x1", "gender"]
    assert found.targets.lines[2].value == "F"


def test_without_columns_the_targets_name_them_beside_those_of_the_prose():
    alone = "targets:\n  Age, years 63.2 (9.4)\n  Zeta index 41.0 (9.0)\n"
    assert list(drawn(alone, 50)) == ["age", "zeta_index"]
    listed = f"50 adults with asthma: age, sex, smoker\n{alone}"
    assert list(drawn(listed, 50)) == ["age", "sex", "smoker", "zeta_index"]


def test_what_columns_states_stands_and_is_said():
    text = "columns:\n  bmi: mean 30, sd 6\ntargets:\n  BMI, kg/m2 27.1 (4.5)\n"
    request, notes = applied(text)
    (line,) = request.targets.lines
    assert (line.role, line.why) == ("free", "columns: states it")
    assert float(request.columns[0].stated.mean) == 30
    assert any("What columns: says of bmi stands" in found.what for found in notes)


def test_a_range_under_columns_and_numbers_under_targets_go_together():
    found = columns("columns:\n  age: years, 30-85\ntargets:\n  Age, years 63.2 (9.4)\n")["age"]
    assert (found.range, found.stated.mean, found.stated.sd) == ((30, 85), 63.2, 9.4)
    assert found.source_of("stated") == "user"


def test_a_contradiction_is_an_error_at_the_published_line():
    text = "columns:\n  age: years, 30-60\ntargets:\n  Sex, female 41%\n  Age, years 63.2 (9.4)\n"
    with pytest.raises(SpecError, match=r"its mean is 63\.2, but its range is 30 to 60") as error:
        generate(text, rows=10)
    assert error.value.places[0].line == 5


def test_two_lines_that_say_different_things_are_an_error_unless_one_is_held():
    text = "targets:\n  Age, years 63.2 (9.4)\n  Age at baseline, years 61.0 (9.4)\n"
    with pytest.raises(SpecError, match=r"its mean is published twice, as 63\.2 and 61") as error:
        generate(text, rows=10)
    assert error.value.places[0].line == 3
    lines = applied(text + '  hold: ["Age at baseline"]\n')[0].targets.lines
    assert [line.role for line in lines] == ["fitted", "free"]


def test_shares_of_one_column_above_all_are_an_error_or_matters_of_their_own():
    with pytest.raises(SpecError, match="its published shares add up to 130%"):
        applied("columns:\n  sex: F / M\ntargets:\n  Sex\n    F 60%\n    M 70%\n")
    text = "targets:\n  Had before, n (%)\n    Zeta rays 120 (60.0)\n    Eta rays 140 (70.0)\n"
    assert [column.name for column in applied(text)[0].columns] == ["zeta_rays", "eta_rays"]


def test_only_a_stated_ratio_slope_or_correlation_sets_an_effect():
    text = (
        "targets:\n  Age, years 63.2 (9.4)\n  retinopathy: 22%\n"
        "  Systolic blood pressure 135 (18)\n"
        "  OR for retinopathy per 10 years of age 1.4\n  Slope of sbp on age 0.5 mmHg per year\n"
    )
    effects = applied(text)[0].effects
    assert [(e.parent, e.child, e.word, e.size, e.per, e.source) for e in effects] == [
        ("age", "retinopathy", "odds_ratio", 1.4, 10.0, "user"),
        ("age", "sbp", "difference", 0.5, 1.0, "user"),
    ]
    assert not applied("targets:\n  Age, years 63.2 (9.4)\n  Stroke 22%\n")[0].effects


def test_an_effect_under_effects_stands():
    text = (
        "columns:\n  age: mean 60, sd 9\n  dead: yes/no, 20%\n"
        "effects:\n  - age -> dead: OR 2 per 10\n"
        "targets:\n  OR for dead per 10 years of age 1.4\n"
    )
    request = applied(text)[0]
    assert [effect.size for effect in request.effects] == [2]
    assert request.targets.lines[0].role == "free"


def test_rates_of_missing_values_are_taken():
    text = "targets:\n  Age, years 63.2 (9.4)\n    Missing, n (%) 24 (8.0)\n"
    table = drawn(text, 20_000)
    assert table["age"].isna().mean() == pytest.approx(0.08, abs=0.01)


def test_a_held_line_is_left_to_the_author():
    request, _ = applied("targets:\n  BMI, kg/m2 20.0 (1.0)\n  Age 63 (9)\n  hold: [bmi]\n")
    assert {column.name: column.stated is None for column in request.columns} == {
        "bmi": True,
        "age": False,
    }
    assert request.targets.lines[0].why == "held out"


def test_another_unit_is_said_and_not_used():
    text = "columns:\n  weight: kg\ntargets:\n  Weight, lb 180 (35)\n"
    request, notes = applied(text)
    assert request.columns[0].stated is None
    assert any("published in lb" in found.what for found in notes)


def test_what_was_not_understood_is_listed():
    _, notes = applied("targets:\n  Age, years 63 (9)\n  Something else\n  hold: [nothing]\n")
    said = [found.what for found in notes]
    assert any("1 line under targets: not understood: “Something else”" in what for what in said)
    assert any("hold: names no line of targets: nothing" in what for what in said)


def test_a_second_time_changes_nothing():
    request, _ = applied(BY)
    assert targeted.applied(request) == (request, ())


def test_a_model_is_shown_what_is_published_as_any_pinned_fact(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    options = Options(model="gpt-4o-mini", base_url="http://127.0.0.1:9/v1")
    shown = pipeline.rehearse("columns:\n  x: score\ntargets:\n  Age 63.2 (9.4)\n", options)
    line = next(line for line in shown.splitlines() if line.lstrip("- ").startswith("age"))
    assert "63.2" in line
    assert "given" in line
    assert "by diabetes (given)" in pipeline.rehearse("columns:\n  x: score\n" + BY, options)


@pytest.mark.parametrize(
    ("line", "parent", "child"),
    [
        ("smoker=current -> retinopathy: odds ratio 1.6", "smoker=current", "retinopathy"),
        ("OR for retinopathy for current smoking 1.6", "smoker=current", "retinopathy"),
        ("Odds ratio of retinopathy for diabetes 2.1", "diabetes", "retinopathy"),
        ("Correlation between zeta and age: 0.3", "zeta", "age"),
    ],
)
def test_the_ends_of_an_effect_are_columns_or_values_of_them(line, parent, child):
    text = (
        "columns:\n  smoker: never / former / current\n  age: years\n  zeta: mean 5, sd 1\n"
        f"targets:\n  retinopathy: 22%\n  {line}\n"
    )
    (effect,) = applied(text)[0].effects
    assert (effect.parent, effect.child) == (parent, child)
    assert {parent.split("=")[0], child} <= set(columns(text))


def test_an_effect_on_what_is_no_column_is_said_and_left_out():
    request, notes = applied("targets:\n  Age 63 (9)\n  OR for zeta rays per 10 years of age 1.4\n")
    assert not request.effects
    assert any("zeta rays is no column of the table" in found.what for found in notes)


def test_an_effect_of_the_groups_follows_from_the_groups():
    request, _ = applied(
        BY + "OR for female for diabetes 0.6\nCorrelation of diabetes with age 0.2\n"
    )
    assert not [effect for effect in request.effects if effect.child == "age"]
    assert request.targets.lines[-1].why == "follows from the groups"


def test_missing_under_its_own_block_stands():
    text = "columns:\n  age: years\nmissing:\n  age: 3%\ntargets:\n  Age 63 (9)\n    Missing 8%\n"
    request, _ = applied(text)
    assert [entry.rate for entry in request.missing] == [0.03]
    assert request.targets.lines[-1].why == "missing: states it"


def test_a_line_that_lacks_a_group_is_fitted_as_a_whole():
    text = BY + "BMI, kg/m2 | 27.0 (4.5) | 28.0 (4.0) | | \n"
    lines = [line for line in applied(text)[0].targets.lines if line.column == "bmi"]
    assert [(line.group, line.role) for line in lines] == [(None, "fitted"), ("Diabetes", "free")]


def test_groups_that_are_not_all_values_of_their_column_are_compared_only():
    text = (
        "columns:\n  stage: I / II / III\n  age: years\n"
        "targets:\nv | All (n=90) | I (n=40) | II (n=30)\nAge, years | 60 (9) | 58 (9) | 61 (9)\n"
    )
    request, notes = applied(text)
    assert [line.role for line in request.targets.lines] == ["fitted", "free", "free"]
    assert any("stage has values that the groups do not (III)" in found.what for found in notes)


def test_a_width_of_the_quartiles_is_laid_about_the_median():
    stated = columns("targets:\n  Zeta, median (IQR) 60 (10)\n")["zeta"].stated
    assert (stated.median, stated.quartiles) == (60, (55, 65))


def test_values_that_do_not_make_all_leave_the_rest_to_others():
    request, notes = applied("targets:\n  Zeta, n (%)\n    Red 60 (60)\n    Blue 20 (20)\n")
    assert request.columns[0].values == ("Red", "Blue", "other")
    assert any("20% are none of its published values" in found.what for found in notes)


def test_two_readings_are_told_apart_by_the_rows():
    text = "targets:\nv | All (n=300)\nZeta | 12 (4)\nEta | 12 (9)\n"
    kinds = {line.column: line.numbers[0].what for line in applied(text)[0].targets.lines}
    assert kinds == {"zeta": "share", "eta": "mean"}


def test_a_pair_of_zero_and_one_takes_a_share():
    text = "columns:\n  dead: 0/1\n  flag: yes/no\ntargets:\n  dead 12%\n  flag = no 40%\n"
    found = columns(text)
    assert found["dead"].stated.probability == pytest.approx(0.12)
    assert found["flag"].stated.probability == pytest.approx(0.6)
