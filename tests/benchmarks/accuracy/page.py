"""The tables of docs/reference-accuracy.md."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import blocks
from tests.benchmarks.accuracy.score import errors, published_lines
from tests.benchmarks.accuracy.tables import SEEN, Line, Published, published

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference-accuracy.md"
SHOWN = 25
METRICS = (
    ("centre", "centre, in published SDs", 2),
    ("spread", "spread, &#124;log SD ratio&#124;", 2),
    ("points", "shares, percentage points", 0),
    ("logit", "shares, &#124;Δ logit&#124;", 2),
)


def write(folder: Path) -> None:
    """Fill the marked parts of the page from the results in a folder."""
    now = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    frozen = json.loads((folder / "frozen.json").read_text(encoding="utf-8"))
    for name, lines in parts(now, frozen).items():
        blocks.put(PAGE, name, "\n".join(lines))


def parts(now: dict[str, Any], frozen: dict[str, Any]) -> dict[str, list[str]]:
    """All marked parts of the page."""
    return {
        "known": _known(now, frozen),
        "errors": _errors(now, frozen),
        "people": _people(now),
        "worst": _worst(now),
        "tables": _tables(),
    }


def _unseen() -> tuple[Published, ...]:
    return tuple(table for table in published() if table.id not in SEEN)


def _columns(results: dict[str, Any]) -> list[tuple[Line, dict[str, dict[str, Any]]]]:
    """Lines of all unseen tables, age and sex left out, with what was found in either way.

    Only those that are drawn from the reference in both ways and of people at large, too.
    """
    made = []
    for table in _unseen():
        lines = published_lines(table, "stated")
        ways = {
            way: {entry["column"]: entry for entry in results[table.id][way]["lines"]}
            for way in ("words", "stated")
        }
        for name, item in lines.items():
            both = {way: ways[way][name] for way in ways if name in ways[way]}
            if len(both) < 2 or any(entry["status"] != "reference" for entry in both.values()):
                continue
            others = [both["stated"].get("general"), both["stated"].get("constant")]
            if any(
                answer is None
                for answer in (*others, both["words"]["ours"], both["stated"]["ours"])
            ):
                continue
            made.append((item, both))
    return made


def _sizes(
    found: Iterable[tuple[Line, dict[str, dict[str, Any]]]], way: str, who: str
) -> dict[str, list[float]]:
    made: dict[str, list[float]] = {}
    for item, both in found:
        for error in errors(item, both[way][who]):
            for name, value in error.items():
                made.setdefault(name, []).append(value)
    return made


def _row(values: Sequence[float], digits: int) -> str:
    if not values:
        return "–"
    ninety = statistics.quantiles(values, n=10)[-1] if len(values) > 1 else values[0]
    return f"{statistics.median(values):.{digits}f} ({ninety:.{digits}f})"


def _errors(now: dict[str, Any], frozen: dict[str, Any]) -> list[str]:
    heads = [
        "", "lines", "ours, from words", "the same, as frozen", "ours, age and sex stated",
        "people at large of that age and sex", "constant guess",
    ]  # fmt: skip
    made = [_line(heads), "|:--|" + "--:|" * 6]
    held = _columns(now)
    sides = [
        _sizes(held, "words", "ours"),
        _sizes(_columns(frozen), "words", "ours"),
        _sizes(held, "stated", "ours"),
        _sizes(held, "stated", "general"),
        _sizes(held, "stated", "constant"),
    ]
    for name, label, digits in METRICS:
        many = len(sides[0].get(name, ()))
        made.append(_line([label, str(many), *(_row(s.get(name, ()), digits) for s in sides)]))
    who = _who(now)
    made += [
        _line([label, str(len(values)), _row(values, digits), "", "", "", ""])
        for label, values, digits in (
            ("mean or median age, in published SDs", who["centre"], 2),
            ("share of women, percentage points", who["points"], 0),
        )
    ]
    return made


def _who(results: dict[str, Any]) -> dict[str, list[float]]:
    """Errors of age and of the share of women, from words alone."""
    made: dict[str, list[float]] = {"centre": [], "points": []}
    for table in _unseen():
        lines = published_lines(table, "words")
        for entry in results[table.id]["words"]["lines"]:
            if entry["column"] in ("age", "sex") and entry.get("ours") is not None:
                first = errors(lines[entry["column"]], entry["ours"])[0]
                kind = "centre" if entry["column"] == "age" else "points"
                made[kind].append(first[kind])
    return made


def _known(now: dict[str, Any], frozen: dict[str, Any]) -> list[str]:
    made = [_line(["lines", "now", "as frozen"]), "|:--|--:|--:|"]
    for status, said in (
        ("reference", "drawn from the reference"),
        ("guess", "drawn as a marked guess"),
        ("refused", "refused: nothing is known"),
    ):
        counts = [
            sum(
                entry["status"] == status
                for table in _unseen()
                for entry in results[table.id]["stated"]["lines"]
            )
            for results in (now, frozen)
        ]
        made.append(_line([said, *map(str, counts)]))
    return made


def _people(now: dict[str, Any]) -> list[str]:
    heads = [
        "people",
        "n",
        "lines known",
        "centre",
        "people at large",
        "shares, points",
        "at large",
    ]
    made = [_line(heads), "|:--|--:|--:|--:|--:|--:|--:|"]
    for table in _unseen():
        found = {who: _of(table, now, who) for who in ("ours", "general")}
        known = sum(e["status"] == "reference" for e in now[table.id]["stated"]["lines"])
        cells = [
            f"[{table.population}]({table.url})",
            f"{table.n:,}",
            f"{known} of {len(table.lines)}",
            *(_middle(found[who].get("centre", ()), 2) for who in ("ours", "general")),
            *(_middle(found[who].get("points", ()), 0) for who in ("ours", "general")),
        ]
        made.append(_line(cells))
    return made


def _of(table: Published, results: dict[str, Any], who: str) -> dict[str, list[float]]:
    lines = published_lines(table, "stated")
    made: dict[str, list[float]] = {}
    for entry in results[table.id]["stated"]["lines"]:
        if entry["status"] != "reference" or entry.get("general") is None:
            continue
        for error in errors(lines[entry["column"]], entry[who]):
            for name, value in error.items():
                made.setdefault(name, []).append(value)
    return made


def _middle(values: Iterable[float], digits: int) -> str:
    held = list(values)
    return f"{statistics.median(held):.{digits}f}" if held else "–"


def _worst(now: dict[str, Any]) -> list[str]:
    made = [_line(["people", "line", "published", "ours", "off by"]), "|:--|:--|:--|:--|--:|"]
    found = []
    for table in _unseen():
        lines = published_lines(table, "stated")
        for entry in now[table.id]["stated"]["lines"]:
            if entry["status"] != "reference" or entry.get("ours") is None:
                continue
            item = lines[entry["column"]]
            for error in errors(item, entry["ours"]):
                if "centre" in error:
                    found.append((error["centre"], table, item, entry["ours"], "SD"))
                elif error["points"] >= 5:
                    found.append((error["logit"], table, item, entry["ours"], "logit"))
    found.sort(key=lambda each: -each[0])
    for size, table, item, ours, unit in found[:SHOWN]:
        if unit == "SD":
            drawn = f"{ours[0]:g} ± {ours[1]:g}"
        else:
            drawn = ", ".join(f"{100 * share:.0f}%" for share in ours)
        said = f"{item.column} {item.unit}".strip().replace("_", " ")
        made.append(_line([table.population, said, item.text, drawn, f"{size:.1f} {unit}"]))
    return made


def _tables() -> list[str]:
    made = []
    for number, table in enumerate(published(), 1):
        seen = "; **seen**: a source of the reference now, not scored" if table.id in SEEN else ""
        year = f" {table.year}" if table.year else ""
        made.append(
            f"{number}. {table.title}. {table.journal}{year}. <{table.url}> ({table.group}; "
            f"{table.left_out} lines left out{seen})"
        )
    return made


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
