"""Reading options from words, with a short answer to a wrong one."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NoReturn

from synth_magic import keys
from synth_magic.errors import DataError, problem
from synth_magic.options import (
    LINE_COMMANDS,
    Door,
    Options,
    flags,
    option_fields,
)

SEE = {
    "cell": "%%synthdata? lists the options with examples",
    "shell": "python -m synth_magic --help lists the options",
}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word most like `word`, or None when none is near."""
    from difflib import get_close_matches

    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


class _Parser(argparse.ArgumentParser):
    door: Door = "cell"

    def error(self, message: str) -> NoReturn:
        what = message.removeprefix("argument ").replace(
            ": expected one argument", " wants a value"
        )
        raise DataError(problem(("options",), what, SEE[self.door]))


def _parser(door: Door) -> _Parser:
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.door = door
    for f in option_fields(door):
        own = f.metadata["flags"]
        if f.type == "bool":
            parser.add_argument(*own, dest=f.name, action="store_true", default=None)
        else:
            parser.add_argument(*own, dest=f.name, type=f.metadata["read"], default=None)
        for flag, value in f.metadata["also"]:
            parser.add_argument(flag, dest=f.name, action="store_const", const=value)
    return parser


def unknown_option(flag: str, door: Door, known: Iterable[str] = ()) -> DataError:
    """Say that an option is nothing, with the nearest of `known`, or of all, that is."""
    word = flag.split("=", maxsplit=1)[0]
    if word in ("-h", "--help"):  # of the cell; the command line prints it
        return DataError(problem(("options", word), f"{word} is no option here", SEE[door]))
    near = nearest(word, tuple(known) or flags(door))
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
    if len(names) > 1 and door == "cell":
        _refuse_assignment(names)
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
    before = defaults or Options()
    if said.get("base_url", before.base_url) != before.base_url:
        said["api_key_env"] = None  # that key belongs to the endpoint it was set for
    return replace(before, name=names[0] if names else None, **said)


def _refuse_assignment(names: Sequence[str]) -> None:
    """Answer ``rows=5`` and ``rows 5`` with what they mean here."""
    for word in names:
        option, equals, value = word.partition("=")
        if equals and f"--{option}" in flags("cell"):
            what = f"{word} is how Python says it; an option of the cell begins with --"
            raise DataError(problem(("options",), what, f"Write --{option} {value}".rstrip()))
    for word, value in pairwise(names[1:]):
        if f"--{word}" in flags("cell"):
            what = f"{word} is an option, and options begin with --"
            raise DataError(problem(("options",), what, f"Write --{word} {value}"))


def split(line: str) -> list[str]:
    """Split an option line into words; quotes join, a backslash is itself.

    Raises
    ------
    DataError
        If a quotation mark has no partner, or there is what looks like a key.
    """
    keys.refuse_option(line)
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
                f"A quotation mark has no partner in: {' '.join(line.split())}",
                "Put the whole value between two quotation marks of the other kind",
            )
        ) from None


def parse_line(line: str, defaults: Options | None = None) -> Options:
    """Read the option line of ``%%synthdata``."""
    return parse(split(line), "cell", defaults)


#: What ``%synthdata report NAME`` and ``report FILE`` take beside.
BESIDE = ("--real", "--by", "--target")


def parse_command(line: str) -> tuple[str, str | None, dict[str, str]]:
    """Read the line of ``%synthdata``: a command and the name that it takes.

    Returns
    -------
    tuple
        Command, the word that it takes or None, and the options of ``report`` by name;
        ("", None, {}) for an empty line.

    Raises
    ------
    DataError
        For an unknown command, a missing name, or a word too many.
    """
    words = split(line)
    if not words:
        return "", None, {}
    command, rest = words[0], words[1:]
    if command not in LINE_COMMANDS:
        raise unknown_command(command)
    beside: dict[str, str] = {}
    if command == "report":
        rest, beside = beside_options(rest)
    extra = [word for word in rest if word.startswith("-")]
    if extra:
        raise unknown_option(extra[0], "cell", BESIDE if command == "report" else ())
    takes = LINE_COMMANDS[command][0]
    fewest, most = int(takes.isalpha()), int(bool(takes))
    if not fewest <= len(rest) <= most:
        shape = f"%synthdata {command} {takes}".rstrip()
        said = "no name is given" if not rest else f"here stands: {' '.join(rest)}"
        raise DataError(problem(("options",), f"%synthdata {command}: {said}", f"Write {shape}"))
    return command, rest[0] if rest else None, beside


def beside_options(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Take ``--real``, ``--by`` and ``--target`` with their values out of words.

    Raises
    ------
    DataError
        Where a value is missing, or one is said twice.
    """
    left: list[str] = []
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if option not in BESIDE:
            left.append(word)
            continue
        given = value if equals else next(rest, "")
        if not given or option[2:] in found:
            why = "is said twice" if option[2:] in found else "wants a value"
            mend = f"Write report NAME {option} {'NAME' if option == '--real' else 'COLUMN'}"
            raise DataError(problem(("options", option), f"{option} {why}", mend))
        found[option[2:]] = given
    return left, found


def unknown_command(word: str) -> DataError:
    """Say that ``%synthdata word`` is nothing, with the nearest that is."""
    near = nearest(word, LINE_COMMANDS)
    what = f"%synthdata {word}: there is no such command"
    mend = (
        f"Did you mean %synthdata {near}?"
        if near
        else "A table is drawn by %%synthdata and its description below; %synthdata alone lists"
        " the commands"
    )
    return DataError(problem(("options",), what, mend))
