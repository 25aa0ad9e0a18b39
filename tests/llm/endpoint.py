"""A loopback endpoint that does what a script says: real sockets, real bytes, real faults.

A script is a list of steps, one for each request (the last one repeats), or a function of
the request's body that gives a step.  A step is data, so that faults can lie in files:

    {"answer": {...} | "text"}   a proper completion, streamed where a stream is asked for
    {"json": ...} | {"text": "..."} | {"events": [...]}    exactly this body
    "status", "headers"          of the response
    "finish", "usage", "pieces"  of a completion ("usage": null leaves it out)
    "delay": s                   before anything is sent
    "silent": s                  after the head was sent
    "drip": s                    between two pieces
    "cut": n                     the connection ends after n pieces
    "reset": true                it ends with a reset, "cut": 0 before any piece
    "close": true                a stream of the older kind, that ends with its connection
    "repeat": n                  the body's pieces, n times
    "gzip": n                    the body's text, n times, packed
    "refuses": ["field"...]      400 that names the field, where the body has it; else answered
"""

from __future__ import annotations

import contextlib
import gzip
import json
import math
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Step = Mapping[str, Any]
PIECE = 24


class Endpoint:
    """Serve a script on a free port of this machine.

    Parameters
    ----------
    script
        Steps, or a function of a request's body that gives one.
    path
        Behind the origin, as in `base_url`.
    context
        For TLS.
    """

    def __init__(
        self,
        script: Sequence[Step] | Callable[[dict[str, Any]], Step],
        *,
        path: str = "/v1",
        context: Any = None,
    ) -> None:
        self._script, self._path = script, path
        self._lock = threading.Lock()
        #: Of every request: path, headers (names in small letters), body, its port, time.
        self.requests: list[dict[str, Any]] = []
        self.running = 0
        #: The most requests that were under way together.
        self.together = 0
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.endpoint = self
        self._scheme = "http"
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def base_url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}{self._path}"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [request["body"] for request in self.requests]

    def __enter__(self) -> Endpoint:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.leave()

    def leave(self) -> None:
        """Let nobody connect any more; those who are connected stay."""
        self._server.shutdown()
        self._server.server_close()

    def begun(self, request: dict[str, Any]) -> Step:
        with self._lock:
            place = len(self.requests)
            self.requests.append(request)
            self.running += 1
            self.together = max(self.together, self.running)
        if callable(self._script):
            return self._script(request["body"])
        return self._script[min(place, len(self._script) - 1)]

    def done(self) -> None:
        with self._lock:
            self.running -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    endpoint: Endpoint

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    # Head and body would be two packets, and each call would wait 40 ms for the first's ACK.
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Server

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        endpoint = self.server.endpoint
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        request = {
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": json.loads(data),
            "port": self.client_address[1],
            "time": time.monotonic(),
        }
        step = endpoint.begun(request)
        try:
            with contextlib.suppress(ConnectionError):
                self._play(dict(step), request["body"])
        finally:
            endpoint.done()

    do_GET = do_POST

    def _wait(self, seconds: float) -> None:
        self.server.endpoint.closing.wait(seconds)

    def _play(self, step: dict[str, Any], body: dict[str, Any]) -> None:
        self._wait(step.get("delay", 0))
        refused = [name for name in step.get("refuses", ()) if _has(body, name)]
        if refused:
            message = step.get("says", "Unsupported parameter: '{}'").format(refused[0])
            step = {"status": step.get("status", 400), "json": {"error": {"message": message}}}
        elif "refuses" in step:
            step.pop("status", None)
        if step.get("cut") == 0:
            return self._end(step)
        streamed, pieces = parts(step, body)
        headers = {"content-type": "text/event-stream" if streamed else "application/json"}
        if "gzip" in step:
            pieces = [gzip.compress(b"".join(pieces) * step["gzip"], 1)]
            headers["content-encoding"] = "gzip"
        headers |= {name.lower(): value for name, value in step.get("headers", {}).items()}
        self.send_response(step.get("status", 200))
        length = sum(len(piece) for piece in pieces) * step.get("repeat", 1)
        chunked = streamed and not step.get("close")
        if chunked:
            headers["transfer-encoding"] = "chunked"
        elif streamed:
            headers["connection"] = "close"
        else:
            headers["content-length"] = str(length)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if step.get("silent") or step.get("drip"):
            self.wfile.flush()
        self._wait(step.get("silent", 0))
        for place, piece in enumerate(pieces * step.get("repeat", 1)):
            if place == step.get("cut"):
                return self._end(step)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            if step.get("drip"):
                self.wfile.flush()
                self._wait(step["drip"])
                if self.server.endpoint.closing.is_set():
                    return None
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()
        self.close_connection = self.close_connection or (streamed and not chunked)
        return None

    def _end(self, step: dict[str, Any]) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
        if step.get("reset"):
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()


def _has(body: Mapping[str, Any], name: str) -> bool:
    """Whether a body has a field, ``response_format.json_schema`` or a role among messages."""
    if name.startswith("role:"):
        return any(m["role"] == name[5:] for m in body.get("messages", ()))
    found: Any = body
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return found == part
        found = found[part]
    return found is not False


def parts(step: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[bool, list[bytes]]:
    """Give whether a step's response is a stream, and its pieces."""
    if "json" in step:
        return False, [json.dumps(step["json"]).encode()]
    if "text" in step:
        return False, [step["text"].encode("utf-8", "surrogatepass")]
    if "events" in step:
        return True, [_event(event) for event in step["events"]]
    answer = step["answer"]
    text = answer if isinstance(answer, str) else json.dumps(answer)
    usage = step.get("usage", {})
    if usage == {}:
        usage = usual_usage(body, text)
    finish = step.get("finish", "stop")
    if body.get("stream") and not step.get("whole"):
        size = step.get("pieces") or PIECE
        deltas = [text[at : at + size] for at in range(0, len(text), size)] or [""]
        chunks: list[Any] = [_chunk({"role": "assistant", "content": ""})]
        chunks += [_chunk({"content": delta}) for delta in deltas]
        if finish is not None:
            chunks.append(_chunk({}, finish))
            if usage is not None:
                chunks.append({"object": "chat.completion.chunk", "choices": [], "usage": usage})
            chunks.append("[DONE]")
        return True, [_event(chunk) for chunk in chunks]
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    whole = {"object": "chat.completion", "choices": [choice]}
    if usage is not None:
        whole["usage"] = usage
    return False, [json.dumps(whole).encode()]


def usual_usage(body: Mapping[str, Any], text: str) -> dict[str, int]:
    """Count about as a model would: four bytes a token."""
    said = sum(len(str(message["content"])) for message in body.get("messages", ()))
    return {"prompt_tokens": math.ceil(said / 4) + 8, "completion_tokens": math.ceil(len(text) / 4)}


def _chunk(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": dict(delta), "finish_reason": finish}
    return {"object": "chat.completion.chunk", "choices": [choice]}


def _event(data: Any) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return f"{text}\n\n".encode() if text.startswith(":") else f"data: {text}\n\n".encode()
