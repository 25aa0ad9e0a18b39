"""A lock that several processes share, and that a killed one lets go."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from types import TracebackType

_POLL = 0.05


class KeyLock:
    """The system's own lock on a file: it is gone with the process that held it.

    Where a file system knows no locks, everybody gets it: then a question may be
    asked twice, and nothing else is lost.

    Parameters
    ----------
    file
        Made when the lock is taken, removed when it is given back.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._handle: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it; never waits.

        Returns
        -------
        bool
            Whether it is ours now.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return True
        try:
            if not _locked(handle):
                os.close(handle)
                return False
            ours = os.fstat(handle)
            now = self._file.stat()
        except OSError:
            os.close(handle)  # removed between opening and locking: the next try makes it anew
            return False
        if (ours.st_dev, ours.st_ino) != (now.st_dev, now.st_ino):
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Give the lock back; harmless if it is not ours."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        if sys.platform == "win32":  # there a file that somebody has open cannot be removed
            os.close(handle)
        with contextlib.suppress(OSError):
            self._file.unlink()
        if sys.platform != "win32":
            os.close(handle)

    def __enter__(self) -> KeyLock:
        while not self.try_acquire():
            time.sleep(_POLL)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import errno
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
        return True
