"""Tab in a cell offers what can stand there."""

from __future__ import annotations

import pandas as pd
import pytest

from synth_magic.notebook.completion import column_names, offer
from synth_magic.options import LATER_COMMANDS, LINE_COMMANDS, flags

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
    assert _offered("%%synthdata t --ui |\n") == ["auto", "static"]
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


def test_line_commands_are_offered_and_nothing_from_later_releases():
    assert _offered("%synthdata |") == list(LINE_COMMANDS)
    assert not {*LATER_COMMANDS} & {*LINE_COMMANDS}
    assert _offered("%synthdata re|") == ["report"]
    assert _offered("%synthdata lo|") == ["login"]
    assert _offered("%synthdata login |") == ["PYTHON"]
    assert _offered("%synthdata doctor |") == ["PYTHON"]


@pytest.mark.parametrize("text", ["im|", "x = synth|", "%%time\nsynthda|", "%timeit synth|", "|"])
def test_other_cells_are_left_alone(text):
    assert _offered(text) == ["PYTHON"]


def test_blocks_are_offered_at_the_beginning_of_a_line():
    assert _offered("%%synthdata t\ncol|") == ["columns:"]
    assert _offered(CELL + "|") == ["columns:", "effects:", "rules:", "missing:"]
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
