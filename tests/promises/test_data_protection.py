"""What docs/data-protection.md promises of the network, proved with every socket barred."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: An audit hook sees what any Python code in the process does, whatever library it uses.
BARRED = """
import sys
touched = []
def bar(event, args):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethost", "socket.send")):
        touched.append((event, repr(args)))
        raise PermissionError(f"barred: {event}")
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn"):
        touched.append((event, repr(args[0])))
sys.addaudithook(bar)
"""
SESSION = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "synth_magic")
cell = "Adults with type 2 diabetes.\\n\\ncolumns:\\n  age: years, 30-85\\n  sex: F / M\\n"
shell.run_cell_magic("synthdata", "t2d --rows 50 --out t2d.csv", cell)
for line in ("report t2d", "schema t2d", "cell t2d", "sent", "cache"):
    shell.run_line_magic("synthdata", line)
import synth_magic
table = shell.user_ns["t2d"]
assert len(synth_magic.report(table).to_frame())
assert len(synth_magic.generate(cell, rows=20, model="offline")) == 20
print("TOUCHED", json.dumps([len(table), touched]))
"""
DOCTOR = """
import json
from synth_magic.notebook import config, setup
print(setup.doctor(config.defaults()))
print("TOUCHED", json.dumps([0, touched]))
"""
KEYS = ("OPENAI_API_KEY", "SYNTHDATA_API_KEY", "OPENROUTER_API_KEY", "AZURE_OPENAI_API_KEY")


def session(code: str, folder: Path, **environ: str) -> tuple[int, list[list[str]], str]:
    """Run code under the bar; give its number, what it touched and all that it wrote."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("SYNTHDATA", "OPENAI"))}
    done = subprocess.run(
        [sys.executable, "-c", BARRED + code],
        cwd=folder,
        env={**keep, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder / "ipython"), **environ},
        capture_output=True,
        text=True,
        timeout=300,
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("TOUCHED ")]
    assert told, done.stderr
    number, touched = json.loads(told[0].removeprefix("TOUCHED "))
    return number, touched, done.stdout + done.stderr


def test_the_bar_holds(tmp_path: Path) -> None:
    code = """
import json, socket
try:
    socket.create_connection(("127.0.0.1", 9))
except PermissionError:
    print("TOUCHED", json.dumps([1, touched]))
"""
    assert session(code, tmp_path)[1]


@pytest.mark.slow
def test_without_a_named_model_no_socket_is_opened_whatever_keys_are_set(tmp_path: Path) -> None:
    keys = dict.fromkeys(KEYS, "canary-0123456789abcdef")
    rows, touched, written = session(
        SESSION, tmp_path, **keys, SYNTHDATA_CACHE_DIR=str(tmp_path / "cache")
    )
    assert (rows, touched) == (50, [])
    assert "canary" not in written
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"canary" not in file.read_bytes()
    assert (tmp_path / "t2d.csv").exists()


@pytest.mark.slow
def test_doctor_asks_this_machine_alone_and_nobody_where_that_is_forbidden(tmp_path: Path) -> None:
    _, touched, _ = session(DOCTOR, tmp_path)
    hosts = {args for event, args in touched if event.startswith("socket.")}
    assert hosts
    assert all("'127.0.0.1'" in args for args in hosts)
    _, touched, _ = session(DOCTOR, tmp_path, SYNTHDATA_NETWORK="off")
    assert touched == []


REFUSED = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "synth_magic")
shell.run_line_magic("config", "SynthData.network = %r")
cell = "Adults with type 2 diabetes.\\n\\ncolumns:\\n  age: years, 30-85\\n"
shell.run_cell(
    "%%%%synthdata t --model big --base-url http://127.0.0.1:9/v1 --engine rows\\n" + cell
)
told = "t" in shell.user_ns
shell.run_cell("%%%%synthdata t -n 5\\n" + cell)
print("TOUCHED", json.dumps([int(told) + len(shell.user_ns["t"]), touched]))
"""


@pytest.mark.slow
def test_where_the_network_is_off_a_named_model_is_refused_before_any_connection(
    tmp_path: Path,
) -> None:
    environ = {"SYNTHDATA_CACHE_DIR": str(tmp_path / "cache")}
    rows, touched, written = session(REFUSED % "off", tmp_path, **environ)
    assert (rows, touched) == (5, [])
    assert "SynthData.network" in written
    assert "Traceback" not in written
    _, touched, _ = session(REFUSED % "loopback", tmp_path, **environ)
    assert any("127.0.0.1" in args for _, args in touched)  # allowed: it is tried
