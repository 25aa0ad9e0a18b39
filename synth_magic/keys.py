"""Text that looks like a secret key, which belongs in no cell and no option.

A key in a cell is in the saved notebook and its history before we see it.  So it is
never passed on, never shown again, and the user is told that it is to be revoked.
"""

from __future__ import annotations

import re

from synth_magic.errors import DataError, Path, problem

MASK = "‹key›"
_RUN = r"(?=\w*\d)\w"  # letters and digits mixed, as no words are
#: Beginnings by which services mark their keys, and what follows them.
_MARKED = (
    rf"sk-(?:\w+-){{0,4}}{_RUN}{{12,}}",  # OpenAI, Anthropic, OpenRouter, DeepSeek
    rf"(?:gsk_|hf_|xai-|pplx-|nvapi-|r8_|ghp_|glpat-|github_pat_){_RUN}{{16,}}",
    r"AIza[\w-]{30,}",  # Google
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",  # Amazon
    r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}",  # a signed token
)
_NAME = r"(?:api[_-]?key|secret[_-]?key|access[_-]?token|bearer)"
_NAMED = rf"(?i:{_NAME}\b['\"]?\s*[:= ]\s*['\"]?)((?=[^\W_]*\d)[\w.~+/-]{{16,}})"
_KEY = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join((*_MARKED, _NAMED))})[\w-]*")
#: On the option line whatever is given under such a name counts, however short.
_CALLED = r"(?i:api[_-]?key|token|secret|password)"
_OPTION = re.compile(rf"(?:^|\s)(?:--?{_CALLED}[\s=]|{_CALLED}=)\s*\S")


class KeyFoundError(DataError):
    """What was said holds a key; it is never shown with a traceback, which would quote it."""


def masked(text: str) -> str:
    """Hide what looks like a key."""
    return _KEY.sub(MASK, text)


def refuse(text: str, path: Path = ()) -> None:
    """Raise if a text holds what looks like a key.

    Parameters
    ----------
    text
        A cell, or what was filled into it.
    path
        What the text is, for the error.

    Raises
    ------
    KeyFoundError
        With the place of the key in `text`, and without the key.
    """
    found = _KEY.search(text)
    if found is not None:
        raise _error(path, found.start())


def refuse_filled(said: object) -> None:
    """Raise if what ``{{ }}`` filled into a request holds what looks like a key."""
    if _KEY.search(repr(said)):
        raise KeyFoundError(
            problem(
                (),
                "A {{name}} in this cell fills in what looks like a secret key",
                "Take it out; a key is set as OPENAI_API_KEY, or by %synthdata login",
            )
        )


def refuse_option(line: str) -> None:
    """Raise if an option line holds what looks like a key, or is called one."""
    if _KEY.search(line) or _OPTION.search(line):
        raise _error(("options",), None)


def _error(path: Path, offset: int | None) -> KeyFoundError:
    return KeyFoundError(
        problem(
            path,
            "Here stands what looks like a secret key; it is now in the notebook or history, too",
            "Revoke it where it was issued, take it out, and set the new one by %synthdata login",
            offset=offset,
        )
    )
