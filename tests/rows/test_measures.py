"""What is said of written rows beside their blueprint."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from synth_magic import rows, sampling
from synth_magic.blueprint.model import Blueprint
from tests.rows.model import Model, blueprint


def measured(table, law, done=None):
    return {m.name: m for m in rows.measures(table, law, done)}


def test_the_distance_is_that_of_kolmogorov_and_smirnov(clinic):
    """Against scipy on a column without ties, whose law before rounding is the normal one."""
    law = Blueprint.from_yaml(
        "version: 1\ncolumns:\n"
        "  - {name: a, type: integer, range: [0, 9], distribution: {uniform: {low: 0, high: 9}}}\n"
        "  - {name: x, type: number, decimals: 6, distribution: {normal: {mean: 5, sd: 2}}}\n"
        "effects:\n  - {from: a, to: x, beta: 0.1}\n"
    )
    table = law.sample(400)
    rng = np.random.default_rng(5)
    table["x"] = rng.normal(5.4, 2.5, 400)
    expected = stats.kstest(table["x"], stats.norm(5, 2).cdf).statistic
    assert measured(table, law)["x"].distance == pytest.approx(expected, abs=1e-4)
    assert measured(table, law)["x"].noise == pytest.approx(stats.kstwo.ppf(0.99, 400), rel=0.02)


def test_rows_of_the_draw_itself_are_within_noise_and_independent(clinic):
    table = clinic.sample(2000, seed=4)
    for measure in measured(table, clinic).values():
        assert measure.distance < 1.2 * measure.noise
        # (k - 1) * effect is chi-square with k - 1 degrees of freedom for independent rows
        low, high = stats.chi2.ppf([0.0005, 0.9995], 99) / 99
        assert low < measure.design_effect < high
    assert [note.level for note in rows.quality(table, clinic)] == ["note", "note"]
    assert not any(note.mend for note in rows.quality(table, clinic))


def test_batches_that_are_alike_within_show_in_the_design_effect(clinic):
    table = clinic.sample(400)
    rng = np.random.default_rng(1)
    table["sbp"] = np.repeat(rng.integers(100, 200, 20), 20)  # one value a batch
    found = measured(table, clinic)
    assert found["sbp"].design_effect == pytest.approx(20, rel=0.1)
    assert found["dbp"].design_effect < 3
    table["dbp"] = table["height"] = table["weight"] = table["sbp"]
    (_, said) = rows.quality(table, clinic)
    assert said.level == "warning"
    assert "at most 2" in said.what


def test_the_design_effect_is_the_variance_of_means_over_that_of_rows(clinic):
    table = clinic.sample(200, seed=8)
    values = table["height"].to_numpy(dtype=float)
    means = values.reshape(10, 20).mean(axis=1)
    expected = 20 * means.var(ddof=1) / values.var(ddof=1)
    assert measured(table, clinic)["height"].design_effect == pytest.approx(expected)


def test_few_batches_say_nothing_of_one_another(clinic):
    found = measured(clinic.sample(80), clinic)
    assert all(math.isnan(measure.design_effect) for measure in found.values())
    assert len(rows.quality(clinic.sample(80), clinic)) == 1


def test_only_finished_rows_and_known_values_count(clinic):
    table = clinic.sample(200)
    done = np.zeros(200, dtype=bool)
    done[:100] = True
    part = table.iloc[:100]
    table.loc[100:, "sbp"] = 240
    one, other = measured(table, clinic, done), measured(part, clinic)
    assert one["sbp"].distance == other["sbp"].distance
    assert one["sbp"].design_effect == pytest.approx(other["sbp"].design_effect)
    assert measured(table, clinic, ~done | done)["sbp"].distance > one["sbp"].distance
    assert rows.quality(table, clinic, np.zeros(200, dtype=bool)) == ()


def test_a_constant_column_has_a_distance_and_no_design_effect(clinic):
    table = clinic.sample(200)
    table["sbp"] = 140
    found = measured(table, clinic)["sbp"]
    law = sampling.compile(clinic).laws["sbp"]
    assert found.distance == pytest.approx(max(1 - law.cdf(140.5), law.cdf(139.5)), abs=1e-3)
    assert math.isnan(found.design_effect)


def test_a_fill_says_where_its_numbers_stand(clinic):
    filled = rows.fill(clinic.sample(200), None, clinic, Model())
    said = {note.path: note for note in filled.notes}
    assert "KS" in said["rows", "ks"].what
    assert "dbp 0.9" in said["rows", "ks"].what  # the small model writes 51 to 62
    assert "Design effect" in said["rows", "design"].what


# Duplicates -----------------------------------------------------------------------------------


def test_rows_that_repeat_what_was_written_are_counted_whatever_was_given(clinic):
    def change(data, prompt):
        one = {k: v for k, v in data["rows"][0].items() if k != "id"}
        return {"rows": [row | one if row["id"] <= 6 else row for row in data["rows"]]}

    filled = rows.fill(clinic.sample(40), None, clinic, Model(change))
    assert filled.counts.duplicates == 10
    assert any("10 of 40 rows repeat" in note.what for note in filled.notes)


def test_repeats_that_chance_makes_are_no_figure():
    few = "".join(
        f"  - {{name: x{n}, type: integer, range: [0, 2],"
        " distribution: {uniform: {low: 0, high: 2}}}\n"
        for n in range(4)
    )
    law = Blueprint.from_yaml(f"version: 1\ncolumns:\n{few}")
    filled = rows.fill(law.sample(40), None, law, Model(lambda d, _: {"rows": []}))
    assert filled.counts.duplicates is None
    assert not any("repeat" in note.what for note in filled.notes)


def test_one_column_without_repeats_in_the_draw_is_a_figure():
    law = blueprint(
        text="version: 1\ncolumns:\n"
        "  - {name: a, type: integer, range: [0, 9], distribution: {uniform: {low: 0, high: 9}}}\n"
        "  - {name: x, type: number, decimals: 6, range: [0, 9],"
        " distribution: {uniform: {low: 0, high: 9}}}\neffects:\n  - {from: a, to: x, beta: 0.1}\n"
    )
    filled = rows.fill(law.sample(40), None, law, Model(lambda d, _: {
        "rows": [row | {"x": 4} for row in d["rows"]]
    }))  # fmt: skip
    assert filled.counts.duplicates == 39
