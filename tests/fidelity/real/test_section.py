"""The sections of a report beside a real table, from its door."""

import sys

import numpy as np
import pandas as pd
import pytest

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import DataError
from synth_magic.fidelity import real
from synth_magic.fidelity.real import learners, utility
from synth_magic.fidelity.report import Report

pytestmark = pytest.mark.long

KEYS = ["shape", "association", "c2st_auc", "tstr", "trtr"]


@pytest.fixture(autouse=True)
def few_splits(monkeypatch):
    monkeypatch.setattr(utility, "SPLITS", 4)


def values(found):
    return [found["fidelity"][key] for key in KEYS]


def test_each_figure_stands_beside_its_band_under_the_same_key(compared, population):
    found, _ = compared(population(300, 1), population(300, 2), target="dead")
    plain = found["fidelity"]
    assert set(plain) == {*KEYS, "bands", "figures"}
    assert set(plain["bands"]) == set(KEYS)
    assert all(set(ends) == {"interval", "null"} for ends in plain["bands"].values())
    for key in ("shape", "association", "c2st_auc", "tstr"):
        low, high = plain["bands"][key]["null"]
        assert low <= plain[key] <= high, key
    assert set(found["privacy"]) == {"basis", "exact_copies", "applies", "bands", "figures"}
    assert found["privacy"]["exact_copies"] is None
    assert found["privacy"]["applies"] is False
    assert [
        found["headline"][key]["good"]
        for key in ("shape", "association", "c2st", "utility", "copies")
    ] == [True] * 5


def test_a_table_against_itself_is_perfect_and_all_copies(compared, population):
    table = population(303, 1)
    found, _ = compared(table, table.copy())
    assert values(found)[:3] == [1.0, 1.0, 0.5]
    assert found["privacy"]["exact_copies"] == 305
    assert found["headline"]["copies"]["good"] is False
    assert found["headline"]["shape"]["detail"].startswith("nearer than a second sample")


def test_ten_percent_of_copies_are_found(compared, population):
    table, other = population(300, 1), population(300, 2)
    table.iloc[:30] = other.iloc[100:130].to_numpy()
    found, _ = compared(table.astype(other.dtypes), other)
    assert found["privacy"]["exact_copies"] == 30
    assert found["headline"]["copies"]["good"] is False


def test_a_shuffled_copy_keeps_its_shape_and_loses_its_associations(compared, figures, population):
    other = population(600, 2)
    rng = np.random.default_rng(0)
    table = other.apply(lambda column: column.to_numpy()[rng.permutation(len(column))])
    found, _ = compared(table, other)
    assert found["fidelity"]["shape"] == 1.0
    assert found["fidelity"]["association"] < found["fidelity"]["bands"]["association"]["null"][0]
    assert found["fidelity"]["c2st_auc"] > found["fidelity"]["bands"]["c2st_auc"]["null"][1]


def test_a_reversed_sign_leads_the_associations(compared, population):
    found, _ = compared(population(600, 1, sign=-1), population(600, 2))
    assert "reversed" in [figure["verdict"] for figure in found["fidelity"]["figures"]]
    assert found["headline"]["association"]["detail"] == "reversed: age ~ sbp"
    assert found["headline"]["association"]["good"] is False


def test_the_worst_column_is_named(compared, population):
    table = population(400, 1)
    table["crp"] *= 3
    found, _ = compared(table, population(400, 2))
    assert found["headline"]["shape"]["detail"].endswith("worst: crp")
    assert "crp" in found["headline"]["c2st"]["detail"]


def test_distances_come_with_training_and_held_out_rows_only(compared, population):
    one, two, three = (population(150, seed) for seed in (1, 2, 3))
    found = compared(one, two, trained_on=two, holdout=three, basis="rows")[0]["privacy"]
    assert found["applies"] is True
    for key in ("dcr_ratio", "nndr", "mia_auc"):
        low, high = found["bands"][key]["null"]
        assert low <= found[key] <= high
    leaked = compared(two, two, trained_on=two, holdout=three)[0]["privacy"]
    assert leaked["dcr_ratio"] == 0
    with pytest.raises(DataError, match="without holdout"):
        real.sections(one, two, trained_on=two)
    with pytest.raises(DataError, match="without trained_on"):
        real.sections(one, two, holdout=two)
    few = compared(one, two, trained_on=two.iloc[:5], holdout=three)[0]["privacy"]
    assert few["applies"] is False


@pytest.mark.parametrize("basis", ["none", "aggregates", "rows"])
def test_the_basis_is_said_and_three_words_never_are(compared, population, basis):
    sections, head, problems = real.sections(population(60, 1), population(60, 2), basis=basis)
    said = " ".join(
        [str(item) for item in (*head, *problems)]
        + [
            text
            for s in sections
            for text in (s.title, s.lead, *(f.name + f.sentence for f in s.figures))
        ]
    ).lower()
    assert sections[1].plain["basis"] == basis
    assert not [word for word in ("private", "anonym", "safe") if word in said]


def test_without_scikit_learn_the_rest_works_and_says_what_to_install(
    monkeypatch, compared, population
):
    monkeypatch.setattr(learners, "available", lambda: False)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    found, problems = compared(population(80, 1), population(80, 2), target="dead")
    assert values(found)[2:] == [None, None, None]
    assert None not in values(found)[:2]
    assert 'pip install "synth-magic[fidelity]"' in [problem.mend for problem in problems]


def test_a_blueprint_gives_an_independent_draw_to_compare_copies_with(compared, population):
    yaml = (
        "version: 1\ncolumns:\n"
        "  - {name: age, type: integer, distribution: {normal: {mean: 60, sd: 10}}}\n"
        "  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}\n"
    )
    blueprint = Blueprint.from_yaml(yaml)
    table, other = blueprint.sample(200, 1), blueprint.sample(200, 2)
    found, _ = compared(table, other, blueprint=yaml)
    sentence = found["privacy"]["figures"][0]["sentence"]
    assert "for an independent draw of the blueprint" in sentence
    assert found["headline"]["copies"]["good"] is True
    lost, _ = compared(table.assign(more=1), other.assign(more=1), blueprint=blueprint)
    assert "independent draw" not in lost["privacy"]["figures"][0]["sentence"]


def test_steps_are_told(population):
    told = []
    real.sections(population(60, 1), population(60, 2), tell=told.append)
    assert [event.done for event in told if event.total == 5] == [0, 1, 2, 3, 4, 5]


# Tables at the edge -------------------------------------------------------------------


def constant(n):
    return pd.DataFrame({"age": [60.0] * n, "smoker": ["never"] * n, "dead": [False] * n})


@pytest.mark.parametrize(
    ("rows", "real_rows", "word"),
    [
        (0, 60, "too few rows"),
        (1, 60, "too few rows"),
        (60, 0, "fewer than 30"),
        (60, 29, "fewer than 30"),
        (0, 0, "fewer than 30"),
    ],
)
def test_tables_of_no_or_one_row_give_no_figures_and_a_word(
    compared, population, rows, real_rows, word
):
    found, problems = compared(
        population(60, 1).iloc[:rows], population(60, 2).iloc[:real_rows], target="dead"
    )
    assert values(found) == [None] * 5
    assert any(word in problem.what for problem in problems)
    assert found["privacy"]["exact_copies"] is None


@pytest.mark.parametrize("name", ["age", "smoker", "dead", "seen"])
def test_one_column_has_a_shape_and_no_associations(compared, population, name):
    found, _ = compared(population(100, 1)[[name]], population(100, 2)[[name]], target=name)
    assert found["fidelity"]["shape"] > 0.7
    assert values(found)[1] is None
    assert values(found)[3:] == [None, None]


def test_columns_without_any_value_are_left_out_and_named(compared, population):
    table = population(80, 1).assign(age=np.nan, smoker=None)
    found, problems = compared(table, population(80, 2))
    assert found["fidelity"]["shape"] > 0.8
    assert any("age, smoker: no value in one of the tables" in item.what for item in problems)
    gone = pd.DataFrame(None, index=range(80), columns=table.columns)
    assert compared(gone, population(80, 2))[0]["fidelity"]["shape"] is None


def test_constant_tables_are_compared_without_complaint(compared):
    same, _ = compared(constant(60), constant(60))
    assert values(same) == [1.0, None, None, None, None]
    other = constant(60).assign(age=70.0, smoker="current", dead=True)
    found, _ = compared(constant(60), other)
    assert found["fidelity"]["shape"] == 0.0
    assert found["fidelity"]["c2st_auc"] == 1.0
    assert found["headline"]["shape"]["good"] is False


def test_values_that_the_table_does_not_have_are_counted_and_not_named(compared, population):
    other = population(200, 2)
    other.loc[:59, "smoker"] = "pipe"
    _, problems = compared(population(200, 1), other)
    said = [problem.what for problem in problems]
    assert "smoker: 60 real rows hold values that the table does not" in said


def test_unicode_names_are_names(compared, population):
    names = {"age": "âge 年齢", "smoker": "курит? <b>"}
    found, _ = compared(
        population(120, 1).rename(columns=names),
        population(120, 2).rename(columns=names),
        target="âge 年齢",
    )
    assert None not in values(found)


def test_huge_values_do_not_overflow(compared, population):
    table, other = population(120, 1), population(120, 2)
    for seed, side in enumerate((table, other)):
        side["cost"] = np.random.default_rng(seed).normal(size=120) * 1e300
    with np.errstate(all="raise", under="ignore"):
        found, _ = compared(
            table, other, trained_on=other, holdout=population(120, 3).assign(cost=1.0)
        )
    assert found["fidelity"]["shape"] > 0.8


@pytest.mark.slow
def test_five_hundred_columns_are_compared(compared):
    rng = np.random.default_rng(0)
    one, other = (pd.DataFrame(rng.normal(size=(300, 500))).add_prefix("x") for _ in range(2))
    found, _ = compared(one, other)
    low, high = found["fidelity"]["bands"]["association"]["null"]
    assert low <= found["fidelity"]["association"] <= high
    assert found["headline"]["c2st"]["good"] is True


def test_what_the_real_table_holds_stands_under_its_own_name(compared, figures, population):
    one, other = population(400, 1), population(400, 2)
    found, _ = compared(one, other, target="dead")
    told = figures(found["fidelity"])
    missing = told["crp, missing"]
    assert missing["real"] == pytest.approx(other["crp"].isna().mean(), abs=0.01)
    assert told["dead, trained on synthetic (AUC)"]["real"] == found["fidelity"]["trtr"]
    assert all(figure["stated"] is None for figure in told.values())
    sections, head, problems = real.sections(one, other)
    frame = Report(head, sections, problems).to_frame().set_index("figure")
    assert frame.loc["crp, missing", "real"] == missing["real"]
    assert frame["stated"].isna().all()


def test_copies_are_said_once_and_in_words(compared, population):
    (figure,) = compared(population(400, 1), population(400, 2))[0]["privacy"]["figures"]
    assert figure["sentence"] == (
        "Fewer than 10 rows equal a real row, as in two samples of one population."
    )
    one, other = population(300, 1), population(300, 2)
    one.iloc[:60] = other.iloc[:60].to_numpy()
    (figure,) = compared(one.astype(other.dtypes), other)[0]["privacy"]["figures"]
    assert figure["sentence"].startswith("60 rows equal a real row; two samples of one population")
    assert "60 equal a real row that occurs only once" in figure["sentence"]


def test_a_sign_turned_round_is_written_with_a_minus(compared, population):
    found, _ = compared(population(900, 1, sign=-1.0), population(900, 2))
    turned = next(f for f in found["fidelity"]["figures"] if f["verdict"] == "reversed")
    assert "The sign is turned round: −0." in turned["sentence"]
    assert turned["real"] > 0 > turned["value"]


def test_v_and_eta_are_about_values_and_not_about_missing_ones(compared, population):
    one, other = population(500, 1), population(500, 2)
    one.loc[one["dead"], "crp"] = np.nan
    found, _ = compared(one[["crp", "dead"]], other[["crp", "dead"]])
    pairs = {f["name"]: f for f in found["fidelity"]["figures"] if " ~ " in f["name"]}
    assert pairs["crp missing ~ dead=yes"]["verdict"] == "outside the band"
    assert "eta" not in pairs["crp missing ~ dead=yes"]["sentence"]
