"""One event loop for everything that is asked, in a daemon thread of its own.

It lives as long as the process, so that a second cell finds open connections and what was
learned of an endpoint's pace.  A forked child has no such thread: it starts anew with its
first request, and leaves what it inherited alone.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Loop:
    """A running event loop and what belongs to it.

    Parameters
    ----------
    events
        The loop; nothing of it is touched from another thread but by `run`.
    store
        What outlives a single call: clients, gates, what was learned.  Used on the loop's
        thread alone.
    """

    events: asyncio.AbstractEventLoop
    store: dict[object, Any] = field(default_factory=dict)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Start a coroutine on the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.events)


class _Home:
    """Where the process keeps its loop."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.loop: Loop | None = None
        self.inherited: list[Loop] = []

    def get(self) -> Loop:
        with self.lock:
            if self.loop is None:
                self.loop = _start()
            return self.loop

    def forget(self) -> None:
        """After a fork, in the child: its parent's loop is neither run nor closed.

        The lock may have been held by a thread that is not here any more, and closing the
        loop would take its parent's sockets out of a selector that both share.
        """
        self.lock = threading.Lock()
        if self.loop is not None:
            self.inherited.append(self.loop)
        self.loop = None


def _start() -> Loop:
    started: concurrent.futures.Future[Loop] = concurrent.futures.Future()

    def live() -> None:
        events = asyncio.new_event_loop()
        asyncio.set_event_loop(events)
        started.set_result(Loop(events))
        events.run_forever()

    threading.Thread(target=live, name="synth-magic-llm", daemon=True).start()
    return started.result()


_home = _Home()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_home.forget)


def get() -> Loop:
    """Give the process's loop, started when it is first wanted."""
    return _home.get()


def kept(key: object, make: Callable[[], T]) -> T:
    """Give what the loop keeps under a key, made when it is first wanted.

    Called on the loop's thread.
    """
    store = get().store
    if key not in store:
        store[key] = make()
    found: T = store[key]
    return found
