"""Run the quickstart in a real kernel, keep it as HTML, and show its first table here.

``make demo`` calls this; it needs the extra ``notebook`` and no network.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "out"


def execute(source: Path, folder: Path) -> Path:
    """Execute a notebook and write it as .ipynb and .html; return the .html.

    Errors
    ------
    nbclient.exceptions.CellExecutionError
        When a cell fails.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    notebook = nbformat.read(source, as_version=4)
    # Without widget state nbconvert shows the static form, not scripts from elsewhere.
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(source.parent)}},
    ).execute()
    folder.mkdir(parents=True, exist_ok=True)
    executed = folder / source.name
    nbformat.write(notebook, executed)
    page = executed.with_suffix(".html")
    body, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook)
    page.write_text(body, encoding="utf-8")
    return page


def first_cell(source: Path) -> str:
    """Give a notebook's first ``%%synthdata`` cell as it stands there."""
    import nbformat

    for cell in nbformat.read(source, as_version=4).cells:
        if cell.cell_type == "code" and cell.source.startswith("%%synthdata"):
            return str(cell.source)
    raise ValueError(f"{source} holds no %%synthdata cell")


def main() -> int:
    """Do the main job and show it."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    notebook = HERE / "quickstart.ipynb"
    print("Executing examples/quickstart.ipynb in a kernel, offline ...", flush=True)
    page = execute(notebook, OUT)

    from synth_magic.__main__ import main as command

    cell = OUT / "quickstart.txt"
    cell.write_text(first_cell(notebook), encoding="utf-8")
    code = command([str(cell)])
    print(f"\nThe executed notebook: {page}")
    return code


if __name__ == "__main__":
    sys.exit(main())
