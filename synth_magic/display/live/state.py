"""What the live view draws, as JSON of bounded size.

Words, numbers and pictures are those of `summary` and `graded`, so that the view
and the static form cannot differ.  The browser gets nothing else of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from synth_magic.display import graded
from synth_magic.display.summary import summarise
from synth_magic.display.words import clean
from synth_magic.fidelity.law import Law, law_of

if TYPE_CHECKING:
    from synth_magic.fidelity.report import Report
    from synth_magic.record import Result

Kind = Literal["", "busy", "done", "error", "ask"]
ROWS, COLUMNS = 50, 40
#: Longer texts stay in the kernel; ``%synthdata cell`` writes them all the same.
MOST_TEXT = 200_000
_SHOWN = ("name", "rows", "columns", "seed", "author", "synthetic", "edited", "population")


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """A table that is shown, with what is said of it.

    Parameters
    ----------
    result
        The table, its record and the notes of its making.
    law
        What it was drawn from.
    summary
        As `display.summary.summarise` makes it, with as much of the table as the view shows.
    revision
        Counts the tables of a view; the browser sees by it what belongs together.
    report
        The report on it; None while it is being made.
    """

    result: Result
    law: Law
    summary: dict[str, Any]
    revision: int
    report: Report | None = None


def applied(result: Result, revision: int, report: Report | None = None) -> Applied:
    """Summarise a table for the view.

    Parameters
    ----------
    result, revision, report
        As `Applied` holds them.
    """
    summary = summarise(result, report, name=result.name, rows=ROWS, columns=COLUMNS)
    return Applied(result, law_of(result.record.blueprint_yaml), summary, revision, report)


def view(
    shown: Applied,
    *,
    cell: str,
    static: str = "",
    tab: str = "data",
    talk: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """State of the head, of Data and of Source.

    Parameters
    ----------
    shown
        The table.
    cell
        Text of the cell that draws it; empty where none does.
    static
        Class of the static form that stands for the view without a kernel.
    tab
        Which tab to open first.
    talk
        Pairs (prompt, answer) of what a model was asked.
    """
    summary = shown.summary
    preview = summary["preview"]
    head = {key: summary[key] for key in _SHOWN}
    head["population"] = clean(head["population"], 600)
    return {
        "revision": shown.revision,
        "head": {**head, "notes": summary["notes"], "source_line": summary["source_line"]},
        "data": {
            "columns": [
                {**column, "name": clean(column["name"], 80)} for column in preview["columns"]
            ],
            "rows": preview["rows"],
            "total": summary["rows"],
            "hidden_columns": preview["hidden_columns"],
            "hidden_names": clean(preview["hidden_names"], 600),
        },
        "source": {
            "yaml": bounded(summary["source"]["yaml"]),
            "cell": bounded(cell),
            "line": f"%synthdata cell {summary['name']}",
            "made": summary["source"]["made"],
            "prompt": bounded("\n\n".join(prompt for prompt, _ in talk)),
            "answer": bounded("\n\n".join(answer for _, answer in talk)),
        },
        "static": static,
        "tab": tab,
    }


def fidelity(shown: Applied, *, pending: bool = False) -> dict[str, Any]:
    """State of Fidelity.

    Parameters
    ----------
    shown
        The table.
    pending
        Whether its report is being made.
    """
    report = None if shown.report is None else graded.summary(shown.report)
    return {"revision": shown.revision, "pending": pending, "report": report}


def status(
    kind: Kind = "",
    text: str = "",
    mend: str = "",
    actions: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """State of the line that says what goes on.

    Parameters
    ----------
    kind
        ``busy``, ``done``, ``error``, ``ask``, or nothing.
    text, mend
        What happened, and what to do about it.
    actions
        Pairs (choice, label) of the answers to a question.
    """
    return {
        "kind": kind,
        "text": clean(text, 400),
        "mend": clean(mend, 400),
        "actions": [{"do": choice, "label": clean(label, 80)} for choice, label in actions],
    }


def bounded(text: str) -> str:
    """Give a text, or nothing where it is too long to be sent to a browser."""
    return text if len(text) <= MOST_TEXT else ""
