"""The static form: readable without CSS or kernel, escaped, bounded, alone."""

import base64
import re
import time

import pandas as pd
import pytest

from synth_magic import fidelity
from synth_magic.blueprint.model import Blueprint
from synth_magic.display import static
from synth_magic.errors import note, warning
from synth_magic.record import Result, attach

VALUE = "<script>alert(1)</script>\"'| \u202eevil\u2066 &amp; <img src=x onerror=y>"
HOSTILE = "<script>alert(1)</script>\"'|`\n\u202eevil\u2066 &amp; <img src=x onerror=y>"


def hostile_yaml():
    """A blueprint in which every place for foreign text holds hostile text."""
    text = Blueprint.from_yaml(
        "version: 1\ntable: t\npopulation: p\ncolumns:\n"
        "  - {name: bad, type: category, unit: u, label: l, description: d,\n"
        "     distribution: {probabilities: {one: 0.5, two: 0.5}}}\n"
        "  - {name: n, type: number, unit: u, decimals: 1, range: [0, 9],\n"
        "     distribution: {normal: {mean: 5, sd: 1}, source: model}}\n"
        "rules: [n >= 0]\n"
    )
    law = text.columns[0].distribution.model_copy(
        update={"probabilities": ((VALUE, 0.5), ("<b>", 0.5))}
    )
    bad = text.columns[0].model_copy(
        update={"unit": HOSTILE, "label": HOSTILE, "description": HOSTILE, "distribution": law}
    )
    other = text.columns[1].model_copy(update={"name": "n<b>\"'x", "unit": HOSTILE})
    return Blueprint.model_construct(
        **{
            **dict(text),
            "population": HOSTILE,
            "columns": (bad, other),
            "rules": (),
        }
    )


@pytest.fixture(scope="module")
def hostile():
    blueprint = hostile_yaml()
    read = Blueprint.from_yaml(blueprint.to_yaml())
    table = read.sample(40, 3)
    record = attach(table, read, HOSTILE, author=HOSTILE)
    notes = (
        note(("columns", "bad"), HOSTILE, HOSTILE),
        warning((), HOSTILE, HOSTILE),
    )
    return Result(table, record, notes, name=HOSTILE), fidelity.report(table, record)


def test_every_tag_is_closed(clinic, outline):
    outline(static.html(*clinic))


def test_hostile_text_stays_text_everywhere(hostile, outline):
    page = outline(static.html(*hostile))
    tags = {tag for tag, _ in page.seen}
    assert not tags & {"script", "b onerror", "iframe", "object", "embed", "link", "svg"}
    for tag, attributes in page.seen:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        if tag == "img":
            assert attributes["src"].startswith("data:image/svg+xml;base64,")
    assert "alert(1)" in page.text


def test_text_that_changes_direction_is_taken_out(hostile):
    page = static.html(*hostile)
    assert not set(page) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_nothing_is_fetched_from_anywhere(clinic, outline):
    text = static.html(*clinic)
    page = outline(text)
    assert not re.search(r"(?:src|href|url|@import)\s*[=(]?\s*[\"']?(?:https?:)?//", text)
    for tag in ("script", "link", "iframe", "svg", "object"):
        assert not page.tags(tag)


def test_pictures_are_images_with_a_text_beside_them(clinic, outline):
    images = outline(static.html(*clinic)).tags("img")
    assert len(images) > 16
    for image in images:
        assert image["alt"].strip()
        drawing = base64.b64decode(image["src"].split(",", 1)[1]).decode()
        assert drawing.startswith("<svg")
        assert drawing.endswith("</svg>")
        assert "http" not in drawing.replace("http://www.w3.org/2000/svg", "")


def test_a_screen_reader_finds_region_headings_captions_and_column_heads(clinic, outline):
    page = outline(static.html(*clinic))
    root = page.seen[0][1]
    assert root["class"] == "synth-magic"
    assert root["role"] == "region"
    assert root["aria-label"]
    headings = [a["aria-level"] for _, a in page.seen if a.get("role") == "heading"]
    assert headings[:4] == ["3", "4", "4", "4"]
    assert set(headings[4:-1]) == {"5"}
    assert headings[-1] == "4"
    assert len(page.tags("caption")) == len(page.tags("table")) >= 6
    assert all(head["scope"] in ("col", "row") for head in page.tags("th"))


def folds(text):
    """Title of each fold of the first rank, and whether it stands open."""
    pattern = r'<details( open)?><summary><b role="heading" aria-level="4">([^<]*)</b>'
    return {title: bool(stands) for stands, title in re.findall(pattern, text)}


def test_data_and_a_short_schema_stand_open_the_rest_closed(clinic, outline):
    assert folds(static.html(*clinic)) == {
        "Data": True,
        "Schema": True,
        "Fidelity": False,
        "Source": False,
    }


def test_without_any_css_the_words_say_it_all(clinic, outline):
    words = outline(static.html(*clinic)).text
    for said in (
        "800 rows × 8 columns",
        "· seed 7 · offline reference · synthetic: not patients",
        "reference; user: range",
        "first 8 of 800 rows",
        "median 63, quartiles 55–71",
        "30–85",
        "8 %",
        "OR 1.6 against never, former",
        "r = 0.55 rank correlation",
        "per 10 years",
        "sbp > dbp",
        "holds in all 800 rows",
        "facts as stated",
        "a share of",
    ):
        assert said in words, said


def test_the_blueprint_can_be_copied_out_of_the_source_section(clinic, outline):
    result, report = clinic
    words = "".join(outline(static.html(result, report)).words)
    assert result.record.blueprint_yaml.strip() in words


def test_eight_columns_stay_under_seventy_thousand_bytes(clinic):
    assert len(static.html(*clinic).encode()) < 70_000


def wide(columns, rows):
    lines = "".join(
        f"  - {{name: c{i}, type: integer, range: [0, 99],"
        " distribution: {uniform: {low: 0, high: 99}}}\n"
        for i in range(columns)
    )
    return f"version: 1\ntable: wide\ncolumns:\n{lines}"


def test_sixty_columns_show_the_first_and_name_the_others(make, outline):
    made = make(wide(60, 30), 30)
    page = outline(static.html(*made))
    assert "46 more columns" in page.text
    assert "c59" in page.text
    assert list(folds(static.html(*made)).values()) == [True, False, False, False]


@pytest.mark.slow
def test_a_million_rows_of_a_hundred_columns_give_no_larger_page(make):
    blueprint = Blueprint.from_yaml(wide(100, 0))
    small = blueprint.sample(1_000, 1)
    large = pd.concat([small] * 1_000, ignore_index=True)
    sizes = []
    for table in (small, large):
        record = attach(table, blueprint, 1)
        begin = time.perf_counter()
        sizes.append(len(static.html(Result(table, record, name="wide"))))
        assert time.perf_counter() - begin < 60
    assert sizes[1] < 1.1 * sizes[0]
    assert sizes[1] < 400_000


@pytest.mark.parametrize("rows", [0, 1])
def test_an_empty_table_and_a_single_row_are_shown(make, outline, rows):
    result, report = make(rows=1)
    if not rows:
        empty = result.table.iloc[:0]
        result = Result(empty, attach(empty, blueprint_of(result), 7))
        report = fidelity.report(empty, result.record)
    page = outline(static.html(result, report))
    assert ("no rows" if not rows else "first 1 of 1 row") in page.text


def blueprint_of(result):
    return result.record.blueprint()


def test_a_column_without_a_single_value_is_shown_as_missing(make, outline):
    result, _ = make(rows=50)
    table = result.table.copy()
    table["hba1c"] = float("nan")
    record = attach(table, blueprint_of(result), 7)
    page = outline(static.html(Result(table, record), fidelity.report(table, record)))
    assert "100 % missing" in page.text


def test_every_kind_of_column_is_shown_in_its_own_words(kinds, outline):
    words = outline(static.html(*kinds)).text
    for said in (
        "pattern P####",
        "mild < moderate < severe",
        "by sex; F mean 13.1, SD 1.2; M mean 14.4, SD 1.3",
        "= hb * 2",
        "survival 82 % at 365 days",
        "followup + death",
        "template seen for {stage} disease",
        "zero 40 %",
        "2015-01-01 to 2020-12-31",
        "poisson",
        "median 3.0, quartiles 1.5–5.9",
    ):
        assert said in words, said


def test_names_in_any_script_are_shown(make, outline):
    yaml = (
        "version: 1\ntable: patienten\ncolumns:\n"
        "  - {name: Größe, type: integer, unit: cm, range: [140, 200],"
        " distribution: {normal: {mean: 170, sd: 9}}}\n"
        "  - {name: 年齢, type: integer, range: [0, 99],"
        " distribution: {uniform: {low: 0, high: 99}}}\n"
    )
    words = outline(static.html(*make(yaml, 20))).text
    assert "Größe" in words
    assert "年齢" in words


def test_notes_of_a_column_stand_in_its_row_and_warnings_at_the_top(make, outline):
    notes = (note(("columns", "sbp"), "+4 because age is 63"), warning(("rules", 0), "Beware"))
    text = static.html(*make(notes=notes))
    assert text.index("Warning: Beware") < text.index("<details")
    assert text.index("+4 because age is 63") > text.index("Schema</b>")
    outline(text)


def test_more_notes_than_fit_are_counted(make):
    notes = [warning((), f"warning {i}") for i in range(30)]
    assert "18 more notes" in static.html(*make(rows=20, notes=notes))


def test_without_a_report_there_is_no_fidelity_section(clinic, outline):
    page = outline(static.html(clinic[0]))
    assert "Fidelity" not in page.text
    assert len(page.tags("details")) == 3


def test_a_name_given_by_the_user_is_the_heading(clinic, outline):
    page = outline(static.html(*clinic, name="mine"))
    assert page.text.startswith("mine 800 rows")


def test_a_report_shows_itself_in_a_notebook(clinic, outline):
    page = outline(clinic[1]._repr_html_())
    assert page.seen[0][1]["class"] == "synth-magic"
    assert "facts as stated" in page.text
    assert "synthetic: not patients" in page.text


def test_of_many_facts_those_that_missed_are_shown_and_the_rest_counted(make, outline):
    page = outline(make(wide(60, 0), 100)[1]._repr_html_())
    assert "more figures: report.to_frame() has them all" in page.text


def test_a_long_name_takes_no_more_than_its_column_and_can_be_read_whole(make, outline):
    name = "a_name_that_goes_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on"
    result, report = make(
        f"version: 1\ncolumns:\n  - {{name: {name}, type: boolean,"
        " distribution: {probability: 0.3}}"
    )
    html = static.html(result, report)
    assert name in [attrs.get("title") for attrs in outline(html).tags("span")]
    assert ".sm-name{max-width:" in html
