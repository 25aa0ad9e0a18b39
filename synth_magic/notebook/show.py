"""Publishing: which form goes where.  The forms themselves are made in `display`."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from shutil import get_terminal_size
from types import TracebackType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from synth_magic.events import Line
from synth_magic.notebook import live_host
from synth_magic.notebook.publishing import publish as _publish
from synth_magic.safe_text import character

if TYPE_CHECKING:
    from synth_magic.display.forms import Kind
    from synth_magic.events import Event, Partial
    from synth_magic.fidelity.report import Report
    from synth_magic.record import Result

_FIRST, _NEXT = 1.0, 0.25  # seconds until progress is shown, and between two updates


def in_terminal(shell: Any) -> bool:
    """Tell whether outputs go to a terminal and not to a notebook's front end."""
    return getattr(shell, "kernel", None) is None


class Progress:
    """Progress under a display id; the finished form takes its place.

    Nothing is shown of what is done within a second, and then at most four
    times a second: a line, and in a notebook the rows that a model has just
    finished.  It is gone when the table is there.

    Parameters
    ----------
    shell
        The running ``InteractiveShell``; None at the command line.
    """

    def __init__(self, shell: Any = None) -> None:
        self.display_id = f"synthdata-{uuid4().hex}"
        self.shown = False
        self._terminal = in_terminal(shell)
        self._due = time.monotonic() + _FIRST
        self._line = Line()
        self._partial: Partial | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown and self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        elif self.shown and kind is not None:
            self._partial = None
            self._publish("stopped")

    def tell(self, event: Event) -> None:
        """Show an event, unless another one was shown just now."""
        text = self._line.hear(event)
        working = event.stage in ("asking", "waiting")
        self._partial = (event.partial or self._partial) if working else None
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + _NEXT
        stop = "Ctrl+C stops it" if self._terminal else "interrupt the kernel to stop it"
        self._publish(f"{text} ({stop})")

    def _publish(self, text: str) -> None:
        if self._terminal:
            if sys.stderr.isatty():
                width = get_terminal_size().columns - 1  # a line that wraps is not wiped
                print(f"\r\x1b[K{text[:width]}", end="", file=sys.stderr, flush=True)
                self.shown = True
            return
        from synth_magic.display.partial import bundle

        _publish(bundle(text, self._partial), self.display_id, update=self.shown)
        self.shown = True


def _form(
    shell: Any,
    kind: Kind,
    result: Result | None,
    report: Report | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> None:
    from synth_magic.display import forms

    if in_terminal(shell):
        from rich.console import Console

        Console().print(forms.renderable(kind, result, report, name=name))
    else:
        bundle = forms.bundle(kind, result, report, name=name)
        shown = progress is not None and progress.shown
        _publish(bundle, progress.display_id if progress else None, update=shown)


def result(
    shell: Any,
    drawn: Result,
    judged: Report | None,
    progress: Progress,
    *,
    ui: str = "static",
    beside: Mapping[str, Any] | None = None,
) -> None:
    """Show a finished table with its report; without a report, one line and the warnings.

    Parameters
    ----------
    shell
        The running ``InteractiveShell``.
    drawn, judged
        The table and its report.
    progress
        Whose place the finished form takes.
    ui
        ``auto``, ``live`` or ``static``.
    beside
        What later reports are made with: ``min_cell``, and ``real``, a variable's name.
    """
    if judged is not None:
        if not _live(shell, "run", drawn, judged, progress, ui, beside):
            _form(shell, "run", drawn, judged, drawn.name, progress)
        return
    from synth_magic.display.words import angled, warned

    rows, columns = drawn.table.shape
    line = (
        f"{drawn.name}: {rows:,} row{'s' * (rows != 1)} × {columns} column{'s' * (columns != 1)} · "
        f"seed {drawn.record.seed} · {drawn.record.author} · synthetic"
    )
    line = "\n".join((angled(line), *warned(drawn.notes)))
    if progress.shown and not in_terminal(shell):
        _publish({"text/plain": line}, progress.display_id, update=True)
    else:
        print(line)


def plain(text: str) -> None:
    """Show text as it stands, such as what would be sent; control characters made visible."""
    print("".join(sign if sign == "\n" else character(sign) for sign in text))


def report(shell: Any, judged: Report) -> None:
    """Show a report alone."""
    _form(shell, "report", None, judged)


def schema(
    shell: Any,
    recorded: Result,
    *,
    ui: str = "static",
    beside: Mapping[str, Any] | None = None,
) -> None:
    """Show the schema alone; live, the whole view at its schema.  Parameters as of `result`."""
    if not _live(shell, "schema", recorded, None, Progress(shell), ui, beside):
        _form(shell, "schema", recorded, None, recorded.name)


def _live(
    shell: Any,
    kind: Kind,
    shown: Result,
    judged: Report | None,
    progress: Progress,
    ui: str,
    beside: Mapping[str, Any] | None,
) -> bool:
    """Open the live view where there is one; a view that fails leaves the static form."""
    if not live_host.is_live(shell, ui):
        return False
    try:
        from synth_magic.notebook import live_view

        live_view.show(
            shell,
            kind,
            shown,
            judged,
            place=progress.display_id if progress.shown else None,
            beside=beside,
        )
    except Exception as error:  # the table is there; only its view is not
        print(f"The live view could not be opened ({type(error).__name__}: {error})")
        return False
    return True
