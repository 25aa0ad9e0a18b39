"""Foreign text cannot act on a reader; numbers read as people write them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.display.words import (
    angled,
    bars,
    clean,
    count,
    markdown,
    number,
    parted,
    percent,
    plural,
    warned,
)
from synth_magic.errors import note, warning

ANY_TEXT = st.text(max_size=60)


@given(ANY_TEXT)
@settings(derandomize=True)
def test_cleaned_text_is_one_line_without_controls_or_changes_of_direction(text):
    out = clean(text)
    assert "\n" not in out
    assert all(unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"} for c in out)
    assert not set(out) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    out.encode("utf-8")


@given(ANY_TEXT)
@settings(derandomize=True)
def test_plain_text_never_holds_angle_brackets(text):
    assert not set(angled(text)) & {"<", ">"}


@given(st.text("|`*_<>&[]#$~\\ab", max_size=30))
@settings(derandomize=True)
def test_every_sign_that_markdown_reads_is_escaped(text):
    out = markdown(text).replace("&amp;", "")
    assert not set(out) & {"<", ">", "&"}
    for index, sign in enumerate(out):
        if sign in "|`*_[]#$~":
            before = out[:index]
            assert (len(before) - len(before.rstrip("\\"))) % 2 == 1


def test_letters_of_any_script_and_joined_emoji_stay():
    for word in ("älter", "年齢", "عمر", "👩‍⚕️", "naïve", "می‌خواهم"):
        assert clean(word) == word


def test_long_text_is_cut_and_says_so():
    assert clean("x" * 50, 10) == "x" * 9 + "…"
    assert clean("short", 10) == "short"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (63, None, "63"),
        (7.4, None, "7.4"),
        (7.40001, 1, "7.4"),
        (1250.0, 0, "1,250"),
        (-0.08, None, "−0.08"),
        (-0.001, 1, "0"),
        (0.0, None, "0"),
        (100, 0, "100"),
        (3.2e-7, None, "3.2e-07"),
        (float("nan"), None, "—"),
        (float("inf"), None, "∞"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, decimals, text):
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.44, "44 %"),
        (0.225, "22.5 %"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.00001, "below 0.1 %"),
        (0.99999, "above 99.9 %"),
        (0.0006, "0.1 %"),
        (float("nan"), "—"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(share, text):
    assert percent(share) == text


def test_counts_agree_with_their_noun():
    assert [plural(n, "row") for n in (0, 1, 1000)] == ["0 rows", "1 row", "1,000 rows"]
    assert count(1_000_000) == "1,000,000"


def test_bars_rise_with_their_heights():
    assert bars([0, 1, 4, 8]) == " ▁▄█"
    assert bars([]) == bars([0, 0]) == ""
    assert len(bars(range(100), 12)) == 12
    assert bars([1, 1, 3, 3], 2) == "▃█"


@pytest.mark.parametrize(
    ("what", "mend", "said"),
    [
        ("rows were redrawn", "which moves age", "rows were redrawn, which moves age"),
        ("it was changed", "Draw it anew", "it was changed. Draw it anew"),
        ("Not read: asthma.", "State it", "Not read: asthma. State it"),
    ],
)
def test_what_is_wrong_and_how_to_mend_it_are_parted_in_one_line(what, mend, said):
    assert f"{parted(what, mend)} {mend}" == said
    assert parted(what, "") == what


def test_only_warnings_are_said_where_nothing_else_is():
    notes = (note((), "read: x"), warning((), "a\x1bb", "mend"), warning((), "last"))
    assert warned(notes) == ["Warning: a b, mend", "Warning: last"]


def test_a_count_below_a_limit_keeps_its_sign_and_begins_no_tag():
    assert angled("<10 rows, <script>") == "<10 rows, ‹script›"
    assert markdown("<10") == "&lt;10"
