"""What holds for every file of the package."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "synth_magic").rglob("*.py"))
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}


def _calls(tree: ast.AST) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_evaluates_text_as_code(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    local = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert not (_calls(tree) & FORBIDDEN_CALLS) - local - imported
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert "literal_eval" not in attributes
    assert not {"unsafe_load", "full_load", "yaml_load_all"} & attributes


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_held_in_the_head(source):
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 500


def test_the_public_names_are_no_files():
    names = {path.stem for path in (ROOT / "synth_magic").glob("*.py")}
    assert not names & {"generate", "report", "Blueprint"}
