"""What Tab offers in a ``%%synthdata`` cell and after ``%synthdata``.

A matcher of IPython's second kind sees the whole cell.  It looks at nothing but
the text and the names of the user's DataFrames: no disk, no network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from synth_magic.notebook.namespace import data_frames, is_ours
from synth_magic.options import LINE_COMMANDS, flags, option_fields

IDENTIFIER = "synth_magic.synthdata"
#: The blocks of a cell.
BLOCKS = ("columns:", "effects:", "rules:", "missing:")
#: The keys of an entry, by the block it stands in.
KEYS = {
    "effects": (
        "from:",
        "to:",
        "beta:",
        "odds_ratio:",
        "hazard_ratio:",
        "difference:",
        "correlation:",
        "per:",
        "where:",
    ),
    "missing": ("rate:", "depends_on:", "beta:", "odds_ratio:"),
}
#: Words of a column's line that are worth completing.
FACTS = ("integer", "mean", "median", "missing", "between", "decimals", "unique id", "yes/no")
#: Words of the language of rules.
WORDS = ("if", "then", "is missing", "and", "or", "not", "in")
_NAME = re.compile(r"\s+(?:`([^`]+)`|\"([^\"]+)\"|([^\s:#][^:]*?))\s*:")
_LISTED_NAME = re.compile(r"\s*-\s*\{?\s*name:\s*([^\s,}]+)")


def _answer(fragment: str, words: Iterable[str], kind: str) -> SimpleMatcherResult:
    """Offer the words that begin with `fragment`; with none, the fragment itself.

    Otherwise Python's own names would be offered in a text that is not Python.
    """
    found = [SimpleCompletion(word, type=kind) for word in words if word.startswith(fragment)]
    return SimpleMatcherResult(
        completions=found or [SimpleCompletion(fragment, type=kind)],
        matched_fragment=fragment,
        suppress=True,
        ordered=True,
    )


_NOTHING = SimpleMatcherResult(completions=[])


def offer(text: str, line: int, before: str, variables: Mapping[str, Any]) -> SimpleMatcherResult:
    """Complete `before`, the part of the cursor's line that stands before it.

    Parameters
    ----------
    text
        The whole cell.
    line
        The cursor's line, counted from 0.
    before
        That line up to the cursor.
    variables
        The user's variables.
    """
    head = text.split("\n", 1)[0].split()
    if head[:1] == ["%%synthdata"]:
        return _body(text, line, before) if line else _options(before, variables)
    if before.split()[:1] == ["%synthdata"]:
        return _command(before, variables)
    return _NOTHING


def _last(before: str) -> tuple[str, str]:
    """Word before the cursor, and the whole word before that one."""
    words = before.split()
    if before[-1:].isspace():
        return "", words[-1]
    return words[-1], words[-2] if len(words) > 1 else ""


def _options(before: str, variables: Mapping[str, Any]) -> SimpleMatcherResult:
    fragment, previous = _last(before)
    if fragment == "%%synthdata":
        return _NOTHING
    if "=" in fragment and fragment.startswith("-"):
        previous, fragment = fragment.split("=", 1)
    for field in option_fields("cell"):
        if previous in field.metadata["flags"] and field.type != "bool":
            if field.metadata["metavar"] == "FILE":
                return _NOTHING  # IPython completes file names
            if field.name == "real":
                return _answer(fragment, data_frames(variables), "instance")
            return _answer(fragment, field.metadata["words"], "param")
    if fragment.startswith("-"):
        return _answer(fragment, flags("cell"), "param")
    ours = [name for name in data_frames(variables) if is_ours(variables[name])]
    return _answer(fragment, ours, "instance")


def _command(before: str, variables: Mapping[str, Any]) -> SimpleMatcherResult:
    fragment, previous = _last(before)
    if previous == "%synthdata":
        return _answer(fragment, LINE_COMMANDS, "function")
    if fragment != "%synthdata" and LINE_COMMANDS.get(previous, ("",))[0] == "NAME":
        return _answer(fragment, data_frames(variables), "instance")
    return _NOTHING


def _body(text: str, line: int, before: str) -> SimpleMatcherResult:
    lines = text.split("\n")
    block = _block(lines[:line])
    fragment = re.search(r"[\w/]*$", before).group()  # type: ignore[union-attr]
    if before == fragment:
        return _answer(fragment, BLOCKS, "keyword")
    if block == "columns":
        after_name = ":" in before
        return _answer(fragment, FACTS if after_name else (), "keyword")
    columns = column_names(lines)
    if block == "rules":
        return _answer(fragment, (*columns, *WORDS), "variable")
    if block == "missing" and not before.rstrip(fragment).strip():
        return _answer(fragment, [f"{name}:" for name in columns], "variable")
    if block in KEYS:
        at_key = re.search(r"[{,]\s*$", before[: len(before) - len(fragment)])
        return _answer(fragment, KEYS[block] if at_key else columns, "variable")
    return _answer(fragment, (), "text")


def _block(above: list[str]) -> str:
    """Name the block that the lines above have opened."""
    for line in reversed(above):
        if line.rstrip() in BLOCKS:
            return line.strip().rstrip(":")
    return ""


def column_names(lines: list[str]) -> list[str]:
    """Columns that a cell names under ``columns:``, in their order."""
    found: list[str] = []
    inside, indent = False, 0
    for line in lines:
        if line.strip() and not line[0].isspace() and not line.startswith("-"):
            inside, indent = line.strip() == "columns:", 0
            continue
        if not inside or not line.strip():
            continue
        listed = _LISTED_NAME.match(line)
        named = _NAME.match(line)
        depth = len(line) - len(line.lstrip())
        indent = indent or depth
        if listed:
            found.append(listed.group(1))
        elif named and depth == indent:
            found.append(next(group for group in named.groups() if group))
    return found


def register(shell: Any) -> None:
    """Let Tab know of the magic."""

    def synthdata(context: CompletionContext) -> SimpleMatcherResult:
        return offer(
            context.full_text, context.cursor_line, context.text_until_cursor, shell.user_ns
        )

    as_matcher: Any = context_matcher(identifier=IDENTIFIER)
    shell.Completer.custom_matchers.append(as_matcher(synthdata))


def unregister(shell: Any) -> None:
    """Let Tab forget it."""
    matchers = shell.Completer.custom_matchers
    matchers[:] = [m for m in matchers if getattr(m, "matcher_identifier", "") != IDENTIFIER]
