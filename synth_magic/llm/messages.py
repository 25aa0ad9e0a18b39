"""What is said to a model and what comes back; transport and JSON, no tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synth_magic.errors import ModelError
from synth_magic.events import Usage


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request, rendered.

    Parameters
    ----------
    messages
        Pairs (role, text); roles are ``system``, ``user`` and ``assistant``.
    schema
        JSON schema that the answer is asked to keep; a hint, never a proof.
    version
        Of the prompt's files and of the answer's form, ``answer-1/3``; part of the
        cache's key.
    expected_tokens
        Length of the answer as the asker expects it.
    attempt
        0 at first, higher when the same messages are to be answered anew; part of
        the cache's key.
    about
        A few words for `sent` and for the progress line: ``7 columns``, ``rows 20-39``.
    longest
        Most characters of a string in the answer; longer ones are cut.
    """

    messages: tuple[tuple[str, str], ...]
    schema: Mapping[str, Any] | None
    version: str
    expected_tokens: int
    attempt: int = 0
    about: str = ""
    longest: int = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer that held a JSON object.

    Parameters
    ----------
    data
        The last balanced JSON object of the answer: bounded in size and depth, numbers
        finite and below 1e15 (None stands for any other), strings of one line without
        control and bidi characters.
    usage
        Of this answer; zero tokens where it was `cached`.
    cached
        Whether it came from the cache.
    """

    data: dict[str, Any]
    usage: Usage
    cached: bool = False


#: Ask for several answers at once.  Gives pairs (place of the prompt, answer or error) in
#: the order in which they arrive; every prompt is answered exactly once.  Closing the
#: iterator, or an interrupt while it is waited for, cancels what is under way.
Ask = Callable[[Sequence[Prompt]], Iterator[tuple[int, Reply | ModelError]]]
