"""The page on the reference lists what is in it."""

from pathlib import Path

from synth_magic.reference import catalogue, load

PAGE = Path(__file__).parents[2] / "docs" / "reference.md"


def test_the_pages_list_is_current():
    page = PAGE.read_text(encoding="utf-8")
    assert catalogue.renewed(page) == page


def test_every_variable_condition_and_source_is_listed():
    text = catalogue.markdown()
    known = load()
    for name in (*known.variables, *known.conditions, *known.sources):
        assert f"`{name}`" in text


def test_judgement_is_shown_as_judgement():
    lines = {line for line in catalogue.markdown().splitlines() if line.startswith("| ")}
    inr = next(line for line in lines if "`inr`" in line)
    ferritin = next(line for line in lines if "`ferritin`" in line)
    sbp = next(line for line in lines if "`sbp`" in line)
    assert "**judgement**" in inr
    assert "**judgement** (after `cdc_nutrition_1999_2002`" in ferritin
    assert "judgement" not in sbp


def test_the_page_says_how_many_laws_are_judgement():
    guessed, total = catalogue.judgement(load())
    text = catalogue.markdown()
    assert f"{total} variables; the law of {guessed} of them is judgement." in text
    assert total - guessed >= 130


def test_the_command_renews_a_page(tmp_path):
    page = tmp_path / "page.md"
    old = f"before\n{catalogue.BEGIN}\nlast year\n{catalogue.END}\nafter\n"
    page.write_text(old, encoding="utf-8")
    catalogue.main(str(page))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "last year" not in text
