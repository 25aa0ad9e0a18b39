"""Doctor finds the servers of this machine, quickly, and only where that is allowed."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from synth_magic.llm import servers
from synth_magic.llm.servers import LocalServer, found

ASKED: list[tuple[str, str, str | None]] = []


class Endpoint(ThreadingHTTPServer):
    """Answers every request with one status and one body."""

    daemon_threads = True

    def __init__(self, status: int, body: bytes, location: str = "") -> None:
        self.answer = status, body, location
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_GET(self) -> None:
        ASKED.append((self.command, self.path, self.headers.get("Authorization")))
        status, body, location = self.server.answer
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[object]:
    ASKED.clear()
    running: list[Endpoint] = []

    def start(body: object, status: int = 200, location: str = "") -> int:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        running.append(Endpoint(status, data, location))
        return running[-1].port

    yield start
    for endpoint in running:
        endpoint.shutdown()
        endpoint.server_close()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def models(*names: str, owner: str = "library") -> dict[str, object]:
    data = [{"id": name, "object": "model", "owned_by": owner} for name in names]
    return {"object": "list", "data": data}


def test_servers_are_found_with_their_models_and_how_to_name_them(serve) -> None:
    port = serve(models("llama3.2:3b", "qwen3:4b"))
    url = f"http://127.0.0.1:{port}/v1"
    server = LocalServer("Ollama", url, ("llama3.2:3b", "qwen3:4b"))
    assert found(environ={}, ports={"Ollama": port, "vLLM": closed_port()}) == (server,)
    assert str(server) == f"Ollama at {url}: --model llama3.2:3b --base-url {url} (and 1 more)"
    assert ASKED == [("GET", "/v1/models", None)]  # no key leaves


def test_the_answer_says_which_program_it_is_whatever_the_port(serve) -> None:
    ports = {
        "vLLM": serve(models("a", owner="organization_owner")),
        "llama.cpp": serve(models("b", owner="vllm")),
        "LM Studio": serve(models("c", owner="llamacpp")),
        "Ollama": serve(models("d", owner=["odd"])),  # type: ignore[arg-type]
    }
    assert [s.name for s in found(environ={}, ports=ports)] == [
        *("LM Studio", "vLLM", "llama.cpp", "Ollama"),
    ]


def test_a_server_without_models_or_with_a_key_is_told_as_such(serve) -> None:
    empty, closed = serve({"object": "list", "data": None}), serve({"error": "no"}, 401)
    first, second = found(environ={}, ports={"Ollama": empty, "vLLM": closed})
    assert str(first) == f"Ollama at http://127.0.0.1:{empty}/v1 has no model yet"
    assert second.wants_key
    assert str(second).endswith(f"wants a key: run %synthdata login http://127.0.0.1:{closed}/v1")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>JupyterLab</html>",
        b"",
        b"[]",
        b'{"data": 1}',
        b'{"a": 1}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_another_program_at_that_port_is_not_taken_for_a_server(serve, body: bytes) -> None:
    assert found(environ={}, ports={"vLLM": serve(body)}) == ()


def test_other_statuses_and_redirects_are_no_server(serve) -> None:
    target = serve(models("m"))
    away = serve(b"", 302, f"http://127.0.0.1:{target}/v1/models")
    assert found(environ={}, ports={"vLLM": serve(models("m"), 404), "Ollama": away}) == ()
    assert [path for _, path, _ in ASKED] == ["/v1/models"] * 2


def test_names_of_models_are_made_fit_to_show_and_bounded(serve) -> None:
    listed = models("<script>x\u202e\n", *(f"m{n}" for n in range(500)))
    listed["data"].append("no entry")  # type: ignore[attr-defined]
    (server,) = found(environ={}, ports={"Ollama": serve(listed)})
    assert len(server.models) == 100
    assert server.models[0] == "‹script›x "


@pytest.mark.parametrize(
    ("network", "environ"),
    [((), {}), (("api.openai.com",), {}), (None, {"SYNTHDATA_NETWORK": "off"})],
)
def test_no_port_is_touched_where_this_machine_is_not_allowed(serve, network, environ) -> None:
    assert found(network, environ, {"Ollama": serve(models("m"))}) == ()
    assert ASKED == []


def test_only_the_ports_that_are_allowed_are_touched(serve) -> None:
    first, second = serve(models("m")), serve(models("n"))
    ports = {"Ollama": first, "vLLM": second}
    assert [s.models for s in found((f"localhost:{second}",), {}, ports)] == [("n",)]


def test_a_proxy_is_not_asked(serve, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    assert len(found(environ={}, ports={"Ollama": serve(models("m"))})) == 1


def drip(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(100):
                connection.sendall(b" ")
                time.sleep(0.1)
        except OSError:
            return


def test_servers_that_are_silent_or_drip_hold_up_nobody() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        socket.create_server(("127.0.0.1", 0)) as slow,
    ):
        threading.Thread(target=drip, args=(slow,), daemon=True).start()
        ports = {"Ollama": silent.getsockname()[1], "vLLM": slow.getsockname()[1]}
        started = time.monotonic()
        assert found(environ={}, ports=ports) == ()
        assert time.monotonic() - started < 3  # a second is promised


def test_the_usual_ports_are_those_of_the_four_programs() -> None:
    assert sorted(servers.PORTS.values()) == [1234, 8000, 8080, 11434]
