"""Reading what kind of column it is: its type, its law, an id's pattern, soft words."""

from __future__ import annotations

from synth_magic.cell import vocabulary as words
from synth_magic.cell.scan import Scanner


def soft(scanner: Scanner, at: int) -> int | None:
    """Leave "usually 60-100" unread: what is usual is no bound."""
    kind = scanner.word(at)
    normal = kind == "normal" and scanner.word(at + 1) in words.RANGE | {"values", "value"}
    if kind not in words.SOFT and not normal:
        return None
    following = at
    while not scanner.ends(following):
        following += 1
    return scanner.leave(at, following)


def kind(scanner: Scanner, at: int) -> int | None:
    """Read "integer", "unique id", "ordered", "whole days", "non-negative"."""
    if scanner.kind(at) != "word":
        return None
    word = scanner.word(at)
    if (
        scanner.kind(at + 1) == "slash"
        and frozenset({word, scanner.word(at + 2)}) in words.BOOLEANS
    ):
        return scanner.add("type", "boolean", at, at + 3)
    anywhere = scanner.phrase(at, *words.TYPES)
    if anywhere is not None:
        said = " ".join(scanner.word(place) for place in range(at, anywhere))
        if said == "ordinal":
            scanner.add("ordered", True, at, anywhere)
            return anywhere
        return scanner.add("type", words.TYPES[said], at, anywhere)
    if word in ("non-negative", "nonnegative") or scanner.phrase(at, "not negative"):
        return scanner.add("low", 0, at, scanner.phrase(at, "not negative") or at + 1)
    if word == "whole" and scanner.unit(at + 1) is not None:
        return scanner.add("type", "integer", at, at + 1)
    if word in words.TYPES_LAST and scanner.ends(at + 1) and scanner.free[-1:] == [at - 1]:
        return scanner.add("type", "id", at, at + 1)
    patterned = scanner.word(at + 1) in ("like", "pattern", "format")
    patterned = patterned or scanner.kind(at + 1) == "pattern"
    if word in ("id", "identifier") and scanner.opens(at) and patterned:
        return scanner.add("type", "id", at, at + 1)
    if word not in words.TYPES_ALONE or not scanner.opens(at):
        return None
    dated = word == "date" and scanner.moment(at + 1) is not None
    if not (scanner.ends(at + 1) or dated):
        if word == "date" and scanner.word(at + 1) == "of":
            scanner.facts.add("type", "date", scanner.start(at), scanner.end(at + 1))
        return None
    if word == "ordered":
        return scanner.add("ordered", True, at, at + 1)
    return scanner.add("type", words.TYPES_ALONE[word], at, at + 1)


def law(scanner: Scanner, at: int) -> int | None:
    """Read "normal", "uniform 0-10", "exponentially distributed"."""
    name = words.LAWS.get(scanner.word(at))
    if name is None or not scanner.opens(at):
        return None
    end = scanner.phrase(at + 1, "distribution", "distributed", "law") or at + 1
    end = scanner.skip(end, words.FILLERS | {"with"})
    if not scanner.ends(end) and scanner.kind(end) != "num" and scanner.word(end) not in (
        words.MEAN | words.MEDIAN | words.SD | {"between", "from"}
    ):  # fmt: skip
        return None
    return scanner.add("law", name, at, end)


def pattern(scanner: Scanner, at: int) -> int | None:
    """Read an id's pattern, ``P####``."""
    begin = at
    while scanner.word(begin) in ("like", "pattern", "format", "such", "as") and begin < at + 3:
        begin = scanner.skip(begin + 1)
    if scanner.kind(begin) != "pattern":
        return None
    text = scanner.text[scanner.start(begin) : scanner.end(begin + 1)]
    scanner.add("type", "id", at, begin + 1)
    return scanner.add("pattern", text, begin, begin + 1)
