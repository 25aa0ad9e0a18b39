"""The checks pass on the reference that is shipped, and each sees what it is there to see."""

from dataclasses import replace

import numpy as np
import pytest

from synth_magic.reference import tables
from synth_magic.reference.checks import checks, loinc_digit
from synth_magic.reference.schema import Measure


def wrong(reference, name):
    return next(check for check in checks(reference) if name in check.name).wrong


@pytest.mark.parametrize("check", checks(tables.load()), ids=lambda check: check.name)
def test_the_shipped_reference_passes(check):
    assert check.wrong == ()


def changed(variable="creatinine", **fields):
    known = tables.load()
    other = replace(known.variables[variable], **fields)
    return replace(known, variables={**known.variables, variable: other})


def with_law(variable, **fields):
    known = tables.load()
    law = replace(known.laws[variable], **fields)
    return replace(known, laws={**known.laws, variable: law})


def with_condition(**fields):
    known = tables.load()
    other = replace(known.conditions["copd"], **fields)
    return replace(known, conditions={**known.conditions, "copd": other})


def test_quantiles_that_fall_or_leave_the_limits_are_seen():
    q = tables.load().laws["creatinine"].quantiles
    assert "fall" in wrong(with_law("creatinine", quantiles=q[..., ::-1]), "quantiles rise")[0]
    assert "limits" in wrong(with_law("creatinine", quantiles=q * 1000), "quantiles rise")[0]
    assert wrong(with_law("creatinine", young=q[..., ::-1]), "quantiles rise")


def test_shares_that_are_none_are_seen():
    p = tables.load().laws["copd"].share
    assert wrong(with_law("copd", share=p + 1), "shares are")
    s = tables.load().laws["nyha"].shares
    assert "sum" in wrong(with_law("nyha", shares=s / 2), "shares are")[0]


def test_a_variable_without_a_law_is_seen():
    assert wrong(with_law("creatinine", quantiles=None), "one law") == ("creatinine: 0 laws",)


def test_a_unit_that_cannot_be_converted_is_seen():
    assert wrong(changed(units={"x": Measure(0.0)}), "unit")
    assert wrong(changed(units={"x": Measure(-1.0)}), "unit")
    assert wrong(changed(limits=None), "unit")
    assert "none of its units" in wrong(changed(si="mol"), "unit")[0]


def test_correlations_that_cannot_be_are_seen():
    known = tables.load()
    assert wrong(replace(known, R=np.ones_like(known.R)), "correlations")


@pytest.mark.parametrize(
    "fields",
    [
        {"shift": {"creatinin": (0.1, 1.0)}},
        {"shift": {"creatinine": (9.0, 1.0)}},
        {"shift": {"creatinine": (0.1, 0.0)}},
        {"replace": {"creatinine": (3, 2, 1)}},
        {"replace": {"creatinine": (-3, 2, 3)}},
        {"shares": {"diabetes": 1.2}},
        {"panel": ("heigth",)},
        {"clears": ("heigth",)},
        {"age": (50, 40)},
    ],
)
def test_what_a_condition_cannot_change_is_seen(fields):
    assert wrong(with_condition(**fields), "conditions")


def test_an_incomplete_source_is_seen():
    known = tables.load()
    papers = dict(known.sources)
    papers["nhanes_2017_2018"] = {**papers["nhanes_2017_2018"], "licence": ""}
    assert wrong(replace(known, sources=papers), "sources")
    del papers["nhanes_2017_2018"]
    assert wrong(replace(known, sources=papers), "sources")


def test_a_name_of_two_variables_is_seen_unless_it_is_settled():
    both = changed("urea", names=("creatinine",))
    assert wrong(both, "synonym") == ("creatinine means creatinine and urea",)
    settled = replace(both, owners={"creatinine": "creatinine"})
    assert not wrong(settled, "synonym")
    assert wrong(replace(both, owners={"creatinine": "creatinin"}), "synonym")


def test_check_digits_of_loinc():
    # Printed by LOINC for glucose, creatinine, hemoglobin A1c and systolic pressure.
    assert all(map(loinc_digit, ("2345-7", "2160-0", "4548-4", "8480-6")))
    assert not any(map(loinc_digit, ("2345-8", "2354-7", "2345", "4548-5")))


@pytest.mark.parametrize(
    "codes", [{"loinc": ("2345-8",)}, {"atc": ("C9AA",)}, {"icd10": ("11.9",)}]
)
def test_codes_with_a_slip_are_seen(codes):
    assert wrong(changed(codes=codes), "codes")


def test_codes_of_all_three_kinds_are_taken():
    codes = {"loinc": ("2345-7",), "atc": ("C09A", "A10BA02"), "icd10": ("E11", "I10", "J44.9")}
    assert not wrong(changed(codes=codes), "codes")
