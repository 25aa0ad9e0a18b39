"""Loading the extension by itself in every IPython and kernel, and undoing it.

IPython reads ``ipython_config.json`` beside the user's ``ipython_config.py``.  One
list there, ``InteractiveShellApp.extra_extensions``, is loaded besides the user's
``extensions`` and not in their place.  We add our name to it and take it out
again, and touch nothing else.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from synth_magic.errors import DataError, problem

EXTENSION = "synth_magic"
SECTION, KEY = "InteractiveShellApp", "extra_extensions"
BY_HAND = json.dumps({SECTION: {KEY: [EXTENSION]}})
_SETS_LIST = re.compile(rf"^[^#\n]*\b{KEY}\b", re.MULTILINE)


def config_file(*, sys_prefix: bool = False) -> Path:
    """Name the JSON that is written: the user's default profile's, or the environment's.

    Raises
    ------
    DataError
        If the user's IPython has no folder that can be written to.
    """
    if sys_prefix:
        return Path(sys.prefix) / "etc" / "ipython" / "ipython_config.json"
    import warnings

    try:
        from IPython.paths import get_ipython_dir
    except ImportError:
        raise DataError(
            problem(("autoload",), "IPython is not installed", "pip install synth-magic")
        ) from None
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        folder = Path(get_ipython_dir())
    if said:  # IPython then uses a folder that is gone tomorrow
        raise DataError(
            problem(("autoload",), str(said[0].message), "Set IPYTHONDIR to a folder of your own")
        )
    return folder / "profile_default" / "ipython_config.json"


def _refused(file: Path, why: str) -> DataError:
    return DataError(
        problem(
            ("autoload",),
            f"{file} was left as it is: {why}",
            f"Add this to it by hand: {BY_HAND}",
        )
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands in it twice")
    return found


def _read(file: Path) -> dict[str, Any]:
    """Read the user's JSON; an absent file is an empty one.

    Raises
    ------
    DataError
        If it is not what IPython could read either, so that writing would lose something.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except FileNotFoundError:
        return {}
    except ValueError as error:
        why = str(error) if "twice" in str(error) else "it is no JSON that can be read"
        raise _refused(file, why) from None
    except OSError as error:
        raise _refused(file, str(error.strerror)) from None
    section = data.get(SECTION, {}) if isinstance(data, dict) else None
    if not isinstance(section, dict) or not isinstance(section.get(KEY, []), list):
        raise _refused(file, f"{SECTION}.{KEY} is no list in it")
    return dict(data)


def _write(file: Path, data: dict[str, Any]) -> None:
    """Replace the file in one step, keeping its permissions and the link that leads to it."""
    target = file.resolve()
    try:
        if not data and not file.is_symlink():
            target.unlink(missing_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".ipython_config.")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError as error:
        raise _refused(file, str(error.strerror)) from None


def _beneath(file: Path) -> list[str]:
    """Entries of the environment's list, which the user's list would switch off."""
    below = config_file(sys_prefix=True)
    if below == file:
        return []
    try:
        return [str(entry) for entry in _read(below).get(SECTION, {}).get(KEY, [])]
    except DataError:
        return []


def on(*, sys_prefix: bool = False) -> str:
    """Add our name to the list; return what was done, in one line.

    Raises
    ------
    DataError
        If the file cannot be changed without harm; it says the line to add.
    """
    file = config_file(sys_prefix=sys_prefix)
    script = file.with_suffix(".py")
    try:
        own_script = script.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        own_script = ""
    if _SETS_LIST.search(own_script):
        raise DataError(
            problem(
                ("autoload",),
                f"{script} sets {KEY}, and a JSON beside it would take the place of that list",
                f'Add "{EXTENSION}" to the list in {script}',
            )
        )
    data = _read(file)
    section = dict(data.get(SECTION, {}))
    entries = list(section.get(KEY, _beneath(file)))
    if EXTENSION in section.get(KEY, []):
        return f"autoload was on already: {file}"
    if EXTENSION not in entries:
        entries.append(EXTENSION)
    _write(file, {**data, SECTION: {**section, KEY: entries}})
    return f"autoload is on: {EXTENSION} stands in {file}"


def off(*, sys_prefix: bool = False) -> str:
    """Take our name out of the list; return what was done, in one line.

    Raises
    ------
    DataError
        If the file cannot be read or changed.
    """
    file = config_file(sys_prefix=sys_prefix)
    data = _read(file)
    section = dict(data.get(SECTION, {}))
    if EXTENSION not in section.get(KEY, []):
        return f"autoload was off already: {file}"
    entries = [entry for entry in section[KEY] if entry != EXTENSION]
    section = {key: value for key, value in section.items() if key != KEY}
    if entries:
        section[KEY] = entries
    data = {key: value for key, value in data.items() if key != SECTION}
    if section:
        data[SECTION] = section
    _write(file, data)
    return f"autoload is off: {EXTENSION} was taken out of {file}"


def named_in() -> list[Path]:
    """List the JSON files that name our extension; a fresh kernel may still see it otherwise."""
    found = []
    for sys_prefix in (False, True):
        try:
            file = config_file(sys_prefix=sys_prefix)
            if EXTENSION in _read(file).get(SECTION, {}).get(KEY, []):
                found.append(file)
        except DataError:
            continue
    return found


# Asking a fresh kernel ------------------------------------------------------------

_QUESTION = f"print('loaded' if {EXTENSION!r} in get_ipython().extension_manager.loaded else 'no')"


def status() -> str:
    """Start a fresh kernel, ask it, and say the answer in one line.

    Without ipykernel and jupyter_client a fresh terminal IPython is asked.
    """
    try:
        answer, asked = _ask_kernel(), "a fresh kernel"
    except ImportError:
        answer, asked = _ask_terminal(), "a fresh IPython"
    files = ", ".join(map(str, named_in()))
    said = f" (named in {files})" if files else ""
    if answer is None:
        return f"autoload: {asked} gave no answer{said}"
    state = "on" if answer else "off"
    verb = "loads" if answer else "does not load"
    return f"autoload is {state}: {asked} {verb} {EXTENSION} by itself{said}"


def _ask_kernel(timeout: float = 60.0) -> bool | None:
    import ipykernel  # noqa: F401  (the kernel that is started)
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager

    class Here(KernelManager):
        """A kernel of this very Python, whatever kernels are installed."""

        @property
        def kernel_spec(self) -> KernelSpec:
            return KernelSpec(
                argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                display_name="here",
                language="python",
            )

    said: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream":
            said.append(message["content"]["text"])

    manager = Here()
    manager.start_kernel(stdout=-3, stderr=-3)  # subprocess.DEVNULL
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=timeout)
        client.execute_interactive(
            _QUESTION, store_history=False, timeout=timeout, output_hook=hear
        )
    except (RuntimeError, TimeoutError):
        return None
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return _read_answer("".join(said))


def _ask_terminal(timeout: float = 60.0) -> bool | None:
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 (this Python, words of our own)
            [sys.executable, "-m", "IPython", "--no-banner", "--no-confirm-exit", "-c", _QUESTION],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return _read_answer(done.stdout)


def _read_answer(said: str) -> bool | None:
    words = said.split()
    return "loaded" in words if {"loaded", "no"} & set(words) else None
