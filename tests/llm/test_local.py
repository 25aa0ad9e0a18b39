"""A .gguf file is a model: served on loopback, with a key of its own, gone with the kernel."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from synth_magic.errors import DataError, ModelError
from synth_magic.llm import local
from synth_magic.llm.access import Access, resolve
from synth_magic.llm.local import Servers
from synth_magic.options import Options
from tests.llm.weights import smollm2

pytestmark = pytest.mark.long

ROOT = str(Path(__file__).resolve().parents[2])


@pytest.fixture(scope="session")
def weights() -> Path:
    return smollm2()


@pytest.fixture(scope="module")
def served(weights: Path) -> Iterator[tuple[Access, Servers]]:
    servers = Servers()
    yield servers.serve(access(weights)), servers
    servers.stop()


def access(file: Path | str, **options: object) -> Access:
    found = resolve(Options(model=str(file), **options), {})  # type: ignore[arg-type]
    assert found is not None
    return found


def ask(access: Access, path: str, body: object = None, key: str | None = None) -> tuple[int, dict]:
    connection = http.client.HTTPConnection(access.host, access.port, timeout=120)
    headers = {"Authorization": f"Bearer {access.key.reveal() if key is None else key}"}
    data = None if body is None else json.dumps(body)
    connection.request("GET" if body is None else "POST", path, data, headers)
    answer = connection.getresponse()
    assert answer.headers.get("Access-Control-Allow-Origin") != "*"
    return answer.status, json.loads(answer.read())


def test_a_files_model_is_named_by_the_file_and_known_by_its_content(tmp_path: Path) -> None:
    content = b"GGUF" + bytes(range(256)) * 20_000
    one, two = tmp_path / "one.gguf", tmp_path / "Two.GGUF"
    one.write_bytes(content)
    two.write_bytes(content)
    first, second = access(one), access(two)
    assert (first.model, second.model) == ("one", "Two")
    assert first.identity == second.identity
    assert first.loopback
    assert first.local_file == str(one)
    changes = (content[:-1] + b"x", content + b"x", content[:9] + b"x" + content[10:])
    for changed in changes:
        two.write_bytes(changed)
        assert access(two).identity != first.identity


def test_naming_a_file_starts_nothing(weights: Path) -> None:
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    assert access(weights).base_url == ""
    assert {p.pid for p in psutil.Process().children(recursive=True)} == before


@pytest.mark.parametrize("content", [b"", b"GGU", b"<!DOCTYPE html>", b"version https://git-lfs"])
def test_what_is_no_gguf_is_refused_before_anything_is_loaded(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)
    with pytest.raises(DataError, match="is no GGUF file") as caught:
        access(file)
    assert len(str(caught.value).splitlines()) == 2


def test_a_missing_file_or_a_folder_is_two_lines(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no file .*none\.gguf\nName"):
        access(tmp_path / "none.gguf")
    (tmp_path / "folder.gguf").mkdir()
    with pytest.raises(DataError, match="Is a directory"):
        access(tmp_path / "folder.gguf")


def test_without_the_extra_two_lines_say_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF")
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    monkeypatch.setattr(local.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError) as caught:
        Servers().serve(access(file))
    assert "extra `local`" in str(caught.value)
    assert '%pip install "synth-magic[local]"' in str(caught.value)


@pytest.mark.parametrize("network", [(), ("api.openai.com",)])
def test_where_this_machine_is_not_allowed_no_file_is_served(
    weights: Path, network: tuple[str, ...]
) -> None:
    with pytest.raises(ModelError) as caught:
        access(weights, network=network)
    assert caught.value.kind == "policy"
    servers = Servers()
    with pytest.raises(ModelError):  # and asked again when it is to be started
        servers.serve(replace(access(weights), network=network))
    assert not servers._running


def test_a_real_model_answers(served: tuple[Access, Servers]) -> None:
    endpoint, _ = served
    body = {
        "model": endpoint.model,
        "messages": [{"role": "user", "content": "Name one color."}],
        "max_tokens": 8,
    }
    status, answer = ask(endpoint, "/v1/chat/completions", body)
    assert status == 200
    assert answer["choices"][0]["message"]["content"].strip()
    assert answer["usage"]["completion_tokens"] in range(1, 9)
    assert answer["model"] == endpoint.model  # and not the path of the file


def test_it_listens_on_this_machine_and_wants_its_own_key(served: tuple[Access, Servers]) -> None:
    endpoint, servers = served
    assert endpoint.base_url == f"http://127.0.0.1:{endpoint.port}/v1"
    assert len(endpoint.key.reveal()) > 30
    body = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 1}
    for key in ("", "none", endpoint.key.reveal()[:-1]):
        assert ask(endpoint, "/v1/chat/completions", body, key)[0] == 401
    (running,) = servers._running.values()
    process = psutil.Process(running.process.pid)
    assert {c.laddr.ip for c in process.net_connections() if c.status == "LISTEN"} == {"127.0.0.1"}
    key = endpoint.key.reveal()
    assert key not in " ".join(process.cmdline()) + "".join(process.environ().values())


def test_it_has_the_context_that_a_table_needs_or_what_the_model_was_made_for(
    served: tuple[Access, Servers],
) -> None:
    endpoint, _ = served
    assert endpoint.context == 8192
    status, props = ask(endpoint, "/props")
    assert status == 200
    assert props["default_generation_settings"]["n_ctx"] == 8192
    assert props["total_slots"] == 1


def test_one_file_has_one_server_until_that_is_gone(
    weights: Path, served: tuple[Access, Servers]
) -> None:
    endpoint, servers = served
    assert servers.serve(access(weights)) == endpoint
    (running,) = servers._running.values()
    running.process.kill()
    running.process.wait()
    again = servers.serve(access(weights))
    assert again.port != endpoint.port or again.key != endpoint.key
    assert again.identity == endpoint.identity
    assert ask(again, "/v1/models")[0] == 200


def shortened_context(weights: Path, target: Path, context: int) -> None:
    """Copy the file, with another context that its model says it was trained for."""
    data = bytearray(weights.read_bytes())
    name = b"llama.context_length"
    at = data.index(name) + len(name)
    assert struct.unpack_from("<I", data, at)[0] == 4  # the type of a 32-bit number follows
    struct.pack_into("<I", data, at + 4, context)
    target.write_bytes(data)


def test_a_model_made_for_less_gets_less(weights: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.gguf"
    shortened_context(weights, short, 1024)
    servers = Servers()
    try:
        assert servers.serve(access(short)).context == 1024
    finally:
        servers.stop()


@pytest.mark.parametrize("size", [4, 3_000, 30_000_000])
def test_a_damaged_file_is_two_lines_with_the_reason_and_leaves_no_process(
    weights: Path, tmp_path: Path, size: int
) -> None:
    file = tmp_path / "half.gguf"
    with weights.open("rb") as stream:
        file.write_bytes(stream.read(size))
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(DataError, match=r"half\.gguf could not be loaded: \w") as caught:
        Servers().serve(access(file))
    assert len(str(caught.value).splitlines()) == 2
    assert set(psutil.Process().children(recursive=True)) <= before


SERVE = """
import signal, sys
sys.path.insert(0, sys.argv[2])
from synth_magic.llm import local
from synth_magic.llm.access import resolve
from synth_magic.options import Options
served = local.serve(resolve(Options(model=sys.argv[1]), {}))
signal.signal(signal.SIGINT, lambda *_: print("interrupted", flush=True))
print(served.port, *[s.process.pid for s in local._servers._running.values()], flush=True)
sys.stdin.readline()
"""
INTERRUPTED = """
import os, signal, sys, threading
sys.path.insert(0, sys.argv[2])
import psutil
from synth_magic.llm import local
from synth_magic.llm.access import resolve
from synth_magic.options import Options
access = resolve(Options(model=sys.argv[1]), {})
threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    local.serve(access)
except KeyboardInterrupt:
    print("interrupted", len(psutil.Process().children()), flush=True)
print(local.serve(access).context)
"""


def kernel(weights: Path, **more: object) -> tuple[subprocess.Popen[str], int, int]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(weights), ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,  # type: ignore[call-overload]
    )
    assert process.stdout is not None
    port, pid = map(int, process.stdout.readline().split())
    return process, port, pid


def gone(pid: int, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("how", ["ends", "killed"])
def test_the_server_is_gone_with_the_kernel_however_that_ends(weights: Path, how: str) -> None:
    process, _, pid = kernel(weights)
    assert psutil.pid_exists(pid)
    if how == "killed":
        process.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=30)
    assert gone(pid)
    assert (out, err) == ("", "")  # and no noise reached the notebook


def test_an_interrupt_of_the_kernel_leaves_the_server_alone(weights: Path) -> None:
    process, _, pid = kernel(weights, start_new_session=True)
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl+C in a terminal
    assert process.stdout is not None
    assert process.stdout.readline() == "interrupted\n"
    os.kill(pid, signal.SIGINT)
    assert not gone(pid, seconds=0.5)
    process.communicate(timeout=30)
    assert gone(pid)


def test_loading_can_be_interrupted_and_leaves_nothing_behind(weights: Path) -> None:
    argv = [sys.executable, "-c", INTERRUPTED, str(weights), ROOT]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    assert done.stdout == "interrupted 0\n8192\n"
    assert done.stderr == ""


def test_a_forked_process_neither_uses_nor_ends_its_parents_server(
    weights: Path, served: tuple[Access, Servers]
) -> None:
    _, servers = served
    endpoint = servers.serve(access(weights))
    child = os.fork()
    if child == 0:
        servers.stop()
        os._exit(0)
    os.waitpid(child, 0)
    assert ask(endpoint, "/v1/models")[0] == 200


def test_the_digest_is_of_head_and_tail(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    content = b"GGUF" + b"\1" * 3_000_000
    file.write_bytes(content)
    said = str(len(content)).encode() + b"\0" + content[: 1 << 20] + content[-(1 << 20) :]
    assert local.identity(str(file)) == f"gguf:{hashlib.blake2b(said, digest_size=16).hexdigest()}"
