"""Rows in the making are shown as text, whatever they hold."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from synth_magic.display.partial import bundle
from synth_magic.events import Partial

texts = st.text(max_size=60)


@st.composite
def partials(draw) -> Partial:
    width = draw(st.integers(1, 8))
    columns = tuple(draw(texts) for _ in range(width))
    rows = st.lists(st.tuples(*[texts] * (1 + width)), min_size=1, max_size=5)
    return Partial(columns, tuple(draw(rows)), draw(st.integers(0, 40)))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        assert all(name in ("style", "class", "scope") for name, _ in attrs)


@given(texts, partials())
def test_no_text_becomes_a_tag_or_a_line(line, partial):
    shown = bundle(line, partial)
    parser = _Tags()
    parser.feed(shown["text/html"])
    assert set(parser.seen) <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert parser.seen.count("td") == len(partial.rows) * (1 + len(partial.columns))
    plain = shown["text/plain"].split("\n")
    assert len(plain) == 3 + len(partial.rows)
    assert ">" not in "".join(plain[2:])


def test_columns_that_do_not_fit_are_counted_and_missing_cells_marked():
    shown = bundle("asking", Partial(("age",), (("7", ""),), 2))
    assert "2 more columns not shown" in shown["text/html"]
    assert ">–</td>" in shown["text/html"]
    assert shown["text/plain"].split("\n")[1:] == [
        "the last rows that were finished, 2 more columns not shown:",
        "row  age",
        "7    -",
    ]
    assert "more" not in bundle("asking", Partial(("age",), (("7", ""),)))["text/html"]


def test_without_rows_there_is_a_line_and_no_html():
    assert bundle("drawing: 1 of 2 rows, 3 s", None) == {"text/plain": "drawing: 1 of 2 rows, 3 s"}
