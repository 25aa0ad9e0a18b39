"""What docs/blueprint.md shows is what the reader takes."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import get_args

import pytest

from synth_magic.blueprint.explain import KEYS
from synth_magic.blueprint.model import FAMILIES, SOURCES, WORDS, Blueprint, ColumnType
from synth_magic.expressions.tree import FUNCTIONS, RESERVED

PAGE = (Path(__file__).parents[2] / "docs" / "blueprint.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def whole(block):
    if "columns:" in block:
        return block
    return "version: 1\ncolumns:\n" + textwrap.indent(block, "  ")


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_example_on_the_page_is_read_and_survives_writing(block):
    blueprint = Blueprint.from_yaml(whole(block))
    assert Blueprint.from_yaml(blueprint.to_yaml()) == blueprint


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_example_on_the_page_can_be_drawn(block):
    blueprint = Blueprint.from_yaml(whole(block))
    table = blueprint.sample(20, seed="page")
    assert len(table) == 20
    assert tuple(table.columns) == blueprint.delivered


@pytest.mark.parametrize(
    "word",
    sorted({key for keys in KEYS.values() for key in keys} | {*FAMILIES, *WORDS, *SOURCES}
           | {*get_args(ColumnType), *FUNCTIONS, *RESERVED}),
)  # fmt: skip
def test_every_word_of_the_form_is_explained_on_the_page(word):
    assert re.search(rf"\b{word}\b", PAGE)


def test_all_families_and_types_are_shown_in_examples():
    blueprints = [Blueprint.from_yaml(whole(block)) for block in BLOCKS]
    columns = [column for blueprint in blueprints for column in blueprint.columns]
    kinds = {column.distribution.kind for column in columns if column.distribution}
    assert kinds == {*FAMILIES, "quantiles", "probabilities", "probability", "groups"}
    assert {column.type for column in columns} == set(get_args(ColumnType))
