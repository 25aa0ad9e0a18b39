"""The descriptions that models are measured on can be read, and every truth has its column."""

import sys
from pathlib import Path

import pytest
import yaml

from synth_magic import cell

FOLDER = Path(__file__).parent / "descriptions"
FILES = sorted(FOLDER.glob("*.yaml"))


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_there_are_ten():
    assert len(FILES) == 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_description_names_its_source_and_a_truth_for_each_column(path):
    said = read(path)
    assert set(said) == {"source", "text", "truth"}
    assert len(said["source"]) > 20
    assert {c.name for c in cell.parse(said["text"]).columns} == set(said["truth"])
    for truth in said["truth"].values():
        if all(isinstance(key, float) for key in truth):
            assert list(truth) == [0.05, 0.2, 0.5, 0.8, 0.95]
            assert list(truth.values()) == sorted(truth.values())
        elif set(truth) != {"yes"}:
            assert sum(truth.values()) == pytest.approx(1, abs=0.005)


def test_a_column_like_the_real_one_is_usable_and_one_that_is_not_is_not():
    import pandas as pd

    sys.path.insert(0, str(FOLDER.parent))
    from authors import usable

    truth = {0.05: 10.0, 0.2: 20.0, 0.5: 30.0, 0.8: 50.0, 0.95: 90.0}
    real = pd.Series([10, 20, 30, 50, 90])
    assert usable(real, truth)
    assert not usable(real + 40, truth)
    assert not usable(30 + (real - 30) * 0.3, truth)
    assert not usable(30 + (real - 30) * 3, truth)
    assert usable(pd.Series([True] * 20 + [False] * 80), {"yes": 0.1})
    assert not usable(pd.Series([True] * 30 + [False] * 70), {"yes": 0.1})
    assert usable(pd.Series(["a"] * 60 + ["b"] * 40), {"a": 0.8, "b": 0.2})
    assert not usable(pd.Series(["a"] * 40 + ["b"] * 60), {"a": 0.8, "b": 0.2})
