"""Where a live view can stand: in a kernel, and not where the host shows itself as another one."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from typing import Any

#: Hosts whose front end, or whose saved notebooks, do not go well with widgets: what each
#: leaves in the environment of its kernels, and a module that it loads by itself.
_MARKS = {
    "Colab": ("COLAB_RELEASE_TAG", "google.colab"),
    "Kaggle": ("KAGGLE_KERNEL_RUN_TYPE", "kaggle_secrets"),
    "Databricks": ("DATABRICKS_RUNTIME_VERSION", "dbruntime"),
}


def is_live(
    shell: Any,
    ui: str,
    environment: Mapping[str, str] = os.environ,
    modules: Collection[str] = sys.modules,
) -> bool:
    """Tell whether a live view is shown.

    Parameters
    ----------
    shell
        The running ``InteractiveShell``; None in plain Python.
    ui
        ``live``, ``static``, or ``auto``: live in every kernel but those of hosts with a mark.
    environment, modules
        Where marks are looked for.
    """
    if getattr(shell, "kernel", None) is None or ui == "static":
        return False
    return ui == "live" or not host(environment, modules)


def host(
    environment: Mapping[str, str] = os.environ, modules: Collection[str] = sys.modules
) -> str:
    """Name the host that left a mark of its own; empty without any."""
    for name, (variable, module) in _MARKS.items():
        if environment.get(variable) or module in modules:
            return name
    return ""
