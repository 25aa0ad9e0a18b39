"""Prompts are files with a version; this is their only reader."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from synth_magic.authors.answers.form import FORM

_FIELD = re.compile(r"\{\{(\w+)\}\}")
_HEAD = re.compile(r"version: (\d+)\n\n")


@lru_cache(maxsize=32)
def load(name: str) -> tuple[int, str]:
    """Read a prompt's file: its version and its text."""
    text = files("synth_magic.authors").joinpath("prompts", f"{name}.md").read_text("utf-8")
    head = _HEAD.match(text)
    if head is None:
        raise ValueError(f"{name}.md does not begin with its version")
    return int(head[1]), text[head.end() :].strip()


def render(name: str, **fields: str) -> str:
    """Fill in a prompt, once: braces in what is filled in stay what they are.

    Parameters
    ----------
    name
        Of the file, without its ending.
    fields
        One for each ``{{field}}`` of the file.
    """
    text = _FIELD.sub(lambda match: fields[match[1]], load(name)[1])
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def version(*names: str) -> str:
    """Name the form of the answer and the files that a prompt is made of: ``answer-1/expert-1``."""
    parts = "+".join(f"{name}-{load(name)[0]}" for name in names)
    return f"answer-{FORM}/{parts}"
