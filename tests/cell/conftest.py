"""What a Request says, as the flat facts of examples.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import synth_magic.cell
from synth_magic.blueprint.request import Request


def examples() -> dict[str, list[dict[str, Any]]]:
    path = Path(synth_magic.cell.__file__).with_name("examples.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def facts(request: Request, at: int = 0) -> dict[str, Any]:
    """All that a request says of one column."""
    column = request.columns[at]
    found: dict[str, Any] = {}
    for key in ("type", "unit", "decimals", "pattern", "description", "ordered"):
        if getattr(column, key) is not None:
            found[key] = getattr(column, key)
    for key in ("range", "values"):
        if getattr(column, key) is not None:
            found[key] = list(getattr(column, key))
    stated = column.stated
    if stated is not None:
        for key in ("mean", "sd", "median", "zero_share"):
            if getattr(stated, key) is not None:
                found[key] = getattr(stated, key)
        if stated.quartiles is not None:
            found["quartiles"] = list(stated.quartiles)
        if stated.quantiles is not None:
            found["quantiles"] = dict(stated.quantiles)
        if stated.probabilities is not None:
            found["shares"] = dict(stated.probabilities)
        if stated.probability is not None:
            found["share"] = stated.probability
    rates = {part.column: part.rate for part in request.missing}
    if column.name in rates:
        found["missing"] = rates[column.name]
    if request.rules:
        found["rules"] = [rule.text for rule in request.rules]
    law = column.distribution
    if law is not None and law.kind is not None:
        found["law"] = {law.kind: getattr(law, law.kind).model_dump()}
    for either in request.either:
        found["either"] = either.as_unit.unit
    return found


@pytest.fixture(name="facts")
def _facts():
    return facts


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name, kind in (("good", "good"), ("wrong", "wrong")):
        if name in metafunc.fixturenames:
            found = examples()[kind]
            ids = [str(one.get("say", one.get("cell"))) for one in found]
            metafunc.parametrize(name, found, ids=ids)
