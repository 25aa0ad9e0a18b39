"""The process that serves a .gguf file; started by `local`, run as a script.

A process of its own, since llama.cpp loads a file without ever letting Python run,
so that no interrupt would be answered, and since a model that it cannot bear ends the
process.  The first line of stdin says what to serve; the first line of stdout says where,
or why not; and the process ends when stdin does, which is when the kernel is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from http.client import HTTPConnection
from typing import Any

#: Tried in turn, as memory allows; a model trained for less gets what it was trained for.
CONTEXTS = (8192, 4096, 2048)
#: What differs from llama.cpp's own habits, where its release knows the word: errors only,
#: no page, no listing of prompts, no answers to other web pages, no cache of gigabytes.
SETTINGS = {
    "verbosity": 1,
    "warmup": False,
    "ui": False,
    "webui": False,
    "endpoint_slots": False,
    "cors_origins": "",
    "cors_credentials": False,
    "cache_ram_mib": 0,
    "offline": True,
}


#: On a machine of so few cores one is left to the kernel and its front end: llama.cpp's
#: threads wait for one another at every step, so one that has to share its core stalls all
#: (measured on 2 busy cores: 2 tokens a second with two threads, 50 with one).
FEW_CORES = 4


def threads() -> int | None:
    """Give how many threads shall work; None: as llama.cpp finds right."""
    cores = os.cpu_count() or 1
    return max(1, cores - 1) if cores <= FEW_CORES else None


def serve(path: str, name: str, key: str, context: int) -> Any:
    """Start llama.cpp's server on a free loopback port."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {name}
    params.n_ctx = context
    params.n_parallel = 1
    params.port = 0
    working = threads()
    for which in ("cpuparams", "cpuparams_batch"):
        if working is not None and hasattr(params, which):
            getattr(params, which).n_threads = working
    params.api_keys = [key]
    if hasattr(params, "hostnames"):
        params.hostnames = ["127.0.0.1"]
    else:
        params.hostname = "127.0.0.1"
    for setting, value in SETTINGS.items():
        if hasattr(params, setting):
            setattr(params, setting, value)
    return xllamacpp.Server(params)


def trained_context(address: str, key: str) -> int:
    """Ask the server for the longest context that its model was trained for."""
    connection = HTTPConnection(address.partition("://")[2], timeout=30)
    try:
        connection.request("GET", "/v1/models", headers={"Authorization": f"Bearer {key}"})
        listed = json.loads(connection.getresponse().read(1_000_000))
    finally:
        connection.close()
    return int(listed["data"][0]["meta"]["n_ctx_train"])


def main() -> None:
    """Serve until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is meant for the kernel
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    server, contexts, context = None, list(CONTEXTS), 0
    while server is None and contexts:
        context = contexts.pop(0)
        try:
            server = serve(asked["path"], asked["name"], asked["key"], context)
        except RuntimeError:
            continue
        trained = trained_context(server.listening_address, asked["key"])
        if trained < context:
            server, contexts = None, [trained]
    told = {"address": server.listening_address, "context": context} if server else {}
    print(json.dumps(told), flush=True)
    if server is not None:
        threading.Event().wait()


def _end_with_stdin() -> None:
    while sys.stdin.readline():
        pass
    os._exit(0)  # at once, whatever the server is at


if __name__ == "__main__":
    main()
