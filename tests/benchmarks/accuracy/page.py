"""The tables of docs/reference-accuracy.md."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks import blocks
from tests.benchmarks.accuracy.score import errors, published_lines
from tests.benchmarks.accuracy.tables import Published, published

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference-accuracy.md"
WHO = ("ours", "general", "constant")
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


def _found(results: dict[str, Any], way: str, who: str) -> dict[str, list[float]]:
    """Errors of all lines that all three could answer from the reference, by metric."""
    made: dict[str, list[float]] = {}
    for table in published():
        lines = published_lines(table, way)
        for entry in results[table.id][way]["lines"]:
            if entry["status"] != "reference" or any(entry.get(w) is None for w in WHO):
                continue
            for error in errors(lines[entry["column"]], entry[who]):
                for name, value in error.items():
                    made.setdefault(name, []).append(value)
    return made


def _row(values: Sequence[float], digits: int) -> str:
    if not values:
        return "–"
    ninety = statistics.quantiles(values, n=10)[-1] if len(values) > 1 else values[0]
    return f"{statistics.median(values):.{digits}f} ({ninety:.{digits}f})"


def _errors(now: dict[str, Any], frozen: dict[str, Any]) -> list[str]:
    heads = ["", "lines", "ours", "ours, as frozen", "people at large", "constant guess"]
    made = [_line(heads), "|:--|--:|--:|--:|--:|--:|"]
    for way, said in (("words", "words only"), ("stated", "age and sex stated")):
        all_ = {who: _found(now, way, who) for who in WHO}
        before = _found(frozen, way, "ours")
        for name, label, digits in METRICS:
            many = len(all_["ours"].get(name, ()))
            cells = [
                f"{label}, {said}",
                str(many),
                f"**{_row(all_['ours'].get(name, ()), digits)}**",
                _row(before.get(name, ()), digits),
                _row(all_["general"].get(name, ()), digits),
                _row(all_["constant"].get(name, ()), digits),
            ]
            made.append(_line(cells))
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
                for table in published()
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
    for table in published():
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
    for table in published():
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
        year = f" {table.year}" if table.year else ""
        made.append(
            f"{number}. {table.title}. {table.journal}{year}. <{table.url}> ({table.group}; "
            f"{table.left_out} lines left out)"
        )
    return made


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
