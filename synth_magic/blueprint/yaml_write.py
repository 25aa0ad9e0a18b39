"""A Blueprint as YAML that a person likes to read, and its digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

from synth_magic.blueprint.model import (
    Blueprint,
    Column,
    Distribution,
    Effect,
    Form,
    Missing,
    Rule,
    Source,
)
from synth_magic.yaml_text import block, inline, scalar

HEADER = (
    "# A blueprint of synth-magic: all that makes this table except its seed. Edit it as you like.",
    "# Where no source is named, the user said so. The data drawn from it are synthetic.",
)
COLUMN_KEYS = (
    "name",
    "type",
    "unit",
    "label",
    "description",
    "concept",
    "range",
    "values",
    "ordered",
    "decimals",
    "hidden",
    "pattern",
    "template",
    "distribution",
    "formula",
    "event",
    "survival",
    "censoring",
    "stated",
    "sources",
)
_PAIRS = ("quantiles", "probabilities", "survival", "sources")


def plain(blueprint: Blueprint) -> dict[str, Any]:
    """Give the blueprint as plain data (dict, list, text, numbers) in the YAML form's order."""
    data: dict[str, Any] = {"version": blueprint.version, "sampler": blueprint.sampler}
    for key in ("table", "population"):
        if getattr(blueprint, key) is not None:
            data[key] = getattr(blueprint, key)
    data["columns"] = [column_data(column) for column in blueprint.columns]
    if blueprint.effects:
        data["effects"] = [effect_data(effect) for effect in blueprint.effects]
    if blueprint.rules:
        data["rules"] = [rule_data(rule) for rule in blueprint.rules]
    if blueprint.missing:
        data["missing"] = {part.column: missing_data(part) for part in blueprint.missing}
    return data


def column_data(column: Column) -> dict[str, Any]:
    """Give a column as plain data; what is not said is left out."""
    data: dict[str, Any] = {}
    for key in COLUMN_KEYS:
        value = getattr(column, key)
        if value is None or (key == "sources" and value == ()):
            continue
        if isinstance(value, Distribution):
            data[key] = distribution_data(value)
        elif isinstance(value, Form):
            data[key] = _fields(value)
        else:
            data[key] = dict(value) if key in _PAIRS else _listed(value)
    return data


def distribution_data(law: Distribution, within: Source = "user") -> dict[str, Any]:
    """Give a distribution as plain data; a source equal to `within` is left out."""
    data = _fields(law, without=("groups", "source"))
    if law.groups is not None:
        data["groups"] = {key: distribution_data(part, law.source) for key, part in law.groups}
    return _with_source(data, law.source, within)


def effect_data(effect: Effect) -> dict[str, Any]:
    """Give an effect as ``{from, to, <word>: size, per, where, source}``."""
    data: dict[str, Any] = {"from": effect.parent, "to": effect.child, effect.word: effect.size}
    for key in ("per", "where"):
        if getattr(effect, key) is not None:
            data[key] = getattr(effect, key)
    return _with_source(data, effect.source)


def rule_data(rule: Rule) -> str | dict[str, Any]:
    """Give a rule as its text, or with its source when that is not the user."""
    if rule.source == "user":
        return rule.text
    return {"rule": rule.text, "source": rule.source}


def missing_data(missing: Missing) -> dict[str, Any]:
    """Give missingness as ``{rate, depends_on, <word>: size, source}``."""
    data: dict[str, Any] = {"rate": missing.rate}
    if missing.depends_on is not None:
        data["depends_on"] = missing.depends_on
    if missing.word is not None:
        data[missing.word] = missing.size
    return _with_source(data, missing.source)


def _with_source(data: dict[str, Any], source: Source, within: Source = "user") -> dict[str, Any]:
    return data if source == within else data | {"source": source}


def _fields(form: Form, without: tuple[str, ...] = ()) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key in type(form).model_fields:
        value = getattr(form, key)
        if key in without or value is None:
            continue
        if isinstance(value, Form):
            data[key] = _fields(value)
        else:
            data[key] = dict(value) if key in _PAIRS else _listed(value)
    return data


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


# Text ---------------------------------------------------------------------------


def text(blueprint: Blueprint) -> str:
    """Write the YAML form, with its short header and a line between sections."""
    return "\n".join((*HEADER, *_lines(plain(blueprint), spaced=True))) + "\n"


def digest(blueprint: Blueprint) -> str:
    """Digest the YAML form without comments and empty lines."""
    body = "\n".join(_lines(plain(blueprint), spaced=False))
    return blake2b(body.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def column_yaml(column: Column) -> str:
    """Write one column as an item of ``columns:``."""
    return "\n".join(_item(column_data(column))) + "\n"


def _lines(data: Mapping[str, Any], *, spaced: bool) -> Iterator[str]:
    for key, value in data.items():
        if not isinstance(value, (dict, list)):
            yield from block({key: value})
            continue
        if spaced:
            yield ""
        yield f"{key}:"
        if isinstance(value, dict):
            yield from block(value, indent=2)
        elif key == "columns":
            for column in value:
                yield from _item(column)
        else:
            for item in value:
                yield f"  - {inline(item) if isinstance(item, dict) else scalar(item)}"


def _item(column: Mapping[str, Any]) -> Iterator[str]:
    first, *others = block(column, indent=4)
    yield f"  - {first.lstrip()}"
    yield from others
