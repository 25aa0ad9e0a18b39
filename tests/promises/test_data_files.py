"""Every file of the package that is no code is read by something, checked and current."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from synth_magic.errors import SynthDataError

ROOT = Path(__file__).resolve().parents[2] / "synth_magic"


def _yaml(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _form(name):
    """Read a whole file, or each entry of a list, by a form of the reference."""

    def check(path):
        from synth_magic.reference import files

        data, form = _yaml(path), getattr(files, name)
        for entry in data if isinstance(data, list) else [data]:
            form.model_validate(entry)

    return check


def _nhanes_conditions(path):
    """What the survey says of conditions stands in their files."""
    from synth_magic.reference import build

    known = {c.nhanes for c in build.conditions()} - {None}
    found = _yaml(path)
    assert found
    assert known & set(found)
    for entry in found.values():
        assert set(entry) <= {"n", "age", "men", "shift", "replace", "shares", "correlations"}


def _mapping(name):
    """Read a file whose entries, by their ids, are of a form of the reference, or of a type."""

    def check(path):
        from pydantic import TypeAdapter

        from synth_magic.reference import files

        form = getattr(files, name) if isinstance(name, str) else name
        assert TypeAdapter(dict[str, form]).validate_python(_yaml(path))

    return check


def _built_effects(path):
    from synth_magic.reference import build, tables

    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(
        json.dumps(build.every_effect())
    )
    assert tables.direct()


def _built(path):
    from synth_magic.reference import build, tables

    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(build.dump(build.build()))
    assert tables.load().variables


def _examples(path):
    from synth_magic import cell

    data = _yaml(path)
    assert set(data) == {"good", "wrong"}
    assert len(data["good"]) >= 250
    assert len(data["wrong"]) >= 80
    for entry in data["good"]:
        assert set(entry) <= {"say", "is", "unread", "names"}
        assert cell.parse(f"columns:\n  {entry['say']}\n").columns
    for entry in data["wrong"]:
        assert {"what", "mend"} <= set(entry)
        if "say" in entry:
            with pytest.raises(SynthDataError):
                cell.parse(f"columns:\n  {entry['say']}\n")


def _grammar(path):
    from lark import Lark

    from synth_magic import expressions

    assert Lark(path.read_text(encoding="utf-8"), start="start", parser="lalr", lexer="basic")
    assert expressions.names(expressions.parse("a + 1 > b")) == ("a", "b")


def _style(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("{") == text.count("}") > 0
    assert "</" not in text
    assert "@import" not in text


def _script(path):
    from synth_magic.display.live import module

    joined = module.text()
    written = path.read_text(encoding="utf-8")
    own = re.findall(r"^(?:export )?(?:async )?function (\w+)", written, re.MULTILINE)
    assert own
    assert all(f"function {name}(" in joined for name in own)
    assert "innerHTML" not in written
    assert "http:" not in written.replace("http://www.w3.org/2000/svg", "")


def _prompt(path):
    from synth_magic.authors import prompt_text

    version, text = prompt_text.load(path.stem)
    assert version >= 1
    assert text


def _empty(path):
    assert path.read_bytes() == b""


def _rows_prompt(path):
    from string import Template

    from synth_magic.rows.batches import prompt_file

    version, system, user = prompt_file(path.name)
    assert version >= 1
    assert system
    assert {"population", "given", "asked", "manner", "lines", "complaints", "form"} <= set(
        Template(user).get_identifiers()
    )


#: Glob of data files within the package, and what checks each of them.
GLOBS = {
    "py.typed": _empty,
    "authors/prompts/*.md": _prompt,
    "expressions/grammar.lark": _grammar,
    "display/*.css": _style,
    "display/live/*.css": _style,
    "display/live/js/*.js": _script,
    "cell/examples.yaml": _examples,
    "reference/built/reference.json": _built,
    "rows/prompts/*.md": _rows_prompt,
    "reference/data/effects.yaml": _form("EffectFile"),
    "reference/data/lexicon.yaml": _form("LexiconFile"),
    "reference/data/rules.yaml": _form("RulesFile"),
    "reference/data/sources.yaml": _form("SourceFile"),
    "reference/data/variables/*.yaml": _form("VariableFile"),
    "reference/data/conditions/*.yaml": _form("ConditionFile"),
    "reference/data/nhanes/laws.yaml": _form("NhanesLaws"),
    "reference/data/nhanes/effects.yaml": _form("NhanesEffects"),
    "reference/data/nhanes/conditions.yaml": _nhanes_conditions,
    "reference/data/nhanes/more_conditions.yaml": _nhanes_conditions,
    "reference/data/nhanes/more_laws.yaml": _form("NhanesMore"),
    "reference/data/nhanes/young_laws.yaml": _mapping("NhanesYoung"),
    "reference/data/effects/*.yaml": _form("EffectsFile"),
    "reference/data/languages/*.yaml": _mapping(tuple[str, ...]),
    "reference/data/codes.yaml": _mapping("Codes"),
    "reference/built/effects.json": _built_effects,
}
FILES = sorted(
    path
    for path in ROOT.rglob("*")
    if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts
)


def _globs(path):
    return [glob for glob in GLOBS if path in ROOT.glob(glob)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_data_file_has_one_reader_that_accepts_it(path):
    (glob,) = _globs(path)
    GLOBS[glob](path)


@pytest.mark.parametrize("glob", GLOBS)
def test_no_reader_waits_for_a_file_that_is_not_there(glob):
    assert list(ROOT.glob(glob))


def test_a_file_that_nothing_reads_would_be_seen():
    assert not _globs(ROOT / "reference" / "data" / "stray.yaml")


def test_scripts_that_made_the_data_are_not_in_the_package():
    assert not list(ROOT.rglob("nhanes_quantiles*"))
    assert (ROOT.parent / "docs" / "sources" / "nhanes_quantiles.py").exists()
    assert not (ROOT.parent / "tools").exists()
