"""How the work is cut: evenly among threads, in memory that does not grow with the table."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import sampling
from synth_magic.blueprint.model import Blueprint
from synth_magic.sampling import drawing
from synth_magic.sampling.scratch import WORKING_BYTES, Scratch
from synth_magic.sampling.state import Run
from tests.sampling.clinic import CLINIC


@pytest.fixture(scope="module")
def plan():
    return sampling.compile(Blueprint.from_yaml(CLINIC))


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 10**9), st.integers(2, 64))
def test_every_thread_has_as_much_to_do(plan, rows, threads):
    chunk = drawing.fair_chunk(plan, rows, threads)
    chunks = -(-rows // chunk)
    assert chunk >= 16_384
    if chunk > 16_384:
        assert chunks % threads == 0
        last = rows - (chunks - 1) * chunk
        assert chunk - last < chunks


def test_chunks_do_not_grow_with_the_table_and_shrink_with_its_width(plan):
    widest = drawing.fair_chunk(plan, 10**12, 2)
    assert widest * WORKING_BYTES < 28e6
    columns = "\n".join(
        f"  - {{name: c{i}, type: integer, distribution: {{poisson: {{mean: 5}}}}}}"
        for i in range(60)
    )
    wide = sampling.compile(Blueprint.from_yaml(f"version: 1\ncolumns:\n{columns}\n"))
    assert drawing.fair_chunk(wide, 10**12, 2) < widest
    assert drawing.fair_chunk(wide, 10**12, 1) == drawing.CHUNK


@settings(derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(["f8", "f4", "p", "i4", "?"]), max_size=30), st.integers(0, 300))
def test_arrays_to_work_in_share_no_memory(kinds, rows):
    scratch = Scratch(rows)
    arrays = [scratch.array(f"a{i}", kind, rows) for i, kind in enumerate(kinds)]
    arrays.append(scratch.lines("lines", 40, rows))
    for i, array in enumerate(arrays):
        assert not array.size or array.ctypes.data % 64 == 0
        array[...] = i % 2
        assert array.shape[-1] == rows
    if rows:
        assert not any(np.shares_memory(a, b) for a, b in combinations(arrays, 2))
    assert [bool(array.any()) for array in arrays] == [
        bool(i % 2 and rows) for i in range(len(arrays))
    ]
    again = scratch.lines("lines", 40, rows // 2)
    assert again.shape == (40, rows // 2)


def test_the_memory_that_steps_work_in_is_as_counted(plan):
    """The codes and what expressions read of them apart, a step takes so many bytes a row."""
    scratch = Scratch(1000)
    drawing.chunk_state(plan, Run("1", 0, 1000), scratch)
    working = {
        name: array.itemsize
        for (name, _), array in scratch._arrays.items()
        if not name.startswith(("codes of", "positions of", "sums", "time"))
    }
    assert sum(working.values()) <= WORKING_BYTES
