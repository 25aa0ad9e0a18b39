"""Changing one place of a blueprint, named by the keys of its YAML form."""

from __future__ import annotations

from typing import Any

from synth_magic.blueprint import yaml_write
from synth_magic.blueprint.explain import shown
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
from synth_magic.blueprint.yaml_form import from_data
from synth_magic.errors import Path, SpecError, problem
from synth_magic.yaml_text import scalar


def replaced(
    blueprint: Blueprint, path: Path, value: object, source: Source | None = None
) -> Blueprint:
    """Give a blueprint that differs at `path`; see `Blueprint.replaced`."""
    if not path:
        raise SpecError(problem(path, "An empty path names no place", "Name a column and a key"))
    data = yaml_write.plain(blueprint)
    here: Any = data
    for depth, step in enumerate(path[:-1], start=1):
        here = _inside(here, step, path[:depth])
    _set(here, path[-1], _plain(value), path)
    if source is not None and len(path) > 1 and value is not None:
        _say(data, path, source)
    return from_data(data)


def _plain(value: object) -> Any:
    """Give parts of a blueprint as plain data."""
    if isinstance(value, Column):
        return yaml_write.column_data(value)
    if isinstance(value, Distribution):
        return yaml_write.distribution_data(value)
    if isinstance(value, Effect):
        return yaml_write.effect_data(value)
    if isinstance(value, Rule):
        return yaml_write.rule_data(value)
    if isinstance(value, Missing):
        return yaml_write.missing_data(value)
    if isinstance(value, Form):
        return value.model_dump(exclude_none=True)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _nowhere(path: Path) -> SpecError:
    what = (
        f"There is no `{shown(path[-1])}` in {' > '.join(map(str, path[:-1])) or 'the blueprint'}"
    )
    return SpecError(problem(path, what, "Name a column, effect, rule or key that is there"))


def _at(here: list[Any], step: str | int) -> int | None:
    if isinstance(step, int):
        return step if 0 <= step < len(here) else None
    names = [item.get("name") if isinstance(item, dict) else None for item in here]
    return names.index(step) if step in names else None


def _inside(here: Any, step: str | int, path: Path) -> Any:
    """Go one step in, making what may be absent: a section, a column's mapping."""
    if isinstance(here, list):
        at = _at(here, step)
        if at is not None and isinstance(here[at], str) and path[0] == "rules":
            here[at] = {"rule": here[at]}
        if at is not None:
            return here[at]
    elif isinstance(here, dict):
        absent = step not in here
        if absent and path in (("effects",), ("rules",)):
            here[step] = []
        elif absent and (path == ("missing",) or (len(path) > 2 and path[0] == "columns")):
            here[step] = {}
        if step in here:
            return here[step]
    raise _nowhere(path)


def _set(here: Any, step: str | int, value: Any, path: Path) -> None:
    if isinstance(here, list):
        at = _at(here, step)
        if at is None and step == len(here) and value is not None:
            here.append(value)
        elif at is None:
            raise _nowhere(path)
        elif value is None:
            del here[at]
        else:
            here[at] = value
    elif not isinstance(here, dict):
        raise _nowhere(path)
    elif value is None:
        here.pop(_key(here, step), None)
    else:
        here[_key(here, step)] = value


def _key(here: dict[Any, Any], step: str | int) -> Any:
    """Find a key that is a number in the data and text in a path (a quantile's)."""
    return next((key for key in here if scalar(key) == str(step)), step)


def _say(data: dict[str, Any], path: Path, source: Source) -> None:
    """Write who says what now stands at `path`."""
    section, which = str(path[0]), path[1]
    part = data[section]
    at: Any = _at(part, which) if isinstance(part, list) else which
    if section == "columns":
        column = part[at]
        if len(path) > 2 and path[2] == "distribution":
            column["distribution"]["source"] = source
        elif len(path) > 2 and path[2] not in ("name", "sources"):
            column.setdefault("sources", {})[path[2]] = source
    elif section == "rules" and isinstance(part[at], str):
        part[at] = {"rule": part[at], "source": source}
    elif section == "missing" and not isinstance(part[at], dict):
        part[at] = {"rate": part[at], "source": source}
    elif section in ("effects", "rules", "missing"):
        part[at]["source"] = source
