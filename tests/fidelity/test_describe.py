"""Table 1 says who is in the table, as clinical papers print it."""

import datetime as dt
import decimal
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError
from synth_magic.fidelity import difference
from synth_magic.fidelity.describe import table1


def lines(section):
    return {row.head: row.cells for row in section.grid.rows}


def heads(section):
    return [("  " if row.level else "") + row.head for row in section.grid.rows]


def variable(section, name):
    return next(item for item in section.plain["variables"] if item["name"] == name)


def whole(section):
    """Every row fits the heads, and the numbers are JSON."""
    json.dumps(section.to_plain(), allow_nan=False)
    assert all(len(row.cells) == len(section.grid.columns) for row in section.grid.rows)
    return section


@pytest.fixture(scope="module")
def patients():
    rng = np.random.default_rng(4)
    n = 300
    return pd.DataFrame(
        {
            "patient": [f"p{i:04}" for i in range(n)],
            "age": rng.normal(60, 10, n).round().astype(int),
            "crp": rng.lognormal(1, 1, n).round(1),
            "sex": rng.choice(["F", "M"], n),
            "stage": pd.Categorical(
                rng.choice(["II", "III", "I"], n), ["I", "II", "III", "IV"], ordered=True
            ),
            "smoker": rng.random(n) < 0.3,
            "when": pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 900, n), "D"),
            "hb": pd.Series(rng.normal(13.8, 1.4, n).round(1)).mask(rng.random(n) < 0.1),
        }
    )


# What stands in the cells -----------------------------------------------------------


def test_numbers_are_mean_and_sd_or_median_and_quartiles_as_their_shape_asks(patients):
    section = whole(table1(patients))
    assert section.key == "table1"
    assert section.lead == "300 rows."
    assert section.grid.columns == ("All (n = 300)",)
    age, crp = patients["age"], patients["crp"]
    assert lines(section)["age, mean (SD)"] == (f"{age.mean():.1f} ({age.std():.1f})",)
    low, middle, high = np.quantile(crp, [0.25, 0.5, 0.75])
    assert lines(section)["crp, median [IQR]"] == (f"{middle:.1f} [{low:.1f}–{high:.1f}]",)


def test_categories_list_their_values_in_order_and_booleans_only_yes(patients):
    section = table1(patients)
    shown = heads(section)
    at = shown.index("stage, n (%)")
    assert shown[at : at + 6] == [
        "stage, n (%)", "  I", "  II", "  III", "  IV", "smoker, n (%)",
    ]  # fmt: skip
    many = int((patients["stage"] == "II").sum())
    assert lines(section)["II"] == (f"{many} ({many / 3:.1f})",)
    assert lines(section)["IV"] == ("0 (0.0)",)
    many = int(patients["smoker"].sum())
    assert lines(section)["smoker, n (%)"] == (f"{many} ({many / 3:.1f})",)


def test_dates_are_the_median_date_with_quartiles(patients):
    found = variable(table1(patients), "when")["all"]
    expected = patients["when"].quantile([0.25, 0.5, 0.75], interpolation="lower")
    dates = [str(value.date()) for value in expected]
    for key, date in zip(("q1", "median", "q3"), dates, strict=True):
        assert abs(pd.Timestamp(found[key]) - pd.Timestamp(date)) <= pd.Timedelta("4D")
    assert variable(table1(patients), "when")["kind"] == "dates"


def test_the_median_of_a_few_dates_is_the_middle_one():
    days = pd.to_datetime(["2020-03-01", "2020-01-05", "2020-02-10", "1965-01-01", "2021-01-01"])
    assert lines(table1(pd.DataFrame({"d": days}))) == {
        "d, median [IQR]": ("2020-02-10 [2020-01-05 to 2020-03-01]",)
    }


def test_missing_values_have_a_line_of_their_own_and_are_out_of_the_percentages():
    section = table1(pd.DataFrame({"sex": ["F", "F", "M", None, None]}))
    assert lines(section) == {
        "sex, n (%)": ("",),
        "F": ("2 (66.7)",),
        "M": ("1 (33.3)",),
        "Missing, n (%)": ("2 (40.0)",),
    }
    assert "Percentages are of the values that are not missing." in section.grid.notes
    assert variable(section, "sex")["missing"]["all"] == {"count": 2, "share": 0.4}


def test_ids_and_free_text_are_left_out_and_named(patients):
    table = patients.assign(note=[f"seen on day {i % 290}" for i in range(300)])
    notes = table1(table).grid.notes
    assert "Left out: patient (id), note (free text)." in notes
    assert not any("patient" in head for head in heads(table1(table)))


def test_the_user_may_choose_mean_or_median(patients):
    section = table1(patients, mean=["crp"], median=["age"])
    assert {"crp, mean (SD)", "age, median [IQR]"} <= set(lines(section))


@pytest.mark.parametrize(
    ("options", "what", "mend"),
    [
        ({"mean": ["sex"]}, "sex is no number", "Name columns"),
        ({"median": "aeg"}, "There is no number aeg", "Did you mean age?"),
        ({"mean": ["age"], "median": ["age"]}, "by its mean and by its median", "once"),
    ],
)
def test_a_choice_that_cannot_be_is_said_in_two_lines(patients, options, what, mend):
    with pytest.raises(DataError) as error:
        table1(patients, **options)
    first, second = str(error.value).split("\n")
    assert what in first
    assert mend in second


YAML = """\
version: 1
columns:
  - {name: patient, type: id, pattern: P####}
  - {name: age, label: Age, type: integer, unit: years, range: [18, 95],
     distribution: {normal: {mean: 60, sd: 10}}}
  - {name: nyha, type: category, values: [III, II, I], ordered: true,
     distribution: {probabilities: {III: 0.2, II: 0.5, I: 0.3}}}
  - {name: stroke, type: integer, distribution: {probability: 0.2}}
  - {name: memo, type: text, template: "Aged {age}."}
  - {name: admitted, type: date, range: [2015-01-01, 2020-12-31],
     distribution: {uniform: {low: 2015-01-01, high: 2020-12-31}}}
  - {name: followup, type: time_to_event, unit: days, event: death,
     survival: {365: 0.8, 1825: 0.5}, censoring: {administrative: [900, 2600]}}
"""


def test_labels_units_and_the_order_of_values_come_from_the_blueprint():
    blueprint = Blueprint.from_yaml(YAML)
    section = whole(table1(blueprint.sample(200), blueprint=YAML))
    assert heads(section) == [
        "Age, years, mean (SD)",
        "nyha, n (%)",
        "  III",
        "  II",
        "  I",
        "stroke = 1, n (%)",
        "admitted, median [IQR]",
        "death, n (%)",
        "  followup, days, median follow-up",
    ]
    assert table1(blueprint.sample(200), blueprint=blueprint).plain == section.plain
    assert "Left out: patient (id), memo (free text)." in section.grid.notes


def test_events_stand_with_the_median_follow_up():
    table = Blueprint.from_yaml(YAML).sample(400, seed=3)
    from statsmodels.duration.survfunc import SurvfuncRight

    found = variable(table1(table, blueprint=YAML), "death")["all"]
    assert found["count"] == table["death"].sum()
    curve = SurvfuncRight(table["followup"].astype(float), ~table["death"])
    assert found["follow_up"] == curve.surv_times[curve.surv_prob <= 0.5][0]


def test_a_follow_up_that_no_one_is_cut_off_from_is_not_reached():
    table = Blueprint.from_yaml(YAML).sample(40).assign(death=True)
    shown = lines(table1(table, blueprint=YAML))
    assert shown["followup, days, median follow-up"] == ("not reached",)


def test_a_table_without_the_event_shows_its_times_as_numbers():
    table = Blueprint.from_yaml(YAML).sample(100).drop(columns="death")
    shown = heads(table1(table, blueprint=YAML, mean=["followup"]))
    assert shown[-1] == "followup, days, mean (SD)"


def test_a_table_read_back_from_text_is_described_the_same():
    blueprint = Blueprint.from_yaml(YAML)
    table = blueprint.sample(150, seed=2)
    texts = table.assign(
        admitted=table["admitted"].astype(str), death=table["death"].map({True: "yes", False: "no"})
    )
    assert table1(texts, blueprint=YAML).plain == table1(table, blueprint=YAML).plain


def test_many_values_are_folded_behind_the_most_frequent():
    values = [f"v{i}" for i in range(40) for _ in range(50 - i)]
    section = table1(pd.DataFrame({"code": values}))
    shown = heads(section)
    assert len(shown) == 22
    assert shown[-1] == "  other (20 values)"
    assert set(shown[1:21]) == {f"  v{i}" for i in range(20)}
    kept = [lines(section)[head.strip()][0].split(" ")[0] for head in shown[1:]]
    assert sum(map(int, kept)) == len(values)


# By group ---------------------------------------------------------------------------


def test_groups_stand_side_by_side_with_their_differences(patients):
    section = whole(table1(patients, by="sex"))
    n = patients["sex"].value_counts()
    assert section.grid.columns == (
        "All (n = 300)",
        f"F (n = {n['F']})",
        f"M (n = {n['M']})",
        "SMD",
        "SMD by chance, up to",
    )
    assert section.lead == "300 rows, by sex."
    assert "sex, n (%)" not in heads(section)
    parts = patients.groupby("sex")["age"].agg(["mean", "std"])
    (a, s), (b, t) = parts.to_numpy()
    smd = abs(a - b) / math.sqrt((s**2 + t**2) / 2)
    found = variable(section, "age")
    assert [each["mean"] for each in found["groups"]] == pytest.approx([a, b])
    assert found["smd"] == pytest.approx(smd)
    assert found["smd_chance"] == pytest.approx(1.96 * math.sqrt(1 / n["F"] + 1 / n["M"]), rel=1e-3)
    assert lines(section)["age, mean (SD)"][3] == f"{smd:.2f}"
    table = pd.crosstab(patients["sex"], patients["stage"])
    expected = difference.categories(*table.to_numpy())
    assert variable(section, "stage")["smd"] == pytest.approx(expected)
    band = difference.chance([n["F"], n["M"]], df=2)  # nobody is in the fourth stage
    assert variable(section, "stage")["smd_chance"] == pytest.approx(band)
    assert any("two random groups of" in note for note in section.grid.notes)


def test_rows_with_missing_values_do_not_narrow_the_band(patients):
    section = table1(patients, by="sex")
    known = patients.dropna(subset="hb")["sex"].value_counts()
    expected = difference.chance(list(known))
    assert variable(section, "hb")["smd_chance"] == pytest.approx(expected)
    assert expected > variable(section, "age")["smd_chance"]


def test_of_more_than_two_groups_the_largest_difference_is_shown(patients):
    section = whole(table1(patients, by="stage"))
    assert section.grid.columns[-2] == "Largest SMD"
    assert any("the largest between any two groups" in note for note in section.grid.notes)
    shares = patients.groupby("stage", observed=True)["smoker"].mean()
    pairs = [difference.proportions(a, b) for a in shares for b in shares]
    assert variable(section, "smoker")["smd"] == pytest.approx(max(pairs))
    assert [group["value"] for group in section.plain["groups"]] == ["I", "II", "III"]


def test_groups_of_yes_and_no_and_of_numbers_say_of_what():
    table = pd.DataFrame({"x": range(6), "drug": [True, False] * 3, "visit": [-1, 2, 10] * 2})
    assert table1(table, by="drug").grid.columns[1:3] == ("drug = no (n = 3)", "drug = yes (n = 3)")
    assert table1(table, by="visit").grid.columns[1:4] == (
        "visit = −1 (n = 2)",
        "visit = 2 (n = 2)",
        "visit = 10 (n = 2)",
    )
    ones = table.assign(drug=[0, 1] * 3)
    assert table1(ones, by="drug").grid.columns[1] == "drug = 0 (n = 3)"


def test_rows_without_a_group_stand_in_all_only():
    table = pd.DataFrame({"x": [1.0, 2, 3, 4, 6], "g": ["a", "a", "b", "b", None]})
    section = table1(table, by="g")
    assert lines(section)["x, mean (SD)"][0].startswith("3.2")
    assert section.grid.columns[:3] == ("All (n = 5)", "a (n = 2)", "b (n = 2)")
    assert "Rows without g (1) stand in All only." in section.grid.notes


def test_one_group_has_nothing_to_be_compared_with():
    section = table1(pd.DataFrame({"x": [1, 2, 3], "g": ["a"] * 3}), by="g")
    assert section.grid.columns == ("All (n = 3)", "a (n = 3)")
    assert any("one value only" in note for note in section.grid.notes)


def test_no_difference_is_shown_for_events():
    table = Blueprint.from_yaml(YAML).sample(100)
    section = whole(table1(table, by="nyha", blueprint=YAML))
    assert lines(section)["death, n (%)"][-2:] == ("", "")
    assert variable(section, "death")["smd"] is None
    assert any("No SMD for events" in note for note in section.grid.notes)


@pytest.mark.parametrize(
    ("by", "what", "mend"),
    [
        ("sexx", "no column sexx", "Did you mean sex?"),
        ("zzz", "no column zzz", "a category"),
        ("age", "different values", "at most 10 values"),
        ("crp", "different values", "at most 10 values"),
        ("when", "dates", "a category"),
        ("patient", "id", "a category"),
        ("empty", "holds no value", "a category"),
    ],
)
def test_what_cannot_make_groups_is_said_in_two_lines(patients, by, what, mend):
    with pytest.raises(DataError) as error:
        table1(patients.assign(empty=None), by=by)
    first, second = str(error.value).split("\n")
    assert what in first
    assert mend in second


def test_the_time_of_an_event_cannot_make_groups_but_the_event_can():
    table = Blueprint.from_yaml(YAML).sample(60)
    with pytest.raises(DataError, match="times to an event"):
        table1(table, by="followup", blueprint=YAML)
    section = table1(table, by="death", blueprint=YAML)
    assert [group["value"] for group in section.plain["groups"]] == ["no", "yes"]


def test_a_category_of_very_many_values_cannot_make_groups():
    table = pd.DataFrame({"centre": [f"c{i % 21}" for i in range(210)]})
    with pytest.raises(DataError, match="21 different values"):
        table1(table, by="centre")


# Odd tables ---------------------------------------------------------------------------


def test_an_empty_table_has_a_table_1_that_says_so():
    section = whole(table1(pd.DataFrame()))
    assert section.grid.rows == ()
    assert "The table has no columns to describe." in section.grid.notes
    section = whole(table1(pd.DataFrame({"a": pd.Series(dtype=float), "b": pd.Series(dtype=bool)})))
    assert section.grid.columns == ("All (n = 0)",)
    assert lines(section) == {"a, mean (SD)": ("—",), "b, n (%)": ("—",)}


def test_one_row_has_no_sd():
    section = whole(table1(pd.DataFrame({"a": [1.5], "g": ["x"], "b": [True]}), by="g"))
    assert lines(section)["a, mean (SD)"] == ("1.5 (—)", "1.5 (—)")


def test_columns_without_any_value_are_counted_as_missing():
    table = pd.DataFrame({"a": [np.nan] * 3, "b": [None] * 3, "d": pd.to_datetime([None] * 3)})
    section = whole(table1(table.assign(g=["x", "y", "y"]), by="g"))
    assert [row.cells[0] for row in section.grid.rows] == ["—", "3 (100.0)"] * 3
    assert variable(section, "a")["smd"] is None


def test_columns_of_the_same_name_are_both_described():
    table = pd.DataFrame([[1, 2, "a"], [3, 9, "b"], [5, 4, "b"]], columns=["x", "x", "g"])
    section = whole(table1(table, by="g"))
    assert [item["all"]["mean"] for item in section.plain["variables"]] == [3, 5]
    assert any("More than one column is called x" in note for note in section.grid.notes)
    with pytest.raises(DataError, match="2 columns are called x"):
        table1(table, by="x")


def test_columns_may_be_called_by_numbers():
    section = table1(pd.DataFrame({0: [1.5, 2.5, 3.5], 1: ["a", "b", "b"]}), by=1)
    assert heads(section) == ["0, mean (SD)"]


def test_unusual_columns_are_read_or_left_out_by_name():
    n = 60
    table = pd.DataFrame(
        {
            "mixed": [1.0, "a", None] * 20,
            "exact": np.sqrt(np.arange(n)),
            "decimal": [decimal.Decimal("1.5"), decimal.Decimal("2.5")] * 30,
            "day": [dt.date(2020, 1, 1 + i % 28) for i in range(n)],
            "stay": pd.to_timedelta([i % 9 for i in range(n)], unit="D"),
            "month": pd.period_range("2020-01", periods=n, freq="M"),
            "zone": pd.date_range("2020-01-01", periods=n, tz="Europe/Paris"),
            "complex": np.ones(n) * 1j,
            "lists": [[1], [2]] * 30,
            "infinite": [math.inf, *range(n - 1)],
            "性别": ["男", "女"] * 30,
            "answer": ["Yes", "no"] * 30,
            "flag": [0.0, 1.0, math.nan] * 20,
            "grade": ["10", "9", "2"] * 20,
            "huge": [10**30] * n,
            "levels": pd.Categorical([3, 1] * 30),
            "objects": pd.Series([True, False] * 30, dtype=object),
            "<b>": ["<script>", "a"] * 30,
        }
    )
    section = whole(table1(table))
    kinds = {item["name"]: item["kind"] for item in section.plain["variables"]}
    assert kinds == {
        "mixed": "levels", "exact": "mean", "decimal": "mean", "day": "dates", "stay": "mean",
        "month": "dates", "zone": "dates", "lists": "levels", "infinite": "mean", "性别": "levels",
        "answer": "share", "flag": "share", "grade": "levels", "huge": "mean",
        "levels": "levels", "objects": "share", "<b>": "levels",
    }  # fmt: skip
    assert lines(section)["infinite, mean (SD)"] == ("29.0 (17.2)",)
    assert "Infinite values count as missing: infinite." in section.grid.notes
    assert "Left out: complex (complex numbers)." in section.grid.notes
    assert variable(section, "zone")["all"]["q1"] == "2020-01-15"
    exact = np.sqrt(np.arange(n))
    assert lines(section)["exact, mean (SD)"] == (f"{exact.mean():.2f} ({exact.std(ddof=1):.2f})",)
    assert [item["level"] for item in variable(section, "mixed")["levels"]] == ["1", "a"]
    grades = [item["level"] for item in variable(section, "grade")["levels"]]
    assert grades == ["2", "9", "10"]
    assert variable(section, "flag")["all"] == {"count": 20, "share": 0.5}
    assert "‹b›, n (%)" in heads(section)


def test_a_column_that_is_not_of_its_stated_type_is_named():
    table = Blueprint.from_yaml(YAML).sample(40)
    table["age"] = [f"about {i}" for i in range(40)]
    table["nyha"] = ["II", "?"] * 20
    section = table1(table, blueprint=YAML)
    assert any("age (holds no whole numbers)" in note for note in section.grid.notes)
    levels = [item["level"] for item in variable(section, "nyha")["levels"]]
    assert levels == ["III", "II", "I", "?"]


def test_the_table_is_left_as_it_was(patients):
    before = patients.copy()
    patients.attrs["synthdata"] = {"kept": True}
    table1(patients, by="sex")
    assert patients.attrs == {"synthdata": {"kept": True}}
    patients.attrs = {}
    pd.testing.assert_frame_equal(patients, before)


# Real rows ----------------------------------------------------------------------------


@st.composite
def hospitals(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n = draw(st.integers(30, 400))
    rare = draw(st.floats(0.01, 0.2))
    return pd.DataFrame(
        {
            "centre": rng.choice(["A", "B", "C"], n, p=[0.8 - rare, 0.2, rare]),
            "disease": rng.choice(["common", "rare", "rarest"], n, p=[0.9, 0.07, 0.03]),
            "dead": rng.random(n) < rare,
            "age": pd.Series(rng.normal(60, 10, n).round()).mask(rng.random(n) < rare),
        }
    )


def counts_in(plain):
    """Every count and n anywhere in the plain numbers."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            if key in ("count", "n", "rows"):
                yield value
            yield from counts_in(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from counts_in(value)


@given(hospitals(), st.sampled_from([None, "centre", "disease", "dead"]))
def test_small_counts_of_real_rows_never_leave(table, by):
    section = whole(table1(table, by=by, real=True))
    shown = list(counts_in(section.plain))
    assert all(count is None or (count >= 10 and count % 5 == 0) for count in shown)
    for row in section.grid.rows:
        for cell in row.cells:
            first = cell.split(" ")[0]
            if "(" in cell and first.isdigit():
                assert int(first) >= 10
                assert int(first) % 5 == 0
    for group in section.plain["groups"]:
        assert group["n"] >= 30
    for item in section.plain["variables"]:
        for level in item.get("levels", ()):
            known = table[item["name"]].value_counts().get(level["level"], 99)
            assert known >= 10 or level["level"] == "other values"


def test_a_group_of_few_real_rows_takes_another_one_with_it_and_leaves_all():
    table = pd.DataFrame({"g": ["a"] * 100 + ["b"] * 60 + ["c"] * 7, "x": range(167)})
    section = table1(table, by="g", real=True)
    assert section.grid.columns == ("All (n = 165)", "a (n = 100)")
    assert "Groups of g that are not shown: 2." in section.grid.notes


def test_a_statistic_of_few_real_values_is_not_shown_nor_what_gives_it_away():
    table = pd.DataFrame({"g": ["a"] * 100 + ["b"] * 100, "x": np.arange(200.0)})
    table.loc[105:, "x"] = np.nan
    section = table1(table, by="g", real=True)
    assert lines(section)["x, mean (SD)"][1:3] == ("not shown", "not shown")
    assert variable(section, "x")["groups"][1] == {"n": None, "mean": None, "sd": None}
    assert variable(section, "x")["smd"] is None


def test_real_figures_are_given_no_finer_than_they_are_read():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"x": rng.normal(10, 3, 203).round(1), "g": rng.choice(["a", "b"], 203)})
    found = variable(table1(table, by="g", real=True), "x")
    assert found["all"]["mean"] == round(float(table["x"].mean()), 1)
    assert found["all"]["n"] == 205
    assert found["smd"] == round(found["smd"], 2)


def test_dates_of_real_rows_are_months():
    table = pd.DataFrame({"d": pd.date_range("2019-01-01", periods=90)})
    found = lines(table1(table, real=True))["d, median [IQR]"]
    assert found == ("2019-02 [2019-01 to 2019-03]",)


def test_values_that_only_few_real_rows_hold_are_not_named():
    table = pd.DataFrame({"disease": ["flu"] * 90 + ["Erdheim-Chester"] * 2 + ["gout"] * 3})
    section = table1(table, real=True)
    text = json.dumps(section.to_plain()) + str(section.grid)
    assert "Erdheim" not in text
    assert "gout" not in text
    assert lines(section)["other values"] == ("<10",)


def test_of_very_few_real_rows_nothing_is_shown():
    section = table1(pd.DataFrame({"x": range(29)}), real=True)
    assert section.grid.rows == ()
    assert "Fewer than 30 real rows" in section.grid.to_markdown()
    assert section.plain == {}
    assert section.lead == "Fewer than 30 real rows: nothing of them is shown."


def test_a_public_table_may_be_shown_as_it_is():
    table = pd.DataFrame({"x": [1, 2, 3], "g": ["a", "b", "b"]})
    assert table1(table, real=True, min_cell=0).plain == table1(table).plain
