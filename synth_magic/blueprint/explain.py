"""What pydantic refuses, said in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import ValidationError

from synth_magic.blueprint.distribution import FAMILIES
from synth_magic.blueprint.model import WORDS, Blueprint, Column, ColumnType, Distribution, Source
from synth_magic.errors import Path, Problem, problem
from synth_magic.yaml_text import scalar

#: How each family is written, for a message.
EXAMPLES = {
    "normal": "normal: {mean: 62, sd: 11}",
    "lognormal": "lognormal: {median: 90, sigma: 0.5}",
    "gamma": "gamma: {shape: 2, scale: 15}",
    "beta": "beta: {a: 2, b: 5}",
    "exponential": "exponential: {mean: 30}",
    "weibull": "weibull: {shape: 1.5, scale: 400}",
    "poisson": "poisson: {mean: 2.5}",
    "negative_binomial": "negative_binomial: {mean: 2.5, dispersion: 0.8}",
    "uniform": "uniform: {low: 0, high: 100}",
    "quantiles": "quantiles: {0.05: 42, 0.5: 63, 0.95: 81}",
    "probabilities": "probabilities: {F: 0.45, M: 0.55}",
    "probability": "probability: 0.22",
    "groups": "groups: {F: {normal: {mean: 62, sd: 11}}, M: {normal: {mean: 66, sd: 11}}}",
    "range": "range: [30, 85]",
    "values": "values: [mild, moderate, severe]",
    "survival": "survival: {365: 0.82, 1825: 0.55}",
    "censoring": "censoring: {administrative: [900, 2600], dropout_per_year: 0.02}",
    "administrative": "administrative: [900, 2600]",
    "quartiles": "quartiles: [55, 71]",
    "distribution": "distribution: {normal: {mean: 62, sd: 11}}",
    "stated": "stated: {mean: 62, sd: 11}",
    "sources": "sources: {range: user}",
    "columns": "columns:`, and below it `- name: age",
    "effects": "effects:`, and below it `- {from: age, to: sbp, beta: 0.35}",
    "rules": "rules:`, and below it `- sbp > dbp",
    "missing": "missing:`, and below it `hba1c: 0.08",
}

#: Keys of each part of the YAML form, for completion and suggestions.
KEYS: Mapping[str, tuple[str, ...]] = {
    "blueprint": tuple(Blueprint.model_fields),
    "column": tuple(Column.model_fields),
    "distribution": tuple(Distribution.model_fields),
    "stated": ("mean", "sd", "median", "quartiles", "quantiles", "probabilities",
               "probability", "zero_share"),
    "censoring": ("administrative", "dropout_per_year"),
    "effect": ("from", "to", *WORDS, "per", "where", "source"),
    "rule": ("rule", "source"),
    "missing": ("rate", "depends_on", "beta", "odds_ratio", "source"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sigma"),
    "gamma": ("shape", "scale"),
    "beta": ("a", "b"),
    "exponential": ("mean",),
    "weibull": ("shape", "scale"),
    "poisson": ("mean",),
    "negative_binomial": ("mean", "dispersion"),
    "uniform": ("low", "high"),
}  # fmt: skip
_CHOICES = {"type": get_args(ColumnType), "source": get_args(Source)}
_TAGS = frozenset({"int", "float", "str"})


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that looks most like `word`, or None."""
    names = {str(name).casefold(): str(name) for name in known}
    found = get_close_matches(word.casefold(), list(names), n=1, cutoff=0.6)
    return names[found[0]] if found else None


def listing(words: Iterable[str], limit: int = 12) -> str:
    """List words for a message, shortened when there are many."""
    shown = list(words)
    more = f" … ({len(shown) - limit} more)" if len(shown) > limit else ""
    return ", ".join(shown[:limit]) + more


def shown(text: object, limit: int = 60) -> str:
    """Show a user's text in a message, on one line and not too long."""
    line = "null" if text is None else " ".join(str(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def unknown_key(path: Path, key: str, part: str) -> Problem:
    """Complain of a key that `part` (of `KEYS`) does not have."""
    keys = KEYS.get(part, ())
    close = nearest(key, keys)
    mend = f"Write `{close}`" if close else f"It has: {listing(keys, 24)}"
    whose = {"blueprint": "A blueprint", "effect": "An effect"}.get(part, f"A {part}")
    return problem(path, f"{whose} has no `{shown(key)}`", mend)


def problems(error: ValidationError, data: object, path: Path = ()) -> list[Problem]:
    """Translate what pydantic found.

    Parameters
    ----------
    error
        As raised by a part of the blueprint.
    data
        What was given to that part, to name columns and keys in paths.
    path
        Where the part stands.
    """
    return [_one(entry, _path(entry["loc"], data, path)) for entry in error.errors()]


def _path(loc: tuple[int | str, ...], data: object, begin: Path) -> Path:
    """Turn pydantic's place into one by names: columns by name, pairs by key."""
    path = begin
    pair = False
    for step in loc:
        if pair:
            pair = False
            continue
        if isinstance(step, str) and step in _TAGS:
            continue
        if isinstance(step, int) and isinstance(data, Mapping):
            key = list(data)[step]
            path, data, pair = (*path, scalar(key)), data[key], True
            continue
        if isinstance(step, int) and isinstance(data, (list, tuple)):
            data = data[step] if step < len(data) else None
            name = data.get("name") if isinstance(data, Mapping) else getattr(data, "name", None)
            path = (*path, name if path[-1:] == ("columns",) and isinstance(name, str) else step)
            continue
        data = data.get(step) if isinstance(data, Mapping) else getattr(data, str(step), None)
        path = (*path, step)
    return path


def _one(entry: Any, path: Path) -> Problem:
    kind, given = entry["type"], entry["input"]
    key = str(path[-1]) if path else "the blueprint"
    above = str(path[-2]) if len(path) > 1 else ""
    example = EXAMPLES.get(key) or EXAMPLES.get(above)
    mend = f"Write `{example}`" if example else ""
    if kind == "extra_forbidden":
        return unknown_key(path, key, _part(path))
    if kind == "missing":
        missing = f"`{above}` needs `{key}`" if above else f"There is no `{key}`"
        return problem(path[:-1], missing, mend)
    if kind == "literal_error":
        choices = _CHOICES.get(key, _CHOICES["source"])
        close = nearest(str(given), choices)
        mend = f"Write `{key}: {close}`" if close else f"It is one of: {listing(choices)}"
        return problem(path, f"`{shown(given)}` is no {key} that is known", mend)
    if kind == "value_error":
        said = str(entry["ctx"]["error"])
        whose = next((step for step in reversed(path) if isinstance(step, str)), key)
        return problem(path, f"`{whose}`: {said}", mend or f"Write a number after `{key}:`")
    if kind == "bool_parsing" or kind == "bool_type":
        return problem(path, f"`{key}` is either true or false", f"Write `{key}: true`")
    if kind.startswith("int_"):
        return problem(path, f"`{key}` is a whole number", f"Write `{key}: 1`")
    wanted = {
        "string_type": "a text",
        "tuple_type": "a list or a mapping",
        "model_type": "a mapping",
        "model_attributes_type": "a mapping",
        "too_long": "a shorter list",
        "too_short": "a longer list",
    }.get(kind, "something else")
    what = f"`{key}` wants {wanted}, not {shown(given)!r}"
    return problem(path, what, mend or f"Write {wanted} after `{key}:`")


def _part(path: Path) -> str:
    """Name the part of `KEYS` whose key stands last in `path`."""
    above = path[-2] if len(path) > 1 else None
    if above in FAMILIES or above in ("distribution", "stated", "censoring"):
        return str(above)
    if path[:1] == ("columns",) and len(path) == 3:
        return "column"
    if "groups" in path:
        return "distribution"
    return "blueprint"
