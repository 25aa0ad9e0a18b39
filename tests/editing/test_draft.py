"""A history that can be gone through, and changes told once a field."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.editing import Draft, Edit
from synth_magic.editing.draft import MOST
from synth_magic.editing.merging import inverse, merged
from synth_magic.editing.parts import Change
from synth_magic.errors import SpecError
from tests.edited_tables import small


def median(text):
    return Edit("field", "age", key="median", text=text)


def share(text):
    return Edit("field", "sex", key="share/F", text=text)


def test_edits_of_one_field_are_told_as_one(small):
    draft = Draft.of(small).edited(median("52")).edited(share("60")).edited(median("54"))
    assert draft.changes == ("age median 50 → 54", "sex F 50 % → 60 %")


def test_there_and_back_is_no_change(small):
    draft = Draft.of(small).edited(median("52")).edited(median("50"))
    assert draft.changes == ()
    assert draft.can_undo


def test_undo_and_redo_are_exact(small):
    first = Draft.of(small).edited(median("52"))
    second = first.edited(Edit("effect-", index=0))
    assert second.undone().blueprint == first.blueprint
    assert second.undone().changes == first.changes
    assert second.undone().redone() == second
    assert second.undone().undone().blueprint == small
    assert not Draft.of(small).can_undo
    assert Draft.of(small).undone() == Draft.of(small)
    assert second.redone() == second
    assert not second.can_redo
    assert second.undone().can_redo


def test_an_edit_after_an_undo_forgets_what_was_undone(small):
    draft = Draft.of(small).edited(median("52")).undone().edited(share("40"))
    assert not draft.can_redo
    assert draft.changes == ("sex F 50 % → 40 %",)


def test_a_refused_edit_leaves_the_draft(small):
    draft = Draft.of(small)
    with pytest.raises(SpecError):
        draft.edited(median("nonsense"))
    assert draft == Draft.of(small)
    assert draft.edited(median("50")) is draft


def test_after_applying_changes_are_told_from_there_and_undo_goes_on(small):
    draft = Draft.of(small).edited(median("52")).edited(share("60")).applied()
    assert draft.changes == ()
    assert draft.base == draft.blueprint
    back = draft.undone()
    assert back.changes == ("sex F 60 % → 50 %",)
    assert back.undone().changes == ("sex F 60 % → 50 %", "age median 52 → 50")
    other = back.edited(share("70"))
    assert other.changes == ("sex F 60 % → 70 %",)
    assert other.undone().undone().redone().redone().changes == other.changes
    assert other.applied().changes == ()


def test_history_is_bounded_and_changes_are_still_told_from_the_base(small):
    draft = Draft.of(small)
    for step in range(MOST + 30):
        draft = draft.edited(Edit("label", "age", text=f"Age {step}"))
    assert len(draft.states) == MOST
    assert draft.at == MOST - 1
    assert draft.changes == (f"age label none → Age {MOST + 29}",)
    while draft.can_undo:
        draft = draft.undone()
    assert draft.changes == ("age label none → Age 30",)


def test_a_renamed_column_keeps_what_was_told_of_it(small):
    draft = Draft.of(small).edited(median("52")).edited(Edit("name", "age", text="years"))
    assert draft.changes == ("years median 50 → 52", "renamed age to years")
    draft = draft.edited(Edit("field", "years", key="median", text="50"))
    assert draft.changes == ("renamed age to years",)
    assert draft.edited(Edit("name", "years", text="age")).changes == ()
    gone = draft.edited(Edit("column-", "years"))
    assert gone.changes == ("removed column age",)


def test_what_came_and_was_edited_is_told_as_what_came(small):
    draft = Draft.of(small).edited(Edit("rule+", text="age > 20"))
    draft = draft.edited(Edit("rule", index=1, text="age > 21"))
    assert draft.changes == ("added rule age > 21",)
    assert draft.edited(Edit("rule-", index=1)).changes == ()
    column = Draft.of(small).edited(Edit("column+", text="ldl: mean 120 sd 30"))
    column = column.edited(Edit("name", "ldl", text="ldl at entry"))
    assert column.changes == ("added column ldl at entry",)


def test_numbers_of_effects_follow_when_one_goes(small):
    draft = Draft.of(small).edited(Edit("effect+", text="age -> lung function: -0.2 SD"))
    draft = draft.applied().edited(Edit("effect", index=1, key="size", text="-0.3"))
    draft = draft.edited(Edit("effect-", index=0))
    assert draft.changes == (
        "age → lung function -0.2 SD → -0.3 SD",
        "removed effect sex=M → lung function +0.6",
    )
    draft = draft.edited(Edit("effect", index=0, key="size", text="-0.4"))
    assert draft.changes[0] == "age → lung function -0.2 SD → -0.4 SD"
    assert draft.edited(Edit("effect-", index=0)).changes == (
        "removed effect sex=M → lung function +0.6",
        "removed effect age → lung function -0.2 SD",
    )


def test_a_typed_blueprint_is_told_once(small):
    draft = Draft.of(small)
    draft = draft.edited(Edit("yaml", text=draft.blueprint.to_yaml().replace("90", "95")))
    draft = draft.edited(Edit("yaml", text=draft.blueprint.to_yaml().replace("95", "96")))
    assert draft.changes == ("edited as YAML: age",)


EDITS = (
    median("52"), median("54"), median("50"), share("40"), share("50"),
    Edit("label", "age", text="A"), Edit("label", "age"),
    Edit("rule+", text="age > 19"), Edit("rule-", index=1),
    Edit("effect", index=0, key="size", text="0.5"), Edit("missing", "age", text="5"),
    Edit("missing", "age"), Edit("range", "age", text="10-90"), "undo", "redo", "apply",
)  # fmt: skip


@given(st.lists(st.sampled_from(EDITS), max_size=10))
@settings(max_examples=60)
def test_however_one_gets_there_changes_tell_what_differs_from_the_base(steps):
    draft = Draft.of(small())
    for step in steps:
        if isinstance(step, str):
            draft = {"undo": draft.undone, "redo": draft.redone, "apply": draft.applied}[step]()
            continue
        with suppress(SpecError):
            draft = draft.edited(step)
    assert (draft.blueprint == draft.base) <= (draft.changes == ())
    told = {change.place[:3] for change in draft.merged}
    base, now = draft.base.column("age"), draft.blueprint.column("age")
    assert (base.label != now.label) == (("columns", "age", "label") in told)
    assert (base.range != now.range) == (("columns", "age", "range") in told)
    had = {part.column for part in draft.base.missing} != {
        part.column for part in draft.blueprint.missing
    }
    assert had == (("columns", "age", "missing") in told)
    more = len(draft.blueprint.rules) - len(draft.base.rules)
    shifts = [change.shift for change in draft.merged]
    assert shifts.count("put") - shifts.count("taken") == more


PLACES = st.sampled_from([("columns", "a", "x"), ("columns", "b", "x"), ("effects", 0, "size")])


@given(st.lists(st.tuples(PLACES, st.integers(0, 3)), max_size=12))
def test_changes_and_their_inverse_merge_to_nothing(steps):
    now: dict[tuple[str | int, ...], int] = {}
    changes = []
    for place, value in steps:
        before = now.get(place, 0)
        if before != value:
            changes.append(Change(place, "x", str(before), str(value)))
        now[place] = value
    assert merged((*changes, *inverse(changes))) == ()
    assert {c.place: c.after for c in merged(changes)} == {
        place: str(value) for place, value in now.items() if value != 0
    }


def test_a_column_that_was_edited_and_renamed_goes_under_its_first_name(small):
    draft = Draft.of(small).edited(Edit("name", "lung function", text="fev"))
    draft = draft.edited(Edit("column-", "fev"))
    assert draft.changes[0] == "removed column lung function"
    assert draft.undone().changes == ("renamed lung function to fev",)
    again = draft.applied().undone()
    assert "added column fev" in again.changes
    assert "added column lung function" in again.undone().changes


def test_a_rule_that_was_changed_goes_as_it_was_at_first(small):
    draft = Draft.of(small).edited(Edit("rule", index=0, text="age > 19"))
    draft = draft.edited(Edit("rule-", index=0))
    assert draft.changes == ("removed rule `lung function` > 0.5",)
    assert draft.applied().undone().changes == ("added rule age > 19",)
