"""How near do tables come that were drawn from a description alone?  Seven public tables.

    python -m tests.benchmarks.public.compare [TABLE ...] [--splits 20] [--workers 2]
    python -m tests.benchmarks.public.compare --page    # docs/fidelity.md from results.json

Needs lifelines, scikit-learn and statsmodels: the environment that `make oracles` makes.

Each real table is cut into halves 20 times.  One half is held out; three tables of its size are
compared with it by `synth_magic.fidelity.real.sections`, which is what `synth_magic.report(df,
real=...)` shows beside a real table (the rest of a report, which no real table enters, is left
out here):

- ours: drawn from the blueprint that the offline author makes of the card;
- shuffled: the other half with each column permuted by itself, so perfect marginals of real rows
  and no relation between them;
- second half: the other half as it is.

All three are scored with the blueprint's types, so that a column is read alike in each; codes of an
ordered column are taken as such in real rows, too.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.public.tables import TABLES, Public

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.blueprint.model import Blueprint

RESULTS = Path(__file__).parent / "results.json"
SPLITS = 20
KINDS = ("ours", "shuffled", "second half")
METRICS = ("shape", "association", "c2st_auc", "tstr", "trtr", "copies")
PACKAGES = ("lifelines", "scikit-learn", "statsmodels", "numpy", "pandas")


# One split ------------------------------------------------------------------------------


def blueprint_of(table: Public) -> Blueprint:
    """The blueprint that the offline author makes of a card."""
    from synth_magic import generate
    from synth_magic.blueprint.model import Blueprint

    drawn = generate(table.card, rows=1, model="offline")
    return Blueprint.from_yaml(drawn.attrs["synthdata"]["blueprint"])


def halves(real: pd.DataFrame, split: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The half that is held out and the other one, of equal sizes."""
    order = np.random.default_rng([2024, split]).permutation(len(real))
    half = len(real) // 2
    return tuple(
        real.iloc[part].reset_index(drop=True) for part in (order[:half], order[half : 2 * half])
    )


def shuffled(table: pd.DataFrame, split: int) -> pd.DataFrame:
    """The same table with each column permuted by itself."""
    rng = np.random.default_rng([2025, split])
    made = table.copy()
    for name in made.columns:
        made[name] = table[name].iloc[rng.permutation(len(table))].reset_index(drop=True)
    return made


def typed(real: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Real rows with the categories of drawn ones: a code 3.0 is the category 3."""
    import pandas as pd

    made = real.copy()
    for name in real.columns:
        dtype = drawn[name].dtype
        if isinstance(dtype, pd.CategoricalDtype):
            texts = [None if pd.isna(value) else f"{value:g}" for value in real[name]]
            if not {text for text in texts if text is not None} <= set(dtype.categories):
                raise ValueError(f"{name} has codes that its card does not name")
            made[name] = pd.Categorical(texts, dtype=dtype)
    return made


def score(
    drawn: pd.DataFrame, held: pd.DataFrame, blueprint: Blueprint, target: str
) -> dict[str, Any]:
    """Figures of one table beside the held-out half, its columns' shapes among them."""
    from synth_magic.fidelity.real import sections
    from synth_magic.fidelity.real.align import align
    from synth_magic.fidelity.real.coding import row_codes
    from synth_magic.fidelity.real.privacy import row_pairs
    from synth_magic.fidelity.real.shape import complements

    (fidelity, _), _, _ = sections(drawn, held, blueprint=blueprint, target=target)
    aligned = align(drawn, held, blueprint)
    pairs = row_pairs(aligned)
    codes = row_codes(pairs)
    shape = complements(aligned.compared)
    columns = {p.name: float(v) for p, v in zip(shape.pairs, shape.values, strict=True)}
    found: dict[str, Any] = {key: fidelity.plain[key] for key in METRICS if key != "copies"}
    found["copies"] = int(np.isin(codes[: len(drawn)], codes[len(drawn) :]).sum())
    found["columns"] = columns
    found["bands"] = {key: item["null"] for key, item in fidelity.plain["bands"].items()}
    return found


def one_split(task: tuple[str, int]) -> dict[str, Any]:
    """Score the three tables of one split."""
    table = next(item for item in TABLES if item.name == task[0])
    blueprint = blueprint_of(table)
    held, other = halves(table.load(), task[1])
    ours = blueprint.sample(len(held), seed=task[1])
    other = typed(other, ours)
    drawn = {"ours": ours, "shuffled": shuffled(other, task[1]), "second half": other}
    return {kind: score(drawn[kind], held, blueprint, table.target) for kind in KINDS}


# All of them ----------------------------------------------------------------------------


def summary(table: Public, splits: list[dict[str, Any]]) -> dict[str, Any]:
    """Mean and SD over the splits; the band's ends are means, too."""
    blueprint, real = blueprint_of(table), table.load()
    found: dict[str, Any] = {
        "rows": len(real) // 2,
        "columns": len(blueprint.delivered),
        "left_out": sorted(set(map(str, real.columns)) - set(blueprint.delivered)),
        "guessed": list(guessed(blueprint)),
        "target": table.target,
        "target_is": table.why,
        "kinds": {},
    }
    for kind in KINDS:
        runs = [split[kind] for split in splits]
        figures = {key: spread([run[key] for run in runs]) for key in METRICS}
        names = runs[0]["columns"]
        shapes = {name: rounded(np.mean([run["columns"][name] for run in runs])) for name in names}
        found["kinds"][kind] = {**figures, "column_shapes": shapes}
    found["bands"] = {
        key: ends([split["second half"]["bands"][key] for split in splits])
        for key in ("shape", "association", "c2st_auc", "tstr")
    }
    return found


def guessed(blueprint: Blueprint) -> Iterator[str]:
    """Delivered columns whose distribution is a guess."""
    for column in blueprint.columns:
        if column.formula is None and column.source_of("distribution") == "guess":
            yield from column.delivers


def spread(values: list[float | None]) -> list[float] | None:
    """Mean and SD; None where a figure does not apply."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return [rounded(np.mean(known)), rounded(np.std(known, ddof=1) if len(known) > 1 else 0.0)]


def ends(bands: list[list[float] | None]) -> list[float] | None:
    """Mean of both ends."""
    known = [band for band in bands if band is not None]
    return [rounded(end) for end in np.mean(known, axis=0)] if len(known) == len(bands) else None


def rounded(value: float) -> float:
    """As many digits as the pages show, and one more."""
    return round(float(value), 4)


def main() -> None:
    """Score the tables, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", help="all, if none is named")
    parser.add_argument("--splits", type=int, default=SPLITS)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--page", action="store_true", help="only docs/fidelity.md")
    given = parser.parse_args()
    if not given.page:
        measure(given.tables or [table.name for table in TABLES], given.splits, given.workers)
    from tests.benchmarks.public import page

    page.write(json.loads(RESULTS.read_text(encoding="utf-8")))


def measure(names: list[str], splits: int, workers: int) -> None:
    """Score some of the tables; what results.json says of the others stays."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    tables = dict(kept.get("tables", {}))
    begin = time.perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        for table in TABLES:
            if table.name in names:
                tasks = [(table.name, split) for split in range(splits)]
                tables[table.name] = summary(table, list(pool.map(one_split, tasks)))
                print(f"{table.name}: {time.perf_counter() - begin:.0f} s", flush=True)
    versions = {name: version(name) for name in PACKAGES}
    made = {
        "splits": splits,
        "python": platform.python_version(),
        "versions": versions,
        "tables": {table.name: tables[table.name] for table in TABLES if table.name in tables},
    }
    RESULTS.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
