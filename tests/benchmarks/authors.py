"""How good are a model's marginals?  The share of usable columns over ten descriptions.

    python tests/benchmarks/authors.py --gguf FILE [--ways short,short+grounding,full] [--only N]
    python tests/benchmarks/authors.py --model NAME --base-url URL

Each description in descriptions/ names a public table, and what its columns are like.  A
marginal is usable when one would take the table's for it:
- a number: its median lies between the 20th and the 80th percentile of the real column, and the
  distance from its 5th to its 95th percentile is 0.4 to 2.5 times the real one;
- a share of yes: its odds are within a factor of 2.5 of the real ones;
- a category: half the sum of the differences of its shares is at most 0.25.
A column that ends in an error, since nobody knew anything of it, is not usable.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import yaml

from synth_magic import cell
from synth_magic.asking import open_model
from synth_magic.authors import model as model_author
from synth_magic.blueprint.model import Blueprint
from synth_magic.blueprint.request import Request
from synth_magic.errors import ModelError, SpecError, problem
from synth_magic.llm.messages import Ask, Prompt, Reply
from synth_magic.options import Options

FOLDER = Path(__file__).parent / "descriptions"
ROWS = 4000
SPREAD, ODDS, APART = (0.4, 2.5), 2.5, 0.25
#: How the model is asked.
WAYS = {
    "nobody": {"small": True, "grounding": "off"},
    "short": {"small": True, "grounding": "off"},
    "short+grounding": {"small": True, "grounding": "on"},
    "full": {"small": False, "grounding": "off"},
    "full+grounding": {"small": False, "grounding": "on"},
}


def usable(column: pd.Series, truth: dict[object, float]) -> bool:
    """Whether a drawn column could pass for the real one."""
    values = column.dropna()
    if set(truth) == {"yes"}:
        real, drawn = truth["yes"], min(max(float(values.astype(float).mean()), 1e-4), 1 - 1e-4)
        ratio = drawn / (1 - drawn) * (1 - real) / real
        return 1 / ODDS <= ratio <= ODDS
    if all(isinstance(key, float) for key in truth):
        drawn = values.astype(float).quantile([0.05, 0.5, 0.95]).to_dict()
        width = (drawn[0.95] - drawn[0.05]) / (truth[0.95] - truth[0.05])
        return truth[0.2] <= drawn[0.5] <= truth[0.8] and SPREAD[0] <= width <= SPREAD[1]
    shares = values.astype(str).value_counts(normalize=True).to_dict()
    keys = set(shares) | set(truth)
    return sum(abs(shares.get(k, 0) - truth.get(k, 0)) for k in keys) / 2 <= APART


class Replayed:
    """Asks once a round and gives the same answer when the same round is asked again."""

    def __init__(self, ask: Ask) -> None:
        self.ask, self.kept, self.round = ask, [], 0

    def __call__(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Reply | ModelError]]:
        if self.round == len(self.kept):
            self.kept.append(list(self.ask(prompts)))
        self.round += 1
        yield from self.kept[self.round - 1]


def nobody(prompts: Sequence[Prompt]) -> Iterator[tuple[int, Reply | ModelError]]:
    """Answer nothing that can be read, so that the built-in reference stands alone."""
    for place, _ in enumerate(prompts):
        yield place, ModelError(problem((), "Nobody was asked"), kind="unreadable")


def completed(request: Request, ask: Ask, way: str) -> Blueprint:
    """Complete a request; columns that nobody knows are left out of it."""
    replayed = Replayed(ask)
    while True:
        replayed.round = 0
        try:
            return model_author.complete(request, replayed, **WAYS[way])[0]
        except SpecError as error:
            gone = {p.path[1] for p in error.problems if len(p.path) > 1}
            rest = tuple(c for c in request.columns if c.name not in gone)
            if not rest or len(rest) == len(request.columns):
                raise
            request = replace(request, columns=rest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gguf")
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    parser.add_argument("--ways", default="nobody,short,short+grounding,full,full+grounding")
    parser.add_argument("--only", type=int, default=100)
    given = parser.parse_args()
    options = Options(model=given.gguf or given.model, base_url=given.base_url)
    opened = open_model(options)
    if opened is None:
        sys.exit("Name a model: --gguf FILE, or --model NAME and --base-url URL")
    for way in given.ways.split(","):
        good = every = theirs = good_theirs = 0
        begin = time.perf_counter()
        for path in sorted(FOLDER.glob("*.yaml"))[: given.only]:
            said = yaml.safe_load(path.read_text(encoding="utf-8"))
            ask = nobody if way == "nobody" else opened.ask
            blueprint = completed(cell.parse(said["text"]), ask, way)
            table = blueprint.sample(ROWS)
            marks = {
                name: name in table.columns and usable(table[name], truth)
                for name, truth in said["truth"].items()
            }
            models = [c.name for c in blueprint.columns if c.source_of("distribution") == "model"]
            good, every = good + sum(marks.values()), every + len(marks)
            theirs += len([n for n in models if n in marks])
            good_theirs += sum(marks.get(n, False) for n in models)
            shown = {
                n: ("+" if ok else "-") + ("m" if n in models else "") for n, ok in marks.items()
            }
            print(way, path.stem, json.dumps(shown), flush=True)
        seconds = time.perf_counter() - begin
        print(f"{way}: usable {good}/{every}; of the model's own {good_theirs}/{theirs};"
              f" {seconds:.0f} s; {opened.usage()}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
