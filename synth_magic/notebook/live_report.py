"""Reports that follow a table: made in a thread of their own, the newest one only."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from threading import Lock, Thread
from typing import TYPE_CHECKING

from synth_magic.errors import SynthDataError

if TYPE_CHECKING:
    from synth_magic.display.live.state import Applied
    from synth_magic.fidelity.report import Report

Make = Callable[["Applied"], "Report"]
Hear = Callable[["Applied", "Report | None", str], None]


class Reporter:
    """Makes reports one after the other; of tables that wait, the last one has its turn.

    Parameters
    ----------
    make
        Makes the report on a table.
    hear
        Gets the table with its report, or None and what went wrong.  It has to look
        whether the table is still the one that is shown.
    """

    def __init__(self, make: Make, hear: Hear) -> None:
        self._make, self._hear = make, hear
        self._lock = Lock()
        self._next: Applied | None = None
        self._works = False

    def ask(self, shown: Applied) -> None:
        """Want a report on a table; returns at once."""
        with self._lock:
            self._next = shown
            if self._works:
                return
            self._works = True
        # The messages that it sends belong to the one that is being answered.
        Thread(target=copy_context().run, args=(self._work,), daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                shown, self._next = self._next, None
                if shown is None:
                    self._works = False
                    return
            try:
                report, wrong = self._make(shown), ""
            except Exception as error:
                report, wrong = None, _why(error)
            self._hear(shown, report, wrong)


def _why(error: Exception) -> str:
    if isinstance(error, SynthDataError):
        return f"{error.problems[0].what}. {error.problems[0].mend}"
    return f"{type(error).__name__}: {error}"
