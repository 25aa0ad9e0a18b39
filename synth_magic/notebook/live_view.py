"""Opening live views: under a cell, beside its static form, or alone for a layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from synth_magic.existing import recorded
from synth_magic.notebook.live_controller import Controller
from synth_magic.notebook.live_desk import cell_id, desk_of
from synth_magic.record import record_of

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.display.forms import Kind
    from synth_magic.display.live.widget import SynthDataView
    from synth_magic.fidelity.report import Report
    from synth_magic.record import Result


def show(
    shell: Any,
    kind: Kind,
    result: Result,
    report: Report | None,
    *,
    place: str | None,
    beside: Mapping[str, Any] | None = None,
) -> None:
    """Show a table live, and its static form for readers without a kernel.

    Parameters
    ----------
    shell
        The running ``InteractiveShell``, in a kernel.
    kind
        ``run`` for a finished cell, ``schema`` for the schema of a table that is there.
    result, report
        What is shown; without a report the view makes one.
    place
        Display id of what is shown of the progress, whose place the widget takes.
    beside
        What reports are made with: ``min_cell``, and ``real``, the name of a variable.
    """
    from synth_magic.display import forms
    from synth_magic.notebook.publishing import publish

    own = uuid4().hex
    mark, display_id = f"sm-static-{own[:12]}", f"synthdata-{own}"

    def again(new: Result, judged: Report | None) -> None:
        bundle = forms.bundle(kind, new, judged, name=new.name, mark=mark)
        publish(bundle, display_id, update=True)

    controller = _open(
        shell,
        result,
        report,
        publish=again,
        mark=mark,
        tab="Schema" if kind == "schema" else "",
        beside=beside,
    )
    bundle, metadata = controller.widget.mention()
    publish(bundle, place, update=place is not None, metadata=metadata)
    static = forms.bundle(kind, result, report, name=result.name, mark=mark)
    publish(static, display_id)


def view(table: pd.DataFrame) -> SynthDataView:
    r"""Open a live view of a table, as a widget for layouts of ipywidgets.

    Parameters
    ----------
    table
        A table of ours, such as ``t2d`` after a ``%%synthdata t2d`` cell.

    Returns
    -------
    SynthDataView
        With traits to observe: ``name``, ``rows``, ``seed``, ``blueprint``, ``table`` and
        ``revision``, which rises with every new table.  Apply puts the new table into the
        variable that holds this one; a table that no variable holds gets the blueprint's
        own name.

    Raises
    ------
    DataError
        If the table carries no blueprint.

    Examples
    --------
    >>> import synth_magic
    >>> table = synth_magic.generate("columns:\n  age: years, 30-85", rows=50)
    >>> synth_magic.view(table).rows
    50
    """
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    variables: dict[str, Any] = {} if shell is None else shell.user_ns
    name = _holding(table, variables)
    return _open(shell, recorded(table, name), None, variables=variables).widget


def _open(
    shell: Any,
    result: Result,
    report: Report | None,
    *,
    variables: dict[str, Any] | None = None,
    **more: Any,
) -> Controller:
    desk = desk_of(shell)
    names = shell.user_ns if variables is None else variables
    controller = Controller(names, desk, result, report, **more)
    desk.place(controller, cell_id(shell) if more.get("mark") else "")
    return controller


def _holding(table: pd.DataFrame, variables: Mapping[str, Any]) -> str:
    """Find the variable that holds a table; else a name for one."""
    held = (name for name, value in variables.items() if value is table and name[:1] != "_")
    found = next(held, None)
    if found is not None:
        return found
    record = record_of(table)
    name = "" if record is None else str(record.blueprint().table or "")
    return name if name.isidentifier() else "table"
