"""The live views of a shell: which there are, and whether a cell is running.

A view is closed when its cell runs again or another one opens on its variable, so
that fifty runs leave one widget and one comm.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol
from weakref import WeakKeyDictionary

#: More views than these are not kept alive; the oldest one goes first.
MOST = 40


class View(Protocol):
    """What the desk knows of a view."""

    @property
    def name(self) -> str:
        """The variable that it is on."""

    def close(self) -> None:
        """Close the widget; a view may be closed twice."""


class Desk:
    """The views of one shell.

    Parameters
    ----------
    shell
        The running ``InteractiveShell``; None in plain Python.
    """

    def __init__(self, shell: Any) -> None:
        self._lock = Lock()
        self._views: list[tuple[str, View]] = []
        self._depth = int(_executing(shell))
        if shell is not None:
            shell.events.register("pre_run_cell", self._begin)
            shell.events.register("post_run_cell", self._end)

    @property
    def running(self) -> bool:
        """Whether a cell is running."""
        return self._depth > 0

    def _begin(self, *_: object) -> None:
        with self._lock:
            self._depth += 1

    def _end(self, *_: object) -> None:
        with self._lock:  # a cell without a statement ends without having begun
            self._depth = max(self._depth - 1, 0)

    def place(self, view: View, cell: str) -> None:
        """Take a view in, and close those whose place it takes.

        Parameters
        ----------
        view
            A new view.
        cell
            The cell under which it stands; empty where that is not known.
        """
        with self._lock:
            gone = [
                old
                for under, old in self._views
                if old is not view and (old.name == view.name or (cell and under == cell))
            ]
            kept = [pair for pair in self._views if pair[1] not in gone and pair[1] is not view]
            kept.append((cell, view))
            gone += [old for _, old in kept[:-MOST]]
            self._views = kept[-MOST:]
        for old in gone:
            old.close()

    def named(self, name: str) -> View | None:
        """Find the view of a variable."""
        with self._lock:
            return next((view for _, view in self._views if view.name == name), None)

    def views(self) -> tuple[View, ...]:
        """Give all views, the oldest first."""
        with self._lock:
            return tuple(view for _, view in self._views)

    def leave(self, shell: Any) -> None:
        """Close every view and hear no more of cells."""
        for view in self.views():
            view.close()
        with self._lock:
            self._views = []
        if shell is not None:
            for event, hear in (("pre_run_cell", self._begin), ("post_run_cell", self._end)):
                if hear in shell.events.callbacks[event]:
                    shell.events.unregister(event, hear)


def _parent(shell: Any) -> dict[str, Any]:
    """Message that the kernel is answering."""
    get: Callable[[], Any] | None = getattr(shell, "get_parent", None)
    parent = get() if get is not None else None
    return parent if isinstance(parent, dict) else {}


def _executing(shell: Any) -> bool:
    """Whether what is being answered is a cell."""
    return (_parent(shell).get("header") or {}).get("msg_type") == "execute_request"


def cell_id(shell: Any) -> str:
    """Name the cell that is running, as the front end does; empty where it does not say."""
    return str((_parent(shell).get("metadata") or {}).get("cellId") or "")


class _Desks:
    """One desk a shell: a view is found again by whatever cell opens the next one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._desks: WeakKeyDictionary[Any, Desk] = WeakKeyDictionary()
        self._bare: Desk | None = None

    def of(self, shell: Any) -> Desk:
        with self._lock:
            if shell is None:
                self._bare = self._bare or Desk(None)
                return self._bare
            if shell not in self._desks:
                self._desks[shell] = Desk(shell)
            return self._desks[shell]

    def drop(self, shell: Any) -> None:
        with self._lock:
            desk = self._desks.pop(shell, None)
        if desk is not None:
            desk.leave(shell)


_DESKS = _Desks()


def desk_of(shell: Any) -> Desk:
    """Give the desk of a shell."""
    return _DESKS.of(shell)


def clear(shell: Any) -> None:
    """Close a shell's views, as when the extension is unloaded."""
    _DESKS.drop(shell)
