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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import TypeAdapter
from scipy.special import ndtri

from synth_magic.reference import files, people, tables
from synth_magic.reference import law as placing

Array = NDArray[np.float64]
#: Beyond these a condition states quantiles of its own (and age within it says little).
FARTHEST_SHIFT, NARROWEST, WIDEST = 1.5, 0.6, 1.6
#: Upper quartile of the standard normal law.
QUARTILE = 0.6744897501960817
HERE = Path(__file__).parent
DATA = HERE / "data"
BUILT = HERE / "built" / "reference.json"
EFFECTS = HERE / "built" / "effects.json"
#: Probabilities that are nearer than this on the normal scale are one.
NEAR = 1e-6
#: Correlations are stored as whole numbers of these, which are read fast.
RESOLUTION = 10_000
#: Parts of a condition that files of the survey share.
PARTS = ("shift", "replace", "shares")
SEXES: tuple[Literal["F"], Literal["M"]] = ("F", "M")


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
    said = Sayings.read()
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
            | {"law": law(entry, nhanes, levels) | _within(young.get(entry.id, {}), entry)}
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
    found = [_with_observed(condition, raw) for condition in conditions()]
    return raw | {"conditions": [said.named(c, {"observed"}) for c in found]}


def _within(young: dict[str, Any], entry: files.VariableFile) -> dict[str, Any]:
    """Keep children's quantiles, whose ends were moved along a line, within the limits."""
    if not young or entry.limits is None:
        return young
    low, high = entry.limits
    rows = np.clip(np.array(young["young"], dtype=np.float64), low, high)
    return young | {"young": rows.tolist()}


@dataclass(frozen=True, slots=True)
class Sayings:
    """Synonyms by language, and codes, of variables and conditions by their id."""

    languages: Mapping[str, Mapping[str, tuple[str, ...]]]
    codes: Mapping[str, files.Codes]

    @classmethod
    def read(cls) -> Sayings:
        """Read the files of the languages and of the codes."""
        form = TypeAdapter(dict[str, tuple[str, ...]])
        languages = {
            language: form.validate_python(read(DATA / "languages" / f"{language}.yaml"))
            for language in files.LANGUAGES
        }
        codes = TypeAdapter(dict[str, files.Codes]).validate_python(read(DATA / "codes.yaml"))
        return cls(languages, codes)

    def named(
        self, entry: files.VariableFile | files.ConditionFile, left_out: set[str]
    ) -> dict[str, Any]:
        """Give one entry with all its synonyms in `names`, and those not English apart, too."""
        foreign = {
            language: names[entry.id]
            for language, names in self.languages.items()
            if entry.id in names
        }
        codes = self.codes.get(entry.id, files.Codes()).model_dump()
        every = dict.fromkeys([*entry.names, *(n for names in foreign.values() for n in names)])
        return entry.model_dump(exclude_none=True, exclude=left_out) | {
            "names": [*every],
            "languages": foreign,
            "codes": {kind: found for kind, found in codes.items() if found},
        }


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


def _with_observed(condition: files.ConditionFile, raw: dict[str, Any]) -> files.ConditionFile:
    """Turn a Table 1 into shifts of the latent scores, or into quantiles where it is far off.

    The general law is taken at the condition's own ages and share of men, so that what age and
    sex do is not counted twice.
    """
    if not condition.observed:
        return condition
    reference = tables.parse(raw)
    p = reference.probabilities
    ages = people.spread(reference, condition.age or (50.0,) * len(p), ())
    group = people.People(ages, condition.men if condition.men is not None else 0.5, ())
    shift, replace = dict(condition.shift), dict(condition.replace)
    for name, seen in condition.observed.items():
        known = placing.number(reference, group, name)
        z = ndtri((np.arange(400) + 0.5) / 400)
        x = _observed(seen, z)
        limits = reference.variables[name].limits or (-np.inf, np.inf)
        score = ndtri(np.clip(np.interp(np.clip(x, *limits), known.x, known.F), 1e-4, 1 - 1e-4))
        d = float(score.mean() / known.own)
        beyond = float(score.var()) - (1 - known.own**2)
        s = float(np.sqrt(max(beyond, 0.01)) / known.own)
        if abs(d) <= FARTHEST_SHIFT and NARROWEST <= s <= WIDEST:
            shift[name] = (round(d, 2), round(s, 2))
        else:
            at = np.clip(_observed(seen, ndtri(p)), *limits)
            replace[name] = tuple(float(f"{v:.4g}") for v in at)
    _weigh(reference, group, condition, shift, replace)
    return condition.model_copy(update={"shift": shift, "replace": replace})


def _weigh(
    reference: tables.Reference,
    group: people.People,
    condition: files.ConditionFile,
    shift: dict[str, tuple[float, float]],
    replace: dict[str, tuple[float, ...]],
) -> None:
    """Let the weight follow an observed body mass index, which a table computes from it."""
    if "bmi" not in condition.observed or {"weight"} & {*shift, *replace}:
        return
    if "bmi" in shift:
        shift["weight"] = shift["bmi"]
        return
    height = placing.number(reference, group, "height")
    metres = float(np.interp(0.5, height.F, height.x)) / 100
    replace["weight"] = tuple(float(f"{v * metres**2:.4g}") for v in replace["bmi"])


def _observed(seen: files.ObservedFile, z: Array) -> Array:
    """Values at normal scores: a normal law by mean and sd, a lognormal one by quartiles."""
    if seen.median is not None and seen.quartiles is not None:
        sigma = np.log(seen.quartiles[1] / seen.quartiles[0]) / (2 * QUARTILE)
        return np.asarray(seen.median * np.exp(sigma * z), dtype=np.float64)
    if seen.mean is None or seen.sd is None:
        raise ValueError("an observed variable needs mean and sd, or median and quartiles")
    return np.asarray(seen.mean + seen.sd * z, dtype=np.float64)


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
        for field in ("shift", "replace", "shares"):
            entry[field] = (base.get(field) or {}) | (entry.get(field) or {})
        entry.setdefault("correlations", base.get("correlations", ()))
        for field in ("age", "men"):
            entry.setdefault(field, base.get(field))
        found.append(files.ConditionFile.model_validate(entry))
    return tuple(found)


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


# Laws -------------------------------------------------------------------------------


def law(
    entry: files.VariableFile,
    nhanes: files.NhanesLaws,
    levels: Mapping[str, files.NhanesValues],
) -> dict[str, Any]:
    """One variable's law as arrays: by sex (F, M), age knot, then probability or value."""
    stated = entry.law
    if stated.nhanes_values is not None:
        values = levels[stated.nhanes_values]
        at = [values.values.index(value) for value in entry.values]
        return {"shares": [[[row[i] for i in at] for row in getattr(values, s)] for s in SEXES]}
    knots = len(nhanes.knots)
    if stated.nhanes is not None:
        rows = nhanes.numbers[stated.nhanes]
        return {"q": [_scaled(rows.F, stated.factor), _scaled(rows.M, stated.factor)]}
    groups = stated.by_sex or (stated.quantiles and {"F": stated.quantiles, "M": stated.quantiles})
    if groups:
        limits, probabilities = entry.limits, nhanes.probabilities
        return {"q": [_spread(groups[s], probabilities, knots, limits) for s in SEXES]}
    if stated.ckd_epi_2021 is not None:
        rows = nhanes.numbers[stated.ckd_epi_2021]
        return {
            "q": [
                [
                    [round(ckd_epi_2021(c, age, sex), 1) for c in reversed(row)]
                    for age, row in zip(nhanes.knots, getattr(rows, sex), strict=True)
                ]
                for sex in SEXES
            ]
        }
    if stated.nhanes_share is not None:
        shares = nhanes.shares[stated.nhanes_share]
        return {"p": [list(shares.F), list(shares.M)]}
    if stated.share is not None:
        both = stated.share
        each = (both["F"], both["M"]) if isinstance(both, dict) else (both, both)
        return {"p": [_along(share, knots) for share in each]}
    if stated.nhanes_levels is not None:
        by_sex = []
        for sex in SEXES:
            rows_of = {v: getattr(nhanes.shares[n], sex) for v, n in stated.nhanes_levels.items()}
            rest = [1 - sum(rows_of[v][k] for v in rows_of) for k in range(knots)]
            by_sex.append(
                [
                    [round(rows_of[v][k] if v in rows_of else rest[k], 4) for v in entry.values]
                    for k in range(knots)
                ]
            )
        return {"shares": by_sex}
    if stated.nhanes_education:
        return {"shares": [[[nhanes.education[v] for v in entry.values]] * knots] * 2}
    if stated.shares is not None:
        return {"shares": [[[stated.shares[v] for v in entry.values]] * knots] * 2}
    return {}


def ckd_epi_2021(creatinine: float, age: float, sex: str) -> float:
    """Glomerular filtration rate by the CKD-EPI 2021 creatinine equation.

    Parameters
    ----------
    creatinine
        mg/dL.
    age
        Years.
    sex
        ``F`` or ``M``.

    References
    ----------
    Inker LA et al., N Engl J Med 2021;385:1737-1749, Table 2.
    """
    kappa, alpha = (0.7, -0.241) if sex == "F" else (0.9, -0.302)
    ratio = creatinine / kappa
    value = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age
    return float(value * 1.012 if sex == "F" else value)


def _scaled(rows: Any, factor: float) -> list[list[float]]:
    return [[round(v * factor, 4) for v in row] for row in rows]


def _along(value: Any, knots: int) -> list[float]:
    return list(value) if isinstance(value, (list, tuple)) else [value] * knots


def _spread(
    quantiles: Any, probabilities: Any, knots: int, limits: tuple[float, float] | None
) -> list[list[float]]:
    """Quantiles stated once, or as a list of rows by age, at the common probabilities."""
    stated = sorted(quantiles)
    columns = [_along(quantiles[p], knots) for p in stated]
    z, at = ndtri(np.array(stated)), ndtri(np.array(probabilities))
    rows = []
    for k in range(knots):
        values = np.array([column[k] for column in columns], dtype=np.float64)
        rows.append([round(float(v), 4) for v in _carried(at, z, values, limits)])
    return rows


def _carried(at: Array, z: Array, values: Array, limits: tuple[float, float] | None) -> Array:
    """Interpolate between stated quantiles; beyond the outermost carry on as the last two do.

    Where nothing is negative they are carried on as logarithms, so that tails are skewed as the
    values of laboratories are.
    """
    if limits is None or len(z) < 2:
        return np.asarray(np.interp(at, z, values), dtype=np.float64)
    grows = limits[0] >= 0 and bool((values > 0).all())
    y = np.log(values) if grows else values
    found = np.asarray(np.interp(at, z, values), dtype=np.float64)
    for outside, i, j in ((at < z[0] - NEAR, 0, 1), (at > z[-1] + NEAR, -1, -2)):
        slope = (y[i] - y[j]) / (z[i] - z[j])
        beyond = y[i] + slope * (at[outside] - z[i])
        found[outside] = np.exp(beyond) if grows else beyond
    return np.clip(found, *limits)


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
