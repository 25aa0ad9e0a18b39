"""Text of a model to the JSON object that it holds; nothing in it is believed.

A model thinks aloud, explains itself, fences its answer, quotes the form before it fills it
in.  What counts is the last balanced object.  Depth is counted before anything is parsed.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from synth_magic import safe_text

MOST_DEPTH, MOST_NUMBER = 12, 1e15
LONGEST_NAME = 200
_MOST_DIGITS = 40
#: Objects that are tried, from the last one on.
_MOST_TRIED = 20
#: The end of a thought; a template may have opened it before the answer began.
_END_OF_THOUGHT = re.compile(r"</(?:think|thinking|reasoning|thought)>", re.IGNORECASE)
#: A whole string, a bracket, or the quote of a string that never ends.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]]|"', re.DOTALL)
#: How an object of JSON, or a list of them, begins; other brackets belong to the prose.
_BEGINS = re.compile(r'\{\s*(?:["}]|\Z)|\[\s*\{')
_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+")|,(?=\s*[}\]])', re.DOTALL)
#: Brackets of prose that are passed over; more of them are no prose.
_MOST_STRAY = 10_000
_OPENS = re.compile(r"[{\[]")
_CLOSES = {"}": "{", "]": "["}
_SURROGATES = re.compile("[\ud800-\udfff]")


class UnreadableError(Exception):
    """A text without a JSON object that could be taken; says why, in a few words."""


def last_object(
    text: str,
    schema: Mapping[str, Any] | None = None,
    *,
    longest: int = 200,
    mask: Callable[[str], str] = str,
) -> dict[str, Any]:
    """Give the last balanced JSON object of a text, made harmless.

    Parameters
    ----------
    text
        What a model wrote.
    schema
        Of the object that was asked for.  Where it asks for one list and a list
        came, the list is taken for it.
    longest
        Most characters of a string; longer ones are cut.
    mask
        Takes keys out of a string.

    Returns
    -------
    dict
        Numbers are finite and below 1e15, None stands for all others; strings are of
        one line, in NFC, without control, bidi and lone surrogate characters.

    Raises
    ------
    UnreadableError
        If there is none: prose, HTML, an object that breaks off, or one deeper than 12.
    """
    ends = [match.end() for match in _END_OF_THOUGHT.finditer(text)]
    if ends:
        with contextlib.suppress(UnreadableError):  # such a tag may be a value's, too
            return _last(text[ends[-1] :], schema, longest, mask)
    return _last(text, schema, longest, mask)


def _last(
    text: str, schema: Mapping[str, Any] | None, longest: int, mask: Callable[[str], str]
) -> dict[str, Any]:
    spans = _spans(text)
    for start, end in reversed(spans[-_MOST_TRIED:]):
        found = _object(_parsed(text[start:end]), schema)
        if found:
            return {
                one_line(mask(name), LONGEST_NAME): _clean(value, longest, mask)
                for name, value in found.items()
            }
    raise UnreadableError("what looks like JSON in it is none" if spans else "it holds no JSON")


def _spans(text: str) -> list[tuple[int, int]]:
    """Give beginning and end of every outermost balanced object or list.

    Raises
    ------
    UnreadableError
        If one is too deep or breaks off.
    """
    spans: list[tuple[int, int]] = []
    at = stray = 0
    while (begin := _OPENS.search(text, at)) is not None:
        start = begin.start()
        end, whole = _balanced(text, start)
        if whole:
            spans.append((start, end))
        elif _BEGINS.match(text, start):
            raise UnreadableError("its JSON breaks off")
        stray += not whole
        if stray > _MOST_STRAY:
            raise UnreadableError("it is made of brackets")
        # What did not end was a bracket of the prose: go on right behind it.  Of those that
        # do not end `MOST_DEPTH` at most lie within each other, so that the work is linear.
        at = end if whole else start + 1
    return spans


def _balanced(text: str, start: int) -> tuple[int, bool]:
    """Go from an opening bracket to the one that closes it, past strings; or as far as it goes."""
    opened: list[str] = []
    for token in _TOKEN.finditer(text, start):
        sign = token.group()
        if sign in "{[":
            opened.append(sign)
            if len(opened) > MOST_DEPTH:
                raise UnreadableError(f"it is more than {MOST_DEPTH} levels deep")
        elif sign == '"' or (sign in _CLOSES and opened.pop() != _CLOSES[sign]):
            return token.end(), False
        elif not opened:
            return token.end(), True
    return len(text), False


def _parsed(text: str) -> Any:
    for candidate in (text, _COMMA.sub(r"\1", text)):
        try:
            return json.loads(
                candidate,
                strict=False,
                parse_constant=lambda _: None,
                parse_float=_number,
                parse_int=_whole,
            )
        except (ValueError, RecursionError):
            continue
    return None


def _number(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) and abs(number) < MOST_NUMBER else None


def _whole(text: str) -> int | None:
    # Python reads a whole number of a thousand digits, and takes its time.
    if len(text) > _MOST_DIGITS:
        return None
    number = int(text)
    return number if abs(number) < MOST_NUMBER else None


def _object(found: Any, schema: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if isinstance(found, dict):
        return found
    if not isinstance(found, list) or not found:
        return None
    properties = dict((schema or {}).get("properties") or {})
    if len(properties) == 1:
        ((name, form),) = properties.items()
        if isinstance(form, Mapping) and form.get("type") == "array":
            if len(found) == 1 and isinstance(found[0], dict) and set(found[0]) == {name}:
                return found[0]
            return {name: found}
    return found[0] if len(found) == 1 and isinstance(found[0], dict) else None


def _clean(value: Any, longest: int, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return one_line(mask(value), longest)
    if isinstance(value, list):
        return [_clean(item, longest, mask) for item in value]
    if isinstance(value, dict):
        return {
            one_line(mask(name), LONGEST_NAME): _clean(item, longest, mask)
            for name, item in value.items()
        }
    return value


def one_line(text: str, longest: int) -> str:
    """Make a model's string one harmless line of at most `longest` characters.

    It stays data: markup and quotes are kept, whoever shows it escapes it.
    """
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))
        text = " ".join("".join(map(safe_text.character, text)).split())
    return text[:longest].rstrip() if len(text) > longest else text
