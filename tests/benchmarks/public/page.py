"""The tables of docs/fidelity.md, from results.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.benchmarks.blocks import grid, put

PAGE = Path(__file__).parents[3] / "docs" / "fidelity.md"
#: Which end of the band of two samples of one population is the worse one.
_CHANCE = {"shape": 0, "association": 0, "c2st_auc": 1, "tstr": 0}


def blocks(found: dict[str, Any]) -> dict[str, str]:
    """All blocks of the page by name."""
    return {
        "tables": tables_block(found),
        "shape": metric_block(found, "shape", "at least"),
        "association": metric_block(found, "association", "at least"),
        "c2st": metric_block(found, "c2st_auc", "at most"),
        "utility": utility_block(found),
        "copies": copies_block(found),
        "columns": columns_block(found),
        "versions": versions_block(found),
    }


def write(found: dict[str, Any]) -> None:
    """Write every block of the page anew."""
    for name, text in blocks(found).items():
        put(PAGE, name, text)


def tables_block(found: dict[str, Any]) -> str:
    """What the tables are."""
    rows = [
        [
            f"`{name}`",
            f"{part['rows']:,}",
            str(part["columns"]),
            str(len(part["guessed"])),
            f"`{part['target']}`: {part['target_is']}",
        ]
        for name, part in found["tables"].items()
    ]
    return grid(["table", "rows of a half", "columns", "of them guesses", "predicted"], rows)


def metric_block(found: dict[str, Any], key: str, word: str) -> str:
    """One figure of all tables."""
    rows = [
        [f"`{name}`", *_kinds(part, key), _end(part["bands"][key], _CHANCE[key])]
        for name, part in found["tables"].items()
    ]
    return grid(["", "ours", "shuffled", "second half", f"by chance {word}"], rows)


def utility_block(found: dict[str, Any]) -> str:
    """Trained on each, beside trained on the held-out half's own rows."""
    rows = []
    for name, part in found["tables"].items():
        if part["kinds"]["ours"]["tstr"] is None:
            rows.append([f"`{name}`", "too small to say", "", "", "", ""])
            continue
        own = _cell(part["kinds"]["second half"]["trtr"])
        rows.append([f"`{name}`", *_kinds(part, "tstr"), own, _end(part["bands"]["tstr"], 0)])
    return grid(["", "ours", "shuffled", "second half", "TRTR", "by chance at least"], rows)


def copies_block(found: dict[str, Any]) -> str:
    """Rows equal to a held-out row, of those of a half."""
    rows = []
    for name, part in found["tables"].items():
        kinds = part["kinds"].values()
        cells = [f"{kind['copies'][0]:.1f} ± {kind['copies'][1]:.1f}" for kind in kinds]
        rows.append([f"`{name}`", *cells, f"{part['rows']:,}"])
    return grid(["", "ours", "shuffled", "second half", "of rows"], rows)


def columns_block(found: dict[str, Any]) -> str:
    """Which columns were known, and how near each came."""
    rows = []
    for name, part in found["tables"].items():
        shapes = part["kinds"]["ours"]["column_shapes"]
        guessed = [column for column in shapes if column in part["guessed"]]
        known = [column for column in shapes if column not in part["guessed"]]
        rows.append([f"`{name}`", _named(shapes, known), _named(shapes, guessed)])
    head, line, *rest = grid(["", "stated, or known to the reference", "guesses"], rows).split("\n")
    return "\n".join([head, line.replace("--:", ":--"), *rest])


def versions_block(found: dict[str, Any]) -> str:
    """What it was measured with."""
    parts = [f"{name} {number}" for name, number in found["versions"].items()]
    return f"{found['splits']} splits; Python {found['python']}, {', '.join(parts)}."


def _named(shapes: dict[str, float], names: list[str]) -> str:
    ordered = sorted(names, key=lambda name: -shapes[name])
    if len(ordered) > 12:
        ends = shapes[ordered[0]], shapes[ordered[-1]]
        return f"all {len(ordered)} measurements, {ends[0]:.2f} to {ends[1]:.2f}"
    return ", ".join(f"{name} {shapes[name]:.2f}" for name in ordered)


def _kinds(part: dict[str, Any], key: str) -> list[str]:
    return [_cell(kind[key]) for kind in part["kinds"].values()]


def _cell(value: list[float] | None) -> str:
    if value is None:
        return "–"
    middle, sd = value
    if abs(middle) >= 10:
        return f"{middle:,.0f}".replace("-", "−")
    return f"{middle:.2f} ± {sd:.2f}".replace("-", "−")


def _end(band: list[float] | None, place: int) -> str:
    return "–" if band is None else f"{band[place]:.2f}".replace("-", "−")
