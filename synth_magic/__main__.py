"""The command line: ``python -m synth_magic FILE -n 1000 -o out.parquet``."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synth_magic import keys
from synth_magic.errors import DataError, SpecError, SynthDataError, problem
from synth_magic.option_help import shell_help
from synth_magic.option_parser import (
    beside_options,
    nearest,
    parse,
    parse_line,
    unknown_option,
)
from synth_magic.options import NOTEBOOK_COMMANDS, SHELL_COMMANDS, Options

if TYPE_CHECKING:
    from synth_magic.record import Result

MISTAKE, STOPPED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Words after ``python -m synth_magic``; None reads them from the system.

    Returns
    -------
    int
        0; 2 after a mistake of the user's (two lines on stderr); 130 when stopped.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console without × and ▂ shows ? instead
            stream.reconfigure(errors="replace")
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has gone: `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SynthDataError as error:
        return _mistake(error)
    except KeyboardInterrupt as stop:
        print("Stopped before the table was finished", file=sys.stderr)
        _tell_rest(getattr(stop, "result", None))
        return STOPPED
    return code


def _mistake(error: SynthDataError, text: str = "", above: int = 0) -> int:
    from synth_magic.where import explain

    print("\n".join(explain(error, text, above=above)), file=sys.stderr)
    _tell_rest(getattr(error, "result", None))
    return MISTAKE


def _tell_rest(result: Result | None) -> None:
    """Say where the rows of a table are that was not finished, and how it goes on."""
    if result is not None:
        where = f" in {result.path}" if result.path else ""
        said = f"{len(result.table):,} of {result.wanted:,} rows{where}; run it again to go on"
        print(said, file=sys.stderr)


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        print(shell_help(), file=sys.stdout if words else sys.stderr)
        return 0 if words else MISTAKE
    if words[0] == "--version":
        from synth_magic import __version__

        print(f"synth-magic {__version__}")
        return 0
    keys.refuse_option(" ".join(words))
    command, rest = words[0], words[1:]
    if command in NOTEBOOK_COMMANDS:
        what = f"{command} is for a notebook, where it lasts as long as the kernel"
        raise DataError(problem(("options",), what, NOTEBOOK_COMMANDS[command]))
    if command == "autoload":
        return _autoload(rest)
    if command == "cache":
        from synth_magic.notebook.commands import cache

        if len(rest) > 1:
            raise _wrong("cache")
        print(cache(rest[0] if rest else None))
        return 0
    if command == "doctor":
        from synth_magic.notebook.setup import doctor

        if rest:
            raise _wrong("doctor")
        print(doctor(Options()))
        return 0
    if command == "reference":
        return _reference(rest)
    if command == "report":
        return _report(rest)
    return _draw(words)


# FILE ---------------------------------------------------------------------------


def _draw(words: list[str]) -> int:
    options = parse(words, "shell")
    file = options.name
    if file is None:
        raise DataError(
            problem(("options", "name"), "No file is named", "Write python -m synth_magic FILE")
        )
    if file.lower().endswith((".ipynb", ".csv", ".parquet", ".py")):
        raise DataError(
            problem(
                ("options", "name"),
                f"{file} is no text of a cell",
                "Name a text file that holds what stands in a %%synthdata cell, or a blueprint",
            )
        )
    text, name, above = _text(file), None, 0
    first, _, body = text.partition("\n")
    if first.startswith("%%synthdata"):  # a cell copied as a whole: the command line wins
        own = parse_line(first.removeprefix("%%synthdata"))
        options, text, name, above = parse(words, "shell", own), body, own.name, 1
    from synth_magic import pipeline
    from synth_magic.notebook.show import Progress

    try:
        if options.dry_run:
            print(pipeline.rehearse(text, options))
            return 0
        with Progress() as progress:
            result = pipeline.run(text, replace(options, name=name), tell=progress.tell)
    except SynthDataError as error:
        return _mistake(error, text, above)
    if options.quiet:
        from synth_magic.display.words import warned

        print(*(f"{line}\n" for line in warned(result.notes)), sep="", end="", file=sys.stderr)
    else:
        unnamed = result.name == "table" and file != "-"
        _show(replace(result, name=Path(file).stem) if unnamed else result)
    return 0


def _text(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        why = "it is no text in UTF-8"
    except OSError as error:
        why = str(error.strerror)
    near = nearest(name, SHELL_COMMANDS)
    mend = f"Did you mean the command {near}?" if near else "Name a file that can be read, or -"
    raise DataError(problem(("options", "name"), f"{name} cannot be read: {why}", mend))


def _show(result: Result) -> None:
    from synth_magic.display import terminal
    from synth_magic.existing import judge

    report = judge(result)
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(terminal.render(result, report))
    else:
        print(terminal.text(result, report))


# Commands -------------------------------------------------------------------------


def _wrong(command: str) -> DataError:
    shape = f"python -m synth_magic {command} {SHELL_COMMANDS[command][0]}".rstrip()
    return DataError(problem(("options",), f"{command}: this was not understood", f"Write {shape}"))


def _autoload(words: list[str]) -> int:
    from synth_magic.notebook import autoload

    prefix = "--sys-prefix" in words
    rest = [word for word in words if word != "--sys-prefix"]
    if rest == ["on"]:
        print(autoload.on(sys_prefix=prefix))
    elif rest == ["off"]:
        print(autoload.off(sys_prefix=prefix))
    elif rest == ["status"]:
        print(autoload.status())
    else:
        raise _wrong("autoload")
    return 0


def _reference(words: list[str]) -> int:
    """Print counts and checks, or an entry; 1 where a check fails."""
    from synth_magic.reference import entry

    if any(word.startswith("-") for word in words):
        raise _wrong("reference")
    if not words:
        text, passed = entry.summary()
        print(text)
        return 0 if passed else 1
    name = " ".join(words)
    found = entry.entry(name)
    if found is None:
        near = ", ".join(entry.nearest(name))
        what = f"The reference holds no {name}"
        mend = f"Nearest: {near}" if near else "docs/reference.md lists all entries"
        raise DataError(problem(("options",), what, mend))
    print(found)
    return 0


def _report(words: list[str]) -> int:
    file, blueprint = None, None
    words, beside = beside_options(words)
    rest = iter(words)
    for word in rest:
        if word == "--blueprint":
            blueprint = next(rest, None)
            if blueprint is None:
                raise _wrong("report")
        elif word.startswith("-"):
            raise unknown_option(word, "shell")
        elif file is not None:
            raise _wrong("report")
        else:
            file = word
    if file is None:
        raise _wrong("report")
    from synth_magic import api, table_file

    try:
        table, stated = table_file.read(file, None if blueprint is None else _text(blueprint))
    except SpecError as error:
        said = error.problems[0]
        what = f"{blueprint or file} holds no blueprint that can be used: {said.what}"
        raise DataError(problem(("options", "blueprint"), what, said.mend)) from None
    how: dict[str, Any] = {**beside}
    if "real" in beside:
        how["real"] = table_file.real(beside["real"], stated)
    print(replace(api.report(table, blueprint=stated, **how), name=Path(file).name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
