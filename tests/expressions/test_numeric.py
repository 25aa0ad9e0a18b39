"""exp, log and powers: right to the last bits, and the same bits everywhere."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from decimal import Context, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_magic.expressions import numeric

EXACT = Context(prec=60)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
PROMISED = Decimal("1e-15")

# sha256 of the results of CHILD: every bit counts.
GOLDEN = "4f49d4c2f011e8274d247e3c05a2b5c521aeff279a7c1ed748ae4097425335fd"


def close(found: float, exact: Decimal) -> bool:
    """Within 1e-15 of the exact value, relatively (denormal results: to a unit)."""
    return abs(Decimal(found) - exact) <= PROMISED * abs(exact) + Decimal("5e-324")


def only(result) -> float:
    assert np.shape(result) == ()
    return float(result)


@given(x=st.floats(-745, 709.7))
@settings(derandomize=True, max_examples=400, deadline=None)
def test_exp_is_right_to_1e_15(x):
    assert close(only(numeric.exp(x)), EXACT.exp(Decimal(x)))


@given(x=st.floats(5e-324, 1.7e308))
@settings(derandomize=True, max_examples=400, deadline=None)
def test_logarithms_are_right_to_1e_15(x):
    exact = EXACT.ln(Decimal(x))
    assert close(only(numeric.log(x)), exact)
    assert close(only(numeric.log2(x)), EXACT.divide(exact, EXACT.ln(Decimal(2))))
    assert close(only(numeric.log10(x)), EXACT.divide(exact, EXACT.ln(Decimal(10))))


@given(x=st.floats(0.5, 2), scale=st.sampled_from((1, 1e-3, 1e-6, 1e-9, 1e-14)))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_the_logarithm_is_right_beside_1(x, scale):
    x = 1 + (x - 1.25) * scale
    assert close(only(numeric.log(x)), EXACT.ln(Decimal(x)))


@given(x=st.floats(1e-300, 1e300), y=st.floats(-80, 80))
@settings(derandomize=True, max_examples=400, deadline=None)
def test_powers_are_right_to_1e_15_however_large(x, y):
    exact = EXACT.power(Decimal(x), Decimal(y))
    if Decimal("1e-307") < exact < Decimal("1.7e308"):
        assert close(only(numeric.power(x, y)), exact)


@given(x=st.floats(1e-4, 3e4).flatmap(lambda x: st.sampled_from((x, -x))), n=st.integers(-64, 64))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_whole_powers_are_products(x, n):
    found, exact = Decimal(only(numeric.whole_power(x, n))), EXACT.power(Decimal(x), n)
    assert abs(found - exact) <= Decimal("2e-14") * abs(exact)


def test_whole_powers_are_exact_where_products_are():
    x = np.array([0.0, -3.0, 1.5])
    np.testing.assert_array_equal(numeric.whole_power(x, 0), [1, 1, 1])
    np.testing.assert_array_equal(numeric.whole_power(x, 1), x)
    np.testing.assert_array_equal(numeric.whole_power(x, 3), [0, -27, 3.375])
    np.testing.assert_array_equal(numeric.whole_power(x[1:], -2), [1 / 9, 1 / 2.25])


@given(x=FINITE, y=FINITE)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_powers_of_anything_behave_as_in_the_c_library(x, y):
    try:
        expected = math.pow(x, y)
    except OverflowError:
        expected = math.inf
    except ValueError:
        expected = math.nan if x < 0 else math.inf
    found = abs(only(numeric.power(x, y)))
    if math.isnan(expected):
        assert math.isnan(found)
    else:
        assert found == pytest.approx(abs(expected), rel=1e-14, abs=1e-322)


def test_edges():
    with np.errstate(all="raise"):
        x = np.array([-math.inf, -800, 0, 710, math.inf, math.nan])
        np.testing.assert_array_equal(numeric.exp(x), [0, 0, 1, math.inf, math.inf, math.nan])
        x = np.array([0, -0.0, -1, math.inf, math.nan, 1])
        expected = [-math.inf, -math.inf, math.nan, math.inf, math.nan, 0]
        for log in (numeric.log, numeric.log2, numeric.log10):
            np.testing.assert_array_equal(log(x), expected)
        x = np.array([-2, -2, -8, 0, 0, 0, 1, math.nan, -2, -1])
        y = np.array([3, 2, 1 / 3, 0, 2, -1, math.nan, 0, -3, 1e300])
        expected = [-8, 4, math.nan, 1, 0, math.inf, 1, 1, -0.125, 1]
        np.testing.assert_array_equal(numeric.power(x, y), expected)


def test_logarithms_of_powers_of_their_base_are_whole():
    assert (numeric.log10(10.0 ** np.arange(-22, 23)) == np.arange(-22, 23)).all()
    assert (numeric.log2(2.0 ** np.arange(-1070, 1023)) == np.arange(-1070, 1023)).all()


@given(steps=st.lists(st.floats(-700, 700), min_size=2, max_size=50))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_a_greater_argument_never_gives_a_smaller_result(steps):
    x = np.sort(np.array(steps))
    assert (np.diff(numeric.exp(x)) >= 0).all()
    assert (np.diff(numeric.log(np.sort(np.abs(x)) + 1e-300)) >= 0).all()


def test_shapes_broadcast_and_blocks_leave_no_trace():
    x = np.linspace(0.1, 30, 20_011)
    whole = numeric.power(x, 1.7)
    assert whole.shape == x.shape
    pieces = [numeric.power(x[i : i + 977], 1.7) for i in range(0, len(x), 977)]
    assert (whole == np.concatenate(pieces)).all()
    assert (whole == numeric.power(x, np.full(len(x), 1.7))).all()
    table = numeric.power(x[:6].reshape(2, 3), np.array([1.5, 2.5, 3.5]))
    assert table.shape == (2, 3)
    assert table[1, 2] == only(numeric.power(x[5], 3.5))
    assert numeric.exp(np.empty(0)).shape == (0,)
    assert (numeric.power(2.0, x) == numeric.power(np.full(len(x), 2.0), x)).all()


# The same bits on every machine -------------------------------------------------------------


CHILD = """
import decimal, hashlib, json
import numpy as np
decimal.setcontext(decimal.Context(prec=3, rounding=decimal.ROUND_UP))  # a user's own
try:
    from numpy._core._multiarray_umath import __cpu_features__, __cpu_dispatch__
except ImportError:
    from numpy.core._multiarray_umath import __cpu_features__, __cpu_dispatch__
from synth_magic.expressions import numeric
k = np.arange(1, 40_001, dtype=np.float64)
spread = k * 0.6180339887498949
spread -= np.floor(spread)
x = (spread - 0.5) * 1400.0
positive = spread * k + 1e-9
results = (numeric.exp(x), numeric.log(positive), numeric.log2(positive),
           numeric.log10(positive), numeric.power(positive, x * 0.01),
           numeric.power(1.0 + spread * 1e-6, x * 1e5))
digest = hashlib.sha256(b"".join(r.astype("<f8").tobytes() for r in results)).hexdigest()
on = sorted(name for name in __cpu_dispatch__ if __cpu_features__.get(name))
print(json.dumps({"digest": digest, "on": on}))
"""


def child(disabled: str = "") -> dict:
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": disabled}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_bit_is_the_same_without_the_processors_extensions():
    found = child()
    off = child(" ".join(found["on"]))
    print("extensions on:", found["on"], "and with them disabled:", off["on"])
    assert off["on"] == []
    assert found["digest"] == off["digest"] == GOLDEN
