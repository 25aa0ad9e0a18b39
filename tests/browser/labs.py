"""A real JupyterLab on loopback, whose server serves Notebook 7 too, and pages that show it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Seconds until a page, a kernel or a cell is given up; a busy machine is slow, and is waited for.
PATIENCE = 120
_READY = """async () => {
    const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
    await session?.ready;
    const kernel = session?.session?.kernel;
    await kernel?.info;
    return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, token and folder of notebooks."""

    url: str
    token: str
    folder: Path
    settings: Path

    def theme(self, name: str) -> None:
        """Set the theme that the next opened page shows."""
        file = self.settings / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"theme": name}))

    def address(self, notebook: str) -> str:
        return (
            f"{self.url}/lab/workspaces/w{secrets.token_hex(4)}/tree/{notebook}?token={self.token}"
        )

    def classic(self, notebook: str) -> str:
        """Where Notebook 7 shows a notebook."""
        return f"{self.url}/notebooks/{notebook}?token={self.token}"

    def write(self, notebook: str, *cells: str) -> None:
        """Put a notebook into the folder, its cells not run."""
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(made, self.folder / notebook)

    def saved(self, notebook: str) -> Any:
        return nbformat.read(self.folder / notebook, as_version=4)

    def ask(self, path: str, method: str = "GET") -> Any:
        """Ask the server itself."""
        question = urllib.request.Request(
            f"{self.url}/api/{path}",
            method=method,
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(question, timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def rest(self) -> None:
        """End every kernel: a page that is closed leaves its own running."""
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", "DELETE")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_lab(home: Path) -> Iterator[Lab]:
    """Start JupyterLab in a home of its own, with the examples in its folder.

    Raises
    ------
    RuntimeError
        If it does not start.
    """
    folder, settings = home / "work", home / "settings"
    shutil.copytree(ROOT / "examples", folder)
    quiet = settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    port, token = _free_port(), secrets.token_hex(16)
    env = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "SYNTHDATA_CACHE_DIR": str(home / "answers"),
    }
    log = (home / "lab.log").open("w")
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            # The page's own model of the notebook can then be asked what it holds.
            "--expose-app-in-browser",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={port}",
            f"--ServerApp.root_dir={folder}",
            f"--IdentityProvider.token={token}",
        ],
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(4 * PATIENCE):
            if server.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{url}/api?token={token}", timeout=2).close()
                break
            except OSError:
                time.sleep(0.25)
        if server.poll() is not None:
            said = (home / "lab.log").read_text()[-2000:]
            raise RuntimeError(f"JupyterLab did not start:\n{said}")
        yield Lab(url, token, folder, settings)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
        log.close()


def open_page(browser: Any, address: str, *, width: int = 1600, height: int = 1200) -> Any:
    """Open a notebook in a page of its own and wait until its kernel rests.

    What goes wrong in the page from then on is in ``page.errors``; ``page.excused`` is a part of
    what a test lets the notebook say.  The page may use the clipboard.
    """
    context = browser.new_context(viewport={"width": width, "height": height})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    page.errors, page.excused = [], ""
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.errors.append(said.text))
    page.goto(address)
    _ready(page)
    return page


def _ready(page: Any) -> None:
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    # What is run before the kernel has answered once may be forgotten by the page.
    page.wait_for_function(_READY)
    page.errors.clear()  # nothing of ours was there yet: Notebook 7 has errors of its own


_CLOSE = "() => { for (const shown of [...jupyterapp.shell.widgets('main')]) shown.dispose(); }"
_OPEN = """async ([path, theme]) => {
    await jupyterapp.commands.execute("apputils:change-theme", { theme });
    await jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
}"""


def close_notebooks(page: Any) -> None:
    """Let a page of JupyterLab show no notebook any more."""
    page.evaluate(_CLOSE)
    page.wait_for_selector(".jp-Notebook", state="detached")


def show_notebook(
    page: Any, notebook: str, theme: str, *, width: int = 1600, height: int = 1200
) -> Any:
    """Show a notebook in a page of JupyterLab that is there already, as `open_page` does."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(_OPEN, [notebook, theme])
    # A theme that arrives later closes the menu that is opened next.
    page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    page.wait_for_load_state("networkidle")
    page.excused = ""
    _ready(page)
    return page
