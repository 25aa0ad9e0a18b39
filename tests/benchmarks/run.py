"""Measure the budgets: loading, compiling, drawing, memory, asking a model.

Figures are ratios in one run.

    python tests/benchmarks/run.py                    # all
    python tests/benchmarks/run.py draw --repeats 9   # one of: load compile draw memory model

Each measurement runs in a process of its own with one thread for every library
(OMP_NUM_THREADS=1), rivals interleaved, medians shown.  The rival of drawing is
raw NumPy: the same ten columns from normal scores correlated by a Cholesky
factor, delivered as the same DataFrame.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: A timing counts when others used less than so much of a core meanwhile; tried again at
#: most so many times as often as asked for.
QUIET, PATIENCE = 0.2, 4
#: Five numbers and categories to write: 100 million rows of them must stay below 1 GB.
WIDE = """
version: 1
columns:
  - {name: age, type: integer, range: [18, 95], distribution: {normal: {mean: 62, sd: 12}}}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.44, M: 0.56}}}
  - {name: sbp, type: integer, range: [70, 240], distribution: {normal: {mean: 135, sd: 18}}}
  - {name: smoker, type: boolean, distribution: {probability: 0.25}}
  - {name: hba1c, type: number, decimals: 1, range: [4, 16], distribution: {lognormal: {median: 7.1, sigma: 0.2}}}
effects:
  - {from: age, to: sbp, beta: 0.35}
  - {from: age, to: smoker, odds_ratio: 0.8, per: 10}
  - {from: sbp, to: hba1c, beta: 0.2}
missing:
  hba1c: {rate: 0.08}
"""  # noqa: E501


# In the measuring process ---------------------------------------------------------------


def clinic():
    from synth_magic.blueprint.model import Blueprint

    return Blueprint.from_yaml((HERE / "clinic.yaml").read_text(encoding="utf-8"))


def raw_numpy(rows: int):
    """Draw the same ten columns as a NumPy user would, with a DataFrame at the end."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    R = np.eye(9)
    for i, j, r in ((2, 0, -0.1), (2, 1, 0.45), (3, 0, 0.35), (3, 2, 0.2), (4, 3, 0.55),
                    (5, 0, -0.2), (6, 0, 0.2), (6, 2, 0.2), (7, 5, 0.1), (8, 0, 0.3)):  # fmt: skip
        R[i, j] = R[j, i] = r
    z = rng.standard_normal((rows, 9)) @ np.linalg.cholesky(R).T
    age = np.clip(np.rint(62 + 12 * z[:, 0]), 18, 95).astype(np.int64)
    height = np.round(np.clip(170 + 9 * z[:, 1], 130, 215), 1)
    weight = np.round(np.clip(78 * np.exp(0.2 * z[:, 2]), 35, 220), 1)
    sbp = np.clip(np.rint(135 + 18 * z[:, 3]), 70, 240)
    dbp = np.clip(np.rint(78 + 11 * z[:, 4]), 35, 140).astype(np.int64)
    dbp = np.minimum(dbp, sbp.astype(np.int64) - 1)
    bmi = np.round(weight / (height / 100) ** 2, 1)
    weight[rng.random(rows) < 0.05] = np.nan
    sbp[rng.random(rows) < 0.08] = np.nan
    return pd.DataFrame(
        {
            "age": age,
            "height": height,
            "weight": weight,
            "sbp": sbp,
            "dbp": dbp,
            "smoker": z[:, 5] > 0.674,
            "diabetes": z[:, 6] > 1.036,
            "ward": pd.Categorical.from_codes(
                (z[:, 7] > 0).astype(np.int8) + (z[:, 7] > 0.84), ["medical", "surgical", "other"]
            ),
            "severity": pd.Categorical.from_codes(
                (z[:, 8] > 0).astype(np.int8) + (z[:, 8] > 0.84),
                ["mild", "moderate", "severe"],
                ordered=True,
            ),
            "bmi": bmi,
        },
        copy=False,
    )


def clock(function) -> float:
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def clock_beside(function) -> tuple[float, float]:
    """Time a function; tell how many cores others used meanwhile (0 where no one says)."""
    own, all_ = time.process_time(), busy()
    took = clock(function)
    return took, max(busy() - all_ - (time.process_time() - own), 0.0) / took


def busy() -> float:
    """Seconds that all cores have worked since the machine was started, on Linux."""
    try:
        words = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    ticks = [int(word) for word in words]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def measure_draw(rows: int, repeats: int) -> dict[str, float]:
    from synth_magic import sampling

    plan = sampling.compile(clinic())
    rivals = {
        "numpy": lambda: raw_numpy(rows),
        "one": lambda: sampling.draw(plan, rows, 1),
        "two": lambda: sampling.draw(plan, rows, 1, threads=2),
    }
    times: dict[str, list[float]] = {name: [] for name in rivals}
    disturbed: dict[str, list[float]] = {name: [] for name in rivals}
    for turn in range(PATIENCE * repeats + 1):
        for name, function in rivals.items():
            took, others = clock_beside(function)
            if turn:
                (times if others < QUIET else disturbed)[name].append(took)
        if turn >= repeats and min(map(len, times.values())) >= repeats:
            break
    found = {name: statistics.median(times[name] or disturbed[name]) for name in rivals}
    return {**found, "quiet": float(min(map(len, times.values())))}


def measure_compile(repeats: int) -> dict[str, float]:
    from synth_magic.sampling.compiler import compile_with
    from synth_magic.sampling.kept import Kept

    blueprint = clinic()
    compile_with(blueprint, Kept())
    took = [clock(lambda: compile_with(blueprint, Kept())) for _ in range(repeats)]
    return {"compile": statistics.median(took)}


def measure_memory(rows: int) -> dict[str, float]:
    import resource

    from synth_magic import sampling
    from synth_magic.blueprint.model import Blueprint

    plan = sampling.compile(Blueprint.from_yaml(WIDE))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide.parquet"
        took = clock(lambda: sampling.write(plan, path, rows, 1, threads=2))
        size = path.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": took, "peak": peak, "file": size}


LOAD = """
import time
import IPython, pandas
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
begin = time.perf_counter()
shell.run_line_magic("load_ext", "synth_magic")
print(time.perf_counter() - begin)
"""


# In the asking process --------------------------------------------------------------------


def environment() -> dict[str, str]:
    """One thread for every library, and BLAS as it chooses by itself."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    }
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    return {**kept, **dict.fromkeys(threads, "1"), "PYTHONPATH": os.fspath(ROOT)}


def ask(what: str, rows: int, repeats: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, what, "--inside", "--rows", str(rows),
         "--repeats", str(repeats)],
        env=environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def ask_load(repeats: int) -> float:
    times = []
    for _ in range(repeats):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", LOAD],
            env=environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        times.append(float(done.stdout.splitlines()[-1]))
    return statistics.median(times)


def line(what: str, figure: str, budget: str) -> None:
    print(f"{what:<52} {figure:>28}   {budget}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the budgets of loading and sampling.")
    parser.add_argument(
        "what", nargs="*", choices=["load", "compile", "draw", "memory", "model", []]
    )
    parser.add_argument("--rows", type=int, help="of draw (1,000,000) and memory (100,000,000)")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    wanted = options.what or ["load", "compile", "draw", "memory", "model"]
    if options.inside:
        found = {
            "draw": lambda: measure_draw(options.rows, options.repeats),
            "compile": lambda: measure_compile(options.repeats),
            "memory": lambda: measure_memory(options.rows),
        }[wanted[0]]()
        print(json.dumps(found))
        return
    import numpy as np
    import pandas as pd

    versions = (
        f"Python {platform.python_version()}, NumPy {np.__version__}, pandas {pd.__version__}"
    )
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{versions}, {machine}")
    if "load" in wanted:
        line("%load_ext over IPython + pandas", f"{ask_load(5):.3f} s", "0.15 s")
    if "compile" in wanted:
        found = ask("compile", 0, options.repeats)
        line("compile, 10 columns", f"{found['compile']:.3f} s", "0.1 s")
    if "draw" in wanted:
        rows = options.rows or 1_000_000
        found = ask("draw", rows, options.repeats)
        line(f"raw NumPy, {rows:,} rows x 10 columns", f"{found['numpy']:.3f} s", "the measure")
        ratio = found["one"] / found["numpy"]
        line(
            "  the same drawn, one thread",
            f"{found['one']:.3f} s = {ratio:.2f} x",
            "aim 1 x, at most 2 x",
        )
        speed = rows * 10 / found["one"] / 1e6
        line("  values a second, one thread", f"{speed:.0f} million", "")
        line(
            "  two threads",
            f"{found['two']:.3f} s = {found['one'] / found['two']:.2f} x faster",
            "1.5 x faster",
        )
        if found["quiet"] < options.repeats:
            print(f"  others used the machine: {found['quiet']:.0f} undisturbed turns")
    if "memory" in wanted:
        rows = options.rows or 100_000_000
        found = ask("memory", rows, 1)
        line(
            f"peak memory, {rows:,} rows x 5 to Parquet",
            f"{found['peak'] / 1e9:.2f} GB",
            "below 1 GB",
        )
        line("  time, file", f"{found['seconds']:.0f} s, {found['file'] / 1e9:.2f} GB", "")
    if "model" in wanted:
        subprocess.run([sys.executable, "-W", "ignore", HERE / "model.py"], check=False)


if __name__ == "__main__":
    main()
