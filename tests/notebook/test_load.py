"""Loading costs nothing that a user would feel, and never raises."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import synth_magic

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "pydantic",
    "scipy",
    "pandas",
    "numpy",
    "lark",
    "rich",
    "yaml",
    "openai",
    "ipywidgets",
    "anywidget",
)


def _python(code: str, tmp_path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path / "i")},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_loading_imports_nothing_heavy(tmp_path):
    code = (
        "import sys; from IPython.core.interactiveshell import InteractiveShell;"
        "shell = InteractiveShell.instance(); before = set(sys.modules);"
        "shell.extension_manager.load_extension('synth_magic');"
        "assert 'synthdata' in shell.magics_manager.magics['cell'];"
        "print(*sorted(set(sys.modules) - before))"
    )
    new = _python(code, tmp_path).split()
    assert not [name for name in new if name.split(".")[0] in HEAVY]
    ours = {name for name in new if name.startswith("synth_magic")}
    assert ours == {
        "synth_magic",
        "synth_magic._version",
        "synth_magic.errors",
        "synth_magic.keys",
        "synth_magic.notebook",
        "synth_magic.notebook.completion",
        "synth_magic.notebook.config",
        "synth_magic.notebook.magics",
        "synth_magic.notebook.namespace",
        "synth_magic.option_help",
        "synth_magic.option_parser",
        "synth_magic.option_values",
        "synth_magic.options",
        "synth_magic.safe_text",
    }


def test_importing_the_package_imports_nothing_else(tmp_path):
    code = "import sys, synth_magic; print(*[m for m in sys.modules if 'synth_magic.' in m])"
    assert _python(code, tmp_path).split() == ["synth_magic._version"]


def test_a_fault_while_loading_is_one_line_and_no_exception(capsys):
    class Broken:
        @property
        def magics_manager(self):
            raise RuntimeError("no magics here")

    synth_magic.load_ipython_extension(Broken())
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "no magics here" in said


def test_loading_twice_and_unloading_leaves_the_shell_as_it_was(tmp_path):
    code = (
        "from IPython.core.interactiveshell import InteractiveShell;"
        "shell = InteractiveShell.instance();"
        "state = lambda: (len(shell.configurables), len(shell.Completer.custom_matchers),"
        " sorted(shell.magics_manager.magics['cell']), sorted(shell.magics_manager.magics['line']),"
        " sorted(shell.magics_manager.registry));"
        "before = state(); import synth_magic;"
        "synth_magic.load_ipython_extension(shell); once = state();"
        "synth_magic.load_ipython_extension(shell); assert state() == once;"
        "assert once != before; synth_magic.unload_ipython_extension(shell);"
        "assert state() == before, (before, state());"
        "synth_magic.load_ipython_extension(shell); assert state() == once; print('same')"
    )
    assert _python(code, tmp_path).strip() == "same"


def test_the_public_names_are_there_and_listed():
    assert set(synth_magic.__all__) <= set(dir(synth_magic))
    for name in synth_magic.__all__:
        assert getattr(synth_magic, name) is not None
    assert callable(synth_magic.generate)
    with pytest.raises(AttributeError, match="no attribute 'genrate'"):
        _ = synth_magic.genrate


def test_the_release_is_said_once():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project.get("version", synth_magic.__version__) == synth_magic.__version__
