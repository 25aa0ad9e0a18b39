"""What the reference expects of a table: laws of these people, and effects that belong together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.reference import expectation, law, people, selection, tables, within
from synth_magic.reference.schema import Population, Restriction


def column(expected, name):
    return next(c for c in expected.columns if c.name == name)


def median(expected, name):
    stated = column(expected, name).distribution
    quantiles = stated.quantiles or stated.groups[0][1].quantiles
    return dict(quantiles)[0.5]


def size(expected, parent, child):
    found = [e.size for e in expected.effects if (e.parent, e.child) == (parent, child)]
    return found[0] if found else 0.0


# Populations ------------------------------------------------------------------------


def test_older_people_have_higher_systolic_pressure(told):
    young = told("Adults under 35", age=None, sbp=None)
    old = told("Adults over 70", age=None, sbp=None)
    assert median(old, "sbp") > median(young, "sbp") + 12


def test_a_pinned_age_moves_what_hangs_on_it(told):
    free = told("", age=None, sbp=None)
    pinned = told("", age={"stated": {"mean": 75, "sd": 6}, "type": "integer"}, sbp=None)
    assert median(pinned, "sbp") > median(free, "sbp") + 5
    assert column(pinned, "age").distribution.source == "user"


def test_people_with_diabetes_have_diabetic_hba1c_and_heavier_weight(told):
    general = told("Adults", hba1c=None, weight=None)
    diabetic = told("Adults with type 2 diabetes", hba1c=None, weight=None)
    assert 6.5 < median(diabetic, "hba1c") < 7.5
    assert 5.2 < median(general, "hba1c") < 5.8
    assert median(diabetic, "weight") > median(general, "weight")


def test_a_condition_is_yes_in_everybody_who_has_it_and_no_where_it_is_ruled_out(told):
    have = told("Patients with heart failure", heart_failure=None, age=None)
    have_not = told("Patients without heart failure", heart_failure=None, age=None)
    assert column(have, "heart_failure").distribution.probability == 1
    assert column(have_not, "heart_failure").distribution.probability == 0
    assert not have.effects
    assert not have_not.effects


def test_women_only_have_the_law_of_women(told):
    women = told("Women", hemoglobin=None)
    everybody = told("Adults", hemoglobin=None)
    assert median(women, "hemoglobin") < median(everybody, "hemoglobin") - 0.4


def test_a_setting_adds_to_a_condition():
    reference = tables.load()
    both = people.gather(reference, Population(conditions=("ckd",), setting="ward"))
    ckd = people.gather(reference, Population(conditions=("ckd",)))
    ward = people.gather(reference, Population(setting="ward"))
    assert both.shift("hemoglobin")[0] == pytest.approx(
        ckd.shift("hemoglobin")[0] + ward.shift("hemoglobin")[0]
    )


def test_of_two_conditions_that_pull_one_way_the_larger_pull_counts():
    reference = tables.load()
    two = people.gather(reference, Population(conditions=("type_2_diabetes", "hypertension")))
    one = people.gather(reference, Population(conditions=("type_2_diabetes",)))
    other = people.gather(reference, Population(conditions=("hypertension",)))
    assert two.shift("weight")[0] == max(one.shift("weight")[0], other.shift("weight")[0])


def test_the_mixed_law_is_that_of_a_simulation_of_the_people():
    reference = tables.load()
    group = people.gather(reference, Population(), [Restriction("age", 40, 80)])
    known = law.number(reference, group, "sbp")
    rng = np.random.default_rng(3)
    at = rng.integers(0, len(group.ages), 200_000)
    man = rng.random(200_000) < group.men
    from scipy.special import ndtri

    z = ndtri(reference.probabilities)
    values = np.empty(200_000)
    draw = rng.normal(size=200_000)
    rows = reference.laws["sbp"].quantiles
    for i, age in enumerate(group.ages):
        for g in (0, 1):
            mine = (at == i) & (man == bool(g))
            knots = [np.interp(age, reference.knots, rows[g, :, p]) for p in range(len(z))]
            inside = np.interp(draw[mine], z, knots)
            low = knots[0] + (draw[mine] - z[0]) * (knots[1] - knots[0]) / (z[1] - z[0])
            high = knots[-1] + (draw[mine] - z[-1]) * (knots[-1] - knots[-2]) / (z[-1] - z[-2])
            values[mine] = np.where(
                draw[mine] < z[0], low, np.where(draw[mine] > z[-1], high, inside)
            )
    for p in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert np.interp(p, known.F, known.x) == pytest.approx(np.quantile(values, p), abs=0.8)


# Units and ranges -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "own", "other", "factor", "offset"),
    [
        ("glucose", "mg/dL", "mmol/L", 0.0555, 0),
        ("creatinine", "mg/dL", "µmol/L", 88.42, 0),
        ("hba1c", "%", "mmol/mol", 10.93, -23.5),
        ("temperature", "°C", "°F", 1.8, 32),
    ],
)
def test_the_law_stands_in_the_users_unit(told, name, own, other, factor, offset):
    a = told("", **{name: {"unit": own}})
    b = told("", **{name: {"unit": other}})
    assert median(b, name) == pytest.approx(median(a, name) * factor + offset, rel=0.02)
    assert column(b, name).unit == other


def test_a_stated_range_cuts_the_reference_law_and_stays_the_users(told):
    cut = column(told("", sbp={"range": (120, 180)}), "sbp")
    values = [q for _, q in cut.distribution.quantiles]
    assert 120 <= values[0] <= values[-1] <= 180
    assert cut.range == (120, 180)
    assert cut.source_of("range") == "user"
    assert cut.distribution.source == "reference"


def test_a_range_that_holds_little_of_the_population_is_told(told):
    told_ = told("", sbp={"range": (135, 220)})
    assert any("disagree" in p.what for p in told_.notes)


def test_a_range_that_holds_nothing_leaves_the_column_to_its_facts(told):
    out = told("", sbp={"range": (250, 299)})
    assert column(out, "sbp").distribution is None
    assert any("guess" in p.what for p in out.notes)


def test_a_stated_mean_alone_moves_the_law_and_keeps_its_range(told):
    out = told("", age={"stated": {"mean": 62}, "range": (30, 85), "type": "integer"})
    stated = column(out, "age").distribution
    p, x = zip(*stated.quantiles, strict=True)
    u = (np.arange(4000) + 0.5) / 4000
    assert np.interp(u, (0, *p, 1), (30, *x, 85)).mean() == pytest.approx(62, abs=1)
    assert stated.source == "user"
    assert min(x) >= 30
    assert max(x) <= 85
    assert any("spread" in note.what for note in out.notes)


def test_a_mean_out_of_reach_is_left_to_the_users_facts(told):
    out = told("", sbp={"stated": {"mean": 900}, "type": "integer"})
    assert column(out, "sbp").distribution is None


def test_haemoglobin_is_stated_by_sex_where_the_table_has_sex(told):
    out = told("", sex={"type": "category", "values": ("F", "M")}, hemoglobin=None, wbc=None)
    groups = column(out, "hemoglobin").distribution
    assert groups.by == "sex"
    assert [name for name, _ in groups.groups] == ["F", "M"]
    women, men = (dict(part.quantiles)[0.5] for _, part in groups.groups)
    assert men > women + 0.8
    assert column(out, "wbc").distribution.by is None
    assert all(e.parent != "sex=M" for e in out.effects if e.child == "hemoglobin")


# Categories -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "man"),
    [(("F", "M"), "M"), (("female", "male"), "male"), (("Homme", "Femme"), "Homme")],
)
def test_the_users_words_for_the_sexes_are_kept(told, values, man):
    out = told("", sex={"type": "category", "values": values}, height=None)
    shares = dict(column(out, "sex").distribution.probabilities)
    assert list(shares) == list(values)
    assert sum(shares.values()) == pytest.approx(1)
    taller = dict(column(out, "height").distribution.groups)
    assert dict(taller[man].quantiles)[0.5] == max(dict(t.quantiles)[0.5] for t in taller.values())


def test_smoker_and_non_smoker_share_what_never_former_and_current_share(told):
    two = dict(
        column(
            told("", smoking={"type": "category", "values": ("non-smoker", "smoker")}), "smoking"
        ).distribution.probabilities
    )
    three = dict(
        column(
            told("", smoker={"type": "category", "values": ("never", "former", "current")}),
            "smoker",
        ).distribution.probabilities
    )
    assert two["smoker"] == pytest.approx(three["current"], abs=0.002)
    assert two["smoker"] + two["non-smoker"] == pytest.approx(1)


def test_values_that_the_reference_does_not_know_are_left_to_the_author(told):
    out = told("", smoker={"type": "category", "values": ("pipe", "cigar")})
    assert column(out, "smoker").distribution is None


def test_stated_shares_stay_the_users(told):
    out = told(
        "",
        sex={"type": "category", "stated": {"probabilities": (("F", 0.7), ("M", 0.3))}},
        height=None,
    )
    stated = column(out, "sex").distribution
    assert dict(stated.probabilities) == {"F": 0.7, "M": 0.3}
    assert stated.source == "user"


def test_a_yes_no_column_has_the_share_of_these_people(told):
    young = column(told("Adults under 30", hypertension={"type": "boolean"}), "hypertension")
    old = column(told("Adults over 70", hypertension={"type": "boolean"}), "hypertension")
    assert old.distribution.probability > young.distribution.probability + 0.3


# Effects ----------------------------------------------------------------------------


def test_effects_are_the_regressions_of_simulated_people(told):
    """Ordinary least squares on a simulation of R is an oracle that shares no code."""
    names = ["bmi", "hba1c", "crp", "hdl"]
    out = told("Adults", **dict.fromkeys(names))
    reference = tables.load()
    group = people.gather(reference, Population())
    known = {n: law.number(reference, group, n) for n in names}
    rng = np.random.default_rng(5)
    count = 120_000
    R = np.array(
        [[reference.R[reference.place[a], reference.place[b]] for b in names] for a in names]
    )
    z = rng.multivariate_normal(np.zeros(4), R, count)
    at, man = rng.integers(0, len(group.ages), count), (rng.random(count) < group.men).astype(int)
    score = {}
    for i, name in enumerate(names):
        mean = known[name].latent[at, man]
        score[name] = mean + known[name].own * z[:, i]
        score[name] /= score[name].std()
    for i, child in enumerate(names[1:], 1):
        parents = np.column_stack([score[p] for p in names[:i]])
        beta = np.linalg.lstsq(parents, score[child], rcond=None)[0]
        for parent, b in zip(names[:i], beta, strict=True):
            if abs(b) > 0.05:
                assert size(out, parent, child) == pytest.approx(b, abs=0.03), (parent, child)


def test_an_effect_of_having_is_in_sds_per_having_it(told):
    with_diabetes = told("", diabetes={"type": "boolean"}, hba1c=None)
    beta = size(with_diabetes, "diabetes=yes", "hba1c")
    assert 1.0 < beta < 3.0


def test_age_acts_less_where_ages_differ_less(told):
    wide = told("Adults", age=None, sbp=None)
    narrow = told("Adults over 65", age=None, sbp=None)
    assert 0 < size(narrow, "age", "sbp") < size(wide, "age", "sbp")


def test_tiny_effects_are_dropped_and_the_rest_refitted(told):
    out = told("", **dict.fromkeys(["age", "sbp", "wbc", "alt", "hdl", "sodium"]))
    assert out.effects
    assert all(abs(e.size) >= 0.03 for e in out.effects if e.word == "beta")


def test_an_odds_ratio_reaches_the_table_per_step_of_the_users_unit(told):
    percent = told("T2D", hba1c={"unit": "%"}, retinopathy={"type": "boolean"})
    mmol = told("T2D", hba1c={"unit": "mmol/mol"}, retinopathy={"type": "boolean"})
    for out, per in ((percent, None), (mmol, 10.93)):
        effect = next(e for e in out.effects if e.child == "retinopathy")
        assert (effect.word, effect.size, effect.per) == ("odds_ratio", 1.59, per)


def test_what_was_measured_within_diabetes_stands_within_diabetes():
    reference = tables.load()
    pair = ["hba1c", "glucose", "age"]
    inside = within.correlations(reference, [reference.conditions["type_2_diabetes"]], pair)
    i, j = reference.place["hba1c"], reference.place["glucose"]
    assert inside[0, 1] > reference.R[i, j] + 0.15
    assert inside[2, 0] == 0


@pytest.mark.parametrize(
    "conditions",
    [(), ("heart_failure",), ("type_2_diabetes", "ckd"), ("copd", "hypertension", "ckd")],
)
def test_correlations_within_any_conditions_are_positive_definite(conditions):
    reference = tables.load()
    found = [reference.conditions[c] for c in conditions]
    R = within.correlations(reference, found, list(reference.variables))
    assert np.linalg.eigvalsh(R).min() > 1e-3
    np.testing.assert_allclose(np.diag(R), 1)


def test_a_second_column_of_one_measurement_is_left_to_its_facts(told):
    out = told("", sbp=None, systolic=None)
    assert out.unknown == ("systolic",)
    assert any("same measurement" in note.what for note in out.notes)


def test_a_derived_column_takes_no_effects_and_is_no_cause():
    from synth_magic.blueprint.model import Column
    from synth_magic.blueprint.request import Request
    from synth_magic.reading import read

    names = ("height", "weight", "bmi", "hba1c")
    reading = read(Request(columns=tuple(Column(name=n) for n in names)))
    out = expectation.expect(reading, derived={"weight": ("bmi", "height")})
    assert not [e for e in out.effects if "weight" in (e.parent, e.child)]
    assert size(out, "bmi", "hba1c") > 0.1
    assert out.order.index("weight") > out.order.index("bmi")


# Selection --------------------------------------------------------------------------


@settings(derandomize=True, max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_selection_agrees_with_throwing_away_rows(seed):
    """Brute force over cuts of one or two columns, within 0.02 SD."""
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(5, 5))
    R = within.scaled(factor @ factor.T + np.eye(5))
    x = rng.multivariate_normal(np.zeros(5), R, 150_000)
    cut = rng.uniform(-0.8, 0.5)
    kept = x[x[:, 1] > cut]
    d, covariance = selection.select(
        R, [1], np.array([kept[:, 1].mean()]), np.array([[kept[:, 1].var()]])
    )
    np.testing.assert_allclose(d, kept.mean(axis=0), atol=0.04)
    np.testing.assert_allclose(covariance, np.cov(kept.T), atol=0.04)


def test_a_pinned_pressure_moves_the_other_and_says_so(told):
    free = told("", sbp=None, dbp=None)
    high = told("", sbp={"stated": {"mean": 165, "sd": 12}, "type": "integer"}, dbp=None)
    assert median(high, "dbp") > median(free, "dbp") + 4
    assert any(n.path == ("columns", "dbp") and "because of sbp" in n.what for n in high.notes)
    pinned = column(high, "sbp").distribution
    assert pinned.source == "user"
    assert pinned.normal.mean == 165


def test_a_wide_range_moves_nothing(told):
    free = told("", sbp=None, dbp=None)
    wide = told("", sbp={"range": (60, 260)}, dbp=None)
    assert median(wide, "dbp") == median(free, "dbp")
    assert not wide.notes


def test_a_cut_moves_the_other_by_what_rejection_gives(told):
    reference = tables.load()
    group = people.gather(reference, Population())
    sbp, dbp = (law.number(reference, group, n) for n in ("sbp", "dbp"))
    out = told("", sbp={"range": (115, 300)}, dbp=None)
    rng = np.random.default_rng(8)
    count = 150_000
    r = reference.R[reference.place["sbp"], reference.place["dbp"]]
    z = rng.multivariate_normal([0, 0], [[1, r], [r, 1]], count)
    at, man = rng.integers(0, len(group.ages), count), (rng.random(count) < group.men).astype(int)
    a = sbp.latent[at, man] + sbp.own * z[:, 0]
    b = dbp.latent[at, man] + dbp.own * z[:, 1]
    from scipy.special import ndtr

    kept = np.interp(ndtr(a), sbp.F, sbp.x) > 115
    expected = np.interp(ndtr(np.median(b[kept])), dbp.F, dbp.x)
    assert median(out, "dbp") == pytest.approx(expected, abs=0.8)
