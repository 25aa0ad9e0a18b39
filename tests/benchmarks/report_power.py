"""How often does the report flag a table that is right, and how often one that is wrong?

    python -m tests.benchmarks.report_power [--tables 200] [--workers 2]
    python -m tests.benchmarks.report_power --page   # the blocks of docs/fidelity.md only

Right: tables drawn from the five blueprints of tests/fidelity/test_null.py, at 50, 800 and
100,000 rows, with every section of a report (facts, rules, effects, plausibility, oddities).  A
table counts as flagged when one figure or more is.

Wrong: a cohort of ten columns and twelve effects is drawn from a blueprint in which one thing is
changed, and graded against the unchanged one.  It counts when a figure of that column or effect is
flagged; *poor* counts the worse words (poor, reversed, unlikely) only.  Copies are planted by hand:
a tenth of the rows repeats other rows of the table, or rows of a real one.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.blocks import grid, put
from tests.fidelity.test_effects import COHORT
from tests.fidelity.test_null import BLUEPRINTS, FLAGS

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.blueprint.model import Blueprint
    from synth_magic.fidelity.report import Report
    from synth_magic.sampling.plan import Plan

RESULTS = Path(__file__).with_suffix(".json")
PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"
ROWS = (50, 800, 100_000)
#: Of the largest tables so many fewer.
FEWER = 10
WORSE = ("poor", "reversed", "unlikely", "broken")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong.

    Parameters
    ----------
    name
        As the page says it.
    section, about
        Where it is to be noticed: the report's section, and words that its figure's name or
        column has.
    edits
        What stands in the blueprint, and what is drawn instead.
    plant
        What is done to the drawn rows instead.
    """

    name: str
    section: str
    about: str
    edits: tuple[tuple[str, str], ...] = ()
    plant: Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame] | None = None


def repeated(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A tenth of the rows are repeats of others of them."""
    order = rng.permutation(len(table))
    tenth = max(len(table) // 10, 1)
    places = np.arange(len(table))
    places[order[:tenth]] = order[tenth : 2 * tenth]
    return table.iloc[places].reset_index(drop=True)


def _mean(sds: float) -> tuple[tuple[str, str], ...]:
    return (("{normal: {mean: 135, sd: 18}}", f"{{normal: {{mean: {135 + sds * 18}, sd: 18}}}}"),)


def _spread(factor: float) -> tuple[tuple[str, str], ...]:
    return (("{normal: {mean: 135, sd: 18}}", f"{{normal: {{mean: 135, sd: {18 * factor}}}}}"),)


def _share(by: float) -> tuple[tuple[str, str], ...]:
    return (("{probability: 0.25}", f"{{probability: {0.25 + by:.6f}}}"),)


_UNIT = math.sqrt(0.25 * 0.75)
_BETA = "  - {from: age, to: sbp, beta: 0.35}\n"
_ODDS = "  - {from: age, to: dead, odds_ratio: 1.6, per: 10}\n"
_HAZARD = "  - {from: age, to: followup, hazard_ratio: 1.5, per: 10}\n"
WRONGS = (
    *(Wrong(f"mean off by {d} SD", "adherence", "sbp", _mean(d)) for d in (0.1, 0.2, 0.5)),
    Wrong("SD 10% too large", "adherence", "sbp", _spread(1.1)),
    Wrong("SD 25% too large", "adherence", "sbp", _spread(1.25)),
    Wrong("share of 27.2%, not 25%: 0.05 √(p(1 − p))", "adherence", "dead", _share(0.05 * _UNIT)),
    Wrong("share of 29.3%, not 25%: 0.1 √(p(1 − p))", "adherence", "dead", _share(0.1 * _UNIT)),
    Wrong("share of 35%, not 25%", "adherence", "dead", _share(0.1)),
    Wrong("beta 0.35 dropped", "effects", "age → sbp", ((_BETA, ""),)),
    Wrong("odds ratio 1.6 dropped", "effects", "age → dead", ((_ODDS, ""),)),
    Wrong("hazard ratio 1.5 dropped", "effects", "age → followup", ((_HAZARD, ""),)),
    Wrong(
        "beta −0.35, not 0.35", "effects", "age → sbp", ((_BETA, _BETA.replace("0.35", "-0.35")),)
    ),
    Wrong(
        "odds ratio 1/1.6, not 1.6",
        "effects",
        "age → dead",
        ((_ODDS, _ODDS.replace("1.6", "0.625")),),
    ),
    Wrong(
        "hazard ratio 1/1.5, not 1.5",
        "effects",
        "age → followup",
        ((_HAZARD, _HAZARD.replace("1.5", "0.6667")),),
    ),
    Wrong("10% of the rows repeat others", "oddities", "", plant=repeated),
)
#: Beside a real table; its figure is made by another function.
COPIED = "10% of the rows are copies of real ones"


# One table ------------------------------------------------------------------------------


@cache
def plan(text: str) -> tuple[Blueprint, Plan]:
    """A blueprint, compiled."""
    from synth_magic import sampling
    from synth_magic.blueprint.model import Blueprint

    blueprint = Blueprint.from_yaml(text)
    return blueprint, sampling.compile(blueprint)


def draw(text: str, rows: int, seed: str) -> pd.DataFrame:
    """Draw rows of a blueprint."""
    from synth_magic import sampling

    return sampling.draw(plan(text)[1], rows, seed)


def grade(table: pd.DataFrame, text: str) -> Report:
    """Grade a table as if it had been drawn from a blueprint."""
    from synth_magic import fidelity
    from synth_magic.record import attach

    return fidelity.report(table, attach(table, plan(text)[0], 1))


def right(task: tuple[str, int, int]) -> bool:
    """Whether a table of a blueprint with nothing wrong is flagged."""
    name, rows, seed = task
    text = BLUEPRINTS[name][0]
    report = grade(draw(text, rows, f"right {seed}"), text)
    return any(figure.verdict in FLAGS for part in report.sections for figure in part.figures)


def altered(wrong: Wrong) -> str:
    """The cohort's blueprint with one thing changed."""
    text = COHORT
    for old, new in wrong.edits:
        if old not in text:
            raise ValueError(f"the cohort has no {old}")
        text = text.replace(old, new)
    return text


def noticed(task: tuple[int, int, int]) -> tuple[bool, bool]:
    """Whether what is wrong is flagged, and with one of the worse words."""
    at, rows, seed = task
    wrong = WRONGS[at]
    table = draw(altered(wrong), rows, f"wrong {seed}")
    if wrong.plant is not None:
        table = wrong.plant(table, np.random.default_rng(seed))
    report = grade(table, COHORT)
    verdicts = [
        figure.verdict
        for figure in report.figures(wrong.section)
        if figure.column == wrong.about or wrong.about in figure.name
    ]
    return any(v in FLAGS for v in verdicts), any(v in WORSE for v in verdicts)


def copied(task: tuple[int, int]) -> tuple[bool, bool]:
    """Whether rows copied from a real table of as many rows are found; and without any, said."""
    import pandas as pd

    from synth_magic.fidelity.real.align import align
    from synth_magic.fidelity.real.copies import copies

    rows, seed = task
    blueprint = plan(COHORT)[0]
    real = draw(COHORT, rows, f"real {seed}")
    table = draw(COHORT, rows, f"table {seed}")
    again = align(draw(COHORT, min(rows, 20_000), f"again {seed}"), real, blueprint).compared
    found = []
    for planted in (max(rows // 10, 1), 0):
        made = pd.concat([real.iloc[:planted], table.iloc[planted:]], ignore_index=True)
        pairs = align(made, real, blueprint).compared
        counted = copies(pairs, again)
        found.append(counted is not None and counted.beyond)
    return found[0], found[1]


# All of them ----------------------------------------------------------------------------


def tables_of(rows: int, tables: int) -> int:
    """How many tables of so many rows are drawn."""
    return tables if rows < ROWS[-1] else max(tables // FEWER, 1)


def measure(tables: int, workers: int) -> dict[str, Any]:
    """Draw and grade all tables."""
    begin = time.perf_counter()
    half = tables // 2
    found: dict[str, Any] = {
        "tables": {str(rows): tables_of(rows, tables) for rows in ROWS},
        "wrong tables": {str(rows): tables_of(rows, half) for rows in ROWS},
        "right": {},
        "wrong": {},
    }
    with ProcessPoolExecutor(workers) as pool:
        for name in BLUEPRINTS:
            found["right"][name] = {
                str(rows): sum(
                    pool.map(right, [(name, rows, seed) for seed in _seeds(rows, tables)])
                )
                for rows in ROWS
            }
            _tell(name, begin)
        for at, wrong in enumerate(WRONGS):
            found["wrong"][wrong.name] = {
                str(rows): _shares(pool.map(noticed, [(at, rows, s) for s in _seeds(rows, half)]))
                for rows in ROWS
            }
            _tell(wrong.name, begin)
        pairs = {
            str(rows): list(pool.map(copied, [(rows, seed) for seed in _seeds(rows, half)]))
            for rows in ROWS
        }
        found["wrong"][COPIED] = {
            rows: _shares((hit, hit) for hit, _ in part) for rows, part in pairs.items()
        }
        found["no copies"] = {rows: sum(hit for _, hit in part) for rows, part in pairs.items()}
        _tell(COPIED, begin)
    return found


def _seeds(rows: int, tables: int) -> range:
    return range(tables_of(rows, tables))


def _shares(pairs: Iterator[tuple[bool, bool]]) -> list[float]:
    return [round(float(share), 4) for share in np.mean(list(pairs), axis=0)]


def _tell(name: str, begin: float) -> None:
    print(f"{name}: {time.perf_counter() - begin:.0f} s", flush=True)


# The page -------------------------------------------------------------------------------


def null_block(found: dict[str, Any]) -> str:
    """Flagged tables of those with nothing wrong."""
    many = found["tables"]
    rows = [
        [name, *(f"{part[size]} of {many[size]}" for size in many)]
        for name, part in found["right"].items()
    ]
    whole = {size: sum(part[size] for part in found["right"].values()) for size in many}
    total = [f"{whole[size]} of {len(found['right']) * many[size]}" for size in many]
    copies = [f"{found['no copies'][size]} of {found['wrong tables'][size]}" for size in many]
    rows += [["**together**", *(f"**{text}**" for text in total)]]
    rows += [["copies of a real table, where none are", *copies]]
    return grid(["nothing is wrong, flagged", *_heads(many)], rows)


def power_block(found: dict[str, Any]) -> str:
    """Shares of tables in which what is wrong was noticed."""
    rows = [
        [name, *(_cell(*part[size]) for size in found["tables"])]
        for name, part in found["wrong"].items()
    ]
    return grid(["what is wrong", *_heads(found["tables"])], rows)


def _heads(many: dict[str, int]) -> list[str]:
    return [f"{int(size):,} rows" for size in many]


def _cell(any_word: float, worse: float) -> str:
    return f"{100 * any_word:.0f}% ({100 * worse:.0f}%)" if any_word else "0%"


def main() -> None:
    """Measure, and write the page's blocks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--page", action="store_true")
    given = parser.parse_args()
    if not given.page:
        found = measure(given.tables, given.workers)
        RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    put(PAGE, "null", null_block(found))
    put(PAGE, "power", power_block(found))


if __name__ == "__main__":
    main()
