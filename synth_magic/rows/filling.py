"""Rows written by a model in checked batches, and nothing of them lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from synth_magic.blueprint.model import Blueprint
from synth_magic.errors import ModelError, Problem
from synth_magic.events import Event, Partial, Tell, Usage, silent
from synth_magic.llm import Ask, Prompt
from synth_magic.rows.answers import Draft, read
from synth_magic.rows.batches import BATCH, Job, Writer
from synth_magic.rows.finish import Counts, finished
from synth_magic.rows.latest import latest
from synth_magic.rows.notes import told
from synth_magic.rows.seeds import layout
from synth_magic.rows.sheet import Mask, Sheet

if TYPE_CHECKING:
    import pandas as pd

#: How often a row is asked for at most.
ATTEMPTS = 3
#: Errors that the next batch would meet too.
_HOPELESS = ("key", "quota", "policy", "no_network")
#: So many batches refused, and none answered, are no matter of their words.
_REFUSED = 8


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A table with the cells that a model wrote.

    Parameters
    ----------
    table
        All rows, in the types in which they were drawn; rows that are not `done`
        are as drawn.
    done
        Rows whose cells are all written, or come from the blueprint after the last
        attempt; shape (rows,).
    notes
        What is worth a word.
    counts
        Where the cells of the rows that are done come from.
    stopped
        What ended the work early, or None.
    """

    table: pd.DataFrame
    done: Mask
    notes: tuple[Problem, ...]
    counts: Counts
    stopped: ModelError | KeyboardInterrupt | None = None


def fill(
    table: pd.DataFrame,
    columns: Sequence[str] | None,
    blueprint: Blueprint,
    ask: Ask,
    tell: Tell = silent,
    *,
    wanted: int | None = None,
) -> Filled:
    """Let a model write cells of a drawn table.

    Batch i is always rows 20i to 20i+19, asked for in the same words however many
    rows follow: so the caller draws whole batches (`padded`), from the first row on,
    and cuts what this gives back.

    Parameters
    ----------
    table
        Drawn from `blueprint`, from row 0; its length is a multiple of `BATCH`.
    columns
        None: all cells but each row's seed cells (the rows engine).  Else names of text
        columns, to be written for rows whose other cells are all given.
    blueprint
        What the table was drawn from.
    ask
        Asks the model; may raise KeyboardInterrupt while it is waited for.
    tell
        Hears of the rows that are done.
    wanted
        Rows that the caller keeps; None: all.  The others of the last batch are asked for
        once, as part of its prompt, are not `done` and count nowhere.

    Returns
    -------
    Filled
        Never fewer rows than came in: a row that fails three times takes its failing
        cells from the draw, counted.  An interrupt, or an error that the next batch
        would meet too, ends the work; what is finished is kept and `stopped` says so.

    Raises
    ------
    ValueError
        If the table has no whole batches or is another blueprint's, or if one of
        `columns` is no text.

    References
    ----------
    Törnqvist et al., arXiv 2412.05153 (rows written by a model from a description).
    """
    writer = _writer(table, columns, blueprint)
    asked = writer.layout.asked
    work = _Work(writer, len(table) if wanted is None else min(wanted, len(table)))
    stopped: ModelError | KeyboardInterrupt | None = None
    if asked and len(table):
        try:
            stopped = work.run(ask, tell)
        except (ModelError, KeyboardInterrupt) as end:
            stopped = end
    done, drafts = work.result()
    filled, counts = finished(writer.sheet, drafts, done, work.given_up)
    return Filled(filled, done, told(writer.sheet, filled, done, counts), counts, stopped)


def prompts(
    table: pd.DataFrame, columns: Sequence[str] | None, blueprint: Blueprint
) -> tuple[Prompt, ...]:
    """Render the first round's prompts, for a dry run; parameters and errors as in `fill`."""
    writer = _writer(table, columns, blueprint)
    if not writer.layout.asked:
        return ()
    return tuple(writer.prompt(job) for job in writer.jobs())


def _writer(table: pd.DataFrame, columns: Sequence[str] | None, blueprint: Blueprint) -> Writer:
    if len(table) % BATCH:
        raise ValueError(f"a table of {len(table)} rows has no whole batches of {BATCH}")
    asked = layout(blueprint, None if columns is None else tuple(columns))
    return Writer(Sheet.of(table, asked))


class _Work:
    """What is written so far.  Each answer is kept by one assignment, so that an interrupt at
    any moment leaves whole batches.
    """  # noqa: D205

    def __init__(self, writer: Writer, wanted: int) -> None:
        self.writer = writer
        self.wanted = wanted
        self.drafts: dict[int, Draft] = {}
        self.given_up: set[int] = set()  # first rows of batches that are asked for no more
        self.usage = Usage()
        self.good = 0  # rows that are done, for whoever looks on

    def run(self, ask: Ask, tell: Tell) -> ModelError | None:
        """Ask until every row is good or was asked for three times; give what ended it early."""
        jobs = [job for job in self.writer.jobs() if job.first < self.wanted]
        for attempt in range(ATTEMPTS):
            failed = self._round(jobs, ask, tell)
            if isinstance(failed, ModelError):
                return failed
            lost = [error for error in failed.values() if _unanswered(error)]
            if len(lost) == len(jobs):
                return lost[0]  # each was tried several times: the endpoint is gone
            jobs = [job for job in (self._again(job, attempt + 1) for job in jobs) if job.rows]
            if not jobs:
                return None
            if attempt + 1 == ATTEMPTS:
                return self._end(jobs, failed)
        return None

    def _round(
        self, jobs: Sequence[Job], ask: Ask, tell: Tell
    ) -> dict[int, ModelError] | ModelError:
        """Ask for some batches at once; give the errors by batch, or the one that ends the work."""
        failed: dict[int, ModelError] = {}
        self._tell(tell)
        answers = ask([self.writer.prompt(job) for job in jobs])
        try:
            for place, reply in answers:
                job = jobs[place]
                if isinstance(reply, ModelError):
                    failed[job.first] = reply
                    if self._ends(reply, failed, len(jobs)):
                        return reply
                    continue
                self.usage = self.usage + reply.usage
                self._take(job, read(self.writer, job, reply.data))
                self._tell(
                    tell, latest(self.writer.sheet, job, self.drafts[job.first], self.wanted)
                )
        finally:
            close = getattr(answers, "close", None)
            if close is not None:
                close()  # what is still under way is cancelled
        return failed

    def _take(self, job: Job, draft: Draft) -> None:
        before = self.drafts.get(job.first)
        draft = draft if before is None else before.joined(draft, job.rows)
        self.good += self._good(job, draft) - (0 if before is None else self._good(job, before))
        self.drafts[job.first] = draft

    def _good(self, job: Job, draft: Draft) -> int:
        return int((~draft.failing()[: max(self.wanted - job.first, 0)]).sum())

    def _ends(self, error: ModelError, failed: Mapping[int, ModelError], jobs: int) -> bool:
        """Whether the next batch would meet this error too."""
        if error.kind in _HOPELESS:
            return True
        refused = sum(each.kind == "refused" for each in failed.values())
        return not self.drafts and refused >= min(_REFUSED, jobs)

    def _again(self, job: Job, attempt: int) -> Job:
        """Ask anew for the rows of a batch that are not good."""
        draft = self.drafts.get(job.first)
        if draft is None:
            return replace(job, attempt=attempt)  # in the same words
        failing = np.flatnonzero(draft.failing()[: self.wanted - job.first])  # of those wanted
        rows = tuple(failing.tolist())
        said = {row: draft.complaints.get(row, ()) for row in rows}
        return replace(job, rows=rows, complaints=said, attempt=attempt)

    def _end(self, jobs: Sequence[Job], failed: Mapping[int, ModelError]) -> ModelError | None:
        """After the last attempt: give up the rows that failed, but not those nobody answered."""
        lost = {first: error for first, error in failed.items() if _unanswered(error)}
        self.given_up = {job.first for job in jobs} - set(lost)
        return next(iter(lost.values()), None)

    def result(self) -> tuple[Mask, dict[int, Draft]]:
        """Give the rows that are done, and the drafts of all batches."""
        done = np.zeros(self.writer.sheet.rows, dtype=np.bool_)
        drafts = {}
        for job in self.writer.jobs():
            draft = self.drafts.get(job.first) or Draft.empty(self.writer.layout, job.size)
            drafts[job.first] = draft
            done[job.part] = True if job.first in self.given_up else ~draft.failing()
        done[self.wanted :] = False
        return done, drafts

    def _tell(self, tell: Tell, partial: Partial | None = None) -> None:
        tell(Event("asking", self.good, self.wanted, self.usage, partial=partial))


def _unanswered(error: ModelError) -> bool:
    """Whether a batch failed for want of an answer, and not because of what was answered."""
    return error.kind == "busy" or (error.kind == "cut" and error.retry)
