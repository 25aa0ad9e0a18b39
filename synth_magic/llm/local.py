"""A .gguf file as a model: served by llama.cpp inside this process, on loopback."""

from __future__ import annotations

import hashlib
from pathlib import Path

from synth_magic.errors import DataError, problem

HOST = "127.0.0.1"
_MAGIC = b"GGUF"
#: Names, sizes and settings stand at the beginning, weights at the end.
_DIGESTED = 1 << 20


def name_of(path: str) -> str:
    """Name a file's model: the file's name without its suffix."""
    return Path(path).stem


def identity(path: str) -> str:
    """Say which model a file holds, whatever its name and folder.

    Returns
    -------
    str
        ``gguf:`` and a digest of its size, its first and its last megabyte.

    Raises
    ------
    DataError
        If there is no such file, it cannot be read, or it is no GGUF file.
    """
    file = Path(path)
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            head = stream.read(_DIGESTED)
            stream.seek(max(size - _DIGESTED, 0))
            tail = stream.read(_DIGESTED)
    except FileNotFoundError:
        raise _refused(f"There is no file {path}", "Name a .gguf file by its path") from None
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise _refused(f"{path}: {why}", "Name a .gguf file that can be read") from None
    if not head.startswith(_MAGIC):
        raise _refused(
            f"{path} is no GGUF file, whatever its name",
            "Download the .gguf again, whole; a web page or a pointer file is often saved instead",
        )
    digest = hashlib.blake2b(str(size).encode() + b"\0" + head + tail, digest_size=16)
    return f"gguf:{digest.hexdigest()}"


def _refused(what: str, mend: str) -> DataError:
    return DataError(problem(("options", "model"), what, mend))
