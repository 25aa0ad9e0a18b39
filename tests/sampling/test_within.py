"""A known bound is met by the law cut there: exactly, alike however rows are cut, and soon."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from synth_magic import sampling
from synth_magic.sampling import within
from synth_magic.sampling.draws import Drawn, Given, Latent
from synth_magic.sampling.scratch import Scratch
from tests.oracles import follows

AGE = "name: age, type: integer, range: [30, 90], distribution: {normal: {mean: 62, sd: 11}, source: guess}"
DAYS = "distribution: {uniform: {low: '2015-01-01', high: '2020-12-31'}, source: guess}"
ADMISSION = f"name: admission, type: date, {DAYS}"
DISCHARGE = f"name: discharge, type: date, {DAYS}"
GROUP = "name: g, type: category, values: [x, y], distribution: {probabilities: {x: 0.4, y: 0.6}}"
COST = "name: cost, type: number, decimals: 0, distribution: {gamma: {shape: 2, scale: 300}, zero_share: 0.3, source: guess}"
VISITS = "name: visits, type: integer, distribution: {by: g, groups: {x: {poisson: {mean: 3}}, y: {poisson: {mean: 8}}}, source: guess}"
GRADE = "name: grade, type: category, ordered: true, values: [x, y, z], distribution: {probabilities: {x: 0.5, y: 0.3, z: 0.2}, source: guess}"

HALVES = {
    "dates": {"columns": [ADMISSION, DISCHARGE], "rules": ["discharge > admission"]},
    "dates with an effect": {
        "columns": [AGE, ADMISSION, DISCHARGE],
        "effects": ["from: age, to: discharge, beta: 0.3"],
        "rules": ["discharge > admission"],
    },
    "a stay": {
        "columns": [ADMISSION, DISCHARGE, "name: stay, type: integer, range: [1, 30], formula: discharge - admission"],
    },
    "counts by group": {"columns": [GROUP, AGE, VISITS], "rules": ["visits * 10 >= age"]},
    "counts by group with an effect": {
        "columns": [GROUP, AGE, VISITS],
        "effects": ["from: age, to: visits, beta: 0.4"],
        "rules": ["visits * 10 >= age"],
    },
    "many zeros with an effect": {
        "columns": [AGE, COST],
        "effects": ["from: age, to: cost, beta: 0.4"],
        "rules": ["cost > age * 8"],
    },
    "ordered values with an effect": {
        "columns": [AGE, GRADE],
        "effects": ["from: age, to: grade, odds_ratio: 1.5, per: 10"],
        "rules": ["if age > 60 then grade >= 'y'"],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", HALVES)
def test_many_redrawn_rows_are_the_same_as_a_few(make, name):
    """However many rows seek their bounds at once, and by which way, each finds the same."""
    plan = sampling.compile(make(**HALVES[name]))
    whole, counts = sampling.draw_counted(plan, 12_000, 1, chunk_rows=12_000)
    assert max(counts.redrawn.values()) > 2_500
    assert set(counts.unmet.values()) == {0}
    for chunk in (40, 900, 4_001):
        rows = min(12_000, 40 * chunk)
        part = sampling.draw(plan, rows, 1, chunk_rows=chunk)
        pd.testing.assert_frame_equal(part, whole.iloc[:rows])


@pytest.mark.parametrize("name", ["dates with an effect", "counts by group with an effect",
                                  "many zeros with an effect"])  # fmt: skip
def test_the_words_found_are_the_first_that_reach_a_value(make, name):
    plan = sampling.compile(make(**HALVES[name]))
    step = next(s for s in reversed(plan.steps) if isinstance(getattr(s, "law", None), Latent))
    law, rng, rows = step.law, np.random.default_rng(4), 5_000
    assert law.table.rough is not None
    top = plan.axes[step.name].top
    codes = rng.integers(1, min(top, 3000) + 1, rows)
    group = None if law.by is None else rng.integers(0, 2, rows).astype(np.int8)
    given = Given(rng.normal(0, 100, rows), group)
    by_codes = within._search(rows, within._by_codes(law, given, codes, "i4"))
    by_latents = within._search(rows, within._by_latents(law, given, codes))
    assert np.array_equal(by_codes, by_latents)

    def at(words):
        out = np.empty(rows, dtype="i4")
        law.codes(np.clip(words, 0, 2**32 - 1).astype(np.uint32), given, out, Scratch(rows))
        return out

    reached = by_latents < 2**32
    assert 0.2 < reached.mean() <= 1
    assert (at(by_latents) >= codes)[reached].all()
    assert (at(by_latents - 1) < codes)[by_latents > 0].all()


def test_a_redrawn_date_follows_its_law_after_the_other(make):
    drawn, free = (
        sampling.draw(
            sampling.compile(make(columns=HALVES["dates"]["columns"], rules=rules)), 60_000, 1
        )
        for rules in (HALVES["dates"]["rules"], [])
    )
    wrong = ~(free["discharge"] > free["admission"])
    last = pd.Timestamp("2020-12-31")
    room = (last - drawn["admission"][wrong]).dt.days
    stay = (drawn["discharge"][wrong] - drawn["admission"][wrong]).dt.days
    assert (stay[room > 0] >= 1).all()
    # Evenly spread over the days that are left, made continuous by a uniform.
    u = np.random.default_rng(1).random(int((room > 0).sum()))
    assert follows((stay[room > 0] - u) / room[room > 0], stats.uniform.cdf, beside=2e-3)


@dataclass(frozen=True, slots=True, eq=False)
class Counted(Drawn):
    """A law that counts the words that it is asked for."""

    asked: list[int] = field(default_factory=list)

    def codes(self, words, given, out, scratch):
        self.asked.append(len(words))
        Drawn.codes(self, words, given, out, scratch)


def test_a_law_is_not_searched_anew_in_each_row(make):
    plan = sampling.compile(make(**HALVES["dates"]))
    step = plan.steps[-1]
    law = Counted(**{f.name: getattr(step.law, f.name) for f in fields(step.law)})
    rows = 60_000
    from synth_magic.sampling.redraw import enforce
    from synth_magic.sampling.state import Run, State
    from synth_magic.sampling.steps import LawStep

    counted = type(plan)(
        **{f.name: getattr(plan, f.name) for f in fields(plan)}
        | {"steps": (*plan.steps[:-1], LawStep(step.name, law))}
    )
    state = State(Run("1", 0, rows), plan.axes, Scratch(rows), lasting=True)
    counts = sampling.Counts()
    for each in counted.steps:
        each.draw(state, 0)
    law.asked.clear()
    enforce(counted, len(plan.steps) - 1, state, counts)
    assert counts.redrawn["rules", 0] > 25_000
    assert sum(law.asked) < 4 * rows


def test_kinds_of_rows_are_told_apart_by_code_and_group():
    codes = np.array([5, 5, 7, 5, 7, 2**40])
    group = np.array([0, 1, 0, 0, 0, 1], dtype=np.int8)
    for some, groups in ((codes, group), (codes, None), (codes[:5], group[:5]), (codes[:5], None)):
        rows, which = within._unlike(some, groups)
        assert np.array_equal(some[rows][which], some)
        if groups is not None:
            assert np.array_equal(groups[rows][which], groups)
    assert len(within._unlike(codes[:5], group[:5])[0]) == 3
