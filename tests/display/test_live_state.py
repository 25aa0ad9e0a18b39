"""The live view's state: bounded, plain JSON, in the words of the static form."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import editing, sampling
from synth_magic.blueprint.model import Blueprint
from synth_magic.display import static
from synth_magic.display.live import state
from synth_magic.display.live.schema_state import preview, schema
from synth_magic.editing import Draft, Edit
from synth_magic.errors import SpecError, note
from synth_magic.fidelity.law import Law
from synth_magic.record import Result, attach
from synth_magic.sampling import draw
from tests.display.conftest import CLINIC, KINDS

HOSTILE = ("<script>alert(1)</script>", "a\u202eb\x1b[2J", "x" * 400, "`|*_&amp;", "naïve ✓")


def everything(shown, draft=None):
    draft = draft or Draft.of(shown.law.blueprint)
    law = shown.law
    if draft.blueprint != law.blueprint:
        law = Law(draft.blueprint, sampling.compile(draft.blueprint))
    return {
        "view": state.view(shown, cell="%%synthdata t2d\n", static="sm-static-1"),
        "schema": schema(shown, draft, law),
        "fidelity": state.fidelity(shown),
        "status": state.status("ask", "Really?", "", [("replace", "Replace")]),
    }


def table_of(yaml, rows, seed=1, notes=()):
    blueprint = Blueprint.from_yaml(yaml)
    table = draw(sampling.compile(blueprint), rows, seed)
    return Result(table, attach(table, blueprint, seed), tuple(notes), name="t")


@pytest.mark.parametrize("yaml", [CLINIC, KINDS])
def test_the_state_is_plain_json_and_says_what_the_static_form_says(
    make, plain_json, yaml, outline
):
    result, report = make(yaml, 300)
    shown = state.applied(result, 1, report)
    said = everything(shown)
    assert plain_json(said) == json.loads(json.dumps(said))
    page = outline(static.html(result, report)).text
    for row in said["schema"]["columns"]:
        for source, fields in row["sources"]:
            assert source in page
            assert fields in page
        assert row["name"] in page
    for effect in said["schema"]["effects"]:
        assert effect["size"] in page
        assert effect["per"] in page
    for rule in said["schema"]["rules"]:
        assert rule["text"] in page
        assert rule["outcome"] in page
    assert said["fidelity"]["report"]["line"] in page
    assert said["view"]["head"]["source_line"] in page
    assert said["view"]["head"]["author"] in page


def test_every_field_that_can_be_edited_is_in_the_words_of_the_schema(make):
    result, report = make(CLINIC, 300)
    said = everything(state.applied(result, 1, report))
    for row in said["schema"]["columns"]:
        for field in row["fields"]:
            assert field["text"] in row["words"].replace(",", "")


def test_a_million_rows_send_no_more_than_fifty(make):
    few, many = (
        everything(state.applied(table_of(CLINIC, rows), 1)) for rows in (1_000, 1_000_000)
    )
    for said in (few, many):
        assert len(said["view"]["data"]["rows"]) == state.ROWS
    assert many["view"]["data"]["total"] == 1_000_000
    sizes = [len(json.dumps(said)) for said in (few, many)]
    assert sizes[1] < 1.1 * sizes[0] < 60_000


def test_five_hundred_columns_and_effects_are_cut_and_counted():
    lines = ["version: 1", "columns:"]
    lines += [
        f"  - {{name: lab{i}, type: number, decimals: 1, distribution: "
        f"{{normal: {{mean: {i}, sd: 2}}}}}}" for i in range(500)
    ]  # fmt: skip
    lines += ["effects:"]
    lines += [f"  - {{from: lab{i}, to: lab{i + 1}, beta: 0.1}}" for i in range(120)]
    lines += ["rules:", *(f"  - lab{i} < 10000" for i in range(80))]
    result = table_of("\n".join(lines), 200)
    said = everything(state.applied(result, 1))
    assert len(said["view"]["data"]["columns"]) == state.COLUMNS
    assert said["view"]["data"]["hidden_columns"] == 460
    assert len(said["schema"]["columns"]) == 60
    assert said["schema"]["more"].startswith("440 more columns")
    assert len(said["schema"]["effects"]) == 60
    assert said["schema"]["more_effects"].startswith("60 more effects")
    assert len(said["schema"]["rules"]) == 60
    assert len(said["schema"]["graph"]["nodes"]) <= 40
    assert len(json.dumps(said)) < 400_000


def test_the_users_own_effects_are_among_those_that_are_shown():
    lines = ["version: 1", "columns:"]
    lines += [
        f"  - {{name: c{i}, type: number, distribution: {{normal: {{mean: 0, sd: 2}}}}}}"
        for i in range(80)
    ]
    lines += ["effects:"]
    lines += [f"  - {{from: c{i}, to: c{i + 1}, beta: 0.1, source: model}}" for i in range(70)]
    lines += ["  - {from: c75, to: c76, beta: 0.2, source: user}"]
    said = everything(state.applied(table_of("\n".join(lines), 50), 1))
    assert said["schema"]["effects"][-1]["index"] == 70
    assert [one["index"] for one in said["schema"]["effects"]] == [*range(59), 70]


@pytest.mark.parametrize("word", HOSTILE)
def test_foreign_text_is_plain_text_without_control_signs_and_bounded(word):
    quoted = json.dumps(word)
    value = quoted if word.isprintable() and len(word) <= 200 else "v"  # others are refused
    yaml = f"""\
version: 1
population: {quoted}
columns:
  - {{name: a, type: integer, unit: "{word[:9] if word.isalnum() else "u"}", label: {quoted},
     range: [0, 9], distribution: {{uniform: {{low: 0, high: 9}}}}}}
  - {{name: b, type: category, values: [{value}, y],
     distribution: {{probabilities: {{{value}: 0.5, y: 0.5}}}}}}
effects:
  - {{from: a, to: 'b=y', odds_ratio: 1.5, per: 1}}
rules:
  - a >= 0
"""
    result = table_of(yaml, 40, notes=(note(("columns", "a"), word), note((), word)))
    shown = state.applied(result, 1)
    said = everything(shown)
    del said["view"]["source"], said["schema"]["yaml"]

    def texts(thing):
        if isinstance(thing, str):
            yield thing
        for part in (
            thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ()
        ):
            yield from texts(part)

    for text in texts(said):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert len(text) <= 700
    assert len(json.dumps(said)) < 60_000


def test_a_blueprint_too_long_for_a_browser_stays_in_the_kernel():
    names = ", ".join(f'"{"value of some length":>40} {i}": 0.0005' for i in range(2000))
    law = f"{{type: category, distribution: {{probabilities: {{{names}}}}}}}"
    lines = ["version: 1", "columns:", *(f"  - {{name: c{k}, {law[1:]}" for k in range(3))]
    yaml = "\n".join(lines)
    said = everything(state.applied(table_of(yaml, 30), 1))
    assert said["view"]["source"]["yaml"] == said["schema"]["yaml"] == ""
    assert len(json.dumps(said)) < 60_000


# The draft ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(make):
    result, report = make(CLINIC, 400)
    return state.applied(result, 1, report)


def test_a_column_that_was_not_edited_keeps_its_picture_and_one_that_was_gets_another(shown):
    draft = Draft.of(shown.law.blueprint).edited(Edit("field", "sbp", key="mean", text="150"))
    before, after = everything(shown)["schema"], everything(shown, draft)["schema"]
    rows = {
        row["name"]: (row, new)
        for row, new in zip(before["columns"], after["columns"], strict=True)
    }
    for name, (row, new) in rows.items():
        if name == "sbp":
            assert new["picture"]["stated"] != row["picture"]["stated"]
            assert sum(new["picture"]["drawn"]) > 0
            assert new["changed"] == ["mean"]
            assert new["sources"][0][0] == "user"
        elif name in ("age", "sex", "hba1c", "smoker", "foot_score"):
            assert new == row
    assert after["draft"] is True
    assert after["undo"] is True
    assert after["changes"] == list(draft.changes)


def test_an_effect_has_its_estimate_and_verdict_and_loses_them_when_it_is_changed(shown):
    said = everything(shown)["schema"]["effects"]
    assert [one["index"] for one in said] == [0, 1, 2, 3]
    figures = {f.name.split(",")[0]: f for f in shown.report.figures("effects")}
    for one in said:
        figure = figures[f"{one['from']} → {one['to']}"]
        assert one["verdict"] == figure.verdict
        assert f"{figure.value:.2f}".lstrip("0").rstrip("0") in one["in_table"]
    draft = Draft.of(shown.law.blueprint).edited(Edit("effect", index=0, key="size", text="0.4"))
    new = everything(shown, draft)["schema"]["effects"]
    assert (new[0]["in_table"], new[0]["changed"]) == ("", True)
    assert new[1:] == said[1:]


def test_a_rule_is_checked_on_the_rows_that_are_shown(shown):
    draft = Draft.of(shown.law.blueprint)
    first = draft.edited(Edit("rule+", text="sbp < 140"))
    (old, new) = everything(shown, first)["schema"]["rules"]
    broken = int((shown.result.table.sbp >= 140).sum())
    assert new["outcome"] == f"broken in {broken:,} of 400 rows"
    assert new["good"] is False
    assert old["good"] is True
    other = draft.edited(Edit("rule+", text="age > 1"))
    assert everything(shown, other)["schema"]["rules"][1]["outcome"] == "holds in all 400 rows"
    fresh = draft.edited(Edit("column+", text="x: mean 3 sd 1")).edited(
        Edit("rule+", text="x < age")
    )
    assert everything(shown, fresh)["schema"]["rules"][1]["good"] is None


def test_a_preview_is_the_law_of_what_is_typed_beside_the_rows(shown):
    blueprint = shown.law.blueprint
    told = preview(shown, blueprint, Edit("field", "smoker", key="share/current", text="60"))
    at = told["picture"]["values"].index("current")
    assert told["picture"]["stated"][at] == pytest.approx(0.6)
    held = float((shown.result.table.smoker == "current").mean())
    assert told["picture"]["drawn"][at] == pytest.approx(held)
    told = preview(shown, blueprint, Edit("range", "sbp", text="100-200"))
    assert told["picture"]["high"] == "200" or float(told["picture"]["high"]) <= 200
    with pytest.raises(SpecError):
        preview(shown, blueprint, Edit("rule+", text="sbp >"))


@settings(max_examples=25)
@given(
    st.sampled_from(["age", "sex", "hba1c", "sbp", "smoker", "retinopathy"]), st.floats(-1e3, 1e3)
)
def test_whatever_is_typed_the_state_stays_json(shown, column, number):
    blueprint = shown.law.blueprint
    law = shown.law
    for field in editing.fields(blueprint.column(column), law.marginal(blueprint.column(column))):
        edit = Edit("field", column, key=field.key, text=f"{number:g}")
        try:
            draft = Draft.of(blueprint).edited(edit)
        except SpecError:
            continue
        json.dumps(everything(shown, draft), allow_nan=False)


def test_empty_and_all_missing_tables_have_a_state(make):
    for rows in (0, 1):
        result = table_of(CLINIC, rows)
        json.dumps(everything(state.applied(result, 1)), allow_nan=False)
    result = table_of(CLINIC, 30)
    result.table.loc[:, "hba1c"] = np.nan
    json.dumps(everything(state.applied(result, 1)), allow_nan=False)


def test_status_is_one_clean_line():
    said = state.status("error", "a\nb\x1b[31m" + "y" * 900, "mend\tit")
    assert said["text"].startswith("a b")
    assert len(said["text"]) <= 400
    assert said["kind"] == "error"


def test_values_that_were_named_anew_are_not_drawn_as_the_table_still_has_them(shown):
    """A bar of the rows would leave out the value that has another name now."""
    draft = Draft.of(shown.law.blueprint)

    def row(text):
        said = everything(shown, draft.edited(Edit("values", "smoker", text=text)))
        return next(row for row in said["schema"]["columns"] if row["name"] == "smoker")

    levels = list(shown.law.blueprint.column("smoker").levels)
    other = row(" / ".join([*levels[:-1], "now"]))
    assert other["picture"]["drawn"] == []
    assert other["picture"]["values"][-1] == "now"
    assert (other["details"][0]["key"], other["changed"]) == ("values", ["values"])
    turned = row(" / ".join(reversed(levels)))
    assert sum(turned["picture"]["drawn"]) > 0, "another order is the same rows"


def test_a_graph_says_how_many_columns_have_no_room_in_it():
    columns = "".join(
        f"  - {{name: c{n}, type: number, distribution: {{normal: {{mean: 0, sd: 1}}}}}}\n"
        for n in range(43)
    )
    effects = "".join(f"  - {{from: c0, to: c{n}, beta: 0.2}}\n" for n in range(1, 43))
    yaml = f"version: 1\ncolumns:\n{columns}effects:\n{effects}"
    graph = everything(state.applied(table_of(yaml, 30), 1))["schema"]["graph"]
    assert len(graph["nodes"]) == 40
    assert graph["more"] == "3 more columns with effects are not drawn"


def test_an_effect_says_its_step_and_whether_it_can_have_one():
    yaml = """
version: 1
columns:
  - {name: a, type: number, unit: years, distribution: {normal: {mean: 50, sd: 9}}}
  - {name: s, type: category, distribution: {probabilities: {x: 0.5, z: 0.5}}}
  - {name: b, type: boolean, distribution: {probability: 0.3}}
effects:
  - {from: a, to: b, odds_ratio: 1.2, per: 10, where: s == 'x'}
  - {from: s=z, to: b, odds_ratio: 1.4}
  - {from: s=z, to: a, beta: 0.2}
"""
    found = everything(state.applied(table_of(yaml, 60), 1))["schema"]["effects"]
    said = [(one["step"], one["stepped"], one["where"]) for one in found]
    assert said == [("10", True, "s == 'x'"), ("", False, ""), ("", False, "")]
