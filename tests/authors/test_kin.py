"""One measurement made twice hangs together, as a guess; others do not."""

import pytest

from synth_magic import cell
from synth_magic.authors import offline


def completed(*lines, effects=""):
    text = "80 students in a course.\n\ncolumns:\n" + "".join(f"  {line}\n" for line in lines)
    return offline.complete(cell.parse(text + effects))


def linked(*lines, effects=""):
    blueprint, _ = completed(*lines, effects=effects)
    return [(e.parent, e.child) for e in blueprint.effects if e.source == "guess"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("skill_before: 0-100", "skill_after: 0-100"),
        ("skill pre: 0-100", "skill post: 0-100"),
        ("speed left: m/s, 1-9", "speed right: m/s, 1-9"),
        ("mean speed: m/s, 1-9", "max speed: m/s, 2-20"),
        ("skill: 0-100", "skill_12m: 0-100"),
        ("skill: 0-100", "skill follow-up: 0-100"),
        ("skill baseline: 0-100", "skill week 6: 0-100"),
        ("skill: mean 60 sd 10", "skill_repeat: mean 70 sd 10"),
    ],
)
def test_a_second_measurement_goes_with_the_first_and_that_is_told(first, second):
    names = first.split(":")[0], second.split(":")[0]
    assert linked(first, second) == [names]
    (other,) = linked(second, first)
    assert set(other) == set(names)
    blueprint, notes = completed(first, second)
    assert [(e.word, e.size) for e in blueprint.effects] == [("correlation", 0.7)]
    (told,) = [note for note in notes if "by their names" in note.what]
    assert told.path == ("columns", names[1])
    assert names[0] in told.what
    assert "guess" in told.what


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("skill: 0-100", "speed: 0-100"),
        ("speed left: m/s, 1-9", "speed right: km/h, 4-30"),  # another unit, another thing
        ("skill_before: low / high", "skill_after: low / high"),
        ("left: 0-100", "right: 0-100"),  # of what nobody says
        ("skill_before: 0-100", "skill_after: {formula: skill_before + 3}"),
    ],
)
def test_other_columns_do_not(first, second):
    assert linked(first, second) == []


def test_what_the_user_says_of_the_two_is_kept_alone():
    said = "effects:\n  - {from: skill_after, to: skill_before, correlation: 0.2}\n"
    blueprint, notes = completed("skill_before: 0-100", "skill_after: 0-100", effects=said)
    assert [(e.parent, e.size, e.source) for e in blueprint.effects] == [
        ("skill_after", 0.2, "user")
    ]
    assert not [note for note in notes if "by their names" in note.what]
