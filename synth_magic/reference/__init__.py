"""The clinical reference: variables, conditions, and one model of how they hang together."""

from synth_magic.reference.expectation import expect
from synth_magic.reference.lookup import find
from synth_magic.reference.schema import (
    Expectation,
    Population,
    ReadColumn,
    Reading,
    Restriction,
)
from synth_magic.reference.tables import load

__all__ = [
    "Expectation",
    "Population",
    "ReadColumn",
    "Reading",
    "Restriction",
    "expect",
    "find",
    "load",
]
