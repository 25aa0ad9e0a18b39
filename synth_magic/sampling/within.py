"""A column drawn within the bounds that rules set: the inverse of its law, cut at both ends.

Codes rise with the word, so the words that meet the bounds are an interval, found
by bisection.  Where a law has no parents the interval hangs on the bound alone
(and the group): it is then sought once for each bound that occurs, not for each
row.  The same goes for the latent value at which a law with parents, but also with
jumps, reaches a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from synth_magic.expressions import evaluate
from synth_magic.sampling.draws import Drawn, Given, Latent, Law, Odds, Shares
from synth_magic.sampling.plan import Clause
from synth_magic.sampling.scratch import Scratch
from synth_magic.sampling.state import Codes, Mask, State
from synth_magic.sampling.steps import LawStep
from synth_magic.sampling.streams import Words
from synth_magic.sampling.tables import Array, CellTable

#: Tells of words whether they are below what is sought.
Below = Callable[[Words], Mask]

_WORDS = 2**32
#: Up to so many rows are searched for by so many words at a time; powers of 2 ** 32's root.
_WAYS = ((128, 256), (2048, 16))
#: A column with more values in so many groups is sought row by row.
_MOST_KINDS = 2**18


def draw_within(step: LawStep, some: State, attempt: int, rules: Sequence[Clause]) -> Mask:
    """Draw a column within the bounds that rules set; tell where that was possible.

    Codes rise with the word, so the words that meet the bounds are an interval,
    found by bisection; the attempt's own word is then scaled into it.
    """
    low, high = _bounds(step.name, some, rules)
    words = some.source.words(step.name, "value", attempt)
    law = step.law
    if isinstance(law, (Drawn, Latent, Shares, Odds)):
        apart = low > high
        first = _reaches(step, some, np.where(apart, 0, low))
        last = _reaches(step, some, np.where(apart, 0, high + 1)) - 1
        possible = first <= last
        width = np.where(possible, last - first + 1, 0).astype(np.float64)
        inside = first + ((words + 0.5) * 2.0**-32 * width).astype(np.int64)
        words = np.where(possible, np.minimum(inside, last), words).astype(np.uint32)
    else:
        possible = np.ones(some.rows, dtype=np.bool_)
    out = some.room(step.name)
    law.codes(words, law.given(some), out, some.scratch)
    some.put(step.name, out)
    return possible


def _bounds(
    name: str, some: State, rules: Sequence[Clause]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Smallest and largest code that the rules allow in each row."""
    axis = some.axes[name]
    top = axis.top or 0
    low = np.zeros(some.rows)
    high = np.full(some.rows, float(top))
    for rule in rules:
        applies = None
        if rule.guard is not None:
            applies = np.asarray(evaluate(rule.guard, some).data, dtype=np.bool_)
        for bound in rule.bounds:
            vector = evaluate(bound.expression, some)
            data = np.asarray(vector.data, dtype=np.float64)
            place = np.broadcast_to(axis.places(data), (some.rows,))
            # A bound is worked out in real arithmetic: leave room for its last bits.
            slack = 1e-9 * np.maximum(np.abs(place), 1.0)
            place = np.where(np.isfinite(place), place, np.nan)
            use = ~np.isnan(place)
            if vector.known is not None:
                use &= vector.known
            if applies is not None:
                use &= applies
            if bound.op in (">", ">=", "=="):
                over = np.floor(place + slack) + 1 if bound.op == ">" else np.ceil(place - slack)
                np.maximum(low, np.where(use, over, low), out=low)
            if bound.op in ("<", "<=", "=="):
                under = np.ceil(place - slack) - 1 if bound.op == "<" else np.floor(place + slack)
                np.minimum(high, np.where(use, under, high), out=high)
    low, high = np.clip(low, 0, top + 1), np.clip(high, -1, top)
    return low.astype(np.int64), high.astype(np.int64)


def _reaches(step: LawStep, some: State, codes: Codes) -> NDArray[np.int64]:
    """First word at which the column is at or above `codes`; 2**32 where none is."""
    axis, law = some.axes[step.name], step.law
    first = np.zeros(some.rows, dtype=np.int64)
    first[codes > (axis.top or 0)] = _WORDS
    sought = np.flatnonzero((codes > 0) & (first == 0))
    if not len(sought):
        return first
    wanted = codes[sought]
    if isinstance(law, (Drawn, Shares)):
        group = None if law.by is None else some.codes(law.by)[sought]
        unlike, which = _unlike(wanted, group)
        given = Given(None, None if group is None else group[unlike])
        found = _search(len(unlike), _by_codes(law, given, wanted[unlike], axis.dtype))[which]
    else:
        given = law.given(some).of(sought)
        if isinstance(law, Latent) and law.table.rough is not None and len(sought) > _WAYS[-1][0]:
            found = _search(len(sought), _by_latents(law, given, wanted))
        else:
            found = _search(len(sought), _by_codes(law, given, wanted, axis.dtype))
    first[sought] = found
    return first


def _unlike(codes: Codes, group: Codes | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of one row of each kind (code and group), and the number of each row's kind."""
    low = int(codes.min())
    span = int(codes.max()) - low + 1
    kinds = span * (1 if group is None else int(group.max()) + 1)
    if kinds > _MOST_KINDS:
        rows = np.arange(len(codes))
        return rows, rows
    kind = codes - low
    if group is not None:
        kind += np.multiply(group, span, dtype=np.int64)
    example = np.full(kinds, -1, dtype=np.intp)
    example[kind] = np.arange(len(kind))
    there = np.flatnonzero(example >= 0)
    number = np.empty(kinds, dtype=np.intp)
    number[there] = np.arange(len(there))
    return example[there], number[kind]


def _search(rows: int, against: Callable[[NDArray[np.intp]], Below]) -> NDArray[np.int64]:
    """Narrow an interval of words, in few wide steps where rows are few, else by halves.

    Parameters
    ----------
    rows
        How many first words are sought.
    against
        Given which of the rows each word is tried in, tells of words whether they
        are below what their row seeks.
    """
    ways = next((ways for most, ways in _WAYS if rows <= most), 2)
    below = against(np.repeat(np.arange(rows), ways - 1))
    first = np.zeros(rows, dtype=np.int64)
    width = _WORDS
    inner = np.arange(1, ways)
    while width > 1:
        width //= ways
        words = first[:, None] + inner * width - 1
        reached = below(words.ravel().astype(np.uint32)).reshape(words.shape)
        first += np.count_nonzero(reached, axis=1) * width
    # `first` is now the last word below, or the first at or above.
    last = below(np.repeat(first, ways - 1).astype(np.uint32)).reshape(words.shape)
    return first + last[:, 0]


def _by_codes(
    law: Law, given: Given, codes: Codes, dtype: str
) -> Callable[[NDArray[np.intp]], Below]:
    """Tell of words whether their codes are below those sought."""

    def against(rows: NDArray[np.intp]) -> Below:
        repeated, wanted = given.of(rows), codes[rows]
        scratch, out = Scratch(len(rows)), np.empty(len(rows), dtype=dtype)

        def below(words: Words) -> Mask:
            law.codes(words, repeated, out, scratch)
            return out < wanted

        return below

    return against


def _by_latents(law: Latent, given: Given, codes: Codes) -> Callable[[NDArray[np.intp]], Below]:
    """Tell the same from the latent values: a table with jumps is asked once for each code."""
    unlike, which = _unlike(codes, given.group)
    edge = _edges(law.table, codes[unlike], None if given.group is None else given.group[unlike])

    def against(rows: NDArray[np.intp]) -> Below:
        wanted = edge[which[rows]]
        effect = None if given.effect is None else given.effect[rows]
        scratch, latent = Scratch(len(rows)), np.empty(len(rows))

        def below(words: Words) -> Mask:
            law.noise.values(words, latent, scratch)
            if effect is not None:
                np.add(latent, effect, out=latent)
            return latent < wanted

        return below

    return against


def _edges(table: CellTable, codes: Codes, group: Codes | None) -> Array:
    """Smallest latent value at which a table's code is reached; infinite beyond its ends.

    Not negative floats are in the order of their bits, so their bits are halved.
    """
    scratch, latent = Scratch(len(codes)), np.empty(len(codes))
    last = int(np.float64(table.cells).view(np.int64))
    first, beyond = np.zeros(len(codes), np.int64), np.full(len(codes), last, np.int64)
    for _ in range(last.bit_length()):
        middle = first + ((beyond - first) >> 1)
        np.copyto(latent, middle.view(np.float64))
        reached = np.rint(table.values(latent, scratch, group)) >= codes
        beyond = np.where(reached, middle, beyond)
        first = np.where(reached, first, np.minimum(middle + 1, beyond))
    edge = np.where(beyond == last, np.inf, beyond.view(np.float64))
    return np.where(beyond == 0, -np.inf, edge)
