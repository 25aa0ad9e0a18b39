"""The table of docs/reliability.md, made from the faults.

``python -m tests.llm.reliability`` writes it anew into the page.
"""

from __future__ import annotations

from pathlib import Path

from tests.llm.fault_files import faults

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
_HEADS = {
    "statuses": "The endpoint answers with an error",
    "connections": "The connection",
    "streams": "How the answer comes",
    "bodies": "A 200 that is no answer",
    "answers": "What the answer holds",
}
_KINDS = {
    "no_network": "no network",
    "key": "the key",
    "quota": "quota",
    "busy": "busy",
    "cut": "cut off",
    "refused": "refused",
    "unreadable": "unreadable",
}
_TABLES = {
    "model": "the model's table",
    "reference": "a table of the reference and of marked guesses, with a warning",
    "none": "two lines: ",
}


def table() -> str:
    """Write a table for each group of faults."""
    groups = faults()
    lines = []
    for name, head in _HEADS.items():
        lines += [f"### {head}", "", "| what happens | requests | what the cell gives |"]
        lines += ["|---|---|---|"]
        for fault in groups.pop(name):
            gives = _TABLES[fault["table"]]
            if fault["table"] == "none":
                gives += _KINDS[fault["error"]["kind"]]
            if fault.get("notes"):
                gives += ", and a note"
            lines.append(f"| {fault['says']} | {fault['requests']} | {gives} |")
        lines.append("")
    assert not groups
    return "\n".join(lines).rstrip()


def parts(text: str) -> tuple[str, str, str]:
    """What stands before the table, the table, and what stands behind it."""
    before, _, rest = text.partition(BEGIN)
    inside, _, after = rest.partition(END)
    return before, inside.strip(), after


def write() -> None:
    before, _, after = parts(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write()
