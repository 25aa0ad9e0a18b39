"""Effects in one line: ``smoker=current -> retinopathy: odds ratio 1.6``."""

from __future__ import annotations

import re
from typing import Any

from synth_magic import units
from synth_magic.blueprint.model import Effect
from synth_magic.blueprint.yaml_form import effect_from
from synth_magic.cell import lex
from synth_magic.errors import Path, SpecError, problem

_ARROW = re.compile(
    r"(?P<parent>.+?)\s*(?:-{1,3}>|→|=>|⟶|⇒)\s*(?P<child>[^:,]+?)\s*[:,]\s*(?P<size>.+)", re.DOTALL
)
_WHERE = re.compile(r"[,;]?\s+(?:where|if|among)\s+(?P<where>.+)$", re.DOTALL)
_NUM = r"[+-]?\d+(?:[.,]\d+)?"
_WORDS = (
    ("odds_ratio", r"(?:adjusted\s+)?odds[ _-]ratio|a?OR"),
    ("hazard_ratio", r"(?:adjusted\s+)?hazard[ _-]ratio|a?HR"),
    ("correlation", r"(?:spearman(?:'s)?\s+)?(?:correlation|corr?|rho|ρ|r)"),
    ("difference", r"(?:mean\s+)?(?:difference|diff|Δ)"),
    ("beta", r"beta|β"),
)
_NAMED = re.compile(
    "(?:"
    + "|".join(f"(?P<{word}>{form})" for word, form in _WORDS)
    + rf")\s*(?:of|is|=|:)?\s*(?P<size>{_NUM})(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_PLAIN = re.compile(rf"(?P<size>{_NUM})(?P<rest>.*)", re.DOTALL)
_PER = re.compile(rf"\bper\s+(?:(?P<per>{_NUM})\s*)?(?P<unit>.*)$", re.DOTALL)
_EXAMPLE = (
    "Write `smoker=current -> retinopathy: odds ratio 1.6` or `{from: age, to: sbp, beta: 0.35}`"
)


def read(text: str, path: Path) -> Effect:
    """Read one line.

    Raises
    ------
    SpecError
        With the offset in `text`.
    """
    norm = lex.normal(text)
    found = _ARROW.fullmatch(norm.rstrip())
    if found is None:
        raise SpecError(problem(path, "This effect has no arrow or no size", _EXAMPLE, offset=0))
    given: dict[str, Any] = {
        "from": _operand(found["parent"]),
        "to": _operand(found["child"]),
    }
    size, at = found["size"], found.start("size")
    where = _WHERE.search(size)
    if where is not None:
        given["where"] = text[at + where.start("where") : at + where.end("where")].strip()
        size = size[: where.start()]
    given |= _size(size.strip(), path, at)
    try:
        return effect_from(given, path)
    except SpecError as error:
        parts = [problem(part.path, part.what, part.mend, offset=at) for part in error.problems]
        raise SpecError(parts) from None


def ends(text: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Places of the two ends of an effect in its line; None where it has no arrow or no size."""
    found = _ARROW.fullmatch(lex.normal(text.rstrip()))
    return None if found is None else (found.span("parent"), found.span("child"))


def _operand(text: str) -> str:
    """``smoker = current`` without its spaces."""
    text = text.strip()
    if re.fullmatch(r"`[^`]+`", text):
        return text[1:-1]
    column, sign, value = text.partition("=")
    value = value.lstrip("=").strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return f"{column.strip()}={value}" if sign else text


def _size(text: str, path: Path, at: int) -> dict[str, Any]:
    named = _NAMED.fullmatch(text)
    if named is not None:
        word = next(word for word, _ in _WORDS if named[word] is not None)
        found = named
    else:
        plain = _PLAIN.fullmatch(text)
        if plain is None:
            relative = re.match(r"(?:relative risk|risk ratio|RR)\b", text, re.IGNORECASE)
            what = (
                "A risk ratio cannot be drawn exactly" if relative else "The size is not understood"
            )
            mend = "Write an odds ratio: `odds ratio 1.6`" if relative else _EXAMPLE
            raise SpecError(problem(path, what, mend, offset=at))
        found, word = plain, ""
    given: dict[str, Any] = {}
    rest = found["rest"].strip(" ,;")
    per = _PER.search(rest)
    if per is not None:
        rest = rest[: per.start()].strip(" ,;")
        if not re.match(r"SDs?\b|standard deviation", per["unit"], re.IGNORECASE):
            given["per"] = _number(per["per"] or "1")
    if not word:
        spread = re.fullmatch(r"SDs?|standard deviations?", rest)
        in_units = rest and not spread
        # Of a bare number beyond 1 the child's unit is meant: `drug=b -> height: +4`.
        large = not rest and abs(_number(found["size"])) > 1
        word = "difference" if in_units or large else "beta"
    if rest and word == "difference" and units.read(rest) is None and len(rest) > units.LIMIT:
        raise SpecError(problem(path, f"`{rest[:30]}` is no unit", _EXAMPLE, offset=at))
    if rest and word not in ("difference", "beta"):
        raise SpecError(
            problem(path, f"`{rest[:30]}` behind the size is not understood", _EXAMPLE, offset=at)
        )
    if per is not None and "per" in given and word in ("beta", "correlation"):
        what = f"`{per[0].strip()[:30]}`: a {word} is said per standard deviation of the parent"
        mend = "Leave it out, or say a difference: `age -> sbp: 4 mmHg per 10 years`"
        raise SpecError(problem(path, what, mend, offset=at))
    given[word] = _number(found["size"])
    return given


def _number(text: str) -> float | int:
    value = float(text.replace(",", "."))
    return int(value) if value.is_integer() and "." not in text and "," not in text else value
