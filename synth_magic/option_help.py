"""The help of both doors, written from the fields of `Options`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from synth_magic.options import (
    LINE_COMMANDS,
    SHELL_COMMANDS,
    Door,
    Options,
    option_fields,
    trait_fields,
)


def _rows_of_help(door: Door) -> list[tuple[str, str]]:
    rows = []
    for f in option_fields(door):
        names = ", ".join(f.metadata["flags"])
        rows.append((f"{names} {f.metadata['metavar']}".rstrip(), f.metadata["help"]))
        rows += [(flag, f"the same as {names} {value}") for flag, value in f.metadata["also"]]
    return rows


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"    {left:<24} {right}" for left, right in rows)


EXAMPLES = """\
    %%synthdata t2d --rows 800 --seed 7
    Adults with type 2 diabetes at a hospital outpatient clinic in Paris, 2015-2020.

    columns:
      age: years, 30-85
      sex: F / M
      hba1c: %, 5.5-14
      sbp: systolic blood pressure, mmHg
      smoker: never / former / current
      retinopathy: yes/no, 22%
    rules:
      - if age < 40 then not retinopathy

    %%synthdata trial -n 300 --lock trial.lock
    columns:
      arm: placebo / drug
      weight: kg, mean 78 sd 14, 40-160, missing 5%
      response: yes/no, 40%"""


def cell_help() -> str:
    """Write the help of ``%%synthdata`` and ``%synthdata``, with examples."""
    fields_ = {f.name: f for f in fields(Options)}
    commands = [(f"{name} {takes}".rstrip(), text) for name, (takes, text) in LINE_COMMANDS.items()]
    traits = [(f"SynthData.{f.metadata['trait']}", f.metadata["help"]) for f in trait_fields()]
    return "\n".join(
        (
            "Describe a table; get a synthetic pandas DataFrame.",
            "",
            "    %%synthdata [NAME] [options]",
            "    prose: who the rows are (may be all there is)",
            "    columns:  name: facts, separated by commas",
            "    effects:  - {from: age, to: sbp, beta: 0.3}",
            "    rules:    - sbp > dbp",
            "    missing:  name: 8%",
            "    targets:  Age, mean (SD) 63.2 (9.4)   (published numbers, or a pasted Table 1)",
            "",
            "Examples",
            EXAMPLES,
            "",
            "Options",
            _table([("NAME", fields_["name"].metadata["help"]), *_rows_of_help("cell")]),
            "",
            "{{name}} in the cell is filled from the notebook: numbers, short texts, short lists.",
            "The rows are synthetic: for scripts, teaching, tests and planning, not for findings.",
            "",
            "%synthdata commands",
            _table(commands),
            "",
            "%config defaults",
            _table(traits),
        )
    )


def shell_help() -> str:
    """Write the help of ``python -m synth_magic``."""
    commands = [
        (f"{name} {takes}".rstrip(), text) for name, (takes, text) in SHELL_COMMANDS.items()
    ]
    return "\n".join(
        (
            "python -m synth_magic FILE [options]",
            "",
            "Draw the synthetic table that FILE describes (what stands in a %%synthdata cell, or a",
            "whole blueprint; - reads standard input) and print its preview, schema and report.",
            "",
            "Options",
            _table(_rows_of_help("shell")),
            _table([("--version", "print the release"), ("--help", "print this")]),
            "",
            "Commands (a file of such a name is ./report)",
            "\n".join(f"    {left}\n        {right}" for left, right in commands),
            "",
            "Example",
            "    python -m synth_magic study.txt -n 1000 -o study.parquet",
        )
    )
