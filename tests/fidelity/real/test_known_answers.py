"""Tables whose answers are known, through the public door, and each figure beside its oracle."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

import synth_magic
from synth_magic.fidelity.real import utility
from synth_magic.fidelity.real.ranks import auc

pytestmark = pytest.mark.long

ROWS = 600
COLUMNS = ["age", "sbp", "crp", "dead", "smoker"]


@pytest.fixture(autouse=True, scope="module")
def few_splits():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utility, "SPLITS", 6)
        yield


@pytest.fixture(scope="module")
def cohort(population):
    return population(ROWS, 2)[COLUMNS]


def itself(cohort, population):
    return cohort.copy()


def bootstrap(cohort, population):
    return cohort.sample(ROWS, replace=True, random_state=5).reset_index(drop=True)


def shuffled(cohort, population):
    rng = np.random.default_rng(0)
    return cohort.apply(lambda column: column.to_numpy()[rng.permutation(ROWS)])


def independent(cohort, population):
    return population(ROWS, 7)[COLUMNS]


def constant(cohort, population):
    return cohort.assign(age=63.0, sbp=137.0, crp=3.0, dead=False, smoker="never")


def copied(cohort, population):
    """Hold 60 rows of 600 that are real ones."""
    table = independent(cohort, population)
    table.iloc[:60] = cohort.iloc[100:160].to_numpy()
    return table.astype(cohort.dtypes)


def reversed_(cohort, population):
    return population(ROWS, 7, sign=-1.0)[COLUMNS]


KNOWN = (itself, bootstrap, shuffled, independent, constant, copied, reversed_)


@pytest.fixture(scope="module")
def reports(cohort, population):
    return {
        made.__name__: synth_magic.report(made(cohort, population), real=cohort, target="dead")
        for made in KNOWN
    }


def where(report, key):
    """Say where a figure lies: below its band, within, above."""
    plain = report.to_dict()["fidelity"]
    low, high = plain["bands"][key]["null"]
    return "below" if plain[key] < low else "above" if plain[key] > high else "within"


@pytest.mark.parametrize(
    ("table", "shape", "association", "c2st"),
    [
        ("itself", "above", "above", "within"),
        ("bootstrap", "within|above", "within|above", "within"),
        ("shuffled", "above", "below", "above"),
        ("independent", "within", "within", "within"),
        ("copied", "within", "within", "within"),
        ("reversed_", "within", "below", "above"),
    ],
)
def test_a_table_whose_answer_is_known_is_where_it_should_be(
    reports, table, shape, association, c2st
):
    report = reports[table]
    assert where(report, "shape") in shape.split("|")
    assert where(report, "association") in association.split("|")
    assert where(report, "c2st_auc") == c2st


def test_a_constant_table_is_far_and_not_praised(reports):
    report = reports["constant"]
    heads = report.to_dict()["headline"]
    assert where(report, "shape") == "below"
    assert where(report, "c2st_auc") == "above"
    assert heads["shape"]["good"] is heads["c2st"]["good"] is False
    assert heads["association"]["good"] is None
    assert heads["utility"]["good"] is not True if "utility" in heads else True


@pytest.mark.parametrize(
    ("table", "good"),
    [
        ("itself", False),
        ("bootstrap", False),
        ("copied", False),
        ("independent", True),
        ("shuffled", True),
        ("constant", True),
        ("reversed_", True),
    ],
)
def test_copies_are_found_where_there_are_any_and_only_there(reports, table, good):
    assert reports[table].to_dict()["headline"]["copies"]["good"] is good


def test_ten_percent_of_planted_copies_are_counted_to_the_nearest_five(reports):
    assert reports["copied"].to_dict()["privacy"]["exact_copies"] == 60
    assert reports["itself"].to_dict()["privacy"]["exact_copies"] == ROWS
    assert reports["independent"].to_dict()["privacy"]["exact_copies"] is None


def test_what_teaches_as_much_and_what_teaches_nothing(reports):
    plain = {name: report.to_dict()["fidelity"] for name, report in reports.items()}
    for name in ("itself", "bootstrap", "independent", "copied"):
        low, high = plain[name]["bands"]["tstr"]["null"]
        assert low <= plain[name]["tstr"] <= high, name
    assert plain["shuffled"]["tstr"] < plain["shuffled"]["bands"]["tstr"]["null"][0]
    assert plain["shuffled"]["tstr"] < 0.6 < plain["shuffled"]["trtr"]
    # What real rows teach hardly depends on the table: both are scaled alike.
    taught = [found["trtr"] for name, found in plain.items() if name != "constant"]
    assert np.ptp(taught) < 0.01
    assert plain["constant"]["tstr"] is None  # of one class nothing is learned


def test_a_reversed_sign_leads_and_is_named(reports):
    head = reports["reversed_"].to_dict()["headline"]["association"]
    assert head == {"value": head["value"], "detail": "reversed: age ~ sbp", "good": False}


# Oracles ------------------------------------------------------------------------------


def complement(one, other):
    if one.dtype.kind == "f":
        return 1 - stats.ks_2samp(one.dropna(), other.dropna()).statistic
    shares = pd.concat([side.value_counts(normalize=True) for side in (one, other)], axis=1)
    return 1 - shares.fillna(0).diff(axis=1).iloc[:, -1].abs().sum() / 2


@pytest.mark.parametrize("made", [independent, reversed_, shuffled, bootstrap])
def test_shape_is_the_mean_of_scipys_complements(cohort, population, reports, made):
    table = made(cohort, population)
    each = {name: complement(table[name], cohort[name]) for name in COLUMNS}
    report = reports[made.__name__]
    coarse = 2.51 / ROWS  # the nearest five rows, of the sum of all columns
    found = report.to_dict()["fidelity"]["shape"]
    assert found == pytest.approx(np.mean(list(each.values())), abs=coarse / len(COLUMNS))
    for figure in report.figures("fidelity"):
        if figure.name.endswith(", distribution"):
            known = cohort[figure.column].notna().mean()
            assert figure.value == pytest.approx(each[figure.column], abs=1.02 * coarse / known)


@pytest.mark.parametrize("made", [independent, reversed_, shuffled])
def test_association_is_the_mean_of_scipys_rank_correlations(cohort, population, reports, made):
    """Numbers ranked, yes/no as phi, levels and missingness as yes/no columns."""
    apart = []
    sides = [features(table) for table in (made(cohort, population), cohort)]
    names = list(sides[0])
    for at, a in enumerate(names):
        for b in names[at + 1 :]:
            if a.split("=")[0].split(" ")[0] == b.split("=")[0].split(" ")[0]:
                continue
            r = []
            for side in sides:
                known = side[a].notna() & side[b].notna()
                r.append(stats.spearmanr(side[a][known], side[b][known]).statistic)
            apart.append(abs(r[0] - r[1]))
    found = reports[made.__name__].to_dict()["fidelity"]["association"]
    assert found == pytest.approx(1 - np.mean(apart), abs=6e-5)


def features(table):
    found = {name: table[name] for name in ("age", "sbp", "crp")}
    found["dead"] = table["dead"].astype(float)
    found |= {f"smoker={v}": (table["smoker"] == v) * 1.0 for v in ("never", "former", "current")}
    return found | {"crp missing": table["crp"].isna() * 1.0}


def test_every_auc_is_scikit_learns():
    rng = np.random.default_rng(1)
    for _ in range(20):
        truth, scores = rng.random(80) < 0.4, rng.integers(0, 9, 80).astype(float)
        assert auc(truth, scores) == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)
