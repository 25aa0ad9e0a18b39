"""What others wrote cannot act on those who read a message."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import safe_text
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import SpecError, note, problem
from synth_magic.pipeline import run
from synth_magic.where import explain

HOSTILE = "<script>alert(1)</script>\u202egnp.exe\x1b[31m\x00\u200b\u2028\ud800"
ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
TAG = re.compile(r"<[A-Za-z/!?]")


@settings(derandomize=True, max_examples=300)
@given(st.text(st.characters(codec=None), max_size=80) | st.sampled_from(["<b>x", "a<b>c<!--"]))
def test_a_message_never_holds_what_acts_on_its_reader(text):
    shown = safe_text.line(text)
    assert not TAG.search(shown)
    assert not ACTING.search(shown)
    assert {unicodedata.category(sign) for sign in shown}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    shown.encode()
    assert safe_text.line(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Write mild < moderate < severe",
        "sbp > dbp and age >= 18",
        "Write >= 90, or <5",
        "crp <= 3",
        "if a<=b then c != 2",
        "Temperatur über 38 °C",
        "kg/m²",
        "👩‍⚕️ نام",
    ],
)
def test_comparisons_and_the_words_of_all_languages_are_shown_as_they_are(text):
    assert safe_text.line(text) == text


def test_a_word_without_end_is_cut_in_its_middle():
    shown = safe_text.line(f"`{'a' * 10_000}` is not known")
    assert len(shown) < 110
    assert shown.endswith("is not known")
    assert len(safe_text.line("word " * 10_000)) < 1020


def test_marks_are_not_piled_over_the_lines_above():
    assert len(safe_text.line("e" + "\u0301" * 500)) == 5
    assert safe_text.line("e\u0301\u0323") == "e\u0301\u0323"


def test_every_problem_is_made_fit_to_be_read_when_it_is_made():
    for made in (problem((), HOSTILE, HOSTILE), note((), HOSTILE, HOSTILE)):
        for line in (made.what, made.mend):
            assert "‹script›alert" in line
            assert not ACTING.search(line)


@pytest.mark.parametrize(
    "text",
    [
        f"version: 1\ntable: '{HOSTILE}'\ncolumns:\n  - {{name: a, type: id, pattern: '#'}}",
        f"version: 1\ncolumns:\n  - {{name: a, type: '{HOSTILE}'}}",
        f"version: 1\ncolumns:\n  - {{name: a, {HOSTILE}: 3}}",
        f"columns:\n  a: F {HOSTILE} / F {HOSTILE}",
        f"columns:\n  a: 10-20\nrules:\n  - a > {HOSTILE}",
        f"columns:\n  a: 10-20\neffects:\n  - {HOSTILE} -> a: 0.3",
        f"columns:\n  a: {{{{ {HOSTILE} }}}}",
    ],
)
def test_an_error_about_foreign_text_shows_it_harmlessly(text):
    with pytest.raises(SpecError) as caught:
        run(text)
    for line in (*explain(caught.value, text), *str(caught.value).split("\n")):
        assert not ACTING.search(line)
        assert "<script" not in line


def test_an_error_of_a_blueprint_read_in_python_is_harmless_too():
    with pytest.raises(SpecError) as caught:
        Blueprint.from_yaml("version: 1\ntable: '<b>\u202eevil'\ncolumns: []")
    assert "<b>" not in str(caught.value)
    assert "\u202e" not in str(caught.value)


def test_the_path_of_a_file_stays_whole():
    """A path that is cut names no file."""
    path = "/home/somebody/" + "a-rather-long-folder/" * 12 + "t2d.lock"
    assert safe_text.line(f"There is no folder {path}") == f"There is no folder {path}"
