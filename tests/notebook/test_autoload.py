"""Autoload adds one entry and takes one entry away, and harms no file of the user's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from synth_magic.errors import DataError
from synth_magic.notebook import autoload

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    return tmp_path


@pytest.fixture
def file(home) -> Path:
    return home / "ipython" / "profile_default" / "ipython_config.json"


def _write(file: Path, text: str) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return text


def _loaded(file: Path) -> list[str]:
    return json.loads(file.read_text())["InteractiveShellApp"]["extra_extensions"]


def test_on_and_off_leave_nothing_behind(file):
    assert "is on" in autoload.on()
    assert _loaded(file) == ["synth_magic"]
    assert "on already" in autoload.on()
    assert autoload.named_in() == [file]
    assert "is off" in autoload.off()
    assert not file.exists()
    assert "off already" in autoload.off()
    assert list(file.parent.iterdir()) == []


def test_everything_else_in_the_file_stays(file):
    own = {
        "InteractiveShellApp": {"extensions": ["mine"], "extra_extensions": ["autoreload"]},
        "TerminalInteractiveShell": {"autoindent": False, "x": "é"},
    }
    _write(file, json.dumps(own))
    file.chmod(0o640)
    autoload.on()
    assert _loaded(file) == ["autoreload", "synth_magic"]
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["InteractiveShellApp"]["extensions"] == ["mine"]
    assert file.stat().st_mode & 0o777 == 0o640
    assert "é" in file.read_text(encoding="utf-8")
    autoload.off()
    assert json.loads(file.read_text(encoding="utf-8")) == own
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "text",
    [
        "{not json",
        "[1, 2]",
        '{"a": 1, "a": 2}',
        '{"InteractiveShellApp": 3}',
        '{"InteractiveShellApp": {"extra_extensions": "one"}}',
        '\ufeff{"a": 1}',
    ],
)
@pytest.mark.parametrize("step", [autoload.on, autoload.off])
def test_a_file_that_cannot_be_kept_whole_is_left_alone_and_the_line_is_shown(file, text, step):
    before = _write(file, text)
    with pytest.raises(DataError) as caught:
        step()
    first, second = str(caught.value).split("\n")
    assert str(file) in first
    assert '"extra_extensions": ["synth_magic"]' in second
    assert file.read_text(encoding="utf-8") == before


def test_a_script_that_sets_the_same_list_is_not_overruled(file):
    script = file.with_suffix(".py")
    _write(script, "c = get_config()\nc.InteractiveShellApp.extra_extensions = ['mine']\n")
    with pytest.raises(DataError) as caught:
        autoload.on()
    assert str(script) in str(caught.value)
    assert not file.exists()
    _write(script, "# c.InteractiveShellApp.extra_extensions = ['mine']\n")
    autoload.on()
    assert _loaded(file) == ["synth_magic"]


def test_the_environments_own_entries_are_not_switched_off_by_the_users_list(file, home):
    below = autoload.config_file(sys_prefix=True)
    assert home in below.parents
    _write(below, '{"InteractiveShellApp": {"extra_extensions": ["theirs"]}}')
    autoload.on()
    assert _loaded(file) == ["theirs", "synth_magic"]


def test_sys_prefix_writes_into_the_environment_and_nowhere_else(file, home):
    autoload.on(sys_prefix=True)
    assert _loaded(home / "prefix" / "etc" / "ipython" / "ipython_config.json") == ["synth_magic"]
    assert not file.exists()
    autoload.off(sys_prefix=True)
    assert autoload.named_in() == []


def test_a_link_to_the_file_stays_a_link(file, home):
    real = home / "dotfiles.json"
    real.write_text("{}")
    file.parent.mkdir(parents=True)
    file.symlink_to(real)
    autoload.on()
    assert file.is_symlink()
    assert _loaded(real) == ["synth_magic"]
    autoload.off()
    assert file.is_symlink()
    assert json.loads(real.read_text()) == {}


def test_a_folder_that_cannot_be_made_is_two_lines(home, file):
    (home / "ipython").write_text("a file where a folder should be")
    with pytest.raises(DataError) as caught:
        autoload.on()
    assert len(str(caught.value).split("\n")) == 2


def test_the_file_in_jupyter_config_is_what_on_writes(file):
    autoload.on()
    snippet = json.loads((ROOT / "jupyter-config" / "ipython_config.json").read_text())
    assert json.loads(file.read_text()) == snippet


def _shell(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "HOME": str(home), "IPYTHONDIR": str(home / "ipython")}
    env["PYTHONPATH"] = str(ROOT)
    return subprocess.run(
        [sys.executable, "-m", "synth_magic", "autoload", *words],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=env,
    )


@pytest.mark.kernel
@pytest.mark.slow
def test_status_asks_a_fresh_kernel(tmp_path):
    assert "autoload is off: a fresh kernel" in _shell(tmp_path, "status").stdout
    assert _shell(tmp_path, "on").returncode == 0
    assert "autoload is on: a fresh kernel" in _shell(tmp_path, "status").stdout
    # the user's own extensions are still loaded: a second list, not in the place of the first
    script = tmp_path / "ipython" / "profile_default" / "ipython_config.py"
    script.write_text("c = get_config()\nc.InteractiveShellApp.extensions = ['autoreload']\n")
    loaded = subprocess.run(
        [sys.executable, "-m", "IPython", "-c", "print(*get_ipython().extension_manager.loaded)"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONPATH": str(ROOT)},
    ).stdout.split()
    assert {"IPython.extensions.autoreload", "synth_magic"} <= set(loaded)
    assert _shell(tmp_path, "off").returncode == 0
    assert "autoload is off" in _shell(tmp_path, "status").stdout


def test_without_jupyter_a_fresh_terminal_is_asked(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipykernel", None)
    assert "a fresh IPython" in autoload.status()


def test_a_wrong_word_is_two_lines_and_code_2(tmp_path):
    done = _shell(tmp_path, "onn")
    assert done.returncode == 2
    assert len(done.stderr.strip().split("\n")) == 2
    assert "autoload on|off|status" in done.stderr


def test_without_ipython_it_is_two_lines_and_the_doctor_still_speaks(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.paths", None)
    with pytest.raises(DataError, match="IPython is not installed"):
        autoload.on()
    assert autoload.named_in() == []
