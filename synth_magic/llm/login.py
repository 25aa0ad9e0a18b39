"""Keys that a user typed in: kept in memory, each for its origin, and gone with the kernel."""

from __future__ import annotations

import threading
from collections.abc import Callable

from synth_magic.errors import ModelError, problem
from synth_magic.llm.secret import Secret

_lock = threading.Lock()
_keys: dict[str, Secret] = {}


def checked(text: str, source: str) -> Secret:
    """Give a key fit to be sent.

    Blanks and line ends around it are left out, as a copied key brings them along.

    Parameters
    ----------
    text
        As it was set or typed.
    source
        Where it was, for the error: a variable's name, say.

    Raises
    ------
    ModelError
        Of kind ``key``, if it is empty or holds what no header may: never with the key.
    """
    secret = Secret(text.strip())
    del text  # a traceback that shows variables finds no key
    if not secret or not all("!" <= sign <= "~" for sign in secret.reveal()):
        what = "holds a blank or a character that no key has" if secret else "is empty"
        raise ModelError(
            problem(("options", "api_key"), f"The key in {source} {what}", "Copy the key anew"),
            kind="key",
        )
    return secret


def keep(origin: str, text: str) -> None:
    """Remember a key for an origin (``https://api.openai.com``) until the kernel ends.

    Raises
    ------
    ModelError
        If it is no key (`checked`).
    """
    secret = checked(text, "what you typed")
    with _lock:
        _keys[origin] = secret


def key_for(origin: str) -> Secret | None:
    """Give the key that was typed in for an origin."""
    with _lock:
        return _keys.get(origin)


def origins() -> tuple[str, ...]:
    """Origins that a key was typed in for."""
    with _lock:
        return tuple(_keys)


def forget(origin: str | None = None) -> tuple[str, ...]:
    """Drop the key of an origin, or all; give the origins whose key is gone."""
    with _lock:
        gone = tuple(_keys) if origin is None else tuple(o for o in _keys if o == origin)
        for each in gone:
            del _keys[each]
    return gone


def login(origin: str, ask: Callable[[str], str] | None = None) -> str:
    """Ask for the key of an origin, and keep it in memory.

    Parameters
    ----------
    origin
        ``https://api.openai.com``.
    ask
        Asks without echo; `getpass.getpass` where None.

    Returns
    -------
    str
        One line for the user, without the key.

    Raises
    ------
    ModelError
        If nothing was typed, or no key, or nobody is there to type one.
    """
    import getpass

    host = origin.partition("://")[2]
    try:
        keep(origin, (ask or getpass.getpass)(f"Key for {host}: "))
    except (NotImplementedError, EOFError):  # IPython's word for a front end without input
        what = "A key cannot be typed in here: nobody is asked while a notebook runs by itself"
        mend = "Set SYNTHDATA_API_KEY (for api.openai.com OPENAI_API_KEY) before the kernel starts"
        raise ModelError(problem(("options", "api_key"), what, mend), kind="key") from None
    return f"The key for {host} is kept in memory until the kernel ends, and written nowhere"
