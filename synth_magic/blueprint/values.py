"""Shares, numbers, texts and years as people write them in a blueprint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth_magic import yaml_text
from synth_magic.blueprint.distribution import Source
from synth_magic.errors import Path

#: Path to what was typed for a number.
Texts = Mapping[Path, str]


def share(data: object) -> float | int | None:
    """Read a share: 0.08, or a percentage as text (``8%``); None when it is none."""
    if isinstance(data, str) and data.rstrip().endswith("%"):
        percent = yaml_text.number(data.rstrip()[:-1].strip())
        return None if percent is None else percent / 100
    data = number(data)
    return data if isinstance(data, (int, float)) and not isinstance(data, bool) else None


def number(data: Any) -> Any:
    """Read a number that stands in quotes or as a key; leave the rest."""
    found = yaml_text.number(data.strip()) if isinstance(data, str) else None
    return data if found is None else found


def numbered(data: Mapping[str, Any]) -> dict[Any, Any]:
    """Read keys and values that are numbers or percentages: ``365: 82%``."""
    return {share_or_same(key): share_or_same(part) for key, part in data.items()}


def share_or_same(data: Any) -> Any:
    """Read a share; what is none is given back for the model to refuse."""
    found = share(data)
    return data if found is None else found


def texted(data: Any, path: Path, texts: Texts) -> Any:
    """Give a number back as it was typed, where a text is wanted."""
    if isinstance(data, (str, dict, list)):
        return data
    return texts.get(path) or (None if data is None else yaml_text.scalar(data))


def years(ends: list[Any], kind: str) -> list[Any]:
    """Read years as their first and last day."""
    times = ("", "") if kind == "date" else ("T00:00:00", "T23:59:59")
    days = ("-01-01", "-12-31")
    return [
        f"{end:04d}{days[at]}{times[at]}" if isinstance(end, int) and 1 <= end <= 9999 else end
        for at, end in enumerate(ends[:2])
    ] + ends[2:]


def shares_read(data: Mapping[str, Any]) -> dict[str, Any]:
    """Read what a distribution or stated facts say in shares."""
    given = {key: part for key, part in data.items() if part is not None}
    if isinstance(given.get("quantiles"), dict):
        quantiles = given["quantiles"].items()
        given["quantiles"] = {share_or_same(key): part for key, part in quantiles}
    if isinstance(given.get("probabilities"), dict):
        shares = given["probabilities"].items()
        given["probabilities"] = {key: share_or_same(part) for key, part in shares}
    for key in ("probability", "zero_share"):
        if key in given:
            given[key] = share_or_same(given[key])
    return given


def law_given(data: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """Read a distribution; it, and each group in it, gets `source` where it names none."""
    given = shares_read(data)
    given.setdefault("source", source)
    if isinstance(given.get("groups"), dict):
        given["groups"] = {
            key: law_given(part, given["source"]) if isinstance(part, dict) else part
            for key, part in given["groups"].items()
        }
    return given
