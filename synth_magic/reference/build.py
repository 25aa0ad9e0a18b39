"""Data files to one built JSON, which the product loads in milliseconds.

    python -m synth_magic.reference.build

The laws become arrays by sex and age; the direct effects are solved, in the order of the
variables, to one correlation matrix R of all variables' latent scores given age and sex.
Age and sex themselves need no row in R: the laws are conditional on them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import TypeAdapter

from synth_magic.reference import files, tables
from synth_magic.reference.observed import with_observed
from synth_magic.reference.published import with_published
from synth_magic.reference.sayings import Sayings
from synth_magic.reference.written_laws import law, within_limits

Array = NDArray[np.float64]
HERE = Path(__file__).parent
DATA = HERE / "data"
BUILT = HERE / "built" / "reference.json"
EFFECTS = HERE / "built" / "effects.json"
#: Correlations are stored as whole numbers of these, which are read fast.
RESOLUTION = 10_000
#: Parts of a condition that files of the survey share.
PARTS = ("shift", "replace", "shares")


def read(path: Path) -> Any:
    """One YAML file of the reference (our own, so the plain safe loader does)."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def variables() -> tuple[files.VariableFile, ...]:
    """All variables in the order of the graph: by file name, then as they stand."""
    return tuple(
        files.VariableFile.model_validate(entry)
        for path in sorted((DATA / "variables").glob("*.yaml"))
        for entry in read(path)
    )


def build() -> dict[str, Any]:
    """Everything that the product needs at run time, as plain JSON values."""
    nhanes, levels = survey()
    young = young_laws()
    entries = variables()
    said = Sayings.read(DATA)
    computed = files.NhanesEffects.model_validate(read(DATA / "nhanes" / "effects.yaml"))
    edges = direct_effects()
    names = [entry.id for entry in entries if entry.id not in ("sex", "age")]
    rules = files.RulesFile.model_validate(read(DATA / "rules.yaml"))
    lexicon = files.LexiconFile.model_validate(read(DATA / "lexicon.yaml"))
    raw = {
        "digest": digest(),
        "probabilities": list(nhanes.probabilities),
        "knots": list(nhanes.knots),
        "variables": [
            said.named(entry, {"law"})
            | {"law": law(entry, nhanes, levels) | within_limits(young.get(entry.id, {}), entry)}
            for entry in entries
        ],
        "R": {
            "names": names,
            "resolution": RESOLUTION,
            "rows": [
                [round(float(r) * RESOLUTION) for r in row[:i]]
                for i, row in enumerate(solve(names, edges))
            ],
        },
        "edges": [list(edge) for edge in entered()],
        "surveyed": sorted({child for _, child, _ in computed.effects}),
        "words": [effect.model_dump(exclude_none=True) for effect in worded_effects()],
        "conditions": [],
        "rules": rules.model_dump(exclude_none=True),
        "lexicon": lexicon.model_dump(by_alias=True),
        "sources": {s.id: s.model_dump(exclude={"id"}) for s in sources()},
    }
    # What a paper observed in a condition is measured against the laws, so those come first.
    reference = tables.parse(raw)
    return raw | {"conditions": [_condition(c, reference, said) for c in conditions()]}


def _condition(
    condition: files.ConditionFile, reference: tables.Reference, said: Sayings
) -> dict[str, Any]:
    """Give a condition with its tables pooled, and the names of the rows that were looked up."""
    joined, rows = with_published(condition, reference)
    done = with_observed(joined, reference)  # at the ages that the tables say
    if "bmi" in done.shift and not {"weight"} & {*done.shift, *done.replace}:
        # A table computes the index from the weight, so that moves.
        done = done.model_copy(update={"shift": {**done.shift, "weight": done.shift["bmi"]}})
    done, rows = _smokers(done, rows)
    opened = {*rows} | ({*condition.surveyed} if condition.source.opened else set())
    entry = said.named(done, {"observed", "tables", "surveyed"})
    return entry | {"opened": sorted(opened)}


def _smokers(
    condition: files.ConditionFile, opened: tuple[str, ...]
) -> tuple[files.ConditionFile, tuple[str, ...]]:
    """Make one category of the shares of current and former smokers; the others never smoked."""
    both = ("current_smoker", "former_smoker")
    current, former = (condition.shares.get(name) for name in both)
    if current is None or former is None:
        return condition, opened
    never = round(max(1 - current - former, 0.01), 4)
    total = never + former + current
    parts = tuple(round(part / total, 4) for part in (never, former, current))
    shares = {name: share for name, share in condition.shares.items() if name not in both}
    levels = {**condition.levels, "smoker": parts}
    rows = (*opened, "smoker") if {*both} <= {*opened} else opened
    return condition.model_copy(update={"shares": shares, "levels": levels}), rows


def survey() -> tuple[files.NhanesLaws, Mapping[str, files.NhanesValues]]:
    """All laws of the survey's adults, and the shares of its categories."""
    laws = files.NhanesLaws.model_validate(read(DATA / "nhanes" / "laws.yaml"))
    more = files.NhanesMore.model_validate(read(DATA / "nhanes" / "more_laws.yaml"))
    joined = {
        "numbers": {**laws.numbers, **more.numbers},
        "shares": {**laws.shares, **more.shares},
    }
    return laws.model_copy(update=joined), more.levels


def young_laws() -> dict[str, dict[str, Any]]:
    """Quantiles below 18 years, by variable."""
    form = TypeAdapter(dict[str, files.NhanesYoung])
    found = form.validate_python(read(DATA / "nhanes" / "young_laws.yaml"))
    return {
        name: {"young": [entry.F, entry.M], "young_knots": entry.knots}
        for name, entry in found.items()
    }


def sources() -> tuple[files.SourceFile, ...]:
    """All sources; each has title, year, address and licence."""
    return tuple(files.SourceFile.model_validate(entry) for entry in read(DATA / "sources.yaml"))


def conditions() -> tuple[files.ConditionFile, ...]:
    """Conditions and settings; rows that NHANES gives are merged in under their own names."""
    given = read(DATA / "nhanes" / "conditions.yaml")
    for name, more in read(DATA / "nhanes" / "more_conditions.yaml").items():
        given[name] = _merged(given.get(name, {}), more)
    found = []
    for path in sorted((DATA / "conditions").glob("*.yaml")):
        entry = read(path)
        base = given.get(entry.get("nhanes", ""), {})
        entry["surveyed"] = _surveyed(entry, base)
        for field in ("shift", "replace", "shares"):
            entry[field] = (base.get(field) or {}) | (entry.get(field) or {})
        entry.setdefault("correlations", base.get("correlations", ()))
        for field in ("age", "men"):
            entry.setdefault(field, base.get(field))
        found.append(files.ConditionFile.model_validate(entry))
    return tuple(found)


def _surveyed(entry: dict[str, Any], base: dict[str, Any]) -> tuple[str, ...]:
    """Names of the rows that the survey gives a condition, and its file does not overrule."""
    own = {name for part in PARTS for name in entry.get(part) or {}}
    rows = dict.fromkeys(name for part in PARTS for name in base.get(part) or {})
    people = [name for name, part in (("age", "age"), ("sex", "men")) if part in base]
    return (*(name for name in rows if name not in own), *people)


def _merged(one: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Join what the survey says of a condition in two files; the first stands."""
    parts = {part: (more.get(part) or {}) | (one.get(part) or {}) for part in PARTS}
    return more | one | parts


def direct_effects() -> list[tuple[str, str, float]]:
    """All latent direct effects: those computed from NHANES and those entered by hand."""
    computed = files.NhanesEffects.model_validate(read(DATA / "nhanes" / "effects.yaml"))
    return [*computed.effects, *entered()]


def entered() -> list[tuple[str, str, float]]:
    """Latent direct effects entered by hand, alone or in groups."""
    alone = [(e.parent, e.child, e.beta) for e in by_hand() if e.beta is not None]
    return [*alone, *(row for group in groups() for row in group.effects)]


def groups() -> tuple[files.EffectsFile, ...]:
    """Latent effects that share a kind and a source."""
    return tuple(
        files.EffectsFile.model_validate(entry)
        for path in sorted((DATA / "effects").glob("*.yaml"))
        for entry in read(path)
    )


def every_effect() -> list[dict[str, Any]]:
    """All direct effects with where they come from, for readers."""
    computed = files.NhanesEffects.model_validate(read(DATA / "nhanes" / "effects.yaml"))
    cited = {"id": computed.source, "kind": "microdata", "opened": True,
             "where": f"regressions of normal scores, {computed.population}"}  # fmt: skip
    survey = [
        {"parent": a, "child": b, "beta": beta, "kind": computed.kind, "population": "adults",
         "adjusted_for": computed.adjusted_for, "source": cited}
        for a, b, beta in computed.effects
    ]  # fmt: skip
    alone = [effect.model_dump(exclude_none=True) for effect in by_hand()]
    grouped = [
        {"parent": a, "child": b, "beta": beta, "kind": group.kind, "population": group.population,
         "adjusted_for": group.adjusted_for, "source": group.source.model_dump()}
        for group in groups()
        for a, b, beta in group.effects
    ]  # fmt: skip
    return [*survey, *alone, *grouped]


def by_hand() -> tuple[files.EffectFile, ...]:
    """Effects entered by hand, latent and in the clinic's words."""
    return tuple(files.EffectFile.model_validate(e) for e in read(DATA / "effects.yaml"))


def worded_effects() -> tuple[files.EffectFile, ...]:
    """Effects that reach a blueprint in the clinic's own words (odds and hazard ratios)."""
    return tuple(effect for effect in by_hand() if effect.odds_ratio is not None)


def solve(names: list[str], edges: list[tuple[str, str, float]]) -> Array:
    """Correlations that direct effects in the order of `names` imply.

    Raises
    ------
    ValueError
        For an effect against the order, or a child that its parents explain beyond 99.5%.
    """
    place = {name: i for i, name in enumerate(names)}
    R: Array = np.eye(len(names))
    for i, name in enumerate(names):
        parents = [(place[a], beta) for a, b, beta in edges if b == name]
        if not parents:
            continue
        at = np.array([p for p, _ in parents])
        if at.max() >= i:
            raise ValueError(f"an effect on {name} runs against the order of the variables")
        beta = np.array([b for _, b in parents])
        explained = float(beta @ R[np.ix_(at, at)] @ beta)
        if explained > 0.995:
            raise ValueError(f"the parents of {name} explain {explained:.3f} of it")
        R[i, :i] = R[:i, i] = R[:i][:, at] @ beta
    return R


def digest() -> str:
    """Of all data files, so that a stale built file is seen."""
    total = hashlib.blake2b(digest_size=16)
    for path in sorted(DATA.rglob("*.yaml")):
        total.update(path.relative_to(DATA).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def dump(built: dict[str, Any]) -> str:
    """Write the built file's text: one line a top-level entry, so that changes can be read."""
    lines = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in built.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write the built file."""
    BUILT.parent.mkdir(exist_ok=True)
    BUILT.write_text(dump(build()), encoding="utf-8")
    lines = [json.dumps(effect, ensure_ascii=False) for effect in every_effect()]
    EFFECTS.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
