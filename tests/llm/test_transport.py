"""What leaves, where to, and what may be written about it."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from dataclasses import replace

import pytest

from synth_magic.errors import ModelError
from synth_magic.llm import gate
from synth_magic.llm.client import Asker
from synth_magic.llm.limits import Limits
from tests.llm.endpoint import Endpoint
from tests.llm.wired import access_to, fresh_path, prompt, wired

GOOD = {"answer": {"numbers": [1], "choices": []}}
KEY = "sk-test-4f9Zq81LmXw27RtBv63Kd"


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(gate, "DELAYS", tuple(delay / 50 for delay in gate.DELAYS))


def asked_with(access):
    with contextlib.suppress(StopIteration):
        return next(Asker(access, limits=Limits(), cache=None)([prompt()]))[1]


def test_the_body_has_the_fewest_fields():
    with wired([GOOD]) as asked:
        asked.one()
        (body,) = asked.endpoint.bodies
    names = ["max_tokens", "messages", "model", "response_format", "stream", "stream_options"]
    assert sorted(body) == names
    assert body["response_format"]["json_schema"]["strict"] is True
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


def test_a_prompt_without_a_schema_asks_for_no_form():
    with wired([GOOD]) as asked:
        asked.ask([prompt(schema=None)])
        assert "response_format" not in asked.endpoint.bodies[0]


def test_headers_tell_nothing_of_the_machine_or_of_another_account(monkeypatch):
    for name in ("ORG_ID", "PROJECT_ID", "ADMIN_KEY", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"OPENAI_{name}", f"of-{name}")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Mine: 1\nAuthorization: Bearer other")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other-key-of-the-environment-12345")
    with wired([GOOD], key=KEY) as asked:
        asked.one()
        headers = asked.endpoint.requests[0]["headers"]
    assert sorted(headers) == [
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    ]
    assert headers["authorization"] == f"Bearer {KEY}"
    assert "of-" not in str(headers)


def test_who_pays_is_told_to_openai_alone(monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    with Endpoint([GOOD], path=fresh_path()) as endpoint:
        access = replace(access_to(endpoint.base_url), family="openai")
        asked_with(access)
        assert endpoint.requests[0]["headers"]["openai-organization"] == "org-1"


def test_a_server_on_this_machine_without_a_key_gets_none():
    with wired([GOOD]) as asked:
        asked.one()
        assert asked.endpoint.requests[0]["headers"]["authorization"] == "Bearer none"


def test_another_key_goes_through_the_same_client():
    with Endpoint([GOOD], path=fresh_path()) as endpoint:
        for key in (KEY, "sk-test-2-4f9Zq81LmXw27RtBv63"):
            asked_with(access_to(endpoint.base_url, key))
        sent = [request["headers"]["authorization"] for request in endpoint.requests]
    assert sent == [f"Bearer {KEY}", "Bearer sk-test-2-4f9Zq81LmXw27RtBv63"]


@contextlib.contextmanager
def proxy():
    """A proxy that writes down the first line of what it is asked, and hangs up."""
    lines = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        lines.append(connection.recv(4_000).split(b"\r\n")[0].decode())

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", lines


def test_a_proxy_is_used_for_other_machines_and_never_for_this_one(monkeypatch, quick):
    with proxy() as (url, lines):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
            monkeypatch.setenv(name, url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with wired([GOOD], key=KEY) as asked:
            assert asked.one().data
        assert lines == []
        result = asked_with(access_to(f"https://no-such-host.invalid{fresh_path()}", KEY))
    assert isinstance(result, ModelError)
    assert lines[0] == "CONNECT no-such-host.invalid:443 HTTP/1.1"


def test_a_request_is_asked_of_the_policy_each_time(monkeypatch):
    with wired([GOOD]) as asked:
        assert asked.one().data
        monkeypatch.setenv("SYNTHDATA_NETWORK", "off")
        result = asked.one()
        assert len(asked.endpoint.requests) == 1
    assert result.kind == "policy"
    assert "SYNTHDATA_NETWORK says off" in str(result)


def test_a_redirect_is_not_followed_even_to_the_same_machine(quick):
    with (
        Endpoint([GOOD], path="/v1") as other,
        wired([{"status": 302, "headers": {"Location": other.base_url}, "text": ""}]) as asked,
    ):
        result = asked.one()
        assert not other.requests
    assert result.kind == "refused"
    assert other.base_url in str(result)


def test_a_redirect_does_not_show_a_user_or_a_query(quick):
    target = "https://user:secret@elsewhere.example/v1?token=abc#x"
    with wired([{"status": 307, "headers": {"Location": target}, "text": ""}]) as asked:
        said = str(asked.one())
    assert "https://elsewhere.example/v1" in said
    assert "secret" not in said
    assert "abc" not in said


def test_a_redirect_to_an_address_with_the_key_in_it_does_not_show_the_key(quick):
    target = f"https://elsewhere.example/{KEY}/v1"
    with wired([{"status": 307, "headers": {"Location": target}, "text": ""}], key=KEY) as asked:
        said = str(asked.one())
    assert KEY[:10] not in said
    assert "https://elsewhere.example/‹key›/v1" in said


def test_libraries_log_nothing_below_a_warning(caplog):
    loggers = [logging.getLogger(name) for name in ("openai", "httpx2", "httpcore2", "httpx")]
    before = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        with caplog.at_level(logging.DEBUG), wired([GOOD], key=KEY) as asked:
            asked.one()
        names = {record.name.partition(".")[0] for record in caplog.records}
        assert not names & {"openai", "httpx2", "httpcore2", "httpx", "httpcore"}
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def test_a_key_that_is_echoed_is_masked_in_the_answer(quick):
    echo = {"answer": {"numbers": [KEY, f"a {KEY[:14]} b"], "choices": []}}
    with wired([echo], key=KEY) as asked:
        assert asked.one().data["numbers"] == ["‹key›", "a ‹key› b"]


def test_an_error_has_neither_cause_nor_context_that_could_hold_a_request(quick):
    with wired([{"cut": 0}], key=KEY) as asked:
        error = asked.one()
    assert error.__cause__ is None
    assert error.__context__ is None
    assert error.__traceback__ is None


def test_a_connection_is_used_again():
    ports = []

    class Watched(Endpoint):
        def begun(self, request):
            ports.append(request["port"])
            return super().begun(request)

    with Watched([GOOD], path=fresh_path()) as endpoint:
        asker = Asker(access_to(endpoint.base_url), limits=Limits(), cache=None)
        list(asker([prompt("One."), prompt("Two.")]))
        list(asker([prompt("Three.")]))
    assert len(ports) == 3
    assert len(set(ports)) == 1
