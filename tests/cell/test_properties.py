"""Whatever stands in a cell, it is read, or refused with a place; facts survive spelling."""

from __future__ import annotations

import itertools
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import cell
from synth_magic.cell import shorthand
from synth_magic.errors import SpecError

pytestmark = pytest.mark.long

FRAGMENTS = [
    "columns:",
    "effects:",
    "rules:",
    "missing:",
    "targets:",
    "version: 1",
    "population:",
    "rows: 3",
    "\n",
    "\n  ",
    "\n    ",
    "\t",
    " ",
    ": ",
    ":",
    "- ",
    ", ",
    "; ",
    " / ",
    "/",
    "|",
    " < ",
    "> ",
    "≥",
    "<=",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "}}",
    "{{x}}",
    "{{x.y[0]['k']}}",
    '"',
    "'",
    "`",
    "“",
    "”",
    "#",
    "####",
    "%",
    "@",
    "*",
    "&",
    "!",
    "±",
    "+/-",
    "-",
    "–",
    "…",
    "..",
    "=",
    "~",
    "≈",
    "$",
    "€",
    "->",
    "→",
    "\\",
    "age",
    "sex",
    "F",
    "M",
    "yes/no",
    "0/1",
    "y/n",
    "mean",
    "sd",
    "median",
    "IQR",
    "range",
    "between",
    "and",
    "to",
    "about",
    "one in five",
    "half",
    "a third",
    "missing",
    "never missing",
    "zeros",
    "id",
    "P####",
    "integer",
    "1 decimal",
    "2 decimals",
    "ordered",
    "date",
    "datetime",
    "text",
    "boolean",
    "years",
    "mmHg",
    "kg/m²",
    "10^9/L",
    "x10³/µL",
    "mL/min/1.73 m2",
    "in",
    "°C",
    "30-85",
    "5,5",
    "1,000",
    "1 000",
    "1e9",
    "1e999",
    "0",
    "1",
    "-3",
    "22%",
    "2015-2020",
    "2019-01-15",
    "03/04/2019",
    "31.02.2019",
    "Jan 2019",
    "12:30",
    "95% CI",
    "1 = male",
    "2 = female",
    "p95",
    "Q1",
    "normal",
    "uniform",
    "poisson",
    "lognormal",
    "from",
    "beta",
    "type",
    "odds ratio 1.6",
    "where",
    "values",
    "one of",
    "or",
    "~",
    "null",
    "&a",
    "*a",
    "!!python/object",
    "\r\n",
    "\u00a0",
    "\ufeff",
    "\x00",
    "\u2028",
    "𝟛",
    "²",
    "½",
    "٣",
    "９",
    "é",
    "年龄",
]


def read(text: str) -> None:
    try:
        request = cell.parse(text, {"x": 3})
    except SpecError as error:
        for part in error.problems:
            assert part.offset is not None
            assert 0 <= part.offset <= len(text)
            assert part.what
            assert part.mend
            assert "\n" not in part.what + part.mend
            assert cell.locate(text, part) is not None
    else:
        lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        for span in request.spans.values():
            assert 1 <= span.line <= lines
            assert span.column >= 1
        for column in request.columns:
            assert "\n" not in cell.echo(column)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_no_mixture_of_words_and_signs_breaks_the_reader(text):
    read(text)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14))
def test_no_line_of_words_and_signs_breaks_the_reader(words):
    read("columns:\n  x: " + " ".join(words))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_no_text_whatever_breaks_the_reader(text):
    read(text)
    read("columns:\n  x: " + text)
    read("columns:\n  x:\n    range: " + text)
    read("columns:\n  x: 1-2\neffects:\n  - " + text + "\nmissing:\n  x: " + text)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    low=st.integers(-500, 500),
    width=st.integers(1, 500),
    dash=st.sampled_from([" to ", " – ", " - ", " … ", "..", "–"]),
    ahead=st.sampled_from(["", "range ", "range: ", "from ", "RANGE "]),
    unit=st.sampled_from(["", " mg/dL", " kg", " mmHg"]),
)
def test_a_range_is_the_same_in_every_spelling(low, width, dash, ahead, unit):
    high = low + width
    column = shorthand.read("x", f"{ahead}{low}{dash}{high}{unit}").column
    assert column.range == (low, high)
    assert (column.unit or "") == unit.strip()


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    mean=st.integers(10, 9_999),
    sd=st.integers(1, 999),
    digits=st.sampled_from([0, 1, 2]),
    comma=st.booleans(),
    form=st.sampled_from(
        [
            "{m} ± {s}",
            "{m}±{s}",
            "{m} +/- {s}",
            "{m} ({s})",
            "mean {m}, sd {s}",
            "mean (SD) {m} ({s})",
            "Mean={m}; SD={s}",
            "mean {m} [SD {s}]",
            "average {m}, standard deviation {s}",
        ]
    ),
)
def test_mean_and_sd_are_the_same_in_every_spelling(mean, sd, digits, comma, form):
    def written(value: int) -> str:
        text = f"{value / 10**digits:.{digits}f}"
        return text.replace(".", ",") if comma else text

    stated = shorthand.read("x", form.format(m=written(mean), s=written(sd))).column.stated
    assert stated is not None
    assert stated.mean == pytest.approx(mean / 10**digits)
    assert stated.sd == pytest.approx(sd / 10**digits)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    values=st.lists(
        # Capitals that are no word of the shorthand and no key of a blueprint.
        st.text("BDEGHJKQXZ", min_size=2, max_size=6),
        min_size=2,
        max_size=6,
        unique_by=str.lower,
    ),
    data=st.data(),
)
def test_shares_are_the_same_in_a_list_with_brackets_and_in_a_mapping(values, data):
    cuts = data.draw(
        st.lists(
            st.integers(1, 99), min_size=len(values) - 1, max_size=len(values) - 1, unique=True
        )
    )
    ends = [0, *sorted(cuts), 100]
    shares = [after - before for before, after in itertools.pairwise(ends)]
    pairs = list(zip(values, shares, strict=True))
    expected = tuple((value, share / 100) for value, share in pairs)
    for line in (
        " / ".join(f"{value} {share}%" for value, share in pairs),
        " | ".join(f"{value} ({share}%)" for value, share in pairs),
        " / ".join(f"{share}% {value}" for value, share in pairs),
        ", ".join(f"{value}: {share}%" for value, share in pairs),
        ", ".join(f"{value} ({share} %)" for value, share in pairs),
        "{" + ", ".join(f'"{value}": {share}%' for value, share in pairs) + "}",
        "{" + ", ".join(f"{value}: {share / 100}" for value, share in pairs) + "}",
    ):
        column = cell.parse(f"columns:\n  x: {line}").columns[0]
        assert column.type == "category"
        assert column.stated is not None
        assert dict(column.stated.probabilities) == pytest.approx(dict(expected))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(string.ascii_letters + string.digits + " ,;:#%@*&!?.()/-", max_size=60))
def test_what_is_not_understood_is_never_lost(text):
    """Every letter of the line is read as a fact or kept in the description."""
    try:
        line = shorthand.read("x", text)
    except SpecError:
        return
    bare = type(line.column)(name="x", description=line.column.description)
    if line.column == bare and line.missing is None:
        kept = "".join(sign for sign in text if sign.isalnum())
        told = "".join(sign for sign in line.column.description or "" if sign.isalnum())
        fillers = ("in", "of", "and", "with", "from", "about", "is", "are", "the", "a", "by", "as")
        if told != kept:
            rest = [word for word in text.replace(",", " ").split() if word.lower() not in fillers]
            assert told or not any(len(word) > 3 and word.isalpha() for word in rest)


@pytest.mark.timeout(20)  # each takes milliseconds; the second one took half a minute
@pytest.mark.parametrize(
    "line",
    ["1" * 1900, "a / b" + " " * 1900 + "!", "a / " + "(" * 1900, "~" * 1900, "1 = a, " * 250],
    ids=["digits", "spaces", "brackets", "tildes", "codes"],
)
def test_no_line_keeps_the_reader_busy(line):
    read(f"columns:\n  x: {line}\neffects:\n  - {line}\nmissing:\n  x: {line}\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "columns:\n" + "".join(f"  c{at}: {'word 12-' * 60}\n" for at in range(300)),
        "columns:\n" + "".join(f"  c{at}: {'(' * 400}\n" for at in range(300)),
        "columns:\n" + "".join(f"  c{at}: {'mean ' * 90}\n" for at in range(300)),
        "columns:\n" + "".join(f"  c{at}: {'1,' * 200}\n" for at in range(300)),
        "x: " * 330_000,
        "{{x}}" * 190_000,
        "300 adults " * 90_000,
        "columns:\n  a:\n" + "    b: [\n" * 100_000,
        "\n" * 90_000,
    ],
    ids=["words", "brackets", "keywords", "commas", "colons", "names", "rows", "yaml", "lines"],
)
def test_the_largest_cell_is_read_or_refused_without_growing_faster_than_its_length(text):
    assert len(text) <= 1_000_000
    read(text)
