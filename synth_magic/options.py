"""Every option once: its name, default, meaning and help, for all three doors.

The cell magic, the command line and the traits of ``%config SynthData`` are made
from the fields of `Options`, so that none can drift from the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from synth_magic import keys
from synth_magic.errors import DataError, problem

Door = Literal["cell", "shell"]
#: More rows than any stream of the sampler is addressed for in practice.
MOST_ROWS = 10**12


def read_rows(text: str) -> int:
    """Read a number of rows; ``10_000``, ``10,000`` and ``1e4`` are numbers too.

    Raises
    ------
    DataError
        If it is no whole number from 1 to 10**12.
    """
    try:
        number = float(text.replace(",", "").replace("_", ""))
        rows = int(number) if number == int(number) else 0
    except (ValueError, OverflowError):
        rows = 0
    if not 1 <= rows <= MOST_ROWS:
        raise DataError(
            problem(
                ("options", "rows"),
                f"--rows {text}: a whole number from 1 to 10^12 is wanted",
                "Write --rows 800, in Python rows=800",
            )
        )
    return rows


def read_seed(text: str) -> int | str:
    """Read a seed: a whole number where it is written as one, any other text as it stands.

    ``07`` stays text, since it is another seed than 7.
    """
    try:
        number = int(text)
    except ValueError:
        return text
    return number if str(number) == text else text


def read_model(text: str) -> str:
    """Accept ``offline``, the one author of this release.

    Raises
    ------
    DataError
        For any other name.
    """
    keys.refuse(text)
    if text != "offline":
        raise DataError(
            problem(
                ("options", "model"),
                f"--model {text}: a model behind the cell is not in this release",
                "Leave --model out, or write --model offline: the built-in clinical reference",
            )
        )
    return text


def read_engine(text: str) -> str:
    """Accept ``blueprint``, the one engine of this release.

    Raises
    ------
    DataError
        For any other name.
    """
    if text != "blueprint":
        raise DataError(
            problem(
                ("options", "engine"),
                f"--engine {text}: there is no such engine in this release",
                "Leave --engine out, or write --engine blueprint",
            )
        )
    return text


def read_ui(text: str) -> str:
    """Accept ``auto`` or ``static``.

    Raises
    ------
    DataError
        For any other word.
    """
    if text not in ("auto", "static"):
        raise DataError(
            problem(
                ("options", "ui"),
                f"--ui {text}: this release shows the static form only",
                "Write --ui auto or --ui static, or leave it out",
            )
        )
    return text


def _path(text: str, option: str) -> str:
    """Read a file's name; ``~`` is the user's own folder, as in a shell."""
    if not text.strip():
        raise DataError(
            problem(("options", option), f"--{option}: the name of the file is empty", "Name one")
        )
    return str(Path(text).expanduser()) if text.startswith("~") else text


def read_lock(text: str) -> str:
    """Accept the name of a lock file.

    Raises
    ------
    DataError
        If it is empty.
    """
    return _path(text, "lock")


def read_file(text: str) -> str:
    """Accept a file name that a table can be written to.

    Raises
    ------
    DataError
        If it ends neither in .csv nor in .parquet.
    """
    text = _path(text, "out")
    if not text.lower().endswith((".csv", ".parquet")):
        raise DataError(
            problem(
                ("options", "out"),
                f"--out {text}: the suffix says the format, and this one says none that is known",
                "Write a name that ends in .parquet or .csv",
            )
        )
    return text


def _option(
    default: Any,
    help: str,  # noqa: A002  (the word of argparse and traitlets)
    *flags: str,
    metavar: str = "",
    read: Callable[[str], Any] = str,
    words: tuple[str, ...] = (),
    doors: tuple[Door, ...] = ("cell", "shell"),
    also: tuple[tuple[str, str], ...] = (),
    trait: str = "",
) -> Any:
    return field(
        default=default,
        metadata={
            "help": help,
            "flags": flags,
            "metavar": metavar,
            "read": read,
            "words": words,
            "doors": doors,
            "also": also,
            "trait": trait,
        },
    )


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen beside the description itself.

    A field with flags is an option; one with a `trait` is a default that
    ``%config SynthData`` sets.  None means that it was not said.
    """

    name: str | None = _option(
        None, "variable that gets the table (else the blueprint's `table`, else table)"
    )
    rows: int | None = _option(
        None,
        "rows to draw; else the number in the prose, else 200",
        "-n",
        "--rows",
        metavar="N",
        read=read_rows,
    )
    seed: int | str | None = _option(
        None,
        "whole number or any text; the same seed draws the same table; else 0",
        "-s",
        "--seed",
        metavar="SEED",
        read=read_seed,
    )
    model: str | None = _option(
        None,
        "who completes what the cell leaves open: offline, the built-in clinical reference",
        "-m",
        "--model",
        metavar="offline",
        read=read_model,
        words=("offline",),
        trait="model",
    )
    engine: str = _option(
        "blueprint",
        "how rows are made: blueprint, sampled here from the stated distributions",
        "--engine",
        metavar="blueprint",
        read=read_engine,
        words=("blueprint",),
    )
    out: str | None = _option(
        None,
        "also write the table to FILE, .parquet or .csv by its suffix, in bounded memory",
        "-o",
        "--out",
        metavar="FILE",
        read=read_file,
    )
    lock: str | None = _option(
        None,
        "write FILE at the first run; every later run, on any machine, draws its table again",
        "--lock",
        metavar="FILE",
        read=read_lock,
    )
    relock: bool = _option(False, "write the lock file anew after the cell was changed", "--relock")
    replace: bool = _option(
        False,
        "let the table take the place of something that is not a table of ours",
        "--replace",
        doors=("cell",),
    )
    ui: str = _option(
        "auto",
        "auto or static: what stands under the cell; in this release both are the static form",
        "--ui",
        metavar="auto|static",
        read=read_ui,
        words=("auto", "static"),
        doors=("cell",),
        also=(("--no-ui", "static"),),
        trait="ui",
    )
    quiet: bool = _option(False, "show one line, and warnings, instead of the table", "--quiet")
    default_rows: int = _option(200, "rows when neither --rows nor the prose says", trait="rows")
    default_seed: int | str = _option(0, "seed when --seed does not say", trait="seed")
    max_rows: int = _option(
        10_000_000,
        "the most rows held in memory; a larger table needs --out FILE",
        trait="max_rows",
    )
    debug: bool = _option(False, "show the traceback of an error, not two lines", trait="debug")


#: Options of later releases, so that naming one is answered and not guessed at.
LATER = (
    "--real",
    "--target",
    "--by",
    "--dry-run",
    "--refresh",
    "--grounding",
    "--token-budget",
    "--base-url",
)

#: Words after ``%synthdata``: what they take and what they do.
LINE_COMMANDS = {
    "report": ("NAME", "how far the table keeps what was stated, and which rules are broken"),
    "schema": ("NAME", "every column's distribution, the effects and rules, and who stated them"),
    "cell": ("NAME", "write a new cell that draws exactly this table"),
    "doctor": ("", "versions, extras and settings, and what is amiss"),
}
#: First words after ``python -m synth_magic``.
SHELL_COMMANDS = {
    "autoload": ("on|off|status [--sys-prefix]", "load the extension in every IPython and kernel"),
    "doctor": ("", "versions, extras and settings, and what is amiss"),
    "report": ("FILE [--blueprint FILE]", "how far a written table keeps what was stated"),
}
LATER_COMMANDS = ("login", "sent", "cache", "reference")


def option_fields(door: Door) -> tuple[Field[Any], ...]:
    """Fields that have a flag at this door, in the order of the help."""
    return tuple(f for f in fields(Options) if f.metadata["flags"] and door in f.metadata["doors"])


def trait_fields() -> tuple[Field[Any], ...]:
    """Fields whose default ``%config SynthData`` sets."""
    return tuple(f for f in fields(Options) if f.metadata["trait"])


def flags(door: Door) -> tuple[str, ...]:
    """Every spelling of every option at this door."""
    return tuple(
        flag
        for f in option_fields(door)
        for flag in (*f.metadata["flags"], *(also for also, _ in f.metadata["also"]))
    )
