"""The reference's files: one number in one place, each with a source that can be looked up."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from synth_magic.reference import build, files, tables, written_laws

VARIABLES = {entry.id: entry for entry in build.variables()}


def test_the_built_file_is_current():
    stored = json.loads(build.BUILT.read_text(encoding="utf-8"))
    again = json.loads(build.dump(build.build()))
    assert stored == again


def test_every_yaml_file_is_read_by_a_schema():
    known = {
        "variables": lambda data: [files.VariableFile.model_validate(e) for e in data],
        "conditions": files.ConditionFile.model_validate,
        "sources.yaml": lambda data: [files.SourceFile.model_validate(e) for e in data],
        "effects.yaml": lambda data: [files.EffectFile.model_validate(e) for e in data],
        "rules.yaml": files.RulesFile.model_validate,
        "lexicon.yaml": files.LexiconFile.model_validate,
        "laws.yaml": files.NhanesLaws.model_validate,
        "more_laws.yaml": files.NhanesMore.model_validate,
        "young_laws.yaml": TypeAdapter(dict[str, files.NhanesYoung]).validate_python,
        "effects": lambda data: [files.EffectsFile.model_validate(e) for e in data],
        "languages": TypeAdapter(dict[str, tuple[str, ...]]).validate_python,
        "codes.yaml": TypeAdapter(dict[str, files.Codes]).validate_python,
    }
    seen = 0
    for path in sorted(build.DATA.rglob("*.yaml")):
        merged = ("effects.yaml", "conditions.yaml", "more_conditions.yaml")
        if path.parent.name == "nhanes" and path.name in merged:
            continue  # read by the next two lines
        known[path.name if path.name in known else path.parent.name](build.read(path))
        seen += 1
    files.NhanesEffects.model_validate(build.read(build.DATA / "nhanes" / "effects.yaml"))
    assert build.conditions()
    assert seen >= 20


def test_more_than_250_variables_have_ids_of_their_own():
    ids = [entry.id for entry in build.variables()]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 250


def test_every_number_names_a_source_with_title_year_address_and_licence():
    known = {source.id for source in build.sources()}
    citations = [entry.source for entry in (*VARIABLES.values(), *build.conditions())]
    citations += [effect.source for effect in (*build.by_hand(), *build.groups())]
    citations += [c.criteria.source for c in build.conditions() if c.criteria is not None]
    citations += [c.survival.source for c in build.conditions() if c.survival is not None]
    rules = files.RulesFile.model_validate(build.read(build.DATA / "rules.yaml"))
    citations += [part.source for part in (*rules.rules, *rules.formulas)]
    cited = {name for citation in citations for name in (citation.id, *citation.also)}
    assert cited <= known
    assert known <= cited, "a source that nothing cites"


def test_what_nobody_opened_counts_as_judgement():
    for variable in tables.load().variables.values():
        if variable.source.id == "authors_judgement" or not variable.source.opened:
            assert variable.source.judgement
    assert not tables.load().variables["sbp"].source.judgement
    assert tables.load().variables["inr"].source.judgement


def test_a_file_with_an_unknown_key_or_without_a_source_is_refused():
    entry = build.read(build.DATA / "variables" / "50_vitals.yaml")[0]
    with pytest.raises(ValueError, match="extra"):
        files.VariableFile.model_validate(entry | {"sorce": 1})
    with pytest.raises(ValueError, match="source"):
        files.VariableFile.model_validate({k: v for k, v in entry.items() if k != "source"})


# Laws -------------------------------------------------------------------------------


def test_quantiles_rise_and_keep_within_the_limits():
    reference = tables.load()
    for name, law in reference.laws.items():
        if law.quantiles is None:
            continue
        assert (np.diff(law.quantiles, axis=-1) >= 0).all(), name
        low, high = reference.variables[name].limits
        assert law.quantiles.min() >= low, name
        assert law.quantiles.max() <= high, name
        assert law.quantiles.shape == (2, len(reference.knots), len(reference.probabilities)), name


def test_shares_are_shares():
    for name, law in tables.load().laws.items():
        if law.share is not None:
            assert ((law.share >= 0) & (law.share <= 1)).all(), name
        if law.shares is not None:
            assert (law.shares >= 0).all()
            np.testing.assert_allclose(law.shares.sum(axis=-1), 1, atol=2e-3, err_msg=name)


def test_every_variable_but_age_and_sex_has_a_law():
    reference = tables.load()
    for name, law in reference.laws.items():
        stated = [part for part in (law.quantiles, law.share, law.shares) if part is not None]
        assert len(stated) == (0 if name in ("age", "sex") else 1), name


def test_the_survey_figures_are_where_nhanes_readers_expect_them():
    reference = tables.load()
    middle = list(reference.probabilities).index(0.5)
    sbp, hb = reference.laws["sbp"].quantiles, reference.laws["hemoglobin"].quantiles
    assert 105 < sbp[0, 0, middle] < 115
    assert 130 < sbp[0, -1, middle] < 142
    assert 12.5 < hb[0, 2, middle] < 14
    assert 14.5 < hb[1, 2, middle] < 15.7
    assert 0.02 < reference.laws["diabetes"].share[0, 1] < 0.06
    assert reference.laws["diabetes"].share[1, -1] > 0.18


def test_ckd_epi_2021_agrees_with_worked_values():
    # By hand from the published coefficients (N Engl J Med 2021;385:1737).
    assert written_laws.ckd_epi_2021(0.7, 50, "F") == pytest.approx(142 * 0.9938**50 * 1.012)
    assert written_laws.ckd_epi_2021(1.8, 60, "M") == pytest.approx(142 * 2**-1.2 * 0.9938**60)
    assert written_laws.ckd_epi_2021(0.45, 30, "M") == pytest.approx(142 * 0.5**-0.302 * 0.9938**30)


# Units ------------------------------------------------------------------------------

UNITS = [
    (variable.id, unit) for variable in tables.load().variables.values() for unit in variable.units
]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.sampled_from(UNITS), st.floats(0, 1))
def test_a_value_goes_to_any_unit_and_comes_back(where, share):
    name, unit = where
    variable = tables.load().variables[name]
    measure = variable.units[unit]
    low, high = variable.limits
    value = low + share * (high - low)
    there = value * measure.factor + measure.offset
    assert (there - measure.offset) / measure.factor == pytest.approx(value)
    assert measure.factor > 0


@pytest.mark.parametrize(
    ("variable", "unit", "value", "there"),
    [
        ("glucose", "mmol/L", 180, 9.99),
        ("creatinine", "µmol/L", 1.0, 88.4),
        ("cholesterol", "mmol/L", 193.35, 5.0),
        ("triglycerides", "mmol/L", 88.57, 1.0),
        ("hba1c", "mmol/mol", 7.0, 53.0),
        ("calcium", "mmol/L", 10.0, 2.495),
        ("bilirubin", "µmol/L", 1.0, 17.1),
        ("uric_acid", "µmol/L", 6.0, 356.9),
        ("hemoglobin", "mmol/L", 14.0, 8.69),
        ("temperature", "°F", 37.0, 98.6),
        ("vitamin_d", "ng/mL", 75, 30.0),
        ("nt_probnp", "pmol/L", 1000, 118.2),
        ("height", "in", 177.8, 70.0),
        ("weight", "lb", 70, 154.3),
    ],
)
def test_molar_factors_are_those_of_the_substance(variable, unit, value, there):
    measure = tables.load().variables[variable].units[unit]
    assert value * measure.factor + measure.offset == pytest.approx(there, rel=2e-3)


# The graph --------------------------------------------------------------------------


def test_the_solved_correlations_are_positive_definite():
    R = tables.load().R
    assert np.linalg.eigvalsh(R).min() > 1e-3
    np.testing.assert_allclose(np.diag(R), 1)
    assert (np.abs(R) <= 1).all()


def test_direct_effects_solve_to_what_a_simulation_of_the_graph_shows():
    names = ["a", "b", "c", "d"]
    edges = [("a", "b", 0.6), ("a", "c", -0.3), ("b", "c", 0.5), ("c", "d", 0.7), ("a", "d", 0.1)]
    R = build.solve(names, edges)
    rng = np.random.default_rng(1)
    x = np.zeros((4, 400_000))
    for i, name in enumerate(names):
        mean = sum((size * x[names.index(p)] for p, c, size in edges if c == name), np.zeros(1))
        x[i] = mean + rng.normal(size=400_000) * np.sqrt(max(1 - np.var(mean), 0))
    np.testing.assert_allclose(np.corrcoef(x), R, atol=0.006)


def test_an_effect_against_the_order_or_beyond_reach_is_refused():
    with pytest.raises(ValueError, match="against the order"):
        build.solve(["a", "b"], [("b", "a", 0.5)])
    with pytest.raises(ValueError, match="explain"):
        build.solve(["a", "b"], [("a", "b", 0.999)])


@pytest.mark.parametrize(
    ("a", "b", "sign"),
    [
        ("sbp", "dbp", 1),
        ("hba1c", "glucose", 1),
        ("hdl", "triglycerides", -1),
        ("crp", "albumin", -1),
        ("creatinine", "egfr", -1),
        ("weight", "bmi", 1),
        ("diabetes", "hba1c", 1),
        ("smoker", "fev1", -1),
        ("heart_failure", "nt_probnp", 1),
        ("nt_probnp", "ejection_fraction", -1),
        ("alt", "ast", 1),
    ],
)
def test_pairs_that_everyone_knows_hang_together_the_right_way(a, b, sign):
    reference = tables.load()
    r = reference.R[reference.place[a], reference.place[b]]
    assert sign * r > 0.05


# Conditions -------------------------------------------------------------------------


def test_a_table_1_becomes_a_shift_that_gives_the_table_back():
    from synth_magic.reference import law, people

    reference = tables.load()
    condition = reference.conditions["heart_failure"]
    ages = people.spread(reference, condition.age, ())
    group = people.People(ages, condition.men, (condition,))
    known = law.number(reference, group, "sbp")
    u = (np.arange(2000) + 0.5) / 2000
    values = np.interp(u, known.F, known.x)
    assert values.mean() == pytest.approx(125, abs=1.5)
    assert values.std() == pytest.approx(16, abs=1.5)


def test_conditions_name_only_variables_that_exist():
    reference = tables.load()
    extra = {"current_smoker", "former_smoker", "oral_antidiabetic"}
    for condition in reference.conditions.values():
        named = {*condition.shift, *condition.replace, *condition.shares, *condition.panel}
        named |= {condition.sets} if condition.sets else set()
        assert named <= reference.variables.keys() | extra, condition.id
        for row in condition.replace.values():
            assert list(row) == sorted(row)
