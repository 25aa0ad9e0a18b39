"""Sobol points: an even cover of the unit cube, the same for every seed.

Calibration averages over these points instead of over random ones, since their
error falls nearly with 1/n.  Direction numbers: S. Joe and F. Y. Kuo,
"Constructing Sobol sequences with better two-dimensional projections", SIAM J.
Sci. Comput. 30 (2008), file new-joe-kuo-6.21201; those of the first dimensions
stand here.  Columns with more ancestors than that are rare, and so few points say
little of many dimensions at once: each further coordinate is by itself even, in an
order of its own (a Latin hypercube: McKay, Beckman and Conover, Technometrics 21, 1979).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synth_magic.sampling import streams

_BITS = 32
#: A line for each dimension after the first: primitive polynomial, initial numbers.
_DIRECTIONS = """
3 1
7 1 3
11 1 3 1
13 1 1 1
19 1 1 3 3
25 1 3 5 13
37 1 1 5 5 17
41 1 1 5 5 5
47 1 1 7 11 19
55 1 1 5 1 1
59 1 1 1 3 11
61 1 3 5 5 31
67 1 3 3 9 7 49
91 1 1 1 15 21 21
97 1 3 1 13 27 49
103 1 1 1 15 7 5
109 1 3 1 15 13 25
115 1 1 5 5 19 61
131 1 3 7 11 23 15 103
137 1 3 7 13 13 15 69
143 1 1 3 13 7 35 63
145 1 3 5 9 1 25 53
157 1 3 1 13 9 35 107
167 1 3 1 5 27 61 31
171 1 1 5 11 19 41 61
185 1 3 5 3 3 13 69
191 1 1 7 13 1 19 1
193 1 3 7 5 13 19 59
203 1 1 3 9 25 29 41
211 1 3 5 13 23 1 55
213 1 3 7 3 13 59 17
229 1 3 1 3 5 53 69
239 1 1 5 5 23 33 13
241 1 1 7 7 1 61 123
247 1 1 7 9 13 61 49
253 1 3 3 5 3 55 33
285 1 3 1 15 31 13 49 245
299 1 3 5 15 31 59 63 97
301 1 3 1 11 11 11 77 249
333 1 3 1 11 27 43 71 9
351 1 1 7 15 21 11 81 45
355 1 3 7 3 25 31 65 79
357 1 3 1 1 19 11 3 205
361 1 1 5 9 19 21 29 157
369 1 3 7 11 1 33 89 185
391 1 3 3 3 15 9 79 71
397 1 3 7 11 15 39 119 27
425 1 1 3 1 11 31 97 225
451 1 1 1 3 23 43 57 177
463 1 3 7 7 17 17 37 71
487 1 3 1 5 27 63 123 213
501 1 1 3 5 11 43 53 133
529 1 3 5 5 29 17 47 173 479
539 1 3 3 11 3 1 109 9 69
545 1 1 1 5 17 39 23 5 343
557 1 3 1 5 25 15 31 103 499
563 1 1 1 11 11 17 63 105 183
601 1 1 5 11 9 29 97 231 363
607 1 1 5 15 19 45 41 7 383
617 1 3 7 7 31 19 83 137 221
623 1 1 1 3 23 15 111 223 83
631 1 1 5 13 31 15 55 25 161
637 1 1 3 13 25 47 39 87 257
"""
_HERE = _DIRECTIONS.count("\n")


@lru_cache(maxsize=128)
def points(dimension: int, log2_count: int) -> NDArray[np.uint32]:
    """One coordinate of the first ``2 ** log2_count`` points, shifted by half a cell.

    Parameters
    ----------
    dimension
        Which coordinate, from 0.
    log2_count
        Logarithm of the number of points.

    Returns
    -------
    numpy.ndarray
        Shape (2 ** log2_count,), uint32, read-only: the coordinate times 2**32.
    """
    if dimension >= _HERE:
        coordinate = _shuffled(dimension, log2_count)
    else:
        coordinate = np.zeros(1, dtype=np.uint32)
        for step in _directions(dimension)[:log2_count]:
            coordinate = np.concatenate([coordinate, coordinate ^ step])
    coordinate |= np.uint32(1 << (_BITS - 1 - log2_count))
    coordinate.flags.writeable = False
    return coordinate


def _directions(dimension: int) -> NDArray[np.uint32]:
    if dimension == 0:
        return np.array([1 << (_BITS - 1 - k) for k in range(_BITS)], dtype=np.uint32)
    polynomial, *numbers = map(int, _DIRECTIONS.strip().splitlines()[dimension - 1].split())
    degree = polynomial.bit_length() - 1
    inner = [polynomial >> (degree - k) & 1 for k in range(1, degree)]
    m = numbers[:]
    for k in range(degree, _BITS):
        number = m[k - degree] ^ m[k - degree] << degree
        for j, bit in enumerate(inner, start=1):
            number ^= bit * (m[k - j] << j)
        m.append(number)
    return np.array([number << (_BITS - 1 - k) for k, number in enumerate(m)], dtype=np.uint32)


def _shuffled(dimension: int, log2_count: int) -> NDArray[np.uint32]:
    """Give every cell once, in the order of random words."""
    key = streams.key("the order of an even coordinate", str(dimension), "pilot")
    words = streams.words(key, 0, 1 << log2_count)
    order = np.argsort(words, kind="stable").astype(np.uint32)
    return order << np.uint32(_BITS - log2_count)
