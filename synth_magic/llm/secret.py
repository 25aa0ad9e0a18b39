"""A key that shows itself nowhere, and text from which it is taken out."""

from __future__ import annotations

import base64
import hmac
import html
import json
import re
from typing import NoReturn
from urllib.parse import quote, quote_plus

from synth_magic import keys

#: What is sent to an endpoint on this machine that wants no key; it is no secret.
NO_KEY = "none"
#: So many characters of a key in a row are as good as the key to whoever reads them.
_PIECE = 8


class Secret:
    """A key, shown by nothing but `reveal`.

    Printing, formatting, comparing and copying are safe; pickling and JSON are refused,
    so that no key gets into a file or another process by way of something that holds it.

    Parameters
    ----------
    text
        The key, as it is sent.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """Give the key itself, for the header of one request."""
        return self.__text

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__text.encode(), other.__text.encode())

    def __hash__(self) -> int:
        return hash(("Secret", self.__text))

    def __repr__(self) -> str:
        return f"Secret({keys.MASK})"

    def __str__(self) -> str:
        return keys.MASK

    def __format__(self, form: str) -> str:
        return keys.MASK

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is not pickled")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Secret has no state to give")


def mask(text: str, secret: Secret | None) -> str:
    """Take a key out of a text, in whatever form it stands there.

    Parameters
    ----------
    text
        What an endpoint, a library or a model said.
    secret
        The key that was sent.  None where there is none.

    Returns
    -------
    str
        The text, with the key, its base64, URL, HTML and JSON forms, and every beginning
        or end of them of 8 characters and more, replaced by a mask; and likewise what
        else looks like a key.
    """
    key = secret.reveal() if secret is not None else ""
    if key and key != NO_KEY:
        forms = _forms(key)
        for form in forms:  # whole ones first, so that no piece of one spoils another
            text = _without(text, form)
        text = keys.masked(text)  # so that no piece that two keys share breaks the other up
        for form in forms:
            if len(form) >= _PIECE:
                text = _cut(text, form)
                text = _cut(text[::-1], form[::-1], mark=keys.MASK[::-1])[::-1]
    return keys.masked(text)


def _forms(key: str) -> tuple[str, ...]:
    """Every spelling under which a key may come back, the longest first."""
    spellings = {
        key,
        quote(key, safe=""),
        quote_plus(key),
        html.escape(key),
        json.dumps(key)[1:-1],
        json.dumps(key)[1:-1].replace("/", "\\/"),
    }
    # Base64 looks different at each of three offsets (``Bearer KEY``, ``user:KEY``): of each
    # only the characters count that the key alone decides.
    for before in range(3) if len(key) >= _PIECE else ():
        data = b"\0" * before + key.encode()
        plain = base64.b64encode(data).decode().rstrip("=")
        sure = plain[-(-before * 8 // 6) : len(data) * 8 // 6]
        spellings |= {sure, sure.replace("+", "-").replace("/", "_")}
    return tuple(sorted(spellings, key=len, reverse=True))


def _without(text: str, form: str) -> str:
    if len(form) < _PIECE:
        # A short key is perhaps a word; as part of a longer word it is none.
        return re.sub(rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])", keys.MASK, text)
    return text.replace(form, keys.MASK)


def _cut(text: str, form: str, mark: str = keys.MASK) -> str:
    """Replace every beginning of a form, as far as it goes on."""
    parts, done = [], 0
    while (start := text.find(form[:_PIECE], done)) >= 0:
        end = start + _PIECE
        while end < len(text) and end - start < len(form) and text[end] == form[end - start]:
            end += 1
        parts += [text[done:start], mark]
        done = end
    return "".join((*parts, text[done:]))
