"""An answer read cell by cell: what can be used, and a complaint for each cell that cannot."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synth_magic.laws import Codec
from synth_magic.rows import texts, wording
from synth_magic.rows.batches import Job, Writer
from synth_magic.rows.checks import broken, work_out
from synth_magic.rows.seeds import Layout
from synth_magic.rows.sheet import Array, Mask, Sheet, Word, rounded, words

_DIGITS = re.compile(r"\s*[-+]?\d{1,15}(\.\d{1,15})?\s*")
_TRUTHS = {"true": "yes", "false": "no", "1": "yes", "0": "no", "y": "yes", "n": "no"}
_SHOWN = 40  # characters of a value that a complaint quotes
_MOST_TEXT = 20 * texts.LONGEST


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """The rows of a batch as far as they are written.

    Parameters
    ----------
    places
        Positions of the numbers that were asked for, NaN where there is none, by
        column, shape (rows,).
    texts
        Texts that were asked for, by column.
    bad
        By column that was asked for: cells that cannot be used, shape (rows,).
    restored
        By column that was given: cells that the answer had changed, shape (rows,).
    complaints
        What is wrong, by row.
    """

    places: Mapping[str, Array]
    texts: Mapping[str, list[str | None]]
    bad: Mapping[str, Mask]
    restored: Mapping[str, Mask]
    complaints: Mapping[int, tuple[str, ...]]

    @classmethod
    def empty(cls, layout: Layout, rows: int) -> Draft:
        """Nothing is written yet."""
        return cls(
            {name: np.full(rows, np.nan) for name in layout.numbers},
            {name: [None] * rows for name in layout.texts},
            {name: np.ones(rows, dtype=np.bool_) for name in layout.asked},
            {name: np.zeros(rows, dtype=np.bool_) for name in layout.given},
            {},
        )

    def failing(self) -> Mask:
        """Rows with a cell that cannot be used, shape (rows,)."""
        found: Mask = np.logical_or.reduce(list(self.bad.values()))
        return found

    def joined(self, other: Draft, rows: Iterable[int]) -> Draft:
        """Take some rows of a later draft, where it is no worse than this one."""
        mine, theirs = (sum(part.astype(int) for part in d.bad.values()) for d in (self, other))
        take = np.zeros(len(self.failing()), dtype=np.bool_)
        take[list(rows)] = True
        take &= np.asarray(theirs) <= np.asarray(mine)
        pick = take.tolist()
        return Draft(
            {n: np.where(take, other.places[n], self.places[n]) for n in self.places},
            {
                n: [
                    b if p else a
                    for a, b, p in zip(self.texts[n], other.texts[n], pick, strict=True)
                ]
                for n in self.texts
            },
            {n: np.where(take, other.bad[n], self.bad[n]) for n in self.bad},
            {n: np.where(take, other.restored[n], self.restored[n]) for n in self.restored},
            {**self.complaints, **other.complaints},
        )


class _Marking:
    """A draft in the making."""

    def __init__(self, layout: Layout, rows: int) -> None:
        self.draft = Draft.empty(layout, rows)
        self.said: dict[int, list[str]] = {}

    def blame(self, row: int, columns: Iterable[str], what: str) -> None:
        """Refuse cells of a row."""
        for name in columns:
            self.draft.bad[name][row] = True
        self.said.setdefault(row, []).append(what)

    def finished(self) -> Draft:
        """Give the draft with what was complained of."""
        draft, said = self.draft, self.said
        lines = {row: tuple(what) for row, what in sorted(said.items())}
        return Draft(draft.places, draft.texts, draft.bad, draft.restored, lines)


def read(writer: Writer, job: Job, data: Mapping[str, object]) -> Draft:
    """Check an answer.

    Parameters
    ----------
    writer
        Which rendered the prompt.
    job
        The rows that were asked for.
    data
        The answer's JSON object; nothing in it is taken for granted.

    Returns
    -------
    Draft
        Of the whole batch; rows that were not asked for count as not written.
    """
    sheet, layout = writer.sheet, writer.layout
    marking = _Marking(layout, job.size)
    found, doubled = _rows(data, job)
    for row in job.rows:
        if row in doubled:
            marking.blame(row, layout.asked, "more than once in the answer")
        elif row not in found:
            marking.blame(row, layout.asked, "not in the answer")
        else:
            _cells(writer, job, row, found[row], marking)
    _together(sheet, job, marking)
    _texts(sheet, job, marking)
    return marking.finished()


# Rows ----------------------------------------------------------------------------------


def _rows(data: Mapping[str, object], job: Job) -> tuple[dict[int, Mapping[str, object]], set[int]]:
    """Find the wanted rows in an answer, and those that stand there more than once."""
    listed: object = data.get("rows")
    if not isinstance(listed, list):  # under another name, or one row alone
        lists = [part for part in data.values() if isinstance(part, list)]
        listed = lists[0] if len(lists) == 1 else [data]
    found: dict[int, Mapping[str, object]] = {}
    doubled: set[int] = set()
    for part in listed if isinstance(listed, list) else []:
        if isinstance(part, dict):
            number = _number(part.get("id"))
            row = int(number) - 1 if number is not None and number == int(number) else -1
            if row in job.rows:
                doubled |= {row} & set(found)
                found[row] = part
    return found, doubled


# Cells ---------------------------------------------------------------------------------


def _cells(
    writer: Writer, job: Job, row: int, answer: Mapping[str, object], marking: _Marking
) -> None:
    layout, sheet, draft = writer.layout, writer.sheet, marking.draft
    by_key = {str(key).strip().casefold(): value for key, value in answer.items()}
    for name in layout.asked:
        key = writer.keys[name]
        raw = answer.get(key, by_key.get(key.casefold()))
        if sheet.gone[name][job.first + row]:
            draft.bad[name][row] = False
            continue
        what = (_text if name in draft.texts else _value)(layout.codecs[name], raw, draft, row)
        if what is None:
            draft.bad[name][row] = False
        else:
            marking.blame(row, (name,), f"{key} {what}")
    for name in layout.given:
        key = writer.keys[name]
        if key in answer:
            stands = words(layout.codecs[name], sheet.places[name][[job.first + row]])[0]
            draft.restored[name][row] = not _same(layout.codecs[name], answer[key], stands)


def _value(codec: Codec, raw: object, draft: Draft, row: int) -> str | None:
    """Take a number into the draft, or say what is wrong with it."""
    number = _number(raw)
    if number is None:
        return "has no value" if raw is None else f"is no number: {_quoted(raw)}"
    value = float(rounded(codec, np.asarray(number)))
    code = value * 10.0**codec.decimals
    if not math.isfinite(code):
        return f"is no number of this column: {_quoted(raw)}"
    low, high = codec.low, codec.high
    if (low is not None and code < low - 0.5) or (high is not None and code > high + 0.5):
        return f"is {_quoted(raw)}, outside its limits{wording.limits(codec)}"
    draft.places[codec.name][row] = value
    return None


def _number(raw: object) -> float | None:
    if isinstance(raw, str) and _DIGITS.fullmatch(raw):
        raw = float(raw)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return None
    return float(raw) if abs(raw) < 1e15 else None  # NaN compares as false too


def _text(codec: Codec, raw: object, draft: Draft, row: int) -> str | None:
    """Take a text into the draft, or say what is wrong with it."""
    if not isinstance(raw, str):
        return "has no text" if raw is None else f"is no text: {_quoted(raw)}"
    if len(raw) > _MOST_TEXT:
        return f"is longer than {texts.LONGEST} characters"
    text = texts.clean(raw)
    if not any(sign.isalnum() for sign in text):
        return "has no text"
    if len(text) > texts.LONGEST:
        return f"is longer than {texts.LONGEST} characters"
    draft.texts[codec.name][row] = text
    return None


def _quoted(raw: object) -> str:
    text = texts.clean(str(raw)[: 4 * _SHOWN])
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _same(codec: Codec, raw: object, stands: Word) -> bool:
    """Whether an answer repeats a given cell."""
    if raw is None or stands is None:
        return raw is None and stands is None
    if isinstance(stands, (int, float)):
        number = _number(raw)
        return number is not None and float(rounded(codec, np.asarray(number))) == stands
    said = str(raw).strip().casefold()
    said = _TRUTHS.get(said, said) if codec.kind == "boolean" else said
    if codec.kind in ("date", "datetime"):
        return said.replace(" ", "t") == stands.casefold()
    return said == stands.casefold()


# Rows as wholes ------------------------------------------------------------------------


def _together(sheet: Sheet, job: Job, marking: _Marking) -> None:
    """Check formulas and rules in the rows that were read."""
    layout = sheet.layout
    if not (layout.formulas or layout.rules):
        return
    places = {name: found[job.part] for name, found in sheet.places.items()} | dict(
        marking.draft.places
    )
    wrong = work_out(sheet, places, job.part)
    wanted = np.zeros(job.size, dtype=np.bool_)
    wanted[list(job.rows)] = True
    for fault in (*wrong, *broken(sheet, places, job.size)):
        for row in np.flatnonzero(fault.rows & wanted).tolist():
            stand = _standing(layout, fault.reads, places, row)
            marking.blame(row, fault.columns, f"{fault.what} does not hold ({stand})")


def _standing(layout: Layout, names: Sequence[str], places: Mapping[str, Array], row: int) -> str:
    cells = (words(layout.codecs[name], places[name][[row]])[0] for name in names)
    return ", ".join(f"{n} {c}" for n, c in zip(names, cells, strict=True))


def _texts(sheet: Sheet, job: Job, marking: _Marking) -> None:
    """Compare texts with their rows."""
    layout, draft = sheet.layout, marking.draft
    if not layout.texts:
        return
    places = {name: found[job.part] for name, found in sheet.places.items()} | dict(draft.places)
    work_out(sheet, places, job.part)
    unsure = {name: draft.bad[name] for name in layout.numbers}
    for step in layout.formulas:
        of = [draft.bad[n] for n in layout.operands(step.name) if n in draft.bad]
        unsure[step.name] = np.logical_or.reduce(of)
    for name, row, what in contradictions(sheet, places, draft.texts, job.rows, unsure):
        marking.blame(row, (name,), f"{name} {what}")


def contradictions(
    sheet: Sheet,
    places: Mapping[str, Array],
    written: Mapping[str, Sequence[str | None]],
    rows: Sequence[int],
    unsure: Mapping[str, Mask],
) -> list[tuple[str, int, str]]:
    """Say which texts contradict their row: column, row, and how.

    Parameters
    ----------
    sheet
        The table.
    places
        Positions of the columns in these rows.
    written
        The texts, None where there is none.
    rows
        Which rows to look at.
    unsure
        Cells whose value is not settled; nothing is said of them.
    """
    layout = sheet.layout
    reader = texts.reader(layout.blueprint)
    names = [name for name in places if name in layout.codecs]
    at = np.asarray(rows, dtype=np.intp)
    cells = {name: words(layout.codecs[name], places[name][at]) for name in names}
    found = []
    for number, row in enumerate(rows):
        known = {n: cells[n][number] for n in names if n not in unsure or not unsure[n][row]}
        for name, every in written.items():
            text = every[row]
            if text is not None:
                found += [(name, row, what) for what in reader.contradictions(text, known)]
    return found
