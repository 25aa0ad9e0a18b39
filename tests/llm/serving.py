"""Whoever listens where a fault's request goes."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.llm.endpoint import Endpoint
from tests.llm.fault_files import expanded
from tests.llm.wired import fresh_path


def untrusted() -> ssl.SSLContext:
    """TLS with a certificate that nobody signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "untrusted.pem")
    return context


@contextlib.contextmanager
def serving(fault: dict[str, Any]) -> Iterator[tuple[str, Endpoint | None]]:
    """Give the address that is asked, and its endpoint if it has one."""
    server = fault.get("server")
    if server == "nobody":
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            yield f"http://127.0.0.1:{taken.getsockname()[1]}{fresh_path()}", None
        return
    if server == "unknown host":
        yield f"https://no-such-host.invalid{fresh_path()}", None
        return
    context = untrusted() if server == "tls" else None
    steps = [expanded(step) for step in fault["steps"]]
    with Endpoint(steps, path=fresh_path(), context=context) as endpoint:
        url = endpoint.base_url
        yield url.replace("http:", "https:") if server == "https to http" else url, endpoint
