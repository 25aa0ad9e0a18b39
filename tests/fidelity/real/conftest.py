"""Tables of one population, and what a comparison says as plain numbers."""

import json

import numpy as np
import pandas as pd
import pytest

from synth_magic.fidelity import real
from synth_magic.fidelity.report import Report


def people(n, seed, *, sign=1.0):
    """Rows of one population: numbers, a date, yes/no, levels; some values missing."""
    rng = np.random.default_rng(seed)
    frailty = rng.normal(size=n)
    age = np.clip(np.rint(63 + 11 * frailty), 18, 99)
    sbp = np.round(137 + sign * 9 * frailty + 12 * rng.normal(size=n), 1)
    crp = np.round(np.exp(1 + 0.8 * rng.normal(size=n)), 2)
    dead = rng.random(n) < 1 / (1 + np.exp(1.5 - 1.2 * frailty))
    smoker = np.select([rng.random(n) < 0.5, frailty < 0.3], ["never", "former"], "current")
    table = pd.DataFrame(
        {
            "age": age,
            "sbp": sbp,
            "crp": crp,
            "dead": dead,
            "smoker": smoker,
            "seen": pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 900, n), "D"),
        }
    )
    table.loc[rng.random(n) < 0.1, "crp"] = np.nan
    return table


@pytest.fixture(scope="session")
def population():
    """A function: rows, seed, sign of age on sbp -> table."""
    return people


@pytest.fixture(scope="session")
def compared():
    """A function: two tables, options -> (plain report, problems)."""

    def made(table, other, **options):
        sections, head, problems = real.sections(table, other, **options)
        found = Report(head, sections, problems, rows=len(table)).to_dict()
        json.dumps(found, allow_nan=False)
        return found, problems

    return made


@pytest.fixture(scope="session")
def figures():
    """A function: plain section -> figure by name."""
    return lambda section: {figure["name"]: figure for figure in section["figures"]}
