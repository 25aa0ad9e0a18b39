"""Why a text cannot be read, in plain words."""

from __future__ import annotations

import re
from typing import Any

from synth_magic.errors import SpecError
from synth_magic.expressions.kinds import error
from synth_magic.expressions.tree import RESERVED


def reserved(word: str, at: int) -> SpecError:
    """Say that a word of the language stands where a name should."""
    if word.lower() == "else":
        return error(
            "`else` is no word of rules",
            "Write two rules: `if a then b` and `if not a then c`",
            at,
        )
    return error(
        f"`{word}` is a word of the language and cannot stand here",
        f"If it is a column, write it in backticks: `{word}`; if a value, in quotes: '{word}'",
        at,
    )


_SIGNS = {
    "&": "Write `and`",
    "|": "Write `or`",
    "!": "Write `not`, or `!=` for different",
    "%": "Write shares as numbers: 0.05 for 5%",
    "'": "Close the quote",
    '"': "Close the quote",
    "`": "Close the backtick",
    ".": "A name with a point in it stands in backticks",
    "{": "Lists stand in square brackets: [a, b]",
    ";": "Write two rules",
}


def explain(text: str, found: Any) -> SpecError:
    """Say in plain words why the parser stopped, and what to write."""
    import lark

    if isinstance(found, lark.exceptions.UnexpectedCharacters):
        at = found.pos_in_stream or 0
        return error(f"`{text[at]}` cannot stand here", _SIGNS.get(text[at], "Leave it out"), at)
    token = getattr(found, "token", None)
    if token is None or token.type == "$END":
        at = len(text.rstrip())
        return error("The expression breaks off here", "Say what follows, or shorten it", at)
    at, before = token.start_pos, text[: token.start_pos].rstrip()
    if token.type == "IF":
        return error("`if … then …` can only be a whole rule", "Begin the rule with `if`", at)
    if token.type == "THEN":
        return error("`then` stands without its `if`", "Write `if … then …`", at)
    if token.lower() in RESERVED and token.type != "BACKTICKED":
        return reserved(str(token), at)
    return _after(before, text[at : at + len(token)], text, at, token.type)


def _after(before: str, token: str, text: str, at: int, kind: str) -> SpecError:
    """Explain a token by what stands before it."""
    if match := _AFTER_IS.search(before):
        sign = "!=" if match["not"] else "=="
        mend = f"Write {match['what'] or '…'} {sign} {token}"
        return error("After `is` only `missing` can stand", mend, at)
    if before[-2:].lower() == "in" and kind != "LSQB":
        return error("After `in` a list is wanted", "Write it in square brackets: [a, b]", at)
    if kind == "COMPARE" and before.endswith(("=", ">", "<")):
        return error(
            "Two comparison signs stand beside one another", "Write `>=`, `<=`, `==` or `!=`", at
        )
    if kind == "COMMA" and before[-1:].isdigit():
        return error("A comma cannot stand here", "Decimals are written with a point: 0.5", at)
    match = _LAST.search(before)
    if match and kind in ("WORD", "NUMBER", "BACKTICKED", "STRING", "LPAR"):
        return error(
            f"Between `{match[0]}` and `{token}` a sign is missing",
            "Write an operator between them; a name with a space or a hyphen, or that begins with"
            f" a digit, stands in backticks: `{text[match.start() : at + len(token)]}`",
            at,
        )
    return error(f"`{token}` cannot stand here", "Something before it is missing", at)


_AFTER_IS = re.compile(r"(?P<what>\S+)?\s+is(?P<not>\s+not)?$", re.IGNORECASE)
_LAST = re.compile(r"(?:[\w\u0300-\u036f]+|`[^`]*`|'[^']*'|\"[^\"]*\"|[)\]])$")
