"""What YAML refuses, said in plain words, with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import yaml

from synth_magic.errors import Path, Problem, problem
from synth_magic.yaml_text.writing import quoted

_GLUED = re.compile(r"(?P<key>[^\W\d][\w ./-]*):(?P<rest>[^\s/:].*)")
_KEYS = r"\s*(?:- )*(?:[^:'\"]+: +)?"
#: A value that begins with quotes, which are closed before its end.
_CLOSED = re.compile(_KEYS + r"(?P<value>'(?:[^']|'')*'|\"[^\"]*\")\s*")

#: What, how to mend it, and where it stands.
Advice = tuple[str, str, int]


def short(text: str, limit: int = 60) -> str:
    """Show a user's text on one line and not too long."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def glued(text: str) -> tuple[str, str] | None:
    """Say what is wrong with ``mean:62`` and how to write it; None if it is not that."""
    match = _GLUED.fullmatch(text)
    if match is None:
        return None
    key, rest = match["key"].strip(), match["rest"].strip()
    what = f"A space is missing after the colon in `{short(text)}`"
    return what, f"Write `{short(key)}: {short(rest)}`"


def in_quotes(text: str, index: int) -> str:
    """Advise quotes around the rest of the line from `index`."""
    rest = re.split(r"\s#|[,}\]]\s*$", _line(text, index).strip())[0].strip()
    return f"Put the text in quotes: {quoted(short(rest))}"


def explained(error: yaml.YAMLError, text: str, origin: Path) -> Problem:
    """Say in plain words what PyYAML found.

    Parameters
    ----------
    error
        As PyYAML raised it.
    text
        What it was reading.
    origin
        The problem's path.
    """
    if not isinstance(error, yaml.MarkedYAMLError):
        index = int(getattr(error, "position", 0))
        what = "A character that cannot be printed stands here"
        return problem(origin, what, "Delete it", offset=index)
    slip = _Slip.of(error, text)
    for reading in _READINGS:
        found = reading(slip)
        if found is not None:
            what, mend, offset = found
            return problem(origin, what, mend, offset=min(offset, len(text)))
    what = f"`{short(slip.rest) or 'The end'}` does not belong to what stands before it"
    return problem(
        origin, what, "Put the whole text in quotes, or a new line before it", offset=slip.at
    )


@dataclass(frozen=True, slots=True)
class _Slip:
    """Where PyYAML stopped (`at`), where the part it was in begins (`begun`), its words."""

    text: str
    at: int
    begun: int
    said: str
    within: str

    @classmethod
    def of(cls, error: yaml.MarkedYAMLError, text: str) -> _Slip:
        mark = error.problem_mark or error.context_mark
        at = 0 if mark is None else mark.index
        begun = at if error.context_mark is None else error.context_mark.index
        return cls(text, at, begun, error.problem or "", error.context or "")

    @property
    def before(self) -> str:
        """The line up to where it stopped."""
        return re.split(r"[\r\n\x85\u2028\u2029]", self.text[: self.at])[-1]

    @property
    def rest(self) -> str:
        """The line from there."""
        return _line(self.text, self.at)


def _line(text: str, index: int) -> str:
    return re.split(r"[\r\n\x85\u2028\u2029]", text[index:], maxsplit=1)[0]


def _colon_without_space(slip: _Slip) -> Advice | None:
    if "could not find expected ':'" not in slip.said:
        return None
    found = glued(_line(slip.text, slip.begun).split(" #")[0].rstrip())
    if found is not None:
        return (*found, slip.begun)
    what = f"`{short(_line(slip.text, slip.begun))}` has no colon, so it says nothing"
    return what, "Write `name: value`", slip.begun


def _tab(slip: _Slip) -> Advice | None:
    inside = not slip.before.strip() and "\t" in slip.before
    if "'\\t'" not in slip.said and not inside:
        return None
    start = slip.at - len(slip.before) if inside else slip.at
    what = "A tab stands here, and YAML does not take tabs before a word"
    return what, "Write spaces instead of the tab", start


def _early_quotes(slip: _Slip) -> Advice | None:
    for index in (slip.begun, slip.at):
        here = replace(slip, at=index)
        match = _CLOSED.fullmatch(here.before)
        if match is None or not here.rest.strip() or here.rest[0] in ",}]":
            continue
        start = index - len(here.before) + match.start("value")
        whole = _line(slip.text, start).strip()
        what = f"The quotes end before the text does: {short(whole)}"
        return what, f"Put the whole text in quotes: {quoted(short(whole))}", start
    return None


def _brackets(slip: _Slip) -> Advice | None:
    if "flow" not in slip.within:
        return None
    if slip.rest[:1] == ",":
        return "Two commas stand here with nothing between", "Take out one comma", slip.at
    start: int | None = slip.begun
    if slip.text[slip.begun : slip.begun + 1] not in ("{", "["):
        start = _opened(slip.text, slip.at)
    if start is None:
        return "A bracket is not closed here", "Write } or ] at its end", slip.at
    opening = slip.text[start : start + 1]
    what = f"The {opening} that opens here is not closed, or a comma is missing in it"
    mend = f"Put a comma between its parts and {'}' if opening == '{' else ']'} at its end"
    return what, mend, start


def _opened(text: str, end: int) -> int | None:
    """Where the innermost bracket opens that is open at `end`."""
    stack: list[int] = []
    for match in re.finditer(r"'[^'\n]*'|\"[^\"\n]*\"|(?<!\S)#.*|[\[\]{}]", text[:end]):
        if match.group() in "{[":
            stack.append(match.start())
        elif match.group() in "}]" and stack:
            stack.pop()
    return stack[-1] if stack else None


def _open_quotes(slip: _Slip) -> Advice | None:
    if "quoted scalar" in slip.within and ("end of stream" in slip.said or "document" in slip.said):
        sign = slip.text[slip.begun : slip.begun + 1]
        what = "The quotes that open here are not closed"
        return what, f"Write {sign} at the end of the text too", slip.begun
    if "double-quoted" in slip.within:
        what = "A backslash within double quotes begins a special character"
        return what, "Write \\\\ for one backslash, or use single quotes", slip.at
    return None


def _sign(slip: _Slip) -> Advice | None:
    """Find text that begins with a sign that YAML keeps for itself."""
    if "cannot start any token" in slip.said:
        start = slip.at
    elif re.search("anchor|alias|block scalar|tag|directive", slip.within):
        start = slip.begun
    elif "<document start>" in slip.said and re.search("^%", slip.text, re.MULTILINE):
        start = re.search("^%", slip.text, re.MULTILINE).start()  # type: ignore[union-attr]
    else:
        return None
    sign = slip.text[start : start + 1]
    what = f"Text that begins with {sign} has a meaning of its own in YAML"
    return what, in_quotes(slip.text, start), start


def _nameless(slip: _Slip) -> Advice | None:
    if slip.rest[:1] != ":" or slip.before.strip(" -"):
        return None
    return "There is no name before this colon", "Write `name: value`", slip.at


def _second_colon(slip: _Slip) -> Advice | None:
    if "mapping values are not allowed" not in slip.said or not re.search(r":\s", slip.before):
        return None
    value = re.split(r":\s", slip.before, maxsplit=1)[1] + slip.rest
    what = "A second colon stands on this line, so it is not clear what belongs together"
    return what, f"Put the text in quotes: {quoted(short(value))}", slip.at


def _indentation(slip: _Slip) -> Advice | None:
    alone = not slip.before.strip(" -")
    if not alone and "mapping values are not allowed" not in slip.said:
        return None
    if not slip.rest.strip():
        return "The text ends too early here", "Complete the line", slip.at
    start = slip.at - len(slip.before.lstrip(" "))
    what = "This line is indented otherwise than the lines it belongs to"
    return what, "Let lines that belong together begin in one column", start


_READINGS: tuple[Callable[[_Slip], Advice | None], ...] = (
    _colon_without_space,
    _tab,
    _early_quotes,
    _brackets,
    _open_quotes,
    _sign,
    _nameless,
    _second_colon,
    _indentation,
)
