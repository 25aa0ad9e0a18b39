"""A rule may say of several columns at once that they have no value."""

from __future__ import annotations

from synth_magic.blueprint.model import Blueprint

TEXT = """
version: 1
columns:
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: gravida, type: integer, range: [3, 9], distribution: {uniform: {low: 3, high: 9}}}
  - {name: para, type: integer, range: [0, 4], distribution: {uniform: {low: 0, high: 4}}}
rules:
  - if sex == M then gravida is missing and para is missing
  - para <= gravida
"""


def test_one_rule_blanks_several_columns():
    table = Blueprint.from_yaml(TEXT).sample(500, seed=3)
    men = table["sex"] == "M"
    assert 150 < men.sum() < 350
    for name in ("gravida", "para"):
        assert table.loc[men, name].isna().all()
        assert table.loc[~men, name].notna().all()
    women = table[~men]
    assert (women["para"] <= women["gravida"]).all()
