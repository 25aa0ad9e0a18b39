"""The view's module: its files as one, for a notebook loads no more than one.

A file names what it uses in lines ``import { a, b } from "./file.js";`` and gives away what
stands behind ``export`` at the start of a line.  Joined, all names share one scope, so a name
may stand at the start of a line in one file only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";\n', re.MULTILINE)
_NAMED = re.compile(
    r"^(export )?(?:async )?(?:function\*?|const|let|class) (\w+|\[.*?\])", re.MULTILINE
)
_LOOSE = re.compile(r"^(?:import|export \{|export \*)", re.MULTILINE)
_FIRST = "main"


@lru_cache(maxsize=1)
def text() -> str:
    """Give the module as one text."""
    folder = files(__package__).joinpath("js")
    found = (item for item in folder.iterdir() if item.name.endswith(".js"))
    return join({item.name.removesuffix(".js"): item.read_text("utf-8") for item in found})


@lru_cache(maxsize=1)
def style() -> str:
    """Give the style sheet."""
    return files(__package__).joinpath("live.css").read_text("utf-8")


def join(parts: Mapping[str, str], first: str = _FIRST) -> str:
    """Join files to one module, each behind those that it uses.

    Parameters
    ----------
    parts
        Text of each file, by its name without ``.js``.
    first
        The file from which the others are reached.

    Raises
    ------
    ValueError
        A name is given twice or is not there, files use one another in a circle, a file is
        used by none, or an import is written in another shape.
    """
    order = _ordered(parts, first)
    if unused := sorted(set(parts) - set(order)):
        raise ValueError(f"no file uses {', '.join(unused)}")
    owners: dict[str, str] = {}
    for name in order:
        for _, words in _NAMED.findall(parts[name]):
            for word in re.findall(r"\w+", words):
                if word in owners:
                    raise ValueError(f"{word} is named in {owners[word]}.js and in {name}.js")
                owners[word] = name
    return "\n".join(_bare(name, parts[name]) for name in order)


def _ordered(parts: Mapping[str, str], first: str) -> list[str]:
    done: list[str] = []

    def visit(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            raise ValueError(f"files use one another: {' -> '.join((*way, name))}")
        if name in done:
            return
        for words, other in _IMPORT.findall(parts[name]):
            given = {word for export, word in _NAMED.findall(parts.get(other, "")) if export}
            if missing := {word.strip() for word in words.split(",")} - given:
                raise ValueError(f"{name}.js: {other}.js gives no {', '.join(sorted(missing))}")
            visit(other, (*way, name))
        done.append(name)

    visit(first, ())
    return done


def _bare(name: str, part: str) -> str:
    """Give a file without its imports and the word ``export``."""
    bare = _IMPORT.sub("", part)
    if _LOOSE.search(bare):
        raise ValueError(f'{name}.js: write import {{ a, b }} from "./file.js"; on one line')
    return re.sub(r"^export (?!default )", "", bare, flags=re.MULTILINE)
