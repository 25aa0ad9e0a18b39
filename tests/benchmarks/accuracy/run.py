"""How near is the offline author to published Table 1s?

    python -m tests.benchmarks.accuracy.run [--workers 2] [--out results.json]
    python -m tests.benchmarks.accuracy.run --page    # docs/reference-accuracy.md from the results

For each table a cell is written of its people's words and its columns' names and units, without a
figure; what the offline author draws is put beside what was printed, what it draws for people at
large of the same ages and sexes, and a constant guess.  ``--out`` names the file of results;
`frozen.json` holds those of the entries before they were improved.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from tests.benchmarks.accuracy import page
from tests.benchmarks.accuracy.score import compare
from tests.benchmarks.accuracy.tables import published

HERE = Path(__file__).parent


def one(place: int) -> tuple[str, dict[str, Any]]:
    """Score one table."""
    table = published()[place]
    return table.id, compare(table)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", default="results.json")
    parser.add_argument("--page", action="store_true")
    given = parser.parse_args()
    if not given.page:
        with ProcessPoolExecutor(given.workers) as pool:
            found = dict(pool.map(one, range(len(published()))))
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        (HERE / given.out).write_text(text, encoding="utf-8")
    page.write(HERE)


if __name__ == "__main__":
    main()
