"""Model servers that listen on this machine, for `doctor`: they are asked for names alone."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synth_magic.errors import ModelError
from synth_magic.llm import policy
from synth_magic.safe_text import line

HOST = "127.0.0.1"
#: Ports at which they listen unless told otherwise, by their own documentation.
PORTS = {"Ollama": 11434, "LM Studio": 1234, "vLLM": 8000, "llama.cpp": 8080}
#: What servers write as the owner of their models, so that another port does not mislead.
_OWNERS = {"vllm": "vLLM", "llamacpp": "llama.cpp", "organization_owner": "LM Studio"}
_MOST_BYTES, _MOST_MODELS = 1_000_000, 100
_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that answers on loopback.

    Parameters
    ----------
    name
        Of the program, by its answer or else its port.
    base_url
        As ``--base-url`` takes it.
    models
        Names as ``--model`` takes them; empty where it has none, or wants a key.
    wants_key
        Whether it tells nothing without a key.
    """

    name: str
    base_url: str
    models: tuple[str, ...]
    wants_key: bool = False

    def __str__(self) -> str:
        if self.wants_key:
            return (
                f"{self.name} at {self.base_url} wants a key: run %synthdata login {self.base_url}"
            )
        if not self.models:
            return f"{self.name} at {self.base_url} has no model yet"
        more = f" (and {len(self.models) - 1} more)" if len(self.models) > 1 else ""
        return (
            f"{self.name} at {self.base_url}:"
            f" --model {self.models[0]} --base-url {self.base_url}{more}"
        )


def found(
    network: tuple[str, ...] | None = None,
    environ: Mapping[str, str] | None = None,
    ports: Mapping[str, int] = PORTS,
) -> tuple[LocalServer, ...]:
    """Ask the usual ports of this machine who is there.

    Takes under a second whatever is there, and connects only where the policy allows it.

    Parameters
    ----------
    network
        `Options.network`.
    environ
        Of the process where None.
    ports
        Program and port.

    Returns
    -------
    tuple of LocalServer
        In the order of `ports`; ports at which nobody speaks this protocol are left out.
    """
    answers: dict[str, LocalServer] = {}
    threads = []
    for name, port in ports.items():
        try:
            policy.check(HOST, port, network, environ)
        except ModelError:
            continue
        # Daemons: one that is kept waiting by a server that drips holds up nobody.
        threads.append(threading.Thread(target=_ask, args=(name, port, answers), daemon=True))
        threads[-1].start()
    end = time.monotonic() + 2 * _SECONDS
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0.0))
    answered = dict(answers)
    return tuple(answered[name] for name in ports if name in answered)


def _ask(name: str, port: int, answers: dict[str, LocalServer]) -> None:
    url = f"http://{HOST}:{port}/v1"
    connection = http.client.HTTPConnection(HOST, port, timeout=_SECONDS)
    try:
        connection.request("GET", "/v1/models")
        response = connection.getresponse()
        if response.status in (401, 403):
            answers[name] = LocalServer(name, url, (), wants_key=True)
        elif response.status == 200:
            server = _read(name, url, response.read(_MOST_BYTES))
            if server is not None:
                answers[name] = server
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()


def _read(name: str, url: str, body: bytes) -> LocalServer | None:
    """Read a list of models; None where it is none."""
    try:
        listed: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    data = listed.get("data") if isinstance(listed, dict) else None
    if data is None and isinstance(listed, dict) and listed.get("object") == "list":
        data = []  # Ollama without any model writes null
    if not isinstance(data, list):
        return None
    entries = [entry for entry in data[:_MOST_MODELS] if isinstance(entry, dict)]
    models = tuple(line(entry["id"]) for entry in entries if isinstance(entry.get("id"), str))
    owner = entries[0].get("owned_by") if entries else None
    return LocalServer(_OWNERS.get(owner, name) if isinstance(owner, str) else name, url, models)
