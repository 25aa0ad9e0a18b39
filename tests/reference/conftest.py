import pytest

from synth_magic.blueprint.model import Column, Stated
from synth_magic.blueprint.request import Request
from synth_magic.reading import read
from synth_magic.reference import expect


@pytest.fixture
def told():
    """Columns and prose to what the reference expects: name=None or a dict of column fields."""

    def run(prose="", **columns):
        made = []
        for name, fields in columns.items():
            fields = dict(fields or {})
            if "stated" in fields:
                fields["stated"] = Stated(**fields["stated"])
            made.append(Column(name=name, **fields))
        reading = read(Request(prose=prose, columns=tuple(made)))
        return expect(reading)

    return run
