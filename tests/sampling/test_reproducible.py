"""The same blueprint and seed give the same table, however and wherever it is drawn."""
# ruff: noqa: E501  (a column is a line)

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic import sampling
from synth_magic.blueprint.graph import closure
from synth_magic.blueprint.model import Blueprint
from synth_magic.sampling.compiler import compile_with
from synth_magic.sampling.kept import Kept
from tests.sampling.clinic import CLINIC

ROWS = 3_000


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    return Blueprint.from_yaml(CLINIC)


@pytest.fixture(scope="module")
def plan(blueprint):
    return sampling.compile(blueprint)


@pytest.fixture(scope="module")
def whole(plan) -> pd.DataFrame:
    return sampling.draw(plan, ROWS, 7)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    start=st.integers(0, ROWS),
    rows=st.integers(0, ROWS),
    chunk=st.integers(1, 5000),
    threads=st.integers(1, 3),
)
def test_any_slice_by_any_chunks_and_threads_is_that_of_the_whole_table(
    plan, whole, start, rows, chunk, threads
):
    rows = min(rows, ROWS - start)
    chunk = max(chunk, rows // 40 + 1)
    part = sampling.draw(plan, rows, 7, start, threads=threads, chunk_rows=chunk)
    pd.testing.assert_frame_equal(part, whole.iloc[start : start + rows])


def test_the_first_k_rows_do_not_depend_on_how_many_follow(plan, whole):
    for k in (0, 1, 7, 1000):
        pd.testing.assert_frame_equal(sampling.draw(plan, k, 7), whole.iloc[:k])


def test_a_second_compile_gives_the_same_table_and_another_seed_another(blueprint, plan, whole):
    again = sampling.draw(compile_with(blueprint, Kept()), ROWS, 7)
    pd.testing.assert_frame_equal(again, whole)
    other = sampling.draw(plan, ROWS, 8)
    for name in whole:
        if name != "pid":
            assert not other[name].equals(whole[name])


def test_a_plan_is_made_once(blueprint, plan):
    assert sampling.compile(Blueprint.from_yaml(CLINIC)) is sampling.compile(blueprint)


def test_7_and_the_text_7_are_one_seed_and_any_text_is_a_seed(plan, whole):
    pd.testing.assert_frame_equal(sampling.draw(plan, 100, "7"), whole.iloc[:100])
    assert not sampling.draw(plan, 100, "trial é").equals(whole.iloc[:100])


EDITS = [
    (("columns", "age", "distribution", "normal", "mean"), 55),
    (("columns", "sex", "distribution", "probabilities"), {"F": 0.5, "M": 0.5}),
    (("columns", "sbp", "range"), [70, 240]),
    (("columns", "weight", "distribution", "lognormal", "sigma"), 0.25),
    (("columns", "cost", "distribution", "zero_share"), 0.4),
    (("columns", "smoker", "distribution", "probabilities"), {"never": 0.2, "former": 0.3, "current": 0.5}),
    (("columns", "followup", "survival"), {"365": 0.9}),
    (("columns", "admitted", "distribution", "uniform", "low"), "2016-01-01"),
    (("columns", "flag", "distribution", "probability"), 0.1),
    (("columns", "note", "template"), "{age}"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), EDITS, ids=[edit[0][1] for edit in EDITS])
def test_editing_a_column_changes_only_it_and_what_depends_on_it(blueprint, whole, path, value):
    edited = blueprint.replaced(path, value)
    drawn = sampling.draw(sampling.compile(edited), ROWS, 7)
    touched = {name for column in closure(blueprint, path[1])
               for name in edited.column(column).delivers}  # fmt: skip
    for name in whole:
        if name not in touched:
            pd.testing.assert_series_equal(drawn[name], whole[name])
    assert not drawn[path[1]].equals(whole[path[1]])


@settings(derandomize=True, deadline=None, max_examples=10)
@given(st.data())
def test_taking_columns_away_or_moving_them_leaves_the_others(blueprint, whole, data):
    """Neither which unrelated columns there are nor their order reaches a column's values."""
    independent = ["seen", "followup", "pid", "note"]
    gone = data.draw(st.sets(st.sampled_from(independent)))
    columns = [column for column in blueprint.columns if column.name not in gone]
    parts = {
        "effects": tuple(e for e in blueprint.effects if e.child not in gone),
        "missing": tuple(m for m in blueprint.missing if m.column not in gone),
    }
    fewer = blueprint.model_copy(update={"columns": tuple(columns), **parts})
    drawn = sampling.draw(sampling.compile(Blueprint.from_yaml(fewer.to_yaml())), 500, 7)
    pd.testing.assert_frame_equal(drawn, whole[list(drawn)].iloc[:500])


def digest(table: pd.DataFrame) -> str:
    """Hash of the delivered values."""
    return hashlib.sha256(table.to_csv(index=False).encode()).hexdigest()[:32]


#: Of 3,000 rows of the clinic with seed 7; changes only with the sampler's number.
GOLDEN = "0c023915da5f20b97c838c9eb3291c76"


def test_the_table_is_the_one_that_it_always_was(whole):
    assert digest(whole) == GOLDEN


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
import numpy as np
from synth_magic import sampling
from synth_magic.blueprint.model import Blueprint
from tests.sampling.clinic import CLINIC
from tests.sampling.test_reproducible import ROWS, digest
try:
    from numpy._core._multiarray_umath import __cpu_features__ as has, __cpu_dispatch__ as dispatched
except ImportError:
    from numpy.core._multiarray_umath import __cpu_features__ as has, __cpu_dispatch__ as dispatched
print("off:", " ".join(name for name in dispatched if not has[name]))
print(digest(sampling.draw(sampling.compile(Blueprint.from_yaml(CLINIC)), ROWS, 7)))
"""


def elsewhere(disable: str) -> tuple[str, str]:
    """Draw in a process of its own; give what of the processor is really off, and the digest."""
    root = os.fspath(Path(__file__).parents[2])
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": disable}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT.format(root=root)],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    off, found = done.stdout.split("\n")[:2]
    return off, found


def dispatched() -> list[str]:
    """Extensions that numpy would choose by the processor."""
    try:
        from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
    except ImportError:
        from numpy.core._multiarray_umath import __cpu_dispatch__, __cpu_features__
    return [name for name in __cpu_dispatch__ if __cpu_features__[name]]


def test_without_the_processors_extensions_the_table_is_the_same():
    names = dispatched()
    off, found = elsewhere(" ".join(names))
    print(off)
    assert set(names) <= set(off.removeprefix("off:").split())
    assert found == GOLDEN


@pytest.mark.slow
def test_without_avx512_alone_the_table_is_the_same():
    names = [name for name in dispatched() if "AVX512" in name or name == "X86_V4"]
    off, found = elsewhere(" ".join(names))
    print(off)
    assert set(names) <= set(off.removeprefix("off:").split())
    assert found == GOLDEN


def test_draw_time_uses_no_function_whose_last_bits_differ():
    """Tables are rounded to 40 bits: their last 12 are zero."""
    plan = sampling.compile(Blueprint.from_yaml(CLINIC))
    tables = [
        array
        for step in plan.steps
        for part in (getattr(step, "law", None),)
        if part is not None
        for array in _floats(part)
    ]
    assert len(tables) > 30
    for array in tables:
        assert not (array.view(np.int64) & 4095).any()


def _floats(part):
    fields = getattr(type(part), "__dataclass_fields__", {})
    for name in fields:
        value = getattr(part, name)
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            yield value
        for inner in value if isinstance(value, tuple) else (value,):
            yield from _floats(inner)
