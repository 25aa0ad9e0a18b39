"""Writing YAML that reads back as the same data, and what counts as a number."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*|(?:0|[1-9][0-9]*)?\.[0-9]+|(?:0|[1-9][0-9]*)\.)"
                     r"(?:[eE][-+]?[0-9]{1,3})?")  # fmt: skip
_WHOLE = re.compile(r"[-+]?[0-9]+")
_FIRST = re.compile(r"[^\W_]|[_(./<=+$^;°]")
_SPECIAL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def number(text: str) -> int | float | None:
    """Read a plain decimal number; None when `text` is none (``010``, ``1_000``, ``.inf``)."""
    if len(text) > 40 or _NUMBER.fullmatch(text) is None:
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    value = float(text)
    return value if math.isfinite(value) else None


def quoted(text: str) -> str:
    """Put text in double quotes, so that any YAML or JSON reader gives it back."""
    inner = json.dumps(text, ensure_ascii=False)
    return _SPECIAL.sub(lambda sign: f"\\u{ord(sign.group()):04x}", inner)


def scalar(value: str | float | None, *, flow: bool = False) -> str:
    """Write one value; text in quotes only where it would be read as something else.

    Parameters
    ----------
    value
        Text, number or None.
    flow
        Whether it will stand within ``{ }`` or ``[ ]``.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        whole = float(value).is_integer() and abs(value) < 1e16
        return str(int(value)) if whole else repr(float(value))
    text = value not in ("null", "~") and number(value) is None
    return value if text and _plain(value, flow=flow) else quoted(value)


def _plain(value: str, *, flow: bool) -> bool:
    return bool(
        _FIRST.match(value)
        and not _SPECIAL.search(value)
        and not value[-1].isspace()
        and not re.search(r":(\s|$)|\s#", value)
        and not (flow and re.search(r"[,?\[\]{}]|:[^\w]", value))
    )


def written_key(key: str | float) -> str:
    """Write a key; the reader takes every key as text, so ``1`` and ``null`` need no quotes."""
    if not isinstance(key, str):
        return scalar(key)
    return key if _plain(key, flow=True) else quoted(key)


def inline(data: Any) -> str:
    """Write data on one line: ``{normal: {mean: 62, sd: 11}, source: model}``."""
    if isinstance(data, Mapping):
        parts = (f"{written_key(key)}: {inline(value)}" for key, value in data.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(data, (list, tuple)):
        return "[" + ", ".join(inline(item) for item in data) + "]"
    return scalar(data, flow=True)


def block(data: Mapping[str, Any], indent: int = 0) -> Iterator[str]:
    """Write a mapping one key a line, each value inline; yields lines without their end."""
    for key, value in data.items():
        head = f"{' ' * indent}{written_key(key)}: "
        if isinstance(value, str) and _literal(value):
            yield head + "|-"
            for line in value.split("\n"):
                yield f"{' ' * (indent + 2)}{line}" if line else ""
        elif isinstance(value, (Mapping, list, tuple)):
            yield head + inline(value)
        else:
            yield head + scalar(value)


def _literal(text: str) -> bool:
    """Whether text of several lines can stand as it is, below a ``|-``."""
    lines = text.split("\n")
    plain = not any(_SPECIAL.search(line) for line in lines)
    return len(lines) > 1 and plain and all((lines[0].strip(), lines[-1].strip())) and (
        not lines[0][0].isspace() and not any(line.isspace() for line in lines)
    )  # fmt: skip
