"""Editing one figure of a column's distribution."""

from __future__ import annotations

import math
from collections.abc import Callable

from synth_magic.blueprint.axis import Axis
from synth_magic.blueprint.explain import listing, nearest, shown
from synth_magic.blueprint.model import Column, Distribution
from synth_magic.editing import typed
from synth_magic.editing.figures import Figure, figures, part_law, part_of
from synth_magic.editing.moments import with_moments
from synth_magic.editing.moved import Ends, moved, written_table
from synth_magic.editing.remade import remade, said_by_user
from synth_magic.editing.shares import with_share
from synth_magic.editing.stated import after, pinned_quantiles, pinned_shares
from synth_magic.errors import Path, Problem, SpecError, note, problem
from synth_magic.laws import Marginal
from synth_magic.laws.positions import position

#: The column, the figure edited, what was typed, and what is to be said of it.
Found = tuple[Column, Figure, str, tuple[Problem, ...]]


def edited(column: Column, law: Marginal | None, key: str, text: str) -> Found:
    """Change one figure of a column.

    Parameters
    ----------
    column
        The column.
    law
        Its law as compiled, None where it has none.
    key
        Of the figure, as in `Field.key`.
    text
        What was typed.

    Returns
    -------
    column, figure, after, notes
        The column (the same object where nothing changed), the figure as it was, and
        the text that stands for it now.

    Raises
    ------
    SpecError
    """
    path: Path = ("columns", column.name, key)
    there = {figure.key: figure for figure in figures(column, law)}
    figure = there.get(key)
    if figure is None:
        close = nearest(key, there)
        mend = f"Did you mean {shown(close)}?" if close else f"It has: {listing(there) or 'none'}"
        raise SpecError(problem(path, f"There is no {shown(key, 30)} to edit here", mend))
    return _EDITS[figure.kind](column, law, figure, text, path)


# Texts and points -----------------------------------------------------------------------


def _text(column: Column, law: Marginal | None, figure: Figure, text: str, path: Path) -> Found:
    said = " ".join(text.split())
    if said == figure.text:
        return column, figure, said, ()
    if not said:
        raise SpecError(problem(path, f"The {figure.label} is empty", "Write one"))
    sources = said_by_user(column, figure.kind)
    made = remade(column, path[:-1], **{figure.kind: said, "sources": sources})
    return made, figure, said, ()


def _survival(column: Column, law: Marginal | None, figure: Figure, text: str, path: Path) -> Found:
    share = typed.share(text, path)
    if _same(text, figure, share * 100):
        return column, figure, figure.text, ()
    points = {float(time): float(part) for time, part in column.survival or ()}
    before = min((part for time, part in points.items() if time < figure.p), default=1.0)
    behind = max((part for time, part in points.items() if time > figure.p), default=0.0)
    if not behind < share < before:
        what = f"Survival falls with time: {typed.percentage(share)} % does not fit here"
        mend = f"Write between {typed.percentage(behind)} and {typed.percentage(before)} %"
        raise SpecError(problem(path, what, mend))
    survival = tuple(
        (time, share if float(time) == figure.p else part) for time, part in column.survival or ()
    )
    sources = said_by_user(column, "survival")
    made = remade(column, path[:-1], survival=survival, sources=sources)
    return made, figure, typed.percentage(share), ()


# Figures of a distribution ----------------------------------------------------------------


def _same(text: str, figure: Figure, value: float | int | str) -> bool:
    """Whether what was typed is what stands there already."""
    if text.strip().rstrip("%").strip() == figure.text:
        return True
    if isinstance(value, str):
        return value == figure.text.replace(" ", "T")
    return typed.exact(value) == typed.shortened(figure.text)


def _put(column: Column, law: Marginal | None, figure: Figure, part: Distribution) -> Column:
    """Put a part into its column, stated by the user, beside the facts that still hold."""
    part = remade(part, ("columns", column.name, "distribution"), source="user")
    whole = part
    if figure.group is not None and column.distribution is not None:
        groups = tuple(
            (value, part if value == figure.group else old)
            for value, old in column.distribution.groups or ()
        )
        path = ("columns", column.name, "distribution")
        whole = remade(column.distribution, path, groups=groups, source="user")
    return column.model_copy(update={"distribution": whole})


def _done(
    column: Column,
    law: Marginal | None,
    figure: Figure,
    part: Distribution,
    said: float | int | str,
    shown_as: str,
    notes: tuple[Problem, ...] = (),
) -> Found:
    made = _put(column, law, figure, part)
    return after(column, made, law, figure, said), figure, shown_as, notes


def _share(column: Column, law: Marginal | None, figure: Figure, text: str, path: Path) -> Found:
    share = typed.share(text, path)
    if _same(text, figure, share * 100):
        return column, figure, figure.text, ()
    part = part_of(column, figure.group)
    pairs = part.probabilities or ()
    if len(pairs) == 1 and share != 1:
        what = "It has one value only, which holds 100 %"
        raise SpecError(problem(path, what, "Add a value to its values first"))
    pinned = pinned_shares(column, figure)
    shares = with_share(
        tuple((value, float(held)) for value, held in pairs), figure.level, share, pinned
    )
    made = remade(part, path[:-1], probabilities=shares)
    return _done(column, law, figure, made, share, typed.percentage(share))


def _yes(column: Column, law: Marginal | None, figure: Figure, text: str, path: Path) -> Found:
    share = typed.share(text, path)
    if _same(text, figure, share * 100):
        return column, figure, figure.text, ()
    key = "probability" if figure.kind == "yes" else "zero_share"
    made = remade(part_of(column, figure.group), path[:-1], **{key: share})
    return _done(column, law, figure, made, share, typed.percentage(share))


def _end(column: Column, law: Marginal | None, figure: Figure, text: str, path: Path) -> Found:
    said = typed.place(text, column, path)
    if _same(text, figure, said):
        return column, figure, figure.text, ()
    part = part_of(column, figure.group)
    _inside(said, column, path)
    if column.type == "integer" and said != int(said):
        raise SpecError(problem(path, f"{said} is no whole number", "Write one"))
    uniform = remade(part.uniform, path[:-1], **{figure.kind: said}) if part.uniform else None
    made = remade(part, path[:-1], uniform=uniform)
    return _done(column, law, figure, made, said, typed.exact(said))


def _moment(column: Column, law: Marginal | None, figure: Figure, text: str, path: Path) -> Found:
    is_mean = figure.kind == "mean"
    said = typed.place(text, column, path) if is_mean else typed.spread(text, column, path)
    if _same(text, figure, said):
        return column, figure, figure.text, ()
    part = part_of(column, figure.group)
    if is_mean:
        _inside(said, column, path, strictly=True)
    if part.normal is not None:
        normal = remade(part.normal, path[:-1], **{figure.kind: said})
        made = remade(part, path[:-1], normal=normal)
        return _done(column, law, figure, made, said, typed.exact(said))
    inner = part_law(column, part, law, figure.group)
    mean = float(said) if is_mean else inner.mean
    sd = inner.sd if is_mean else float(said)
    found = with_moments(part, column, mean, sd)
    if found is None:
        word = str(part.kind).replace("_", " ")
        what = f"No {word} law has a mean of {mean:.4g} and an SD of {sd:.4g} here"
        mend = "Change the other one too, or the range"
        raise SpecError(problem(path, what, mend))
    notes: tuple[Problem, ...] = ()
    if found.kind != part.kind:
        words = (str(part.kind).replace("_", " "), str(found.kind).replace("_", " "))
        notes = (note(path[:-1], f"{column.name} is {words[1]} now, not {words[0]}"),)
    return _done(column, law, figure, found, said, typed.exact(said), notes)


def _quantile(column: Column, law: Marginal | None, figure: Figure, text: str, path: Path) -> Found:
    said = typed.place(text, column, path)
    if _same(text, figure, said):
        return column, figure, figure.text, ()
    _inside(said, column, path)
    part = part_of(column, figure.group)
    if part.lognormal is not None and figure.kind == "quantile" and figure.p == 0.5:
        lognormal = remade(part.lognormal, path[:-1], median=said)
        made = remade(part, path[:-1], lognormal=lognormal)
        return _done(column, law, figure, made, said, typed.exact(said))
    inner = part_law(column, part, law, figure.group)
    axis = Axis.of(column)
    ends = Ends(axis.low, axis.high)
    to = position(said, column.type, path)
    pinned = pinned_quantiles(column, figure)
    table = moved(part, inner, column, ends, figure.p, to, pinned)
    pairs = written_table(table, column, figure.p, said)
    made = remade(part, path[:-1], quantiles=pairs, lognormal=None)
    notes: tuple[Problem, ...] = ()
    if part.lognormal is not None:
        what = f"{column.name} is drawn by its quantiles now, not as a lognormal law"
        notes = (note(path[:-1], what),)
    return _done(column, law, figure, made, said, typed.exact(said), notes)


def _inside(said: float | int | str, column: Column, path: Path, *, strictly: bool = False) -> None:
    """Refuse what lies outside the range."""
    axis = Axis.of(column)
    spot = axis.spot(said)
    if spot is None or math.isnan(spot):
        raise SpecError(problem(path, f"{shown(said, 30)} does not fit here", "Write a number"))
    out = not axis.low <= spot <= axis.high
    if strictly:
        out = not axis.low < spot < axis.high
    if out:
        span = "above 0" if column.type == "time_to_event" else axis.said
        what = f"{shown(said, 30)} is outside the range, {span}"
        raise SpecError(problem(path, what, "Type one inside, or change the range first"))


_EDITS: dict[str, Callable[[Column, Marginal | None, Figure, str, Path], Found]] = {
    "formula": _text,
    "pattern": _text,
    "template": _text,
    "survival": _survival,
    "share": _share,
    "yes": _yes,
    "zero": _yes,
    "low": _end,
    "high": _end,
    "mean": _moment,
    "sd": _moment,
    "quantile": _quantile,
}
