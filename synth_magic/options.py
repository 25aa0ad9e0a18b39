"""Every option once: its name, default, meaning and help, for all three doors.

The cell magic, the command line and the traits of ``%config SynthData`` are made
from the fields of `Options`, so that none can drift from the others.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, Literal, NoReturn

from synth_magic.errors import DataError, problem

Door = Literal["cell", "shell"]
#: More rows than any stream of the sampler is addressed for in practice.
MOST_ROWS = 10**12
SEE = {
    "cell": "%%synthdata? lists the options with examples",
    "shell": "python -m synth_magic --help lists the options",
}


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
                f"rows {text}: a whole number from 1 to 10^12 is wanted",
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


def read_file(text: str) -> str:
    """Accept a file name that a table can be written to.

    Raises
    ------
    DataError
        If it ends neither in .csv nor in .parquet.
    """
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
    quiet: bool = _option(False, "show one line instead of the table", "--quiet")
    default_rows: int = _option(200, "rows when neither --rows nor the prose says", trait="rows")
    default_seed: int | str = _option(0, "seed when --seed does not say", trait="seed")
    max_rows: int = _option(
        10_000_000,
        "the most rows held in memory; a larger table needs --out FILE",
        trait="max_rows",
    )
    debug: bool = _option(False, "show the traceback of an error, not two lines", trait="debug")


#: Options of later releases, so that naming one is answered and not guessed at.
LATER = ("--real", "--target", "--by", "--dry-run", "--refresh", "--grounding", "--token-budget")

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


class _Parser(argparse.ArgumentParser):
    door: Door = "cell"

    def error(self, message: str) -> NoReturn:
        what = message.removeprefix("argument ")
        raise DataError(problem(("options",), what, SEE[self.door]))


def _parser(door: Door) -> _Parser:
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.door = door
    for f in option_fields(door):
        flags = f.metadata["flags"]
        if f.type == "bool":
            parser.add_argument(*flags, dest=f.name, action="store_true", default=None)
        else:
            parser.add_argument(*flags, dest=f.name, type=f.metadata["read"], default=None)
        for flag, value in f.metadata["also"]:
            parser.add_argument(flag, dest=f.name, action="store_const", const=value)
    return parser


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word most like `word`, or None when none is near."""
    from difflib import get_close_matches

    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def flags(door: Door) -> tuple[str, ...]:
    """Every spelling of every option at this door."""
    return tuple(
        flag
        for f in option_fields(door)
        for flag in (*f.metadata["flags"], *(also for also, _ in f.metadata["also"]))
    )


def unknown_option(flag: str, door: Door) -> DataError:
    """Say that an option is nothing, or not yet, with the nearest that is."""
    word = flag.split("=", maxsplit=1)[0]
    if word in LATER:
        return DataError(
            problem(("options", word), f"{word} is not in this release", "Leave it out")
        )
    near = nearest(word, flags(door))
    mend = f"Did you mean {near}? {SEE[door]}" if near else SEE[door]
    return DataError(problem(("options", word), f"There is no option {word}", mend))


def parse(words: Sequence[str], door: Door, defaults: Options | None = None) -> Options:
    """Read options from words; what is left without a dash is `name`.

    Parameters
    ----------
    words
        As the shell would split them.
    door
        ``cell`` (the magic) or ``shell`` (the command line, where `name` is the file).
    defaults
        What holds where an option is not said.

    Raises
    ------
    DataError
        For an unknown option or a value that cannot be read: two lines.
    """
    if door == "shell" and "-" in words:  # a bare dash is a file name: standard input
        words = [("\0" if word == "-" else word) for word in words]
    known, rest = _parser(door).parse_known_args(list(words))
    names = [word.replace("\0", "-") for word in rest if not word.startswith("-")]
    for word in rest:
        if word.startswith("-"):
            raise unknown_option(word, door)
    if len(names) > 1:
        wanted = "One name for the table" if door == "cell" else "One file"
        raise DataError(
            problem(
                ("options", "name"),
                f"{wanted} is wanted, but here are {len(names)}: {', '.join(names)}",
                "Join a value with blanks in quotes; " + SEE[door],
            )
        )
    said = {key: value for key, value in vars(known).items() if value is not None}
    return replace(defaults or Options(), name=names[0] if names else None, **said)


def split(line: str) -> list[str]:
    """Split an option line into words; quotes join, a backslash is itself.

    Raises
    ------
    DataError
        If a quotation mark has no partner.
    """
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.escape = ""  # Windows paths
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        raise DataError(
            problem(
                ("options",),
                f"A quotation mark has no partner in: {line.strip()}",
                "Put the whole value between two quotation marks of the other kind",
            )
        ) from None


def parse_line(line: str, defaults: Options | None = None) -> Options:
    """Read the option line of ``%%synthdata``."""
    return parse(split(line), "cell", defaults)


def parse_command(line: str) -> tuple[str, str | None]:
    """Read the line of ``%synthdata``: a command and the name that it takes.

    Returns
    -------
    tuple
        (command, NAME or None); ("", None) for an empty line.

    Raises
    ------
    DataError
        For an unknown command, a missing name, or a word too many.
    """
    words = split(line)
    if not words:
        return "", None
    command, rest = words[0], words[1:]
    if command not in LINE_COMMANDS:
        raise unknown_command(command)
    extra = [word for word in rest if word.startswith("-")]
    if extra:
        raise unknown_option(extra[0], "cell")
    wants = bool(LINE_COMMANDS[command][0])
    if len(rest) != int(wants):
        shape = f"%synthdata {command} {LINE_COMMANDS[command][0]}".rstrip()
        said = "no name is given" if not rest else f"here stands: {' '.join(rest)}"
        raise DataError(problem(("options",), f"%synthdata {command}: {said}", f"Write {shape}"))
    return command, rest[0] if wants else None


def unknown_command(word: str) -> DataError:
    """Say that ``%synthdata word`` is nothing, or not yet, with the nearest that is."""
    if word in LATER_COMMANDS:
        what, mend = f"%synthdata {word} is not in this release", "Leave it out"
    else:
        near = nearest(word, LINE_COMMANDS)
        what = f"%synthdata {word}: there is no such command"
        mend = f"Did you mean %synthdata {near}?" if near else "%synthdata alone lists them"
    return DataError(problem(("options",), what, mend))
