"""What Tab offers in a ``%%synthdata`` cell and after ``%synthdata``.

A matcher of IPython's second kind sees the whole cell.  It looks at nothing but
the text and the names of the user's DataFrames: no disk, no network.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from synth_magic.notebook.namespace import KEY, data_frames, is_ours
from synth_magic.option_parser import BESIDE
from synth_magic.options import LINE_COMMANDS, flags, option_fields

IDENTIFIER = "synth_magic.synthdata"
#: Values that `{{name}}` is filled with.
_PLAIN = (bool, int, float, str, list, dict)


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
        return _body(text, line, before, variables) if line else _options(before, variables)
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
            words = field.metadata["words"]
            if field.name == "model":
                words = models(words, variables)
            return _answer(fragment, words, "param")
    if fragment.startswith("-"):
        return _answer(fragment, flags("cell"), "param")
    ours = [name for name in data_frames(variables) if is_ours(variables[name])]
    return _answer(fragment, ours, "instance")


def models(words: Iterable[str], variables: Mapping[str, Any]) -> list[str]:
    """Models that this notebook knows: the one that is set, those with a price, and authors."""
    from synth_magic.notebook import config

    settings = config.defaults()
    known = [settings.model, os.environ.get("SYNTHDATA_MODEL")]
    known += [name for name, *_ in settings.prices]
    known += [variables[name].attrs[KEY].get("author") for name in _ours(variables)]
    named = (name for name in known if name and not re.search(r"\s", str(name)))
    return list(dict.fromkeys([*words, *map(str, named)]))


def _ours(variables: Mapping[str, Any]) -> list[str]:
    return [name for name in data_frames(variables) if is_ours(variables[name])]


def _command(before: str, variables: Mapping[str, Any]) -> SimpleMatcherResult:
    fragment, previous = _last(before)
    if previous == "%synthdata":
        return _answer(fragment, LINE_COMMANDS, "function")
    words = before[: len(before) - len(fragment)].split()[1:]
    if not words or LINE_COMMANDS.get(words[0], ("",))[0] != "NAME":
        return _NOTHING
    if len(words) == 1:
        return _answer(fragment, data_frames(variables), "instance")
    if words[0] != "report":
        return _answer(fragment, (), "text")
    if previous == "--real":
        return _answer(fragment, data_frames(variables), "instance")
    if previous in BESIDE:
        columns = getattr(variables.get(words[1]), "columns", ())
        return _answer(
            fragment, [str(name) for name in columns if " " not in str(name)], "instance"
        )
    return _answer(fragment, [word for word in BESIDE if word not in words], "param")


def _body(text: str, line: int, before: str, variables: Mapping[str, Any]) -> SimpleMatcherResult:
    filled = re.search(r"\{\{\s*(\w*)$", before)
    if filled:
        plain = (
            name
            for name, value in variables.items()
            if isinstance(value, _PLAIN) and not name.startswith("_")
        )
        return _answer(filled[1], sorted(plain), "instance")
    from synth_magic.notebook import completion_body

    return _answer(*completion_body.words(text, line, before))


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
