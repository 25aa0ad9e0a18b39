"""What was compiled is kept: an edit compiles one column and what hangs on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from synth_magic import sampling
from synth_magic.blueprint import graph
from synth_magic.blueprint.model import Blueprint
from synth_magic.sampling.compiler import compile_with
from synth_magic.sampling.kept import Kept, fingerprint
from synth_magic.sampling.steps import FormulaStep
from tests.sampling.clinic import CLINIC

pytestmark = pytest.mark.long

BLUEPRINT = Blueprint.from_yaml(CLINIC)
#: It has a warning, which names a place: such columns are compiled anew each time.
WARNED = {"followup"}


def below(name):
    """A column, and what is drawn from it."""
    parents, found = graph.edges(BLUEPRINT), {name}
    for _ in parents:
        found |= {child for child, above in parents.items() if found & set(above)}
    return found


EDITS = [
    (("columns", "age", "distribution", "normal", "mean"), 55),
    (("columns", "sex", "distribution", "probabilities"), {"F": 0.5, "M": 0.5}),
    (("columns", "cost", "distribution", "zero_share"), 0.4),
    (("columns", "flag", "distribution", "probability"), 0.1),
    (("columns", "dbp", "range"), [30, 150]),
    (("columns", "weight", "distribution", "lognormal", "sigma"), 0.25),
]


@pytest.mark.parametrize(("path", "value"), EDITS, ids=[edit[0][1] for edit in EDITS])
def test_an_edit_compiles_the_column_and_what_hangs_on_it_no_more(path, value):
    kept = Kept()
    compile_with(BLUEPRINT, kept)
    first = kept.made
    edited = compile_with(BLUEPRINT.replaced(path, value), kept)
    touched = below(path[1])
    blanks = sum(
        missing.column in touched or (missing.depends_on or "").partition("=")[0] in touched
        for missing in BLUEPRINT.missing
    )
    # births has no value where sex is M: it hangs on sex as well
    touched |= {"births"} if "sex" in touched else set()
    assert kept.made - first == len(touched | WARNED) + blanks
    assert kept.made - first < first
    anew = compile_with(BLUEPRINT.replaced(path, value), Kept())
    pd.testing.assert_frame_equal(sampling.draw(edited, 2000, 3), sampling.draw(anew, 2000, 3))


def test_nothing_is_compiled_twice():
    kept = Kept()
    compile_with(BLUEPRINT, kept)
    first = kept.made
    compile_with(BLUEPRINT, kept)
    assert kept.made - first == len(WARNED)


def test_effects_may_move_in_the_list_and_a_rate_may_change(make):
    columns = [
        f"name: {x}, type: number, distribution: {{normal: {{mean: 0, sd: 1}}}}" for x in "abc"
    ]
    effects = ["from: a, to: b, beta: 0.4", "from: b, to: c, beta: 0.5"]
    kept = Kept()
    compile_with(make(columns=columns, effects=effects), kept)
    compile_with(make(columns=columns, effects=effects[::-1]), kept)
    assert kept.made == 3
    compile_with(make(columns=columns, effects=effects, missing={"a": "rate: 0.1"}), kept)
    assert kept.made == 5  # a, which now can miss, and where it does


def test_warnings_are_said_every_time_and_at_their_own_place(make):
    columns = [
        f"name: {x}, type: number, distribution: {{normal: {{mean: 0, sd: 1}}}}" for x in "abc"
    ]
    sex = "name: sex, type: boolean, distribution: {probability: 0.5}"
    far = "from: sex, to: c, difference: 9, source: guess"
    kept = Kept()
    one = compile_with(make(columns=[*columns, sex], effects=[far]), kept)
    two = compile_with(
        make(columns=[*columns, sex], effects=["from: a, to: b, beta: 0.4", far]), kept
    )
    assert [note.path for note in one.notes] == [("effects", 0, "difference")]
    assert [note.path for note in two.notes] == [("effects", 1, "difference")]


def test_the_number_kept_is_bounded_and_the_oldest_goes_first():
    kept = Kept(most=3)
    for name in ("a", "b", "c", "a", "d"):
        kept.get(name, lambda name=name: name, lambda value: True)
    assert len(kept) == 3
    made = kept.made
    for name in ("c", "a", "d"):
        assert kept.get(name, lambda: "made anew", lambda value: True) == name
    assert kept.made == made
    assert kept.get("b", lambda: "made anew", lambda value: True) == "made anew"


def test_threads_may_share_it():
    kept = Kept(most=4)
    plans = [BLUEPRINT.replaced(path, value) for path, value in EDITS[2:4]] * 3
    with ThreadPoolExecutor(4) as pool:
        tables = list(pool.map(lambda b: sampling.draw(compile_with(b, kept), 500, 1), plans))
    for number, found in enumerate(tables):
        pd.testing.assert_frame_equal(found, tables[number % 2])
    assert len(kept) <= 4


def test_texts_parted_otherwise_have_another_fingerprint():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    assert fingerprint("ab", "c") == fingerprint("ab", "c")


def test_a_chain_of_formulas_is_worked_out_once_a_formula(make, monkeypatch):
    drawn, draw = [], FormulaStep.draw

    def counted(step, state, attempt):
        drawn.append(step.name)
        draw(step, state, attempt)

    monkeypatch.setattr(FormulaStep, "draw", counted)
    columns = ["name: f0, type: number, distribution: {normal: {mean: 0, sd: 1}}"]
    columns += [f"name: f{i}, type: number, formula: f{i - 1} + 1" for i in range(1, 40)]
    compile_with(make(columns=columns), Kept())
    assert len(drawn) == len(set(drawn))
