"""One call gives a door all that it shows."""

import io
from itertools import pairwise

import pytest
from rich.console import Console

from synth_magic.blueprint.model import Blueprint
from synth_magic.display import forms, static, terminal
from synth_magic.record import Result, attach

MIMES = {"text/html", "text/markdown", "text/plain"}


@pytest.mark.parametrize("kind", ["run", "schema", "report"])
def test_every_kind_comes_in_html_markdown_and_plain_text(clinic, outline, kind):
    found = forms.bundle(kind, *clinic, name="mine")
    assert set(found) == MIMES
    page = outline(found["text/html"])
    assert page.seen[0][1]["class"] == "synth-magic"
    for text in found.values():
        assert "mine" in text
        assert "synthetic: not patients" in text
        assert "\x1b" not in text


def test_the_schema_alone_shows_no_rows_and_stands_open(clinic, outline):
    found = forms.bundle("schema", *clinic)
    page = outline(found["text/html"])
    assert ["open" in d for d in page.tags("details")] == [True, False]
    assert "first 8 of" not in page.text
    assert "Fidelity" not in found["text/markdown"]
    assert "Adherence" not in found["text/plain"]


def test_a_report_alone_needs_no_result(clinic):
    assert "facts as stated" in forms.bundle("report", None, clinic[1])["text/plain"]


@pytest.mark.parametrize(("kind", "given"), [("run", (None,)), ("report", (None, None))])
def test_with_nothing_to_show_it_says_so(kind, given):
    with pytest.raises(ValueError, match="nothing to show"):
        forms.bundle(kind, *given)
    with pytest.raises(ValueError, match="nothing to show"):
        forms.renderable(kind, *given)


@pytest.mark.parametrize("kind", ["run", "schema", "report"])
def test_a_terminal_gets_the_same_in_rich(clinic, kind):

    out = io.StringIO()
    Console(file=out, width=120).print(forms.renderable(kind, *clinic))
    text = out.getvalue()
    assert "t2d" in text
    assert ("Schema" in text) == (kind != "report")
    assert ("Adherence" in text) == (kind != "schema")


def test_of_many_effects_the_users_and_the_first_twenty_are_shown(outline):
    names = [f"c{i}" for i in range(35)]
    yaml = "version: 1\ntable: t\ncolumns:\n" + "".join(
        f"  - {{name: {name}, type: number, distribution: {{normal: {{mean: 0, sd: 1}}}}}}\n"
        for name in names
    )
    yaml += "effects:\n" + "".join(
        f"  - {{from: {a}, to: {b}, beta: 0.3, source: {'user' if b == 'c34' else 'guess'}}}\n"
        for a, b in pairwise(names)
    )
    blueprint = Blueprint.from_yaml(yaml)
    table = blueprint.sample(20)
    result = Result(table, attach(table, blueprint, 0))
    console = Console(width=120, file=io.StringIO())
    console.print(terminal.render(result))
    forms = {
        "plain": terminal.text(result),
        "markdown": static.markdown(result),
        "rich": console.file.getvalue(),
        "html": outline(static.html(result)).text.split("version: 1")[0],
    }
    for kind, form in forms.items():
        assert form.count("→") in (20, 21), kind  # one in a table's head
        assert form.index("c33 → c34") < form.index("c0 → c1"), kind
        assert "… and 14 more effects" in form, kind
