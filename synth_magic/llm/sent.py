"""What was sent to whom, for `%synthdata sent`: in memory, until the kernel ends.

On disk there is no list of it: the questions themselves are kept nowhere.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from synth_magic.events import Usage
from synth_magic.llm.access import Access, mask
from synth_magic.llm.messages import Prompt

MOST_CHARACTERS = 4_000_000


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that left for an endpoint.

    Parameters
    ----------
    when
        Seconds since 1970.
    host, model
        Where it went.
    about
        In a few words.
    usage
        What it took; None where no answer came.
    messages
        Role and text, as sent.
    """

    when: float
    host: str
    model: str
    about: str
    usage: Usage | None
    messages: tuple[tuple[str, str], ...]

    @property
    def head(self) -> str:
        """One line: when, where, what, how much."""
        moment = datetime.fromtimestamp(self.when).strftime("%Y-%m-%d %H:%M:%S")
        took = "no answer"
        if self.usage is not None:
            took = f"{self.usage.prompt:,} tokens in, {self.usage.completion:,} out"
        return " · ".join(
            part for part in (moment, self.host, self.model, self.about, took) if part
        )

    @property
    def size(self) -> int:
        """Characters of the texts."""
        return sum(len(text) for _, text in self.messages)


class Log:
    """The requests of one kernel, the oldest dropped beyond a bound."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Sent] = deque()
        self._size = 0

    def note(
        self, access: Access, prompt: Prompt, usage: Usage | None, when: float | None = None
    ) -> None:
        """Add a request.

        Parameters
        ----------
        access, prompt
            Who was asked what.
        usage
            What it took; None where no answer came.
        when
            Seconds since 1970; now where None.
        """
        messages = tuple((role, mask(text, access.key)) for role, text in prompt.messages)
        moment = time.time() if when is None else when
        entry = Sent(moment, access.host, access.model, prompt.about, usage, messages)
        with self._lock:
            self._entries.append(entry)
            self._size += entry.size
            while self._size > MOST_CHARACTERS and len(self._entries) > 1:
                self._size -= self._entries.popleft().size

    def entries(self) -> tuple[Sent, ...]:
        """Give the requests, the oldest first."""
        with self._lock:
            return tuple(self._entries)

    def clear(self) -> None:
        """Forget them."""
        with self._lock:
            self._entries.clear()
            self._size = 0

    def text(self, last: int | None = None) -> str:
        """Write out the requests, each under a line of when, where and how much.

        Parameters
        ----------
        last
            Only so many of the newest.
        """
        entries = self.entries()
        shown = entries if last is None else entries[-last:] if last else ()
        if not entries:
            return "Nothing was sent to any model since this kernel started."
        lines: list[str] = []
        for entry in shown:
            lines += [entry.head, *(f"[{role}]\n{text}" for role, text in entry.messages), ""]
        return "\n".join(lines).rstrip()


_log = Log()
note, entries, text, clear = _log.note, _log.entries, _log.text, _log.clear
