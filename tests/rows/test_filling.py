"""Whole rows written by a model: what is asked, what is kept, and what ends it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import rows, sampling
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import ModelError
from synth_magic.events import Event
from tests.rows.model import CLINIC, FIT, Model, answer, asked, blueprint, failure, lines

pytestmark = pytest.mark.long

WRITTEN = ["weight", "height", "sbp", "dbp"]
AS_DRAWN = [
    *("pid", "age", "sex", "grade", "ldl", "smoker", "visit", "followup", "death"),
]


@dataclass(frozen=True)
class Drawn:
    table: pd.DataFrame
    law: Blueprint


@pytest.fixture
def drawn(clinic):
    return Drawn(clinic.sample(60, seed=3), clinic)


def fill(drawn, model, tell=lambda event: None):
    return rows.fill(drawn.table, None, drawn.law, model, tell)


def same(one, other, columns, which=slice(None)):
    pd.testing.assert_frame_equal(one.loc[:, columns][which], other.loc[:, columns][which])


def each_row(change):
    """Spoil every row of an answer."""
    return lambda data, _: {"rows": [change(dict(row)) for row in data["rows"]]}


# What is asked for ------------------------------------------------------------------------


def test_the_model_writes_all_but_the_seed_cells(drawn):
    model = Model()
    filled = fill(drawn, model)
    assert all(list(asked(prompt)) == WRITTEN for prompt in model.asked)
    same(filled.table, drawn.table, AS_DRAWN)
    said = pd.DataFrame([row for p in model.asked for row in answer(p)["rows"]])
    for name in WRITTEN:
        np.testing.assert_allclose(filled.table[name], np.round(said[name], 1))
    assert filled.done.all()
    assert filled.stopped is None
    assert filled.counts.written == dict.fromkeys(WRITTEN, 60)
    assert not any(filled.counts.blueprint.values())


def test_the_table_keeps_types_order_index_and_what_hangs_on_it(drawn):
    drawn.table.attrs["mine"] = 1
    filled = fill(drawn, Model())
    assert filled.table.dtypes.equals(drawn.table.dtypes)
    assert filled.table.index.equals(drawn.table.index)
    assert filled.table.attrs == drawn.table.attrs
    before = drawn.law.sample(60, seed=3)
    pd.testing.assert_frame_equal(drawn.table, before)  # what came in is not touched


def test_formulas_are_worked_out_from_the_written_cells(drawn):
    table = fill(drawn, Model()).table
    expected = (table["weight"] / (table["height"] / 100) ** 2).round(1)
    np.testing.assert_allclose(table["bmi"], expected, atol=0.051)
    assert not np.allclose(table["bmi"], drawn.table["bmi"], atol=0.5)


def test_what_is_missing_in_the_draw_stays_missing_and_nothing_else_does():
    law = Blueprint.from_yaml(CLINIC.replace("ldl: {rate", "height: {rate"))
    table = law.sample(60)
    model = Model()
    filled = rows.fill(table, None, law, model)
    assert "height" in asked(model.asked[0])
    assert filled.table["height"].isna().equals(table["height"].isna())
    assert filled.table["bmi"].isna().equals(table["bmi"].isna())
    empty = [
        line["height"] is None if "height" in line else False for line in lines(model.asked[0])
    ]
    assert empty == table["height"].isna().tolist()[:20]
    assert filled.counts.written["height"] == table["height"].notna().sum()
    assert filled.counts.blueprint["height"] == 0
    assert set(model.rounds) == {3}  # nothing was asked for twice


def test_what_a_model_writes_into_a_missing_cell_is_no_fault():
    law = Blueprint.from_yaml(CLINIC.replace("ldl: {rate", "height: {rate"))
    table = law.sample(20)

    def change(data, prompt):
        empty = {line["id"] for line in lines(prompt) if "height" in line}
        return {
            "rows": [row | {"height": -1} if row["id"] in empty else row for row in data["rows"]]
        }

    model = Model(change)
    filled = rows.fill(table, None, law, model)
    assert model.rounds == [1]
    assert filled.table["height"].isna().equals(table["height"].isna())


def test_rows_do_not_hang_on_how_many_are_asked_for_nor_on_what_was_answered_before(clinic):
    few = rows.prompts(clinic.sample(200, seed=9), None, clinic)
    many = rows.prompts(clinic.sample(1000, seed=9), None, clinic)
    assert few == many[:10]
    assert len(many) == 50
    assert few[0] != rows.prompts(clinic.sample(20, seed=10), None, clinic)[0]
    model = Model()
    rows.fill(clinic.sample(200, seed=9), None, clinic, model)
    assert tuple(model.asked) == few


def test_the_order_of_the_answers_does_not_matter(drawn):
    one, other = fill(drawn, Model()), fill(drawn, Model(backwards=True))
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.counts == other.counts


def test_whole_batches_are_wanted(clinic):
    assert [rows.padded(n) for n in (0, 1, 20, 21, 200)] == [0, 20, 20, 40, 200]
    with pytest.raises(ValueError, match="no whole batches"):
        rows.fill(clinic.sample(30), None, clinic, Model())
    with pytest.raises(ValueError, match="no column pid"):
        rows.fill(clinic.sample(20).drop(columns="pid"), None, clinic, Model())


def test_rows_beyond_those_wanted_are_in_the_prompt_and_count_nowhere(drawn):
    def change(data, prompt):
        return {"rows": [row | {"sbp": "?"} if row["id"] > 5 else row for row in data["rows"]]}

    model, events = Model(change), []
    filled = rows.fill(drawn.table, None, drawn.law, model, events.append, wanted=25)
    assert model.rounds == [2, 1, 1]  # the third batch is wanted by nobody
    assert [len(lines(p)) for p in model.asked] == [20, 20, 15, 15]
    assert model.asked[:2] == list(rows.prompts(drawn.table, None, drawn.law))[:2]
    assert filled.done.tolist() == [True] * 25 + [False] * 35
    assert filled.counts.rows == 25
    assert filled.counts.blueprint["sbp"] == 15
    assert filled.counts.written["weight"] == 25
    assert (events[-1].done, events[-1].total) == (10, 25)
    same(filled.table, drawn.table, [*WRITTEN, "bmi"], slice(25, 60))
    assert rows.fill(drawn.table, None, drawn.law, Model(), wanted=999).done.all()


def test_a_table_of_no_rows_asks_nobody(clinic):
    model = Model()
    filled = rows.fill(clinic.sample(0), None, clinic, model)
    assert len(filled.table) == len(filled.done) == filled.counts.rows == 0
    assert model.asked == []


def test_a_table_of_seed_cells_alone_asks_nobody():
    law = Blueprint.from_yaml(
        "version: 1\ncolumns:\n  - {name: sex, type: category,"
        " distribution: {probabilities: {F: 0.5, M: 0.5}}}\n"
    )
    model = Model()
    filled = rows.fill(law.sample(20), None, law, model)
    assert model.asked == []
    assert filled.done.all()
    assert "was not asked" in filled.notes[0].what
    assert rows.prompts(law.sample(20), None, law) == ()


# Answers that do not hold --------------------------------------------------------------------


def test_a_row_that_fails_is_asked_for_again_with_the_complaint_and_alone(drawn):
    def once(data, prompt):
        if prompt.attempt == 0 and prompt.about == "rows 20-39":
            data["rows"][3]["sbp"] = 999
        return data

    model = Model(once)
    filled = fill(drawn, model)
    assert model.rounds == [3, 1]
    again = model.asked[-1]
    assert (again.attempt, again.about) == (1, "rows 23-23")
    assert lines(again) == [lines(model.asked[1])[3]]
    assert "id 4: sbp is 999, outside its limits, from 80 to 250" in again.messages[1][1]
    assert "id 4" not in model.asked[1].messages[1][1]
    assert not any(filled.counts.blueprint.values())
    assert filled.table["sbp"].max() <= 250


FAULTS = {
    "a row is not there": lambda data, _: {"rows": data["rows"][:-1]},
    "nothing is there": lambda data, _: {},
    "no rows": lambda data, _: {"rows": []},
    "rows are none": lambda data, _: {"rows": "none"},
    "rows are numbers": lambda data, _: {"rows": [1, 2, None, [3]]},
    "an id stands twice": lambda data, _: {"rows": [*data["rows"], data["rows"][0]]},
    "ids are odd": each_row(lambda row: row | {"id": 1.5}),
    "ids are NaN": each_row(lambda row: row | {"id": math.nan}),
    "ids are others'": each_row(lambda row: row | {"id": row["id"] + 100}),
    "a cell is not there": each_row(lambda row: {k: v for k, v in row.items() if k != "sbp"}),
    "null": each_row(lambda row: row | {"sbp": None}),
    "true": each_row(lambda row: row | {"sbp": True}),
    "NaN": each_row(lambda row: row | {"sbp": math.nan}),
    "infinity": each_row(lambda row: row | {"weight": math.inf}),
    "huge": each_row(lambda row: row | {"weight": 1e300}),
    "words": each_row(lambda row: row | {"sbp": "high <script>alert(1)</script>"}),
    "with its unit": each_row(lambda row: row | {"sbp": "131 mmHg"}),
    "a list": each_row(lambda row: row | {"sbp": [131]}),
    "a mapping": each_row(lambda row: row | {"sbp": {"value": 131}}),
    "too small": each_row(lambda row: row | {"sbp": -4}),
    "too large": each_row(lambda row: row | {"weight": 160.1}),
    "breaks a rule": each_row(lambda row: row | {"sbp": 85, "dbp": 140}),
}


@pytest.mark.parametrize("fault", FAULTS, ids=list(FAULTS))
def test_what_fails_three_times_comes_from_the_draw_and_is_counted(drawn, fault):
    model = Model(FAULTS[fault])
    filled = fill(drawn, model)
    assert model.rounds == [3, 3, 3]
    assert [prompt.attempt for prompt in model.asked] == [0] * 3 + [1] * 3 + [2] * 3
    assert filled.done.all()
    assert filled.stopped is None
    assert filled.table.dtypes.equals(drawn.table.dtypes)
    same(filled.table, drawn.table, AS_DRAWN)
    assert (filled.table["sbp"] > filled.table["dbp"]).all()
    assert filled.table["sbp"].between(80, 250).all()
    assert filled.table["weight"].between(40, 160).all()
    counts = filled.counts
    assert sum(counts.blueprint.values()) >= 3
    for name in WRITTEN:
        assert counts.written[name] + counts.blueprint[name] == 60
        # A number that happens to be the drawn one may be the model's: never the reverse.
        equal = int((filled.table[name] == drawn.table[name]).sum())
        assert counts.blueprint[name] <= equal <= counts.blueprint[name] + 12
    assert any("come from the blueprint" in note.what for note in filled.notes)


def test_rows_that_are_not_there_are_named_in_one_line(drawn):
    model = Model(lambda data, _: {"rows": data["rows"][:17]})
    fill(drawn, model)
    assert "- id 18, 19, 20: not in the answer\nWrite them anew." in model.asked[3].messages[1][1]


def test_only_the_failing_cells_come_from_the_draw(drawn):
    filled = fill(drawn, Model(FAULTS["too large"]))
    assert filled.counts.blueprint == {"weight": 60, "height": 0, "sbp": 0, "dbp": 0}
    same(filled.table, drawn.table, ["weight"])
    bmi = filled.table["weight"] / (filled.table["height"] / 100) ** 2
    np.testing.assert_allclose(filled.table["bmi"], bmi, atol=0.051)


def test_a_cell_from_the_draw_that_breaks_a_rule_beside_the_models_takes_it_along(drawn):
    """Refused sbp: the drawn one may lie below the model's dbp, which then goes too."""
    high = FIT | {"dbp": (0.9, 0.98)}  # 139 to 148, above most drawn pressures

    def change(data, prompt):
        said = answer(prompt, high)
        return {"rows": [row | {"sbp": "no"} for row in said["rows"]]}

    filled = fill(drawn, Model(change))
    assert (filled.table["sbp"] > filled.table["dbp"]).all()
    assert filled.counts.blueprint["sbp"] == 60
    assert 0 < filled.counts.blueprint["dbp"] < 60
    low = filled.table["dbp"] < 139
    assert int(low.sum()) == filled.counts.blueprint["dbp"]
    assert filled.counts.blueprint["height"] == 0


@pytest.mark.parametrize(
    "mended",
    [
        each_row(lambda row: {k: str(v) for k, v in row.items()}),
        each_row(lambda row: {k.upper() if k != "id" else k: v for k, v in row.items()}),
        each_row(lambda row: row | {"weight": round(row["weight"], 1) + 0.001}),
        each_row(lambda row: row | {"comment": "hello", "rows": 5}),
        lambda data, _: {"patients": data["rows"]},
        lambda data, _: {"rows": data["rows"][::-1]},
        lambda data, _: {"rows": [*data["rows"], {"id": 21, "sbp": 1}, {"id": 0}, {}]},
    ],
    ids=["text", "capitals", "decimals", "more cells", "other name", "reversed", "more rows"],
)
def test_what_has_one_clear_mending_is_mended(drawn, mended):
    plain, odd = fill(drawn, Model()), fill(drawn, Model(mended))
    assert not any(odd.counts.blueprint.values())
    pd.testing.assert_frame_equal(odd.table, plain.table)


def test_a_single_row_may_come_without_its_list(drawn):
    def change(data, prompt):
        if prompt.attempt == 0:
            return {"rows": data["rows"][1:]}
        assert len(data["rows"]) == 1
        return data["rows"][0]

    assert not any(fill(drawn, Model(change)).counts.blueprint.values())


def test_given_cells_that_the_model_changes_are_put_back_and_counted(drawn):
    def change(row):
        return row | {"sex": "X", "age": 99, "smoker": "maybe", "ldl": 1.0, "visit": "2030-01-01"}

    filled = fill(drawn, Model(each_row(change)))
    same(filled.table, drawn.table, AS_DRAWN)
    assert filled.counts.restored == {"age": 60, "sex": 60, "smoker": 60, "ldl": 60, "visit": 60}
    assert any("put back" in note.what for note in filled.notes)


def test_given_cells_that_are_repeated_are_no_changes(drawn):
    def change(data, prompt):
        known = {line["id"]: line for line in lines(prompt)}
        return {"rows": [known[row["id"]] | row for row in data["rows"]]}

    def odd(data, prompt):
        whole = change(data, prompt)["rows"]
        return {
            "rows": [
                row
                | {
                    "sex": f" {row['sex'].lower()} ",
                    "smoker": row["smoker"] == "yes",
                    "age": str(row["age"]),
                }
                for row in whole
            ]
        }

    assert fill(drawn, Model(change)).counts.restored == {}
    assert fill(drawn, Model(odd)).counts.restored == {}


def test_the_best_of_three_answers_is_kept(drawn):
    def change(data, prompt):
        if prompt.attempt == 0:
            return each_row(lambda row: row | {"weight": 999})(data, prompt)
        return {}

    filled = fill(drawn, Model(change))
    assert filled.counts.blueprint == {"weight": 60, "height": 0, "sbp": 0, "dbp": 0}


# Any answer at all -----------------------------------------------------------------------------

SCRAPS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["131", "1e3", "nan", "\ud800", "<script>", "\u202eabc", 140, 90, 70.04]),
)
ROW = st.dictionaries(
    st.sampled_from(["id", "sbp", "dbp", "weight", "height", "sex", "age", "note", "x"]),
    SCRAPS | st.lists(SCRAPS, max_size=2),
    max_size=9,
)
NUMBERED = st.builds(lambda row, number: row | {"id": number}, ROW, st.integers(0, 21))
ANSWER = st.dictionaries(
    st.sampled_from(["rows", "data", "id", "sbp"]),
    st.lists(NUMBERED | ROW | SCRAPS, max_size=24) | SCRAPS,
    max_size=3,
)


@settings(max_examples=150)
@given(st.lists(ANSWER, min_size=3, max_size=3))
def test_whatever_comes_the_table_is_whole_and_true_to_its_rules(noted, answers):
    table = noted.sample(20, seed=1)
    model = Model(lambda data, prompt: answers[prompt.attempt])
    filled = rows.fill(table, None, noted, model)
    assert filled.done.all()
    assert filled.table.dtypes.equals(table.dtypes)
    same(filled.table, table, AS_DRAWN)
    assert (filled.table["sbp"] > filled.table["dbp"]).all()
    for name, low, high in [("sbp", 80, 250), ("dbp", 40, 150), ("weight", 40, 160)]:
        assert filled.table[name].between(low, high).all()
    bmi = filled.table["weight"] / (filled.table["height"] / 100) ** 2
    np.testing.assert_allclose(filled.table["bmi"], bmi, atol=0.051)
    assert filled.table["note"].map(lambda text: text.isprintable() and len(text) <= 1000).all()
    for name in asked(model.asked[0]):
        assert filled.counts.written[name] + filled.counts.blueprint[name] == 20


# What ends it --------------------------------------------------------------------------------


def at(about, said, attempt=None):
    """Give an error, or an interrupt, at one batch."""

    def change(data, prompt):
        hit = prompt.about == about and attempt in (None, prompt.attempt)
        return said if hit else data

    return change


@pytest.mark.parametrize("kind", ["key", "quota", "policy", "no_network"])
def test_an_error_that_the_next_batch_would_meet_ends_it_and_keeps_what_is_done(drawn, kind):
    model = Model(at("rows 20-39", failure(kind)))
    filled = fill(drawn, model)
    assert isinstance(filled.stopped, ModelError)
    assert filled.stopped.kind == kind
    assert filled.done.tolist() == [True] * 20 + [False] * 40
    assert model.rounds == [3]
    assert model.closed == 1
    whole = fill(drawn, Model())
    same(filled.table, whole.table, WRITTEN, slice(0, 20))
    same(filled.table, drawn.table, [*WRITTEN, "bmi"], slice(20, 60))
    assert filled.counts.rows == 20
    assert filled.counts.written == dict.fromkeys(WRITTEN, 20)


@pytest.mark.parametrize("kind", ["unreadable", "cut", "refused"])
def test_a_batch_that_nobody_can_read_is_asked_for_three_times_then_comes_from_the_draw(
    drawn, kind
):
    model = Model(at("rows 20-39", failure(kind)))
    filled = fill(drawn, model)
    assert model.rounds == [3, 1, 1]
    assert [p.attempt for p in model.asked[3:]] == [1, 2]
    assert model.asked[1].messages == model.asked[3].messages
    assert filled.stopped is None
    assert filled.done.all()
    assert filled.counts.blueprint == dict.fromkeys(WRITTEN, 20)
    same(filled.table, drawn.table, [*WRITTEN, "bmi"], slice(20, 40))


def test_a_batch_that_answers_at_the_second_time_is_the_models(drawn):
    filled = fill(drawn, Model(at("rows 20-39", failure("cut"), attempt=0)))
    assert not any(filled.counts.blueprint.values())


def test_a_model_that_never_writes_json_leaves_a_valid_table_and_a_warning(drawn):
    filled = fill(drawn, Model(lambda data, _: failure("unreadable")))
    assert filled.stopped is None
    assert filled.done.all()
    same(filled.table, drawn.table, list(drawn.table.columns))
    assert filled.notes[0].level == "warning"
    assert "None of the model's 240 cells" in filled.notes[0].what


def test_a_model_that_refuses_everything_is_an_error_after_few_questions(clinic):
    model = Model(lambda data, _: failure("refused"))
    filled = rows.fill(clinic.sample(400), None, clinic, model)
    assert filled.stopped.kind == "refused"
    assert model.rounds == [20]
    assert not filled.done.any()
    assert filled.counts.rows == 0


@pytest.mark.parametrize("kind", ["busy", "cut"])
def test_an_endpoint_that_gives_no_answer_leaves_its_rows_for_the_next_run(drawn, kind):
    model = Model(at("rows 20-39", failure(kind, retry=True)))
    filled = fill(drawn, model)
    assert filled.stopped.kind == kind
    assert model.rounds == [3, 1]
    assert filled.done.tolist() == [True] * 20 + [False] * 20 + [True] * 20
    assert not any(filled.counts.blueprint.values())
    every = Model(lambda data, _: failure(kind, retry=True))
    nothing = fill(drawn, every)
    assert nothing.stopped.kind == kind
    assert every.rounds == [3]
    assert not nothing.done.any()


def test_an_interrupt_keeps_what_is_finished(drawn):
    stop = KeyboardInterrupt()
    model = Model(at("rows 40-59", stop))
    filled = fill(drawn, model)
    assert filled.stopped is stop
    assert filled.done.tolist() == [True] * 40 + [False] * 20
    same(filled.table, drawn.table, [*WRITTEN, "bmi"], slice(40, 60))
    same(filled.table, fill(drawn, Model()).table, WRITTEN, slice(0, 40))


def test_an_interrupt_while_rows_are_asked_again_keeps_the_good_ones(drawn):
    def change(data, prompt):
        if prompt.attempt:
            return KeyboardInterrupt()
        if prompt.about == "rows 0-19":
            data["rows"][5]["sbp"] = "?"
        return data

    filled = fill(drawn, Model(change))
    assert np.flatnonzero(~filled.done).tolist() == [5]
    same(filled.table, drawn.table, [*WRITTEN, "bmi"], slice(5, 6))
    assert filled.counts.rows == 59


def test_an_interrupt_while_progress_is_shown_closes_what_is_under_way(drawn):
    def tell(event):
        if event.done:
            raise KeyboardInterrupt

    model = Model()
    filled = fill(drawn, model, tell)
    assert isinstance(filled.stopped, KeyboardInterrupt)
    assert int(filled.done.sum()) == 20
    assert model.closed == 1


def test_an_error_of_the_asking_itself_is_kept_too(drawn):
    error = failure("quota")

    def ask(prompts):
        raise error

    filled = rows.fill(drawn.table, None, drawn.law, ask)
    assert filled.stopped is error
    assert not filled.done.any()


def test_progress_is_told_in_rows_and_tokens(drawn):
    events: list[Event] = []
    fill(drawn, Model(), events.append)
    assert [(e.stage, e.done, e.total) for e in events] == [
        ("asking", done, 60) for done in (0, 20, 40, 60)
    ]
    assert events[-1].usage.calls == 3
    assert events[-1].usage.prompt == 300


# Columns that have to stay ---------------------------------------------------------------------


def test_what_decides_over_missing_values_is_given():
    law = blueprint(
        text=CLINIC.replace(
            "  - sbp > dbp", "  - sbp > dbp\n  - if height > 170 then weight is missing"
        )
    )
    table = law.sample(60)
    model = Model()
    filled = rows.fill(table, None, law, model)
    assert "height" not in asked(model.asked[0])
    assert (filled.table["weight"].isna() == (filled.table["height"] > 170)).all()
    assert filled.table["bmi"].isna().equals(filled.table["weight"].isna())
    assert filled.table.dtypes.equals(table.dtypes)


def test_what_hangs_on_a_hidden_column_stays_as_drawn():
    hidden = """
  - {name: latent, type: number, range: [0, 1], hidden: true,
     distribution: {uniform: {low: 0, high: 1}}}
  - {name: half, type: number, decimals: 3, hidden: true, formula: latent / 2}
  - {name: shown, type: number, decimals: 3, formula: half * dbp}
"""
    law = blueprint(hidden)
    table = law.sample(40)
    model = Model()
    filled = rows.fill(table, None, law, model)
    assert "dbp" not in asked(model.asked[0])
    assert "latent" not in model.asked[0].messages[1][1]
    same(filled.table, table, ["shown", "dbp"])


def test_a_rule_with_a_hidden_column_stays_true():
    hidden = """
  - {name: floor, type: integer, range: [40, 60], hidden: true,
     distribution: {uniform: {low: 40, high: 60}}}
"""
    law = blueprint(hidden, CLINIC.replace("  - sbp > dbp", "  - sbp > dbp\n  - weight >= floor"))
    model = Model()
    filled = rows.fill(law.sample(40), None, law, model)
    assert set(asked(model.asked[0])) == {"height", "sbp", "dbp"}
    assert not any(filled.counts.blueprint.values())


def test_a_formula_without_a_value_is_a_complaint():
    law = blueprint(
        "\n  - {name: gap, type: number, decimals: 2, formula: log(sbp - dbp - 20)}\n",
        CLINIC.replace("  - sbp > dbp", "  - sbp > dbp + 20"),
    )
    table = law.sample(40)

    def change(data, prompt):
        return {"rows": [row | {"sbp": 100, "dbp": 90} for row in data["rows"]]}

    model = Model(change)
    filled = rows.fill(table, None, law, model)
    assert filled.table["gap"].notna().all()
    assert filled.counts.blueprint["sbp"] == 40
    assert "gap can be worked out does not hold (sbp 100, dbp 90)" in model.asked[2].messages[1][1]


def test_formulas_of_every_kind_come_in_the_type_of_the_draw():
    more = """
  - {name: crisis, type: boolean, formula: sbp > 180}
  - {name: back, type: date, formula: visit + dbp}
  - {name: whole, type: integer, formula: weight / 10}
"""
    missing = "  dbp: {rate: 0.3}\n  weight: {rate: 0.3}\n  sbp: {rate: 0.3}\n"
    for text in (CLINIC, CLINIC + missing):
        law = blueprint(more, text)
        table = law.sample(60)
        filled = rows.fill(table, None, law, Model()).table
        assert filled.dtypes.equals(table.dtypes)
        for name in ("crisis", "back", "whole", *WRITTEN):
            assert filled[name].isna().equals(table[name].isna())
        known = filled.dropna(subset=["sbp", "dbp", "weight"])
        assert (known["crisis"].astype(bool) == (known["sbp"] > 180)).all()
        later = (known["back"] - known["visit"]).dt.days
        assert (later == known["dbp"].astype(int)).all()
        np.testing.assert_allclose(known["whole"].astype(float), known["weight"] / 10, atol=0.5001)


def test_the_range_of_a_formula_holds():
    text = CLINIC.replace("unit: kg/m2, formula", "unit: kg/m2, range: [18, 35], formula")
    law = blueprint(text=text)
    table = law.sample(60)
    filled = rows.fill(table, None, law, Model())
    assert filled.table["bmi"].between(18, 35).all()
    assert sum(filled.counts.blueprint.values()) > 0
    assert sampling.compile(law).rules
