"""Plan -> DataFrame: chunks, threads, rules, missing values, delivery."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from synth_magic.errors import DataError, problem
from synth_magic.events import Event, Tell, silent
from synth_magic.sampling.deliver import Table
from synth_magic.sampling.plan import Plan
from synth_magic.sampling.redraw import Counts, enforce
from synth_magic.sampling.scratch import WORKING_BYTES, Scratch
from synth_magic.sampling.state import Mask, Run, State
from synth_magic.sampling.streams import Seed, seed_text

if TYPE_CHECKING:
    import pandas as pd

#: Rows that are drawn at a time: enough to outweigh numpy's calls, few enough for the caches.
CHUNK = 65_536
#: Threads wait less for one another in larger chunks: at most so many rows, and so many bytes.
_THREADED_CHUNK, _THREADED_BYTES = 262_144, 28_000_000
_SMALLEST_CHUNK = 16_384
_LARGEST = 2**53


def draw(
    plan: Plan,
    rows: int,
    seed: Seed = 0,
    start: int = 0,
    *,
    threads: int = 1,
    chunk_rows: int | None = None,
    tell: Tell = silent,
) -> pd.DataFrame:
    """Draw a table.

    Parameters
    ----------
    plan
        A compiled blueprint.
    rows
        How many.
    seed
        A whole number or any text; 7 and ``"7"`` are the same seed.
    start
        The first row, counted from 0: any slice of a table can be drawn by itself.
    threads, chunk_rows
        How the work is cut; neither alters a value.
    tell
        Hears of the rows drawn, a chunk at a time.

    Returns
    -------
    pandas.DataFrame
        Its index is a RangeIndex that begins with `start`.

    Raises
    ------
    DataError
        Where a number of rows means nothing or the table would not fit into memory.
    """
    return draw_counted(plan, rows, seed, start, threads=threads, chunk_rows=chunk_rows, tell=tell)[
        0
    ]


def draw_counted(
    plan: Plan,
    rows: int,
    seed: Seed = 0,
    start: int = 0,
    *,
    threads: int = 1,
    chunk_rows: int | None = None,
    tell: Tell = silent,
) -> tuple[pd.DataFrame, Counts]:
    """Draw a table and say what its rules cost.

    Parameters are those of `draw`.

    Returns
    -------
    table, counts
        As `draw`; rows redrawn and rows that could not be mended, by rule.
    """
    rows, start = whole(rows, "rows"), whole(start, "start")
    threads = positive(threads, "threads")
    chunk = positive(chunk_rows or fair_chunk(plan, rows, threads), "chunk_rows")
    seed = seed_text(seed)
    _check_end(start + rows)
    _check_memory(plan, rows)
    table = Table(plan, rows)
    counts = Counts()

    def one(first: int, scratch: Scratch) -> Counts:
        part = Run(seed, start + first, min(chunk, rows - first))
        state, cost = chunk_state(plan, part, scratch)
        table.fill(first, state, missing_of(plan, state))
        return cost

    for cost in spread(one, range(0, rows, chunk), min(chunk, rows), threads):
        counts.add(cost)
        tell(Event("drawing", counts.rows, rows))
    return table.frame(start), counts


def fair_chunk(plan: Plan, rows: int, threads: int) -> int:
    """Rows to draw at a time, so that all threads have as much to do.

    Between two calls of numpy a thread needs Python's lock, and waits for it while
    another has it: the more rows a call works on, the less often.
    """
    if threads == 1:
        return CHUNK
    codes = sum(np.dtype(axis.dtype).itemsize for axis in plan.axes.values())
    most = min(_THREADED_CHUNK, _THREADED_BYTES // (WORKING_BYTES + codes))
    turns = math.ceil(rows / (threads * max(most, _SMALLEST_CHUNK)))
    return max(math.ceil(rows / (threads * max(turns, 1))), _SMALLEST_CHUNK)


def spread(
    one: Callable[[int, Scratch], Counts], firsts: range, rows: int, threads: int
) -> Iterator[Counts]:
    """Run `one` for each chunk, each thread with scratch of its own."""
    if threads == 1 or len(firsts) < 2:
        scratch = Scratch(rows)
        for first in firsts:
            yield one(first, scratch)
        return
    threads = min(threads, len(firsts))

    waiting, turn = iter(firsts), Lock()

    def strand(_: int) -> list[Counts]:
        scratch = Scratch(rows)
        found: list[Counts] = []
        while True:
            with turn:
                first = next(waiting, None)
            if first is None:
                return found
            found.append(one(first, scratch))

    with ThreadPoolExecutor(threads) as pool:
        for found in pool.map(strand, range(threads)):
            yield from found


def chunk_state(plan: Plan, run: Run, scratch: Scratch) -> tuple[State, Counts]:
    """Draw all columns of consecutive rows, rules included, missing values not."""
    state = State(run, plan.axes, scratch, lasting=True)
    counts = Counts(run.rows)
    for number, step in enumerate(plan.steps):
        step.draw(state, 0)
        if number in plan.rules:
            enforce(plan, number, state, counts)
    return state, counts


def missing_of(plan: Plan, state: State) -> dict[str, Mask]:
    """Rows in which each column misses at random, by the blueprint's column."""
    found: dict[str, Mask] = {}
    for step in plan.missing:
        words = state.source.words(step.name, "missing", 0)
        gone = np.empty(state.rows, dtype=np.int8)
        step.law.codes(words, step.law.given(state), gone, state.scratch)
        found[step.name] = gone.view(np.bool_)
    return found


# Sanity -------------------------------------------------------------------------------


def whole(value: Any, name: str) -> int:
    """Check a number of rows: whole, not negative."""
    try:
        number = int(value)
        exact = number == value and not isinstance(value, (bool, str))
    except (TypeError, ValueError, OverflowError):
        exact = False
    if not exact or number < 0:
        raise DataError(
            problem((name,), f"{name} is a whole number, 0 or more, not {value!r}", "Write 1000")
        )
    return number


def positive(value: Any, name: str) -> int:
    """Check a number of threads or of rows in a chunk: whole, at least 1."""
    number = whole(value, name)
    if number == 0:
        raise DataError(problem((name,), f"{name} is at least 1", "Leave it out"))
    return number


def _check_end(end: int) -> None:
    if end > _LARGEST:
        raise DataError(
            problem(("rows",), f"No table has {end:,} rows", "Ask for fewer, or an earlier start")
        )


def _check_memory(plan: Plan, rows: int) -> None:
    """Refuse a table that would not fit beside what the machine is doing."""
    if rows <= CHUNK:
        return
    needed = rows * Table.bytes_per_row(plan)
    free = free_memory()
    if free is not None and needed > free:
        raise DataError(
            problem(
                ("rows",),
                f"{rows:,} rows take some {needed / 1e9:,.0f} GB; {free / 1e9:,.0f} GB are free",
                "Write them to a file instead: --out FILE.parquet, or Blueprint.write",
            )
        )


def free_memory() -> int | None:
    """Bytes that can be had; None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123 - no Path elsewhere here
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
