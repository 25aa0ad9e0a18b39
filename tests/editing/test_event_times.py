"""Points of a survival curve, and when follow-up ends."""

from __future__ import annotations

import pytest

from synth_magic import sampling
from synth_magic.editing import Edit, apply


def typed(blueprint, what, text):
    return apply(blueprint, Edit(what, "followup", text=text))


def alone(trial):
    """The event time without effects on it, so that its own points are its law."""
    effects = [effect for effect in trial.effects if effect.child != "followup"]
    return trial.replaced(("effects",), effects, "user")


@pytest.mark.parametrize(
    "text", ["90 % at 365, 70,5 % at 1000", "365: 90; 1000 days: 70.5 %", "90 at 365\n70.5 at 1000"]
)
def test_points_are_typed_in_one_line_and_are_where_the_curve_goes_through(trial, text):
    free = apply(alone(trial), Edit("administrative", "followup", text="")).blueprint
    free = apply(free, Edit("dropout", "followup", text="")).blueprint
    done = typed(free, "survival", text)
    assert done.blueprint.column("followup").survival == ((365, 0.9), (1000, 0.705))
    assert done.words.endswith("→ 90 % at 365, 70.5 % at 1000")
    table = sampling.draw(sampling.compile(done.blueprint), 4000)
    assert (table.followup > 365).mean() == pytest.approx(0.9, abs=0.02)
    assert (table.followup > 1000).mean() == pytest.approx(0.705, abs=0.03)


def test_follow_up_ends_between_two_times_at_one_or_never(trial):
    done = typed(trial, "administrative", "100 – 200 days")
    assert done.blueprint.column("followup").censoring.administrative == (100, 200)
    assert done.words == "followup follow-up ends 400 to 1460 → 100 to 200"
    assert sampling.draw(sampling.compile(done.blueprint), 500).followup.max() <= 200
    once = typed(trial, "administrative", "365").blueprint
    assert once.column("followup").censoring.administrative == (365, 365)
    never = typed(trial, "administrative", "").blueprint
    assert never.column("followup").censoring.administrative is None
    assert never.column("followup").censoring.dropout_per_year == 0.03
    bare = typed(never, "dropout", "").blueprint
    assert bare.column("followup").censoring is None
    assert typed(trial, "dropout", "3 %").words == ""
    assert typed(trial, "dropout", "7").words == "followup drop-out a year 3 % → 7 %"


@pytest.mark.parametrize(
    ("what", "text", "said"),
    [
        ("survival", "90 % at 365, 95 % at 1000", "Survival falls with time"),
        ("survival", "nonsense", "is no point"),
        ("survival", "", "No point is said"),
        ("survival", "90 % at noon", "no number"),
        ("administrative", "abc", "no number"),
        ("administrative", "300 to 100", "Follow-up cannot end"),
        ("dropout", "120", "no percentage"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(trial, refusal, what, text, said):
    problem = refusal(trial, Edit(what, "followup", text=text))
    assert said in problem.what
    assert problem.mend


def test_only_an_event_time_has_them(trial, refusal):
    for what in ("survival", "administrative", "dropout"):
        assert "is no event time" in refusal(trial, Edit(what, "age", text="1")).what
    wrong = refusal(trial, Edit("survival", "relapse_time", text="90 % at 3"))
    assert "drawn from a distribution" in wrong.what
