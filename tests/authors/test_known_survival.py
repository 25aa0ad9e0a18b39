"""A time to death of people who all have a condition has the survival that the reference knows."""

import numpy as np
import pytest

from synth_magic import cell
from synth_magic.authors import event_times, offline
from synth_magic.blueprint.model import Column
from synth_magic.reference import load


def made(prose, line, rows=6000, effects=""):
    text = f"{prose}\ncolumns:\n  age: years\n  {line}\n{effects}"
    blueprint, notes = offline.complete(cell.parse(text))
    return blueprint, blueprint.sample(rows), [note.what for note in notes]


def alive_at(table, time, died, at):
    """Kaplan-Meier share alive, by hand."""
    share = 1.0
    for t in np.unique(table.loc[table[died], time]):
        if t > at:
            break
        share *= 1 - (table[died] & (table[time] == t)).sum() / (table[time] >= t).sum()
    return share


@pytest.mark.parametrize(
    ("prose", "unit", "per_year", "condition"),
    [
        ("men with larynx cancer", "months", 12, "larynx_cancer"),
        ("women with breast cancer", "days", 365.25, "breast_cancer"),
        ("patients with hip fracture", "weeks", 52.18, "hip_fracture"),
        ("kidney transplant recipients", "days", 365.25, "transplant"),
    ],
)
def test_the_drawn_survival_is_the_published_one(prose, unit, per_year, condition):
    line = f"time: {{type: time_to_event, unit: {unit}, event: death}}"
    blueprint, table, notes = made(prose, line)
    column = blueprint.column("time")
    assert column.source_of("survival") == "reference"
    assert column.source_of("censoring") == "guess"
    for years, share in load().conditions[condition].survival:
        if years * per_year <= 0.97 * table["time"].max():
            drawn = alive_at(table, "time", "death", years * per_year)
            assert drawn == pytest.approx(share, abs=0.03)
    assert any("alive at" in what and "as in the reference" in what for what in notes)


def test_follow_up_ends_where_nothing_more_is_known():
    line = "time: {type: time_to_event, unit: months, event: death}"
    blueprint, table, notes = made("patients with hip fracture", line)
    assert blueprint.column("time").censoring.administrative == (6, 12)
    assert table["time"].max() <= 12
    assert not any("carried on" in what for what in notes)


def test_stated_follow_up_and_survival_stay():
    ended = "censoring: {administrative: [24, 24]}"
    line = f"time: {{type: time_to_event, unit: months, event: death, {ended}}}"
    blueprint, table, _ = made("men with larynx cancer", line)
    assert blueprint.column("time").censoring.administrative == (24, 24)
    assert blueprint.column("time").source_of("censoring") == "user"
    assert table["death"].mean() == pytest.approx(1 - 0.733, abs=0.02)
    own = "time: {type: time_to_event, unit: years, event: death, survival: {1: 0.5}}"
    blueprint, _, _ = made("men with larynx cancer", own)
    assert blueprint.column("time").survival == ((1, 0.5),)
    assert blueprint.column("time").source_of("survival") == "user"


def test_a_range_is_the_follow_up():
    line = "time: {type: time_to_event, unit: days, event: died, range: [0, 20]}"
    blueprint, table, _ = made("patients with sepsis", line)
    assert blueprint.column("time").censoring.administrative == (10, 20)
    assert table["time"].max() <= 20


@pytest.mark.parametrize(
    ("prose", "line"),
    [
        ("men with larynx cancer", "time: {type: time_to_event, unit: months, event: relapse}"),
        ("men with larynx cancer", "pfs: {type: time_to_event, unit: months, event: progression}"),
        (
            "men with larynx cancer",
            "time: {type: time_to_event, unit: years, event: event, description: disease free}",
        ),
        ("patients with asthma", "time: {type: time_to_event, unit: months, event: death}"),
        ("men without larynx cancer", "time: {type: time_to_event, unit: months, event: death}"),
    ],
)
def test_other_events_and_other_people_keep_the_guess(prose, line):
    blueprint, _, notes = made(prose, line, rows=50)
    column = next(c for c in blueprint.columns if c.type == "time_to_event")
    assert column.survival is None
    assert column.distribution.source == "guess"
    assert any("a constant hazard" in what for what in notes)


def test_of_two_conditions_the_one_that_more_die_of_counts():
    line = "os: {type: time_to_event, unit: months, event: status}"
    _, _, notes = made("women with breast cancer and pancreatic cancer", line, rows=50)
    assert any("(pancreatic cancer)" in what for what in notes)


def test_a_users_hazard_ratio_acts_on_the_known_survival():
    effects = "effects:\n  - {from: arm=B, to: time, hazard_ratio: 0.5}\n"
    line = "time: {type: time_to_event, unit: years, event: death}\n  arm: A / B"
    _, table, _ = made("men with larynx cancer", line, effects=effects)
    arms = table.groupby(table["arm"].astype(str))["death"].mean()
    assert arms["A"] > 1.3 * arms["B"]


def test_a_unit_that_is_no_time_keeps_the_guess():
    column = Column(name="time", type="time_to_event", unit="visits", event="death")
    known = event_times.Alive("x", ((1.0, 0.5),))
    done, _ = event_times.guessed(column, [known])
    assert done.survival is None
    assert done.distribution is not None
