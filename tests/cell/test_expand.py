"""`{{name}}` is filled with plain small values of the notebook, and with nothing else."""

from __future__ import annotations

import datetime as dt
import types

import numpy as np
import pandas as pd
import pytest

from synth_magic import cell
from synth_magic.cell.expand import expand
from synth_magic.errors import SpecError


class Touchy:
    """An object whose attributes raise, and that would tell if it were called."""

    called = False

    @property
    def broken(self) -> int:
        raise RuntimeError("no")

    def __call__(self) -> int:
        self.called = True
        return 3


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("n", "300"),
        ("ratio", "0.25"),
        ("word", "Lyon"),
        ("truth", "true"),
        ("day", "2020-01-31"),
        ("moment", "2020-01-31 08:30"),
        ("whole", "7"),
        ("real", "0.5"),
        ("levels", '["low", "high"]'),
        ("pair", "[30, 85]"),
        ("shares", '{"F": 0.45, "M": 0.55}'),
        ("levels[1]", "high"),
        ("levels[-1]", "high"),
        ("shares['F']", "0.45"),
        ('shares["F"]', "0.45"),
        ("study.site", "Paris"),
        ("study.sizes[0]", "5"),
        (" n ", "300"),
    ],
)
def test_plain_values_are_written_as_the_cell_reads_them(expression, written):
    names = {
        "n": 300,
        "ratio": 0.25,
        "word": "Lyon",
        "truth": True,
        "day": dt.date(2020, 1, 31),
        "moment": dt.datetime(2020, 1, 31, 8, 30),
        "whole": np.int64(7),
        "real": np.float64(0.5),
        "levels": ["low", "high"],
        "pair": (30, 85),
        "shares": {"F": 0.45, "M": 0.55},
        "study": types.SimpleNamespace(site="Paris", sizes=[5, 6]),
    }
    traced, filled = expand("a {{" + expression + "}} b", names)
    assert traced.text == f"a {written} b"
    assert filled == ((expression.strip(), written),)


def test_a_filled_list_is_a_list_of_values_and_a_filled_mapping_is_shares():
    request = cell.parse(
        "columns:\n  a: {{levels}}\n  b: {{shares}}\n  c: {{ends}}\n",
        {"levels": ["no", "yes: a"], "shares": {"F": 0.4, "M": 0.6}, "ends": [30, 85]},
    )
    a, b, c = request.columns
    assert a.values == ("no", "yes: a")
    assert b.stated is not None
    assert b.stated.probabilities == (("F", 0.4), ("M", 0.6))
    assert c.range == (30, 85)


@pytest.mark.parametrize(
    ("expression", "value", "what"),
    [
        ("x", pd.DataFrame({"a": [1]}), "DataFrame"),
        ("x", pd.Series([1]), "Series"),
        ("x.a", pd.DataFrame({"a": [1]}), "DataFrame"),
        ("x[0]", pd.Series([1]), "Series"),
        ("x", [pd.DataFrame({"a": [1]})], "holds a DataFrame"),
        ("x", np.array([1, 2]), "holds a ndarray"),
        ("x", object(), "holds a object"),
        ("x", float("nan"), "holds a float"),
        ("x", 10**40, "holds a int"),
        ("x", [[1]], "holds a list"),
        ("x", {(1, 2): 3}, "holds a tuple"),
        ("x", "two\nlines", "several lines"),
        ("x", "w" * 1_001, "several lines"),
        ("x", list(range(201)), "201 parts"),
        ("x", ["two\nlines"], "holds a str"),
        ("x.nothing", 3, "x has no nothing"),
        ("x[5]", [1], "x has no [5]"),
        ("x['k']", {}, "x has no ['k']"),
        ("x.broken", Touchy(), "x has no broken"),
        ("y", 3, "no variable called y"),
        ("_x", 3, "no variable called _x"),
        ("x._hidden", 3, "something else than a name"),
        ("x()", Touchy(), "something else than a name"),
        ("x + 1", 3, "something else than a name"),
        ("x!r", 3, "something else than a name"),
        ("x:.2f", 3.0, "something else than a name"),
        ("x[0:2]", [1, 2], "something else than a name"),
        ("", 3, "something else than a name"),
    ],
)
def test_anything_else_is_refused_in_two_lines(expression, value, what):
    text = "Adults. {{" + expression + "}}"
    with pytest.raises(SpecError) as caught:
        cell.parse(text, {"x": value, "_x": value})
    (found,) = caught.value.problems
    assert what in found.what
    assert found.mend
    assert cell.locate(text, found).column == 9


def test_nothing_is_called():
    touchy = Touchy()
    for expression in ("x()", "x", "x.called"):
        try:
            expand("{{" + expression + "}}", {"x": touchy})
        except SpecError:
            continue
    assert touchy.called is False


def test_what_is_filled_in_is_not_filled_again():
    traced, _ = expand("{{a}}", {"a": "{{b}}", "b": "secret"})
    assert traced.text == "{{b}}"


def test_without_a_namespace_no_name_is_known():
    with pytest.raises(SpecError, match="no variable called n"):
        cell.parse("{{n}} adults")


def test_a_near_name_is_offered():
    with pytest.raises(SpecError, match=r"Did you mean \{\{cohort\}\}"):
        cell.parse("{{cohrt}} adults", {"cohort": 3})


def test_a_function_of_pythons_is_never_the_nearest_name():
    with pytest.raises(SpecError) as caught:
        expand("{{nope}}", {"open": open})
    assert "open" not in str(caught.value)
