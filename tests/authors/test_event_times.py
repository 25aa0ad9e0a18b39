"""An event time of which no survival was said fits its unit, ends, and spares some the event."""

import numpy as np
import pytest

from synth_magic import cell, fidelity, record
from synth_magic.authors import event_times, offline


def made(*lines, rows=4000, effects=""):
    text = "columns:\n" + "".join(f"  {line}\n" for line in lines) + effects
    blueprint, notes = offline.complete(cell.parse(text))
    return blueprint, blueprint.sample(rows), [note.what for note in notes]


@pytest.mark.parametrize(
    ("unit", "last"),
    [("hours", 72), ("days", 1095), ("weeks", 104), ("months", 60), ("years", 10), ("mo", 60)],
)
def test_the_guess_depends_on_the_unit_and_follow_up_ends(unit, last):
    line = f"time: {{type: time_to_event, unit: {unit}, event: died}}"
    blueprint, table, notes = made(line)
    assert blueprint.column("time").distribution.source == "guess"
    assert blueprint.column("time").source_of("censoring") == "guess"
    assert 0.9 * last < table["time"].max() <= last
    assert 0.3 < table["died"].mean() < 0.5
    assert table.loc[~table["died"], "time"].min() >= last // 2
    assert any("time: a constant hazard" in what and "guesses" in what for what in notes)


def test_a_range_is_the_follow_up():
    line = "time: {type: time_to_event, unit: days, event: died, range: [1, 400]}"
    _, table, _ = made(line)
    assert 390 < table["time"].max() <= 400
    assert 0.3 < table["died"].mean() < 0.5


def test_stated_censoring_stays_and_the_hazard_fits_it():
    ended = "censoring: {administrative: [52, 52]}"
    line = f"time: {{type: time_to_event, unit: weeks, event: died, {ended}}}"
    blueprint, table, _ = made(line)
    assert blueprint.column("time").censoring.administrative == (52, 52)
    assert blueprint.column("time").source_of("censoring") == "user"
    assert table["time"].max() == 52
    assert table["died"].mean() == pytest.approx(event_times.SHARE, abs=0.02)


def test_stated_dropout_gets_an_end_of_follow_up_beside_it():
    line = (
        "time: {type: time_to_event, unit: months, event: died, censoring: {dropout_per_year: 0.2}}"
    )
    blueprint, table, _ = made(line)
    assert blueprint.column("time").censoring.dropout_per_year == 0.2
    assert table["time"].max() <= 60
    assert table.loc[~table["died"], "time"].min() < 30


def test_stated_figures_make_the_users_law():
    line = "time: {type: time_to_event, unit: days, event: died, stated: {median: 300}}"
    blueprint, table, _ = made(line)
    assert blueprint.column("time").distribution.source == "user"
    assert table["time"].median() == pytest.approx(300, rel=0.05)


@pytest.mark.parametrize("share", [0.05, 0.4, 0.9])
@pytest.mark.parametrize("ends", [(5.0, 10.0), (52.0, 52.0), (0.0, 3.0)])
def test_the_mean_gives_the_share_of_events(share, ends):
    mean = event_times.mean_time(share, *ends)
    rng = np.random.default_rng(1)
    times, ended = rng.exponential(mean, 200_000), rng.uniform(*ends, 200_000)
    assert (times <= ended).mean() == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    ("time", "event", "yes", "no"),
    [
        ("survival: days, 5-1022", "status: 1 = censored, 2 = dead", "2", "1"),
        ("survival: days, 5-1022", "status: 1 = dead, 2 = censored", "1", "2"),
        ("survival: days, 5-1022", "status: 1 / 2", "2", "1"),
        ("time: days, time to death, 0-1000", "dead: 0/1, 30%", 1, 0),
        ("followup: months, 0-60", "relapse: yes/no, 60%", True, False),
        ("followup: months, 0-60", "vital_status: dead / alive", "dead", "alive"),
    ],
)
def test_a_time_with_a_range_ends_beside_its_event_which_keeps_its_codes(time, event, yes, no):
    blueprint, table, notes = made(time, event)
    name, other = table.columns
    assert set(table[other].unique()) == {yes, no}
    low, high = blueprint.column(name).range
    met, spared = (table.loc[table[other] == value, name].astype(float) for value in (yes, no))
    middle = (low + high) / 2
    assert low <= met.min()
    assert spared.max() <= high
    assert spared.min() >= middle - 1
    assert met.median() < middle
    assert blueprint.column(name).distribution.source == "guess"
    assert any(f"{name}: a constant hazard" in what for what in notes)


def test_a_stated_share_of_events_is_kept_beside_its_time():
    _, table, _ = made("followup: months, 0-60", "dead: 0/1, 20%")
    assert table["dead"].mean() == pytest.approx(0.2, abs=0.01)


def test_the_report_grades_a_time_within_events_coded_0_and_1():
    blueprint, table, _ = made("followup: months, 0-60", "dead: 0/1, 20%", rows=800)
    report = fidelity.report(table, record.attach(table, blueprint, 0))
    assert {f.verdict for f in report.figures("adherence")} <= {
        "as stated",
        "assumption, not evidence",
    }


@pytest.mark.parametrize(
    "event",
    [
        "smoking_status: yes/no",
        "sex: F / M",
        "status: single / married",
        "relapse: {formula: followup > 30}",
        "deaths: none / one / more",
        "death_date: 2015-2020",
    ],
)
def test_beside_other_columns_a_time_is_guessed_by_its_range_alone(event):
    blueprint, _, _ = made("followup: months, 0-60", event, rows=10)
    assert blueprint.column("followup").distribution.by is None


def test_an_effect_of_the_time_on_its_event_is_no_circle():
    effects = "effects:\n  - followup -> dead: odds ratio 1.5 per 12\n"
    blueprint, _, _ = made("followup: months, 0-60", "dead: 0/1, 20%", rows=10, effects=effects)
    assert blueprint.column("followup").distribution.by is None
    assert blueprint.effects[0].parent == "followup"
