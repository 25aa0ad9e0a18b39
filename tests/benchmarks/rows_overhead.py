"""Own work of the rows engine for 1,000 rows, without and with a loopback endpoint.

    python tests/benchmarks/rows_overhead.py [--rows 1000] [--repeats 5]

The model answers at once, from what stands in the prompt.  `ask` is a plain function in the
first figure; in the second each batch goes through the whole wire to an endpoint in another
process (openai imported before).  What the answers themselves take to be made up is left out of
the first figure, and is part of the second.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from synth_magic import rows
from synth_magic.blueprint.model import Blueprint
from synth_magic.events import Usage
from synth_magic.llm import Reply
from tests.rows.model import NOTE, answer, blueprint

BUDGET = 0.5  # seconds, DESIGN 12


def instant(law: Blueprint, many: int) -> float:
    """Seconds for a table whose answers are there before they are asked for."""
    table = law.sample(many)
    prompts = rows.prompts(table, None, law)
    replies = [Reply(answer(prompt), Usage(prompt=1, calls=1)) for prompt in prompts]
    start = time.perf_counter()
    filled = rows.fill(table, None, law, lambda _: iter(enumerate(replies)))
    seconds = time.perf_counter() - start
    assert filled.done.all(), filled.stopped
    assert not any(filled.counts.blueprint.values())
    return seconds


def serve(made: dict[str, dict], pipe: Connection) -> None:
    """Answer prompts by their text, in a process of its own, until told to stop."""
    from tests.llm.endpoint import Endpoint

    def step(body: dict) -> dict:
        return {"answer": json.dumps(made[body["messages"][1]["content"]])}

    with Endpoint(step) as endpoint:
        pipe.send(endpoint.base_url)
        pipe.recv()
        pipe.send(len(endpoint.requests))


def by_wire(law: Blueprint, many: int) -> tuple[float, int]:
    """Seconds and calls through the whole wire, nothing cached."""
    from synth_magic.llm.access import resolve
    from synth_magic.llm.client import Asker
    from synth_magic.llm.limits import limits
    from synth_magic.options import Options

    table = law.sample(many)
    prompts = rows.prompts(table, None, law)
    made = {prompt.messages[1][1]: answer(prompt) for prompt in prompts}
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=serve, args=(made, theirs))
    process.start()
    options = Options(model="m", base_url=mine.recv(), concurrency=8)
    asker = Asker(resolve(options, {}), limits=limits(options, loopback=True), cache=None)
    list(asker(prompts[:1]))  # openai is imported, the first connection made
    start = time.perf_counter()
    filled = rows.fill(table, None, law, asker)
    seconds = time.perf_counter() - start
    assert filled.done.all(), filled.stopped
    mine.send("stop")
    calls = mine.recv() - 1
    process.join()
    return seconds, calls


def main() -> None:
    """Print both figures beside the budget."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    said = parser.parse_args()
    for name, law in (("numbers", blueprint()), ("numbers and a text", blueprint(NOTE))):
        alone = statistics.median(instant(law, said.rows) for _ in range(said.repeats))
        wired = [by_wire(law, said.rows) for _ in range(said.repeats)]
        seconds = statistics.median(part[0] for part in wired)
        print(
            f"{said.rows:,} rows, {name}: own work {alone:.3f} s; with the wire {seconds:.3f} s,"
            f" {wired[0][1]} calls (budget {BUDGET} s for 1,000 rows)"
        )


if __name__ == "__main__":
    main()
