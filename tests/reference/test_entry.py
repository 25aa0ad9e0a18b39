"""An entry tells a reader everything that is known of it."""

import numpy as np
import pytest

from synth_magic.reference import entry, tables
from synth_magic.reference.tables import direct


@pytest.mark.parametrize("name", [*tables.load().variables])
def test_every_variable_has_an_entry_that_says_where_it_comes_from(name):
    text = entry.entry(name)
    variable = tables.load().variables[name]
    assert text.startswith(f"{variable.label} ({name})")
    assert "opened" in text
    assert tables.load().sources[variable.source.id]["address"] in text
    assert all(len(line) <= 100 or "http" in line for line in text.splitlines())


@pytest.mark.parametrize("name", [*tables.load().conditions])
def test_every_condition_has_an_entry(name):
    label = tables.load().conditions[name].label
    assert f"{label} ({name}, " in entry.entry(name)


def test_the_law_in_words_is_the_law():
    known = tables.load()
    row = known.laws["creatinine"].quantiles[0, 0]
    low, middle, high = (np.interp(p, known.probabilities, row) for p in (0.05, 0.5, 0.95))
    assert f"{middle:.2f} ({low:.2f} to {high:.2f})" in entry.entry("creatinine")


def test_effects_in_and_out_are_told_with_what_is_judgement():
    text = " ".join(entry.entry("hemoglobin").split())
    assert "ferritin +0.30 (judgement)" in text
    assert "hematocrit +0.91" in text
    assert "hematocrit +0.91 (judgement)" not in text
    assert "OR 1.59 per 1" in entry.entry("retinopathy")


def test_a_name_of_a_variable_and_a_condition_shows_both():
    text = entry.entry("heart failure")
    assert "(heart_failure)" in text
    assert "(heart_failure, condition)" in text
    assert "type 2 diabetes" in entry.entry("t2dm")


def test_an_unknown_name_has_none_and_near_ones_are_offered():
    assert entry.entry("creatinin3 clearance") is None
    assert "creatinine" in entry.nearest("creatinnin")
    assert entry.nearest("zzzzqqq") == ()


def test_the_summary_counts_what_is_there():
    text, passed = entry.summary()
    assert passed
    assert f"{len(tables.load().variables)}  from opened" in text
    assert f"{len(direct())}  from opened" in text.replace(",", "")


def test_a_check_that_fails_is_shown():
    from dataclasses import replace

    known = tables.load()
    text, passed = entry.summary(replace(known, R=np.ones_like(known.R)))
    assert not passed
    assert "NO  the correlations" in text
    assert text.endswith("Some checks fail.")


def test_direct_effects_run_along_the_order_of_the_graph():
    order = tables.load().order
    for effect in direct():
        assert order[effect.parent] < order[effect.child]
