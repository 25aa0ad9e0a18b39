"""What is known while published lines are laid upon columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from synth_magic.authors.targeted_fit import Grouped
from synth_magic.authors.targeted_names import Names
from synth_magic.blueprint.model import Column, Effect, Missing
from synth_magic.blueprint.request import Request
from synth_magic.blueprint.targets import Targets
from synth_magic.errors import Problem


@dataclass
class Laying:
    """What was made of the lines so far."""

    request: Request
    names: Names
    targets: Targets
    columns: dict[str, Column]
    given: frozenset[str]
    concepts: dict[str, str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    by: Grouped | None = None
    notes: list[Problem] = field(default_factory=list)
    effects: list[tuple[Effect, int]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
