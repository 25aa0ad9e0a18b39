"""The built reference in memory: read once a process, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_magic.reference.schema import (
    Citation,
    Condition,
    Direct,
    Measure,
    Outside,
    Variable,
    Worded,
)

Array = NDArray[np.float64]
BUILT = Path(__file__).parent / "built" / "reference.json"
EFFECTS = BUILT.with_name("effects.json")


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """One variable's general law: one of the three, by sex (F, M) and age knot of adults.

    `quantiles` has shape (2, knots, probabilities), `share` (2, knots), `shares`
    (2, knots, values).  `young` holds quantiles below 18 years at ages of its own, `young_knots`,
    where they are known.
    """

    quantiles: Array | None = None
    share: Array | None = None
    shares: Array | None = None
    young: Array | None = None
    young_knots: Array | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """All of the reference.

    `R` holds the correlations of the variables' latent scores given age and sex, in the
    order of `place`; `edges` the direct effects (parent, child, beta) entered by hand; `owners`
    whose a spelling is that several variables bear, empty where nobody's without context;
    `having` words for a level of a category; `abbreviations` those of a word in a name;
    `surveyed` the children of the survey's first regressions.
    """

    variables: Mapping[str, Variable]
    laws: Mapping[str, Law]
    probabilities: Array
    knots: Array
    R: Array
    place: Mapping[str, int]
    edges: tuple[tuple[str, str, float], ...]
    worded: tuple[Worded, ...]
    conditions: Mapping[str, Condition]
    rules: tuple[str, ...]
    formulas: tuple[Mapping[str, Any], ...]
    sources: Mapping[str, Mapping[str, Any]]
    lexicon: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]]
    clinical: Mapping[str, tuple[str, ...]]
    outside: tuple[Outside, ...]
    owners: Mapping[str, str]
    having: Mapping[str, tuple[str, ...]]
    abbreviations: Mapping[str, tuple[str, ...]]
    surveyed: frozenset[str]

    @property
    def order(self) -> Mapping[str, int]:
        """Place of each variable in the graph, causes first."""
        return {name: i for i, name in enumerate(self.variables)}


@lru_cache(maxsize=1)
def load() -> Reference:
    """Read the built file."""
    return parse(json.loads(BUILT.read_text(encoding="utf-8")))


def direct() -> tuple[Direct, ...]:
    """Read all direct effects with their sources, which only readers of an entry want."""
    return tuple(
        Direct(
            entry["parent"],
            entry["child"],
            entry.get("beta"),
            entry.get("odds_ratio"),
            entry.get("per"),
            entry["kind"],
            entry["adjusted_for"],
            entry["population"],
            _citation(entry["source"]),
        )
        for entry in json.loads(EFFECTS.read_text(encoding="utf-8"))
    )


def parse(raw: Mapping[str, Any]) -> Reference:
    """Make the reference of the built file's values."""
    names = raw["R"]["names"]
    R = np.eye(len(names))
    for i, row in enumerate(raw["R"]["rows"]):
        R[i, :i] = R[:i, i] = np.array(row) / raw["R"]["resolution"]
    return Reference(
        variables={entry["id"]: _variable(entry) for entry in raw["variables"]},
        laws={entry["id"]: _law(entry["law"]) for entry in raw["variables"]},
        probabilities=np.array(raw["probabilities"]),
        knots=np.array(raw["knots"]),
        R=R,
        place={name: i for i, name in enumerate(names)},
        edges=tuple((a, b, beta) for a, b, beta in raw["edges"]),
        worded=tuple(
            Worded(e["parent"], e["child"], e["odds_ratio"], e.get("per")) for e in raw["words"]
        ),
        conditions={entry["id"]: _condition(entry) for entry in raw["conditions"]},
        rules=tuple(rule["text"] for rule in raw["rules"]["rules"]),
        formulas=tuple(raw["rules"]["formulas"]),
        sources=raw["sources"],
        having={k: tuple(v) for k, v in raw["lexicon"]["having"].items()},
        abbreviations={k: tuple(v) for k, v in raw["lexicon"]["abbreviations"].items()},
        surveyed=frozenset(raw["surveyed"]),
        owners={name: owner or "" for name, owner in raw["lexicon"]["owners"].items()},
        lexicon={
            k: tuple(v)
            for k, v in raw["lexicon"].items()
            if k not in ("places", "clinical", "outside", "owners", "having", "abbreviations")
        },
        places={k: tuple(v) for k, v in raw["lexicon"]["places"].items()},
        clinical={k: tuple(v) for k, v in raw["lexicon"]["clinical"].items()},
        outside=tuple(
            Outside(
                entry["id"],
                entry["label"],
                tuple(entry["words"]),
                (entry["ages"][0], entry["ages"][1]),
                entry.get("sex"),
                entry["base"],
            )
            for entry in raw["lexicon"]["outside"]
        ),
    )


def _variable(entry: Mapping[str, Any]) -> Variable:
    limits = entry.get("limits")
    return Variable(
        id=entry["id"],
        label=entry["label"],
        names=tuple(entry["names"]),
        type=entry["type"],
        unit=entry.get("unit"),
        units={name: Measure(**unit) for name, unit in entry["units"].items()},
        si=entry.get("si"),
        limits=(limits[0], limits[1]) if limits else None,
        decimals=entry.get("decimals"),
        values=tuple(entry["values"]),
        ordered=entry["ordered"],
        aliases={value: tuple(names) for value, names in entry["aliases"].items()},
        level=entry.get("level"),
        women_only=entry["women_only"],
        hidden=entry["hidden"],
        source=_citation(entry["source"]),
        **_named(entry),
    )


def _named(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give synonyms by language, and codes."""
    return {
        part: {kind: tuple(names) for kind, names in entry[part].items()}
        for part in ("languages", "codes")
    }


def _citation(entry: Mapping[str, Any]) -> Citation:
    return Citation(**{**entry, "also": tuple(entry.get("also", ()))})


def _law(law: Mapping[str, Any]) -> Law:
    def array(key: str) -> Array | None:
        return np.array(law[key], dtype=np.float64) if key in law else None

    return Law(array("q"), array("p"), array("shares"), array("young"), array("young_knots"))


def _condition(entry: Mapping[str, Any]) -> Condition:
    return Condition(
        id=entry["id"],
        label=entry["label"],
        kind=entry["kind"],
        names=tuple(entry["names"]),
        sets=entry.get("sets"),
        age=tuple(entry["age"]) if entry.get("age") else None,
        men=entry.get("men"),
        shift={name: (d, s) for name, (d, s) in entry["shift"].items()},
        replace={name: tuple(row) for name, row in entry["replace"].items()},
        shares={name: share for name, share in entry["shares"].items() if share is not None},
        correlations=tuple((a, b, r) for a, b, r in entry["correlations"]),
        panel=tuple(entry["panel"]),
        clears=tuple(entry["clears"]),
        criteria=entry["criteria"]["at_least"] if "criteria" in entry else {},
        source=_citation(entry["source"]),
        opened=frozenset(entry["opened"]),
        base=entry.get("base"),
        levels={name: tuple(row) for name, row in entry["levels"].items()},
        survival=_survival(entry),
        survival_source=_citation(entry["survival"]["source"]) if "survival" in entry else None,
        **_named(entry),
    )


def _survival(entry: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    """Years and shares alive: JSON holds the years as words."""
    alive = entry.get("survival", {}).get("alive", {})
    return tuple(sorted((float(years), share) for years, share in alive.items()))
