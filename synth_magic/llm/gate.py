"""How many calls at a time, and when: one gate for all that ask the same model.

Many calls that each retry on their own keep an endpoint overloaded.  So a call passes the
gate before every attempt; a ``Retry-After`` closes it for all, and the width falls by half
when the endpoint says that it is asked too much, and grows by one with each clean round.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field

#: Seconds before the first, second, third and fourth retry.
DELAYS = (0.25, 0.5, 1.0, 2.0)
WIDEST = 8
#: Of each delay at most so much is added by chance, so that many do not come back at once.
JITTER = 0.25
#: A new run does not wait for longer than this because of what an earlier one was told.
_REMEMBERED = 30.0


def jittered(delay: float) -> float:
    """Give a delay, lengthened a little by chance."""
    return delay * (1 + JITTER * random.random())  # noqa: S311  (no secret)


@dataclass(slots=True)
class Gate:
    """What one endpoint's model can bear.

    Parameters
    ----------
    most
        Never more calls at a time than this.
    width
        Calls at a time, for now.
    """

    most: int
    width: int = 1
    running: int = 0
    _clean: int = 0
    _opens: float = 0.0
    _narrowed: float = 0.0
    _waiting: deque[asyncio.Future[None]] = field(default_factory=deque)

    def begin(self, most: int) -> None:
        """Begin a run: what was learned stays, a long closing is tried anew."""
        self.most = most
        self.width = max(1, min(self.width, most))
        now = asyncio.get_running_loop().time()
        if self._opens - now > _REMEMBERED:
            self._opens = now

    @property
    def closed(self) -> float:
        """Seconds until it opens; 0 when it is open."""
        return max(0.0, self._opens - asyncio.get_running_loop().time())

    async def enter(self, *, again: bool = False) -> float:
        """Wait for a place; a call that was in before goes first.

        Returns
        -------
        float
            When the call went in, for `leave`.
        """
        loop = asyncio.get_running_loop()
        while True:
            if self.closed > 0:
                await asyncio.sleep(self.closed + 0.5 * random.random() * min(1.0, self.closed))  # noqa: S311
                continue
            if self.running < self.width:
                self.running += 1
                return loop.time()
            place: asyncio.Future[None] = loop.create_future()
            if again:
                self._waiting.appendleft(place)
            else:
                self._waiting.append(place)
            try:
                await place
            except asyncio.CancelledError:
                self._waiting.remove(place)
                self._wake()
                raise
            self._waiting.remove(place)

    def leave(self, since: float, *, good: bool = False, slower: bool = False) -> None:
        """Give the place free, and learn from how it went.

        Parameters
        ----------
        since
            What `enter` gave.
        good
            Whether an answer came.
        slower
            Whether the endpoint said that it is asked too much.
        """
        self.running -= 1
        if slower and since >= self._narrowed:
            # Of several calls that were refused together, one narrows the gate.
            self.width = max(1, self.width // 2)
            self._narrowed = asyncio.get_running_loop().time()
            self._clean = 0
        elif good:
            self._clean += 1
            if self._clean >= self.width:
                self.width = min(self.most, self.width + 1)
                self._clean = 0
        self._wake()

    def close(self, seconds: float) -> None:
        """Let nobody in for so long."""
        self._opens = max(self._opens, asyncio.get_running_loop().time() + seconds)

    def _wake(self) -> None:
        for place in list(self._waiting)[: max(0, self.width - self.running)]:
            if not place.done():
                place.set_result(None)
