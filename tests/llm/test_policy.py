"""An administrator, the environment and a setting can narrow the network; none can widen it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import synth_magic
from synth_magic.errors import ModelError
from synth_magic.llm import policy
from synth_magic.llm.access import resolve
from synth_magic.options import Options

HOSTS = ("api.openai.com", "llm.example.org", "127.0.0.1", "localhost", "::1")
ENTRIES = (
    "loopback",
    "api.openai.com",
    "llm.example.org",
    "llm.example.org:8443",
    "localhost:11434",
)
SAID = st.none() | st.lists(st.sampled_from(ENTRIES), max_size=3, unique=True).map(tuple)


def allowed(host: str, port: int, said: tuple[str, ...] | None, environ: dict[str, str]) -> bool:
    try:
        policy.check(host, port, said, environ)
    except ModelError as error:
        refused = error
    else:
        return True
    assert refused.kind == "policy"
    assert len(str(refused).splitlines()) == 2
    return False


def variable(said: tuple[str, ...] | None) -> dict[str, str]:
    return {} if said is None else {"SYNTHDATA_NETWORK": ",".join(said) or "off"}


@pytest.fixture
def administrator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system-wide folder, of which the process is told as by a distribution."""
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path))
    folder = tmp_path / "synth-magic"
    folder.mkdir()
    return folder / "policy.yaml"


@given(SAID, SAID, st.sampled_from(HOSTS), st.sampled_from([443, 8443, 11434]))
def test_what_is_allowed_is_what_everybody_allows(
    option: tuple[str, ...] | None, environment: tuple[str, ...] | None, host: str, port: int
) -> None:
    alone = allowed(host, port, option, {}), allowed(host, port, None, variable(environment))
    assert allowed(host, port, option, variable(environment)) == all(alone)


def test_a_host_is_allowed_by_its_name_its_port_or_as_this_machine() -> None:
    def may(entry: str, host: str, port: int) -> bool:
        return allowed(host, port, (entry,), {})

    assert may("api.openai.com", "api.openai.com", 443)
    assert may("api.openai.com", "API.OpenAI.com.", 8443)
    assert not may("api.openai.com", "eu.api.openai.com", 443)
    assert not may("openai.com", "api.openai.com", 443)
    assert may("llm.example.org:8443", "llm.example.org", 8443)
    assert not may("llm.example.org:8443", "llm.example.org", 443)
    for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost"):
        assert may("loopback", host, 5)
        assert may("localhost", host, 5)
        assert may("[::1]:5", host, 5)
        assert not may("127.0.0.1:6", host, 5)
        assert not may("api.openai.com", host, 5)
    assert not may("loopback", "example.org", 443)


def test_without_a_rule_everything_is_allowed() -> None:
    assert allowed("example.org", 443, None, {})
    assert allowed("example.org", 443, None, {"SYNTHDATA_NETWORK": " "})


@pytest.mark.parametrize(
    "text", ["network: off", "network: 'off'\n", "# by the hospital\nnetwork: []"]
)
def test_an_administrator_can_forbid_the_network_for_all(administrator: Path, text: str) -> None:
    administrator.write_text(text)
    environ = {"SYNTHDATA_NETWORK": "api.openai.com", "OPENAI_API_KEY": "k"}
    for options in (
        Options(model="m"),
        Options(model="m", network=("api.openai.com", "loopback")),
        Options(model="m", base_url="http://127.0.0.1:11434/v1"),
        Options(model="m", base_url="https://llm.example.org/v1", api_key="k"),
    ):
        with pytest.raises(ModelError, match="says off") as caught:
            resolve(options, environ)
        assert caught.value.kind == "policy"
        assert str(administrator) in str(caught.value)
    assert resolve(Options(), environ) is None  # the offline author needs no network


def test_an_administrator_can_name_the_hosts(administrator: Path) -> None:
    administrator.write_text("network:\n  - llm.example.org\n  - loopback\n")
    assert allowed("llm.example.org", 443, None, {})
    assert allowed("localhost", 11434, None, {})
    assert not allowed("api.openai.com", 443, ("api.openai.com",), {})
    assert not allowed("localhost", 11434, ("llm.example.org",), {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "network:",
        "netwrok: off",
        "network: off\nhosts: [api.openai.com]",
        "network: [off, api.openai.com]",
        "network: {api.openai.com: yes}",
        "network: [1, 2]",
        "network: https://api.openai.com",
        "network: [a",
        "- network",
        "network: &a [*a]",
        "x: " + "[" * 200,
        "network: loopback\n" + "#" * 200_000,
    ],
)
def test_a_file_that_cannot_be_understood_forbids_everything(
    administrator: Path, text: str
) -> None:
    administrator.write_text(text)
    with pytest.raises(ModelError) as caught:
        policy.check("api.openai.com", 443, None, {})
    assert str(administrator) in str(caught.value)
    assert "cannot be understood" in str(caught.value)
    assert not allowed("127.0.0.1", 80, ("loopback",), {})


def test_a_file_that_is_none_forbids_everything(administrator: Path) -> None:
    administrator.mkdir()
    assert not allowed("api.openai.com", 443, None, {})
    administrator.rmdir()
    administrator.symlink_to("nowhere")
    assert not allowed("api.openai.com", 443, None, {})
    administrator.unlink()
    administrator.write_bytes(b"network: \xff\xfe")
    assert not allowed("api.openai.com", 443, None, {})


def test_a_folder_that_cannot_be_looked_into_forbids_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", "/" + "x" * 300)  # longer than a name may be
    with pytest.raises(ModelError, match="it cannot be read"):
        policy.check("api.openai.com", 443, None, {})


def test_a_malformed_variable_forbids_everything() -> None:
    for text in ("https://api.openai.com", "off, loopback", "a b", ",", "*"):
        with pytest.raises(ModelError, match="SYNTHDATA_NETWORK cannot be understood"):
            policy.check("api.openai.com", 443, None, {"SYNTHDATA_NETWORK": text})


def test_no_variable_hides_the_systems_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(policy.folders())
    monkeypatch.setenv("XDG_CONFIG_DIRS", "/nowhere")
    monkeypatch.setenv("HOME", "/nowhere")
    fixed = {Path("/etc/xdg/synth-magic"), Path("/etc/synth-magic")}
    assert fixed <= before & set(policy.folders())
    assert Path(sys.prefix, "etc", "synth-magic") in policy.folders()


@pytest.mark.slow
def test_an_environments_own_folder_is_obeyed(tmp_path: Path) -> None:
    venv.create(tmp_path / "v", symlinks=True)
    folder = tmp_path / "v" / "etc" / "synth-magic"
    folder.mkdir(parents=True)
    (folder / "policy.yaml").write_text("network: loopback\n")
    code = "from synth_magic.llm import policy; policy.check('api.openai.com', 443)"
    root = Path(synth_magic.__file__).parents[1]
    packages = next(p for p in sys.path if p.endswith("site-packages"))
    done = subprocess.run(
        [tmp_path / "v" / "bin" / "python", "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(root), packages))},
        capture_output=True,
        text=True,
    )
    assert f"{folder / 'policy.yaml'} names other hosts" in done.stderr
