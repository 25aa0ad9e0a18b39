"""Describe a table in a notebook cell, get a realistic synthetic pandas DataFrame.

``%load_ext synth_magic`` in a notebook; ``synth_magic.generate(text)`` in Python;
``python -m synth_magic FILE`` in a shell.  All of them are doors to one pipeline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synth_magic._version import __version__

if TYPE_CHECKING:
    from synth_magic.api import generate, report
    from synth_magic.blueprint.model import Blueprint
    from synth_magic.errors import DataError, Interrupted, ModelError, SpecError, SynthDataError
    from synth_magic.notebook.live_view import view


__all__ = [
    "Blueprint",
    "DataError",
    "Interrupted",
    "ModelError",
    "SpecError",
    "SynthDataError",
    "__version__",
    "generate",
    "load_ipython_extension",
    "report",
    "unload_ipython_extension",
    "view",
]

#: Public name to the module that it is fetched from when first asked for.
_HOMES = {
    "Blueprint": "synth_magic.blueprint.model",
    "DataError": "synth_magic.errors",
    "Interrupted": "synth_magic.errors",
    "ModelError": "synth_magic.errors",
    "SpecError": "synth_magic.errors",
    "SynthDataError": "synth_magic.errors",
    "generate": "synth_magic.api",
    "report": "synth_magic.api",
    "view": "synth_magic.notebook.live_view",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'synth_magic' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: Any) -> None:
    """Register ``%%synthdata`` with a running IPython.

    Parameters
    ----------
    shell
        The running ``InteractiveShell``.

    Notes
    -----
    Never raises: an extension that is loaded by itself must not spoil the start of
    every notebook.  What is wrong is printed in one line.
    """
    try:
        from synth_magic.notebook.magics import register

        register(shell)
    except Exception as error:
        print(f"synth_magic could not be loaded: {type(error).__name__}: {error}")


def unload_ipython_extension(shell: Any) -> None:
    """Take ``%%synthdata``, its settings and its completions away again."""
    from synth_magic.notebook.magics import unregister

    unregister(shell)
