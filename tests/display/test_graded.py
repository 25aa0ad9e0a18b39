"""A report in words: one table a section, what missed first, few tiles."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from synth_magic.display import figure_words
from synth_magic.display.graded import GOOD, MISSED, summary
from synth_magic.fidelity.report import Figure, Headline, Report, Section

VERDICTS = (*MISSED, *sorted(GOOD), "too few rows to tell", "not graded")


def group(report, key):
    return next(item for item in summary(report)["groups"] if item["key"] == key)


def heads(report, key):
    return [head["text"] for head in group(report, key)["heads"]]


def test_it_is_plain_json(beside, plain_json):
    assert plain_json(summary(beside()))["tiles"][0]["value"] == "1 of 2"


def test_every_section_has_the_columns_that_it_needs_and_no_empty_one(beside):
    report = beside()
    assert heads(report, "facts") == ["fact", "stated", "table", "99 % interval"]
    assert heads(report, "effects") == ["effect", "stated", "table", "99 % interval"]
    assert heads(report, "oddities") == ["looked for", "rows", "by chance"]
    assert heads(report, "fidelity") == ["figure", "value", "band of two samples of one population"]


def test_cells_say_numbers_as_people_write_them(beside):
    report = beside()
    assert group(report, "effects")["rows"][0]["cells"][1:] == [
        "0.30 SD",
        "0.31 SD",
        "0.20 to 0.42",
    ]
    assert group(report, "oddities")["rows"][0]["cells"] == ["equal rows", "3", "below 0.1"]
    assert group(report, "fidelity")["rows"][1]["cells"] == ["C2ST, AUC", "0.520", "0.450 to 0.550"]
    assert ["age > 3", "every row", "2 broken", ""] in [
        row["cells"] for row in group(report, "facts")["rows"]
    ]


def test_sections_that_hold_nothing_are_not_shown(beside):
    keys = [item["key"] for item in summary(beside())["groups"]]
    assert keys == ["facts", "effects", "oddities", "table1", "fidelity"]
    assert summary(Report((), ()))["groups"] == []


def test_a_section_says_in_one_line_how_it_stands(beside):
    report = beside()
    assert group(report, "facts")["line"] == "1 broken · 1 poor · 1 as stated"
    assert group(report, "facts")["missed"] == 2
    assert group(report, "effects")["missed"] == 0
    assert group(report, "table1")["line"] == "800 rows"
    assert group(report, "table1")["lead"] == ""


@given(st.lists(st.sampled_from(VERDICTS), max_size=60))
def test_what_missed_comes_first_and_all_is_counted(verdicts):
    figures = tuple(
        Figure(f"f{i}", None, 0.5, None, None, verdict, "") for i, verdict in enumerate(verdicts)
    )
    shown = summary(Report((), (Section("other", "Other", figures),)))["groups"]
    if not verdicts:
        assert shown == []
        return
    rows = shown[0]["rows"]
    bad = [row["good"] is False for row in rows]
    assert bad == sorted(bad, reverse=True)
    assert sum(bad) == min(sum(verdict in MISSED for verdict in verdicts), 12)
    left = len(verdicts) - len(rows)
    assert (left == 0) or (len(rows) == 12 and shown[0]["tail"][-1].startswith(f"{left} more"))


def test_thirty_facts_are_shown_and_the_others_counted(beside):
    fact = beside().sections[0].figures[0]
    many = tuple(replace(fact, name=f"fact {i}") for i in range(41))
    shown = group(Report((), (Section("adherence", "Stated facts", many),)), "facts")
    assert len(shown["rows"]) == 30
    assert shown["tail"][-1] == "11 more figures: report.to_frame() has them all."


KEYS = (
    *("adherence", "rules", "effects", "plausibility", "oddities", "sources", "shape"),
    *("association", "c2st", "utility", "copies", "new"),
)


@given(
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from([True, False, None])),
        unique_by=lambda item: item[0],
    )
)
def test_at_most_seven_tiles_and_no_bad_news_without_one(lines):
    head = tuple(Headline(key, key, "1", "", good=good) for key, good in lines)
    said = summary(Report(head, ()))
    tiles, also = ([tile["title"] for tile in said[part]] for part in ("tiles", "also"))
    names = [key for key, _ in lines]
    bad = [key for key, good in lines if good is False]
    assert len(tiles) == min(len(names), max(7, len(bad)))
    assert set(bad) <= set(tiles)
    assert sorted(tiles + also) == sorted(names)
    assert tiles == [name for name in names if name in tiles]


def test_beside_a_real_table_its_figures_keep_their_tiles():
    head = tuple(Headline(key, key, "1", "", good=True) for key in KEYS[:-1])
    tiles = {tile["title"] for tile in summary(Report(head, ()))["tiles"]}
    assert {"adherence", "shape", "association", "c2st", "utility", "copies"} <= tiles


def test_what_reads_as_an_end_of_the_interval_stands_at_it():
    ends = {"form": "number", "decimals": 0}
    near = Figure("age", "age", 55.0, (53.0, 56.0), None, "as stated", "", stated=52.6, **ends)
    far = Figure("age", "age", 55.0, (53.0, 56.0), None, "poor", "", stated=50.2, **ends)
    assert figure_words.interval_axis(near)["mark"] == 53
    assert figure_words.interval_axis(far)["mark"] == 50.2


def test_a_figure_without_finite_ends_has_words_and_no_picture():
    infinite = float("inf")
    figures = tuple(
        Figure("x", None, value, None, band, "within the band", "")
        for value, band in (
            (0.5, (0.1, infinite)),
            (float("nan"), (0.1, 0.9)),
            (0.5, None),
        )
    )
    rows = group(Report((), (Section("fidelity", "Real", figures),)), "fidelity")["rows"]
    assert [row["axis"] for row in rows] == [None, None, None]
    assert [row["cells"][1] for row in rows] == ["0.500", "—", "0.500"]


def test_what_the_real_table_holds_has_a_column_where_there_is_any():
    pair = Figure("a ~ b", None, 0.1, None, (-0.2, 0.4), "within the band", "", real=0.12)
    for figures, heads_ in (
        ((pair,), ["figure", "value", "real", "band of two samples of one population"]),
        ((replace(pair, real=None),), ["figure", "value", "band of two samples of one population"]),
    ):
        report = Report((), (Section("fidelity", "Real", figures),))
        assert heads(report, "fidelity") == heads_


def test_a_section_that_holds_nothing_but_a_word_is_shown_with_it():
    few = Section("table1", "Table 1", (), "Fewer than 30 real rows: nothing of them is shown.")
    report = Report((), (few,))
    assert group(report, "table1")["line"] == "Fewer than 30 real rows: nothing of them is shown"
    for text in (str(report), report._repr_html_(), report._repr_markdown_()):
        assert "Fewer than 30 real rows: nothing of them is shown" in text


def test_a_picture_shows_the_figure_its_ends_and_what_was_stated_within_its_span(beside):
    axis = group(beside(), "facts")["rows"][2]["axis"]
    assert (axis["low"], axis["at"], axis["mark"], axis["high"]) == (62, 63.2, 63.0, 64.4)
    assert axis["span"][0] < 61
    assert axis["span"][1] > 65


def test_a_figure_of_the_whole_table_says_what_it_means_a_column_only_where_it_missed(beside):
    report = beside()
    told = {row["cells"][0]: row["sentence"] for row in group(report, "fidelity")["rows"]}
    assert told == {"age, distribution": "age differs.", "C2ST, AUC": "No better than chance."}
    fine = replace(report.sections[-1].figures[0], verdict="within the band")
    again = Report((), (Section("fidelity", "Real", (fine,)),))
    assert group(again, "fidelity")["rows"][0]["sentence"] == ""
