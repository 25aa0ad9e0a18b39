"""Foreign text made fit to be read beside our own words.

Names, units, values and a model's words may hold what acts on a reader: control
characters, changes of writing direction, the beginning of a tag.  Every message
passes `line` once, when it is made; escaping for a format is `display`'s business.
"""

from __future__ import annotations

import re
import unicodedata

#: Joiners that scripts and emoji need, although they are format characters.
_JOINERS = frozenset("\u200c\u200d\u00ad")
#: What may begin a tag, or end one; ``a < b``, ``>= 18`` and ``<5`` begin none.
_OPENING = re.compile(r"<(?![\s=\d.`'\"<>)-]|$)")
_CLOSING = re.compile(r"(?<=[^\s=\d.`'\"<>(-])>(?!=)")
#: A file's path is a word too, and is of use only when it is whole.
_LONG_WORD = re.compile(r"\S{301,}")
_WORD_HEAD, _WORD_TAIL = 60, 20
_LONGEST, _TAIL = 1000, 400
#: Marks piled upon one letter; no script needs more.
_PILED = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u20d0-\u20f0]{4})[\u0300-\u036f\u0483-\u0489\u20d0-\u20f0]+"
)


def character(sign: str) -> str:
    """Give what stands for one character: itself, a space, nothing or U+FFFD."""
    if sign.isascii():
        return sign if sign.isprintable() else " "
    category = unicodedata.category(sign)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category == "Cf" and sign not in _JOINERS:
        return ""
    return "\ufffd" if category in {"Cs", "Co", "Cn"} else sign


def line(text: str) -> str:
    """Make one line of a message that holds foreign text.

    Control and direction-changing characters go, what may be a tag stands in ‹ ›,
    and what is very long is cut in its middle; comparisons keep their signs.

    Parameters
    ----------
    text
        A message, with the names and values that it quotes.
    """
    if not (text.isascii() and text.isprintable()):
        text = _PILED.sub(r"\1", "".join(map(character, text)))
    if "<" in text or ">" in text:
        text = _CLOSING.sub("›", _OPENING.sub("‹", text))
    if len(text) > _WORD_HEAD:
        text = _LONG_WORD.sub(_shortened, text)
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - _TAIL]} … {text[-_TAIL:]}"
    return text


def _shortened(match: re.Match[str]) -> str:
    word = match.group()
    return f"{word[:_WORD_HEAD]}…{word[-_WORD_TAIL:]}"
