"""A .gguf file as a model: llama.cpp serves it on loopback for as long as the kernel lives."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import importlib.util
import json
import os
import secrets
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from synth_magic.errors import DataError, ModelError, problem
from synth_magic.llm.secret import Secret

if TYPE_CHECKING:
    from synth_magic.llm.access import Access

HOST = "127.0.0.1"
_MAGIC = b"GGUF"
#: Names, sizes and settings stand at the beginning, weights at the end.
_DIGESTED = 1 << 20
#: Variables that a server of ours has no use for.
_PRIVATE = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")
_MOST_LOADING = 600.0


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


@dataclass(frozen=True, slots=True)
class _Server:
    process: subprocess.Popen[str]
    address: str
    key: Secret
    context: int


class Servers:
    """The servers of one process, each started when it is first asked for.

    A server holds a model of gigabytes: there is one for a file, it is shared by all
    who ask, and it ends with `stop` or with the process, however that ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, _Server] = {}
        self._process = os.getpid()

    def serve(self, access: Access) -> Access:
        """Give the access that can be asked, and start the server where none runs.

        Parameters
        ----------
        access
            Of a file, as `access.resolve` gives it.

        Returns
        -------
        Access
            With address, port, key and context; `identity` as it was.

        Raises
        ------
        DataError
            If the extra is missing, or the file cannot be loaded.
        ModelError
            Of kind ``policy`` or ``cut``, if loopback is not allowed, or loading
            takes more than ten minutes.
        """
        from synth_magic.llm import policy

        policy.allow(access)
        with self._lock:
            if self._process != os.getpid():  # forked: those servers are the parent's
                self._running, self._process = {}, os.getpid()
            server = self._running.get(access.identity)
            if server is None or server.process.poll() is not None:
                server = _started(access.local_file or "", access.model)
                self._running[access.identity] = server
        policy.check(HOST, urlsplit(server.address).port or 0, access.network)
        return replace(
            access,
            base_url=f"{server.address}/v1",
            origin=server.address,
            port=urlsplit(server.address).port or 0,
            key=server.key,
            context=server.context,
        )

    def stop(self) -> None:
        """End every server that this process started."""
        if self._process != os.getpid():
            return
        with self._lock:
            for server in self._running.values():
                _end(server.process)
            self._running.clear()


_servers = Servers()
atexit.register(_servers.stop)
serve, stop = _servers.serve, _servers.stop


def _started(path: str, name: str) -> _Server:
    if importlib.util.find_spec("xllamacpp") is None:
        raise _refused(
            "A .gguf file needs the extra `local`, which is not installed",
            'Run  %pip install "synth-magic[local]"  and restart the kernel',
        )
    key = Secret(secrets.token_urlsafe(32))
    process = subprocess.Popen(  # noqa: S603  (our own script, no shell; the file's name is data)
        [sys.executable, "-P", str(Path(__file__).with_name("local_server.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env={k: v for k, v in os.environ.items() if not any(p in k.upper() for p in _PRIVATE)},
        start_new_session=True,  # Ctrl+C in a terminal is meant for us alone
    )
    asked = {"path": str(Path(path).resolve()), "name": name, "key": key.reveal()}
    said: list[str] = []
    complaints: list[str] = []
    answer = threading.Thread(target=_first_line, args=(process.stdout, said), daemon=True)
    noise = threading.Thread(target=_drained, args=(process.stderr, complaints), daemon=True)
    try:
        _tell(process, asked)
        answer.start()
        noise.start()
        waited = 0.0
        while answer.is_alive() and waited < _MOST_LOADING:
            answer.join(0.1)
            waited += 0.1
    except BaseException:  # an interrupt, too: half a server is none
        _end(process)
        raise
    told = json.loads(said[0]) if said and said[0].strip() else {}
    if "address" in told:
        return _Server(process, told["address"], key, told["context"])
    late = answer.is_alive()
    _end(process)
    noise.join(1.0)
    if late:
        raise ModelError(
            problem(
                ("options", "model"),
                f"{path} was not loaded within {_MOST_LOADING:.0f} seconds",
                "Take a smaller file, or one on a faster disk",
            ),
            kind="cut",
        )
    why = _reason(complaints)
    raise _refused(
        f"{path} could not be loaded{f': {why}' if why else ''}",
        "Download it again, whole, update with  pip install -U xllamacpp, or take a smaller file",
    )


def _tell(process: subprocess.Popen[str], asked: dict[str, str]) -> None:
    with contextlib.suppress(OSError):  # it ended already; its stderr says why
        print(json.dumps(asked), file=process.stdin, flush=True)


def _first_line(stream: IO[str], said: list[str]) -> None:
    said.append(stream.readline(10_000))


def _drained(stream: IO[str], complaints: list[str]) -> None:
    """Read stderr to its end, so that it never fills, and keep the first lines."""
    for text in iter(lambda: stream.readline(10_000), ""):
        if len(complaints) < 20:
            complaints.append(text)


def _reason(complaints: list[str]) -> str:
    """Find llama.cpp's own reason in what it wrote, without clock and function names."""
    for text in complaints:
        for mark in ("error loading model: ", "gguf_init_from_reader: ", "Error: "):
            if mark in text:
                return text.partition(mark)[2].strip()[:200]
    return ""


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()  # it holds nothing that it would have to save
    process.wait()
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


def _refused(what: str, mend: str) -> DataError:
    return DataError(problem(("options", "model"), what, mend))
