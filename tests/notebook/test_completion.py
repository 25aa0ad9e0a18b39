"""Tab in a cell offers what can stand there."""

from __future__ import annotations

from typing import get_args

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_magic import cell
from synth_magic.blueprint import parts
from synth_magic.blueprint.parts import Column
from synth_magic.notebook.completion import offer
from synth_magic.notebook.completion_body import BLOCKS, FACTS, KEYS, TYPES, column_names
from synth_magic.options import LINE_COMMANDS, flags

CELL = """\
%%synthdata t2d --rows 800
Adults with diabetes: many of them.

columns:
  age: years, 30-85
  `NT-proBNP`: pg/mL
  sbp:
    unit: mmHg
  smoker: never / former / current
effects:
  - {from: age, to: sbp, beta: 0.3}
rules:
  - sbp > dbp
missing:
  age: 3%
"""


def _offered(text: str, variables: dict | None = None) -> list[str]:
    """What is offered at the bar `|`; an empty list when the fragment comes back alone."""
    before = text[: text.index("|")]
    line = before.count("\n")
    own = before.split("\n")[-1]
    result = offer(text.replace("|", ""), line, own, variables or {})
    words = [completion.text for completion in result["completions"]]
    if not words:
        return ["PYTHON"]
    assert result["suppress"] is True
    assert own.endswith(result["matched_fragment"])
    return [] if words == [result["matched_fragment"]] else words


def test_options_are_offered_by_their_beginning():
    assert set(_offered("%%synthdata t2d --|\n")) == {f for f in flags("cell") if f[:2] == "--"}
    assert _offered("%%synthdata t2d --rep|\n") == ["--replace"]
    assert _offered("%%synthdata --zz|\n") == []


def test_the_values_of_an_option_are_offered():
    assert _offered("%%synthdata t --model |\n") == ["offline"]
    assert _offered("%%synthdata t --model=off|\n") == ["offline"]
    assert _offered("%%synthdata t --ui |\n") == ["auto", "live", "static"]
    assert _offered("%%synthdata t --rows |\n") == []


def test_file_names_are_left_to_ipython():
    assert _offered("%%synthdata t --out |\n") == ["PYTHON"]
    assert _offered("%%synthdata t --lock t|\n") == ["PYTHON"]


def test_names_are_those_of_tables_of_ours():
    ours, other = pd.DataFrame(), pd.DataFrame()
    ours.attrs["synthdata"] = {"blueprint": "x"}
    variables = {"t2d": ours, "true_data": other, "x": 3}
    assert _offered("%%synthdata t|\n", variables) == ["t2d"]
    assert _offered("%synthdata report |", variables) == ["t2d", "true_data"]
    assert _offered("%synthdata schema tr|", variables) == ["true_data"]


def test_line_commands_are_offered():
    assert _offered("%synthdata |") == list(LINE_COMMANDS)
    assert _offered("%synthdata re|") == ["report"]
    assert _offered("%synthdata lo|") == ["login"]
    assert _offered("%synthdata login |") == ["PYTHON"]
    assert _offered("%synthdata doctor |") == ["PYTHON"]


@pytest.mark.parametrize("text", ["im|", "x = synth|", "%%time\nsynthda|", "%timeit synth|", "|"])
def test_other_cells_are_left_alone(text):
    assert _offered(text) == ["PYTHON"]


def test_blocks_are_offered_at_the_beginning_of_a_line():
    assert _offered("%%synthdata t\ncol|") == ["columns:"]
    assert _offered(CELL + "|") == list(BLOCKS)
    assert _offered("%%synthdata t\npop|") == ["population:"]
    assert _offered("%%synthdata t\nAdults with dia|") == []


def test_columns_are_offered_in_rules_effects_and_missing():
    names = ["age", "NT-proBNP", "sbp", "smoker"]
    assert column_names(CELL.split("\n")) == names
    rule = CELL.replace("  - sbp > dbp", "  - sbp > |")
    assert _offered(rule)[:4] == names
    assert _offered(CELL.replace("  - sbp > dbp", "  - s|")) == ["sbp", "smoker"]
    assert _offered(CELL.replace("from: age,", "from: |,")) == names
    assert _offered(CELL.replace("to: sbp,", "to: sb|,")) == ["sbp"]
    assert _offered(CELL.replace("  age: 3%", "  sm|")) == ["smoker:"]
    assert _offered(CELL.replace("missing:", "targets:").replace("  age: 3%", "  s|")) == [
        "sbp:",
        "smoker:",
    ]


def test_keys_of_an_entry_are_offered():
    assert _offered(CELL.replace("beta: 0.3}", "od|")) == ["odds_ratio:"]
    assert "from:" in _offered(CELL.replace("{from: age", "{|"))
    assert _offered(CELL.replace("  age: 3%", "  age: {dep|")) == ["depends_on:"]


def test_words_of_a_column_are_offered_after_its_name_only():
    assert _offered(CELL.replace("years, 30-85", "years, me|")) == ["mean", "median"]
    assert _offered(CELL.replace("  age: years", "  a|")) == []


def test_columns_in_a_whole_blueprint_are_known_too():
    cell = "version: 1\ncolumns:\n  - name: age\n    type: integer\n  - {name: sbp, type: number}\n"
    assert column_names(cell.split("\n")) == ["age", "sbp"]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_cell_takes_every_block_that_is_offered(block):
    said = {"rows:": " 7", "table:": " t", "population:": " Adults"}
    entry = {"missing:": "\n  a: 5%", "columns:": "\n  b: 1-9", "effects:": "\n  - a -> b: 0.3 SD"}
    entry["targets:"] = "\n  a: mean 5 sd 1"
    text = block + said.get(block, entry.get(block, "\n  - a > 2"))
    head = "" if block == "columns:" else "columns:\n  a: 1-9\n  b: 1-9\n"
    assert cell.parse(f"{head}{text}\n").columns


def test_keys_and_types_are_those_of_a_blueprint():
    fields = {f"{field.alias or name}:" for name, field in Column.model_fields.items()}
    assert set(KEYS["columns"]) - {"missing:"} <= fields
    assert set(TYPES) == set(get_args(parts.ColumnType))
    sizes = {f"{word}:" for word in get_args(parts.Word)}
    assert set(KEYS["effects"]) == {"from:", "to:", "per:", "where:"} | sizes


@pytest.mark.parametrize("fact", FACTS)
def test_every_word_of_a_column_that_is_offered_is_understood(fact):
    more = {"mean": "mean 5 sd 1", "median": "median 5 (4-6)", "missing": "missing 5%"}
    more |= {"between": "between 1 and 9", "decimals": "1-9, 2 decimals"}
    more |= {"ordered": "mild / severe, ordered"}
    request = cell.parse(f"columns:\n  a: {more.get(fact, fact)}\n")
    assert request.unread == ()


def test_the_long_form_of_a_column_is_offered_its_keys_and_types():
    assert _offered("%%synthdata t\ncolumns:\n  age: {ty|") == ["type:"]
    assert _offered("%%synthdata t\ncolumns:\n  age: {type: integer, un|") == ["unit:"]
    assert _offered("%%synthdata t\ncolumns:\n  age: {type: int|") == ["integer"]
    assert _offered("%%synthdata t\ncolumns:\n  age:\n    dec|") == ["decimals:"]
    assert _offered("%%synthdata t\ncolumns:\n  - na|") == ["name:"]
    assert _offered("%%synthdata t\ncolumns:\n  - name: age\n    ra|") == ["range:"]
    assert _offered("%%synthdata t\ncolumns:\n  age: {unit: m|") == []
    assert _offered("%%synthdata t\ncolumns:\n  age: 30-85\n  me|") == []


def test_columns_that_stand_in_one_line_are_known():
    cell_ = "%%synthdata t\ncolumns: age, sbp\neffects:\n  - a|"
    assert _offered(cell_) == ["age"]
    assert _offered("%%synthdata t\npopulation: Adults\n  a|") == []


def test_an_effect_with_an_arrow_is_offered_its_words():
    head = CELL.split("effects:", maxsplit=1)[0] + "effects:\n"
    assert _offered(head + "  - age -> s|") == ["sbp", "smoker"]
    assert _offered(head + "  - age -> sbp: od|") == ["odds ratio"]
    assert _offered(head + "  - age -> sbp: 5 mmHg per 10 years wh|") == ["where"]


def test_names_of_the_notebook_are_offered_between_braces():
    variables = {"n": 5, "levels": ["a"], "note": "x", "df": pd.DataFrame(), "_": 1, "f": len}
    assert _offered("%%synthdata t\n{{|", variables) == ["levels", "n", "note"]
    assert _offered("%%synthdata t\ncolumns:\n  a: 1-{{ n|", variables) == ["n", "note"]
    assert _offered("%%synthdata t\n{{df|", variables) == []


def test_models_that_the_notebook_knows_are_offered(monkeypatch):
    table = pd.DataFrame()
    table.attrs["synthdata"] = {"author": "big-7b"}
    odd = pd.DataFrame()
    odd.attrs["synthdata"] = {"author": "two words"}
    monkeypatch.setenv("SYNTHDATA_MODEL", "house-model")
    offered = _offered("%%synthdata t --model |\n", {"t": table, "u": odd})
    assert offered == ["offline", "house-model", "big-7b"]
    assert _offered("%%synthdata t -m big|\n", {"t": table}) == ["big-7b"]


def test_report_is_offered_what_stands_beside_it():
    ours = pd.DataFrame({"arm": [1], "age": [2], "two words": [3]})
    ours.attrs["synthdata"] = {"blueprint": "x"}
    variables = {"t2d": ours, "true_data": pd.DataFrame()}
    assert _offered("%synthdata report t2d |", variables) == ["--real", "--by", "--target"]
    assert _offered("%synthdata report t2d --real t|", variables) == ["t2d", "true_data"]
    assert _offered("%synthdata report t2d --by a|", variables) == ["arm", "age"]
    assert _offered("%synthdata report t2d --by arm --|", variables) == ["--real", "--target"]
    assert _offered("%synthdata report gone --by |", variables) == []
    assert _offered("%synthdata schema t2d |", variables) == []


@given(st.text(alphabet="%synthdaleport \n:{}-,>a|0", max_size=80), st.integers(0, 80))
def test_nothing_that_can_be_typed_makes_it_fail(text, at):
    typed = "%%synthdata t\n" + text
    before = typed[: at + 12]
    offer(typed, before.count("\n"), before.split("\n")[-1], {"t": pd.DataFrame(), "n": 3})
