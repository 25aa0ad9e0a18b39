"""Every table that is edited, and the shortest way to edit one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from synth_magic.authors import offline
from synth_magic.blueprint.model import Blueprint
from synth_magic.cell import parse
from synth_magic.editing import Edit, Edited, apply
from synth_magic.errors import Problem, SpecError
from tests.edited_tables import TABLES, diabetes, small, trial


@pytest.fixture(params=list(TABLES))
def any_table(request: pytest.FixtureRequest) -> Blueprint:
    return TABLES[request.param]()


@pytest.fixture(name="diabetes")
def _diabetes() -> Blueprint:
    return diabetes()


@pytest.fixture(name="trial")
def _trial() -> Blueprint:
    return trial()


@pytest.fixture(name="small")
def _small() -> Blueprint:
    return small()


@pytest.fixture
def refusal() -> Callable[[Blueprint, Edit], Problem]:
    """Give what is said beside the field when an edit is refused."""

    def said(blueprint: Blueprint, edit: Edit) -> Problem:
        with pytest.raises(SpecError) as caught:
            apply(blueprint, edit)
        return caught.value.problems[0]

    return said


@pytest.fixture
def field() -> Callable[[Blueprint, str, str, str], Edited]:
    def edited(blueprint: Blueprint, column: str, key: str, text: str) -> Edited:
        return apply(blueprint, Edit("field", column, key=key, text=text))

    return edited


@pytest.fixture
def complete() -> Callable[[str, Blueprint], Blueprint]:
    """The offline author, as a door passes it in."""

    def completed(text: str, blueprint: Blueprint) -> Blueprint:
        request = parse(f"columns:\n  {text}")
        columns = (*blueprint.columns, *request.columns)
        asked = replace(request, prose=blueprint.population or "", columns=columns)
        return offline.complete(asked)[0]

    return completed
