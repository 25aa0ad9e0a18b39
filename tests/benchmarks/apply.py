"""How long Apply in the live view takes in the kernel: the table, its state, its forms, its report.

    python tests/benchmarks/apply.py [rows] [repeats]

Twelve columns with effects, a rule and missing values.  Each turn gives a column
with an effect a median that it never had, and applies it; medians of the turns are shown, and
what the first view of a process costs.  The browser's own part is not in it.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = """\
version: 1
table: clinic
population: adults with type 2 diabetes at a hospital outpatient clinic
columns:
  - {name: age, type: integer, unit: years, range: [30, 85],
     distribution: {quantiles: {0.05: 42, 0.25: 55, 0.5: 63, 0.75: 71, 0.95: 81}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.44, M: 0.56}}}
  - {name: height, type: number, decimals: 1, unit: cm, distribution: {by: sex, groups:
     {F: {normal: {mean: 162, sd: 7}}, M: {normal: {mean: 176, sd: 7}}}}}
  - {name: weight, type: number, decimals: 1, unit: kg, range: [40, 200],
     distribution: {lognormal: {median: 82, sigma: 0.2}}}
  - {name: hba1c, type: number, decimals: 1, unit: "%", range: [4.5, 14],
     distribution: {quantiles: {0.25: 6.6, 0.5: 7.4, 0.75: 8.6}}}
  - {name: sbp, type: integer, unit: mmHg, range: [80, 230],
     distribution: {normal: {mean: 137, sd: 17}}}
  - {name: dbp, type: integer, unit: mmHg, range: [40, 130],
     distribution: {normal: {mean: 78, sd: 10}}}
  - {name: ldl, type: number, decimals: 1, unit: mmol/L, range: [0.5, 8],
     distribution: {gamma: {shape: 8, scale: 0.35}}}
  - {name: smoker, type: category,
     distribution: {probabilities: {never: 0.52, former: 0.31, current: 0.17}}}
  - {name: retinopathy, type: boolean, distribution: {probability: 0.22}}
  - {name: stage, type: category, ordered: true, values: [mild, moderate, severe],
     distribution: {probabilities: {mild: 0.6, moderate: 0.3, severe: 0.1}}}
  - {name: visits, type: integer, distribution: {poisson: {mean: 2.5}}}
effects:
  - {from: age, to: sbp, beta: 0.3}
  - {from: sbp, to: dbp, correlation: 0.55}
  - {from: height, to: weight, beta: 0.4}
  - {from: weight, to: sbp, beta: 0.15}
  - {from: hba1c, to: retinopathy, odds_ratio: 1.5, per: 1}
  - {from: smoker=current, to: retinopathy, odds_ratio: 1.6}
  - {from: age, to: stage, odds_ratio: 1.3, per: 10}
rules:
  - sbp > dbp
missing:
  hba1c: {rate: 0.08}
  ldl: {rate: 0.12, depends_on: age, beta: -0.3}
"""


class Clock:
    """Adds up what is spent in functions, by name."""

    def __init__(self) -> None:
        self.turns: dict[str, list[float]] = defaultdict(list)
        self._now: dict[str, float] = defaultdict(float)

    def watch(self, home: Any, name: str, label: str) -> None:
        inner: Callable[..., Any] = getattr(home, name)

        def timed(*words: Any, **more: Any) -> Any:
            begin = time.perf_counter()
            try:
                return inner(*words, **more)
            finally:
                self._now[label] += time.perf_counter() - begin

        setattr(home, name, timed)

    def turn(self, **also: float) -> None:
        for label, took in {**self._now, **also}.items():
            self.turns[label].append(took)
        self._now.clear()


def measured(rows: int, repeats: int) -> tuple[dict[str, float], dict[str, int]]:
    """Median seconds of each part of an Apply, and the bytes of the state."""
    begin = time.perf_counter()
    from synth_magic.blueprint.model import Blueprint
    from synth_magic.existing import judge, recorded

    table = Blueprint.from_yaml(COLUMNS).sample(rows, 7)
    result = recorded(table, "clinic")
    report = judge(result)
    drawn = time.perf_counter()
    from synth_magic.display import forms
    from synth_magic.notebook import live_apply, live_controller
    from synth_magic.notebook.live_desk import Desk

    imported = time.perf_counter()
    published: list[float] = []

    def publish(new: Any, judged: Any) -> None:
        start = time.perf_counter()
        forms.bundle("run", new, judged, name=new.name, mark="sm-static-0")
        clock.turn(**{"static form": time.perf_counter() - start})
        published.append(time.perf_counter())

    clock = Clock()
    variables: dict[str, Any] = {"clinic": table}
    controller = live_controller.Controller(
        variables, Desk(None), result, report, publish=publish, mark="sm-static-0"
    )
    opened = time.perf_counter()
    first = {
        "first table and report": drawn - begin,
        "first view: imports": imported - drawn,
        "first view: state and widget": opened - imported,
    }
    clock.watch(live_apply, "deliver", "draw")
    clock.watch(live_controller.live_session.state, "applied", "summary")
    clock.watch(live_controller, "schema", "schema")
    clock.watch(live_controller, "reason_to_ask", "was it changed")
    clock.watch(live_controller, "judge", "report")
    for turn in range(2 * repeats):
        # Another number each time: what was compiled for an earlier one is of no use.
        text = f"{7.0 + 0.01 * turn:.2f}"
        edit = {"what": "field", "column": "hba1c", "key": "median", "text": text}
        start = time.perf_counter()
        controller.handle({"do": "preview", "id": "p", "edit": edit})
        middle = time.perf_counter()
        controller.handle({"do": "edit", "id": "e", "edit": edit})
        edited, worked = time.perf_counter(), time.process_time()
        controller.handle({"do": "apply", "id": "a"})
        applied, done = time.perf_counter(), time.process_time()
        while len(published) <= turn:
            time.sleep(0.001)
        clock.turns["typing: preview"].append(middle - start)
        clock.turns["edit taken"].append(edited - middle)
        clock.turns["APPLY to redrawn view"].append(applied - edited)
        clock.turns["  seconds of work in it"].append(done - worked)
        clock.turns["REPORT after that"].append(published[-1] - applied)
        clock.turns["  seconds of work in that"].append(time.process_time() - done)
    state = {
        name: len(json.dumps(getattr(controller.widget, name)))
        for name in ("view", "schema", "fidelity")
    }
    return first | {k: statistics.median(v) for k, v in clock.turns.items()}, state


def main() -> None:
    """Print a line for each part."""
    words = [int(word) for word in sys.argv[1:]]
    rows, repeats = (words + [10_000, 7][len(words) :])[:2]
    took, state = measured(rows, repeats)
    print(f"{rows:,} rows x 12 columns, medians of {2 * repeats}")
    for label, seconds in took.items():
        print(f"  {label:<32} {seconds:7.3f} s")
    print("  " + ", ".join(f"{name} {size / 1000:.0f} kB" for name, size in state.items()))


if __name__ == "__main__":
    main()
