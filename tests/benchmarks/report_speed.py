"""How long a report takes once a blueprint's large draw is there, beside one np.sort.

    python -m tests.benchmarks.report_speed [rows ...]           # 10,000 and 1,000,000
    python -m tests.benchmarks.report_speed --real [rows ...]    # beside a real table: 10,000

Twenty columns with effects, a rule, missing values and clinical names.  The ratio is to one
np.sort of the same columns' numbers; a busy machine slows both.  The real table is another draw
of the blueprint.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np

from synth_magic import fidelity
from synth_magic.blueprint.model import Blueprint
from synth_magic.events import Event
from synth_magic.record import record_of

NUMBERS = 8
BLUEPRINT = (
    """\
version: 1
table: speed
population: adults in primary care
columns:
  - {name: age, type: integer, unit: years, range: [18, 95],
     distribution: {normal: {mean: 55, sd: 16}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - {name: sbp, type: integer, range: [70, 240], distribution: {normal: {mean: 128, sd: 18}}}
  - {name: dbp, type: integer, range: [30, 140], distribution: {normal: {mean: 74, sd: 11}}}
  - {name: height, type: number, decimals: 1, unit: cm, distribution: {by: sex, groups:
     {F: {normal: {mean: 162, sd: 7}}, M: {normal: {mean: 176, sd: 7}}}}}
  - {name: weight, type: number, decimals: 1, unit: kg,
     distribution: {lognormal: {median: 80, sigma: 0.2}}}
  - {name: ill, type: boolean, distribution: {probability: 0.2}}
  - {name: dead, type: boolean, distribution: {probability: 0.1}}
  - {name: grade, type: category, ordered: true, values: [low, mid, high],
     distribution: {probabilities: {low: 0.5, mid: 0.3, high: 0.2}}}
  - {name: ward, type: category, distribution: {probabilities: {a: 0.5, b: 0.3, c: 0.2}}}
  - {name: followup, type: time_to_event, unit: days, event: event,
     survival: {365: 0.8, 1825: 0.5}, censoring: {administrative: [900, 2600]}}
"""
    + "".join(
        f"  - {{name: lab{i}, type: number, decimals: 2,"
        f" distribution: {{gamma: {{shape: {i + 2}, scale: 3}}}}}}\n"
        for i in range(NUMBERS)
    )
    + """\
effects:
  - {from: age, to: sbp, beta: 0.4}
  - {from: sbp, to: dbp, beta: 0.6}
  - {from: height, to: weight, correlation: 0.4}
  - {from: age, to: ill, odds_ratio: 1.5, per: 10}
  - {from: sex=M, to: ill, odds_ratio: 1.5}
  - {from: age, to: dead, odds_ratio: 2, per: 10}
  - {from: ill, to: dead, odds_ratio: 3}
  - {from: age, to: grade, odds_ratio: 1.4, per: 10}
  - {from: ill, to: ward=b, odds_ratio: 2}
  - {from: age, to: followup, hazard_ratio: 1.6, per: 10}
  - {from: ill, to: lab0, beta: 0.5}
  - {from: lab0, to: lab1, beta: 0.4}
rules:
  - sbp > dbp
missing:
  weight: {rate: 0.1}
  lab3: {rate: 0.2, depends_on: age, beta: 0.4}
"""
)


def measured(rows: int, times: int = 3) -> tuple[float, float]:
    """Median seconds of a report and of one np.sort of the same columns."""
    table = Blueprint.from_yaml(BLUEPRINT).sample(rows, 1)
    record = record_of(table)
    if record is None:
        raise RuntimeError("a drawn table carries a record")
    fidelity.report(table.head(10), record)  # the large draw
    codes = [
        column.cat.codes.to_numpy() if hasattr(column, "cat") else column.to_numpy(np.float64)
        for _, column in table.items()
    ]
    took: list[float] = []
    sorts: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        fidelity.report(table, record)
        middle = time.perf_counter()
        for column in codes:
            np.sort(column)
        took.append(middle - start)
        sorts.append(time.perf_counter() - middle)
    return statistics.median(took), statistics.median(sorts)


def beside(rows: int) -> dict[str, float]:
    """Seconds that each step takes beside a real table of as many rows."""
    from synth_magic.fidelity import real

    blueprint = Blueprint.from_yaml(BLUEPRINT)
    table, other = blueprint.sample(rows, 1), blueprint.sample(rows, 2)
    told: list[tuple[str, float]] = []

    def tell(event: Event) -> None:
        told.append((event.text, time.perf_counter()))

    real.sections(table, other, blueprint=blueprint, target="ill", tell=tell)
    steps = [name for name, _ in told[:-1]]
    took = np.diff([moment for _, moment in told])
    return {name: float(seconds) for name, seconds in zip(steps, took, strict=True)}


def main() -> None:
    """Print a line for each number of rows."""
    words = [word for word in sys.argv[1:] if word != "--real"]
    if "--real" in sys.argv:
        for rows in [int(word) for word in words] or [10_000]:
            for name, seconds in beside(rows).items():
                print(f"{rows:>9,} rows x 20, {name}: {seconds:6.2f} s")
        return
    for rows in [int(word) for word in words] or [10_000, 1_000_000]:
        took, sort = measured(rows)
        print(f"{rows:>9,} rows x 20: {took:6.2f} s, {took / sort:5.1f} of np.sort")


if __name__ == "__main__":
    main()
