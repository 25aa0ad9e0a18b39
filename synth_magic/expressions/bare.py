"""Names that need backticks and were typed without: ``years of work <= age - 20``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from synth_magic.expressions.tree import RESERVED, show_name

_WORD = re.compile(r"[^\W\d]\w*")
#: Quoted texts and names, which stay as they are.
_QUOTED = r"'(?:[^'\n]|'')*'|\"(?:[^\"\n]|\"\")*\"|`(?:[^`\n]|``)+`"


def quoted(text: str, names: Iterable[str]) -> str:
    """Put backticks about names of columns that hold spaces or signs and stand bare in a text.

    A name is left alone where its words are columns too (``a - b``) or words of the language.

    Parameters
    ----------
    text
        A rule, a formula or a condition, as typed.
    names
        Of the table's columns.
    """
    every = set(names)
    needy = sorted((n for n in every if _needs(n, every)), key=len, reverse=True)
    if not needy or not any(name in text for name in needy):
        return text
    either = "|".join(map(re.escape, needy))
    pattern = re.compile(rf"{_QUOTED}|(?<![\w`])(?P<name>{either})(?![\w`])")
    return pattern.sub(lambda match: show_name(match["name"]) if match["name"] else match[0], text)


def _needs(name: str, names: Collection[str]) -> bool:
    words = _WORD.findall(name)
    if show_name(name) == name or not words or name.casefold() in RESERVED:
        return False
    spoken = any(word.casefold() in RESERVED for word in words)
    return not spoken and not all(word in names for word in words)
