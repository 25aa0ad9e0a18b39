"""A whole cell at an endpoint that fails: a valid table or two lines, and the next cell runs."""

from __future__ import annotations

import pytest

from synth_magic import pipeline
from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import ModelError
from synth_magic.llm import gate
from synth_magic.options import Options
from tests.llm import fault_files
from tests.llm.endpoint import Endpoint
from tests.llm.fault_files import GOOD, KEY
from tests.llm.serving import serving
from tests.llm.wired import fresh_path

FAULTS = fault_files.every()
ROWS = 40


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(gate, "DELAYS", tuple(delay / 100 for delay in gate.DELAYS))


def _options(fault, url):
    """A user can set the idle limit; a server on this machine has five times as long to begin."""
    limits = dict(fault.get("limits", {}))
    first = limits.pop("first_token", None)
    if first is not None:
        limits["idle"] = first / 5
    return Options(model="m", base_url=url, api_key=KEY, rows=ROWS, cache=False, **limits)


def _by_model(blueprint):
    laws = [column.distribution for column in blueprint.columns]
    return any(law is not None and law.source == "model" for law in laws)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["name"].replace(" ", "-"))
def test_a_cell_ends_in_a_valid_table_or_in_two_lines(fault):
    result = error = None
    with serving(fault) as (url, _):
        try:
            result = pipeline.run(fault_files.cell_of(fault), _options(fault, url))
        except ModelError as found:
            error = found
    if error is not None:
        assert fault["table"] == "none", str(error)
        assert len(str(error).splitlines()) == 2
        assert KEY[:12] not in f"{error}{error!r}"
        assert error.__cause__ is None
    else:
        by_model = _by_model(Blueprint.from_yaml(result.record.blueprint_yaml))
        assert fault["table"] == ("model" if by_model else "reference")
        assert list(result.table) == ["age", "sex", "fev1", "sleepless_nights", "inhaler"]
        assert len(result.table) == ROWS
        assert result.table["age"].between(18, 80).all()
        assert set(result.table["sex"]) <= {"F", "M"}
        said = [str(note) for note in result.notes]
        carried = f"{said}{result.record}{result.table.to_dict()}{result.table.attrs}"
        assert KEY[:12] not in carried
    with Endpoint([{"answer": GOOD["answer"]}], path=fresh_path()) as sound:
        after = pipeline.run(GOOD["cell"], _options({}, sound.base_url))
    assert _by_model(Blueprint.from_yaml(after.record.blueprint_yaml))
