"""Who never smoked has no pack-years, whatever else is said."""

import pytest

from synth_magic import cell
from synth_magic.authors import offline


def drawn(text, rows=2000):
    blueprint, notes = offline.complete(cell.parse(text))
    return blueprint, blueprint.sample(rows, 1), notes


def test_never_smokers_have_no_pack_years_and_that_is_told():
    blueprint, table, notes = drawn(
        "Adults with COPD\n\ncolumns:\n  age\n  tabac: jamais / ancien / actif\n  pack_years\n"
        "  cigarettes per day\n  fev1: L\n"
    )
    never = table["tabac"] == "jamais"
    assert (table.loc[never, "pack_years"] == 0).all()
    assert table.loc[~never, "pack_years"].median() > 10
    assert (table.loc[table["tabac"] != "actif", "cigarettes per day"] == 0).all()
    assert table.loc[table["tabac"] == "actif", "cigarettes per day"].median() > 5
    assert any(note.what == "pack_years is 0 where tabac is jamais." for note in notes)
    for effect in blueprint.effects:
        assert {effect.parent.split("=")[0], effect.child} != {"tabac", "pack_years"}


@pytest.mark.parametrize(
    "line", ["pack_years: mean 20 sd 9", "pack_years: 5-80", "pack_years: median 20 (10-30)"]
)
def test_what_the_user_says_stays(line):
    blueprint, _, _ = drawn(f"Adults\n\ncolumns:\n  smoker: never / former / current\n  {line}\n")
    assert blueprint.column("pack_years").distribution.by != "smoker"


def test_the_report_blames_nobody_for_it():
    from synth_magic import report

    blueprint, table, _ = drawn(
        "Adults\n\ncolumns:\n  age\n  smoker: never / former / current\n  pack_years\n"
    )
    figures = report(table, blueprint=blueprint).to_frame()
    assert not figures[figures["verdict"].isin(["poor", "unlikely"])].shape[0]
