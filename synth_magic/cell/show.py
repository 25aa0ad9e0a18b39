"""One grey line a column: what was understood of it."""

from __future__ import annotations

from collections.abc import Iterable

from synth_magic.blueprint.model import Column, Distribution, Missing

_MOST = 160
_KINDS = {"boolean": "yes/no", "category": "", "integer": "whole number"}


def echo(column: Column, missing: Missing | None = None, unread: Iterable[str] = ()) -> str:
    """Say what was understood of a column, in words that would be read alike.

    Parameters
    ----------
    column
        As read from the cell.
    missing
        Its missingness, where said.
    unread
        Words that were not understood; they stand at the end, marked.

    Returns
    -------
    str
        One line, plain text: ``age: 30 to 85 years``.

    Examples
    --------
    >>> echo(Column(name="age", unit="years", range=(30, 85)))
    'age: 30 to 85 years'
    """
    parts = [part for part in _parts(column) if part]
    if missing is not None:
        parts.append(f"missing {_percent(missing.rate)}" if missing.rate else "never missing")
        if missing.depends_on:
            parts[-1] += f" (depends on {missing.depends_on})"
    unread = list(unread)
    if column.description and column.description not in ", ".join(unread) and not unread:
        parts.append(column.description)
    legend = column.description and unread and column.description.removeprefix(", ".join(unread))
    if legend and legend.strip(", "):
        parts.append(legend.strip(", "))
    line = f"{column.name}: {', '.join(parts) if parts else 'nothing said'}"
    line = line if len(line) <= _MOST else line[: _MOST - 1] + "…"
    if unread:
        marked = ", ".join(f"“{words}”" for words in unread)
        marked = marked if len(marked) <= _MOST else marked[: _MOST - 1] + "…"
        line += f" · not read as facts, kept as description: {marked}"
    return line


def _parts(column: Column) -> Iterable[str]:
    stated = column.stated
    kind = column.type or ""
    yield _KINDS.get(kind, kind)
    if column.decimals is not None:
        yield f"{column.decimals} decimal{'' if column.decimals == 1 else 's'}"
    unit = f" {column.unit}" if column.unit else ""
    if column.values is not None:
        shares = dict(stated.probabilities or ()) if stated is not None else {}
        joint = " < " if column.ordered else " / "
        yield joint.join(
            f"{value} {_percent(shares[value])}" if value in shares else value
            for value in column.values
        )
    if column.range is not None:
        yield _range(*column.range) + unit
    elif column.unit:
        yield column.unit
    if column.pattern:
        yield column.pattern
    if stated is not None:
        for label, value in (("mean", stated.mean), ("SD", stated.sd), ("median", stated.median)):
            if value is not None:
                yield f"{label} {_number(value)}"
        if stated.quartiles is not None:
            yield f"quartiles {_number(stated.quartiles[0])} to {_number(stated.quartiles[1])}"
        for probability, position in stated.quantiles or ():
            yield f"P{float(probability) * 100:g} {_number(position)}"
        if stated.probability is not None:
            yield _percent(stated.probability)
        if stated.zero_share is not None:
            yield f"{_percent(stated.zero_share)} zeros"
    yield _law(column.distribution)
    if column.formula:
        yield f"= {column.formula}"
    if column.event:
        yield f"time to {column.event}"


def _law(law: Distribution | None) -> str:
    if law is None or law.kind is None:
        return ""
    if law.kind == "groups":
        return f"by {law.by}"
    return law.kind.replace("_", " ")


def _range(low: object, high: object) -> str:
    if low is None:
        return f"at most {_number(high)}"
    return f"at least {_number(low)}" if high is None else f"{_number(low)} to {_number(high)}"


def _number(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _percent(share: float) -> str:
    return f"{round(float(share) * 100, 4):g}%"
