"""Reading shares: of yes, of zeros, of missing values; and numbers of decimals."""

from __future__ import annotations

from synth_magic.cell import vocabulary as words
from synth_magic.cell.read_middle import note_quantile
from synth_magic.cell.scan import Quantity, Scanner, tidy, two_numbers


def missing(scanner: Scanner, at: int) -> int | None:
    """Read "missing 8%", "never missing"."""
    never = scanner.phrase(at, *words.NEVER_MISSING)
    if never is not None:
        if scanner.word(at) == "complete" and not (scanner.opens(at) and scanner.ends(at + 1)):
            return None
        return scanner.add("missing", 0.0, at, never)
    if scanner.word(at) not in words.MISSING:
        return None
    tail = scanner.phrase(at + 1, *words.MISSING_TAIL) or at + 1
    begin = scanner.skip(tail, words.FILLERS | {"in", "for", "rate", "share", "%"})
    share = scanner.share(begin)
    quantity = scanner.quantity(begin, unit=False)
    if share is None and quantity is not None:
        scanner.facts.fail(
            "missing",
            f"{scanner.facts.name}: missing {quantity.value:g} is no share",
            f"Write missing {quantity.value:g}%",
            scanner.start(begin),
        )
    if share is None:
        return None
    scanner.fail_share("missing", share[0], begin)
    return scanner.add("missing", share[0], at, share[1])


def share_first(scanner: Scanner, at: int) -> int | None:
    """Read "22%", and what it is a share of: missing, zeros, the middle of a range."""
    in_words = scanner.fraction(scanner.skip(at, words.ABOUT))
    quantity = scanner.quantity(at, unit=False)
    if in_words is not None:
        value, following = in_words
    elif (
        quantity is None
        or not quantity.percent
        or scanner.kind(quantity.following) in ("dash", "pm")
        or (scanner.word(quantity.following) in words.TO)
    ):
        return None
    else:
        value, following = tidy(quantity.value / 100), quantity.following
    scanner.fail_share("share", value, at)
    behind = scanner.skip(following, words.FILLERS | {"values", "all", "have", "with", "being"})
    if scanner.word(behind) in words.MISSING:
        end = scanner.phrase(behind + 1, *words.MISSING_TAIL) or behind + 1
        return scanner.add("missing", value, at, end)
    if scanner.word(behind) in words.ZEROS or _zero(scanner, behind):
        return scanner.add("zero_share", value, at, behind + 1)
    if scanner.word(behind) in ("between", "within", "from", "entre", "zwischen"):
        inner = two_numbers(scanner, behind + 1)
        if inner is not None:
            low, high, end = inner
            return _middle(scanner, value, low, high, at, end)
    if scanner.word(following) in words.YES and scanner.ends(following + 1):
        return scanner.add("share", value, at, following + 1)
    begins = scanner.opens(at) or scanner.after_fact == at
    if in_words is not None and not begins:
        return None
    return scanner.add("share", value, at, following)


def _zero(scanner: Scanner, at: int) -> bool:
    token = scanner.token(at)
    return token is not None and token.kind == "num" and token.value == 0 and scanner.ends(at + 1)


def _middle(
    scanner: Scanner, share: float, low: Quantity, high: Quantity, at: int, end: int
) -> int:
    """Read "90% between 20 and 400" as the 5th and 95th percentile."""
    scanner.note_units(low, high)
    tail = (1 - share) / 2
    for probability, quantity in ((tail, low), (1 - tail, high)):
        note_quantile(scanner, tidy(probability), quantity)
    return end


def zeros_first(scanner: Scanner, at: int) -> int | None:
    """Read "zeros 60%", "zero in 45%"."""
    if scanner.word(at) not in words.ZEROS:
        return None
    begin = scanner.skip(at + 1, words.FILLERS | {"in", "for"})
    share = scanner.share(begin)
    if share is None:
        return None
    scanner.fail_share("zero_share", share[0], begin)
    return scanner.add("zero_share", share[0], at, share[1])


def named_share(scanner: Scanner, at: int) -> int | None:
    """Read "prevalence 22%", "p = 0.22", "yes 22%"."""
    word = scanner.word(at)
    yes = word in words.YES and scanner.kind(at) == "word"
    if word not in words.SHARE and not yes:
        return None
    begin = scanner.skip(at + 1)
    if scanner.kind(begin) == "open":
        begin += 1
    share = scanner.share(begin)
    if share is None or scanner.kind(share[1]) in ("dash", "pm"):
        return None
    scanner.fail_share("share", share[0], begin)
    end = share[1] + 1 if scanner.kind(share[1]) == "close" else share[1]
    return scanner.add("share", share[0], at, end)


def decimals(scanner: Scanner, at: int) -> int | None:
    """Read "1 decimal", "two decimal places", "no decimals"."""
    token = scanner.token(at)
    if token is None:
        return None
    count = token.value if token.kind == "num" else words.NUMBERS.get(token.low)
    count = 0 if token.low in ("no", "without") else count
    end = scanner.phrase(
        at + 1, "decimal", "decimals", "decimal place", "decimal places", "decimal digits", "dp",
        "digits after the point", "décimale", "décimales", "nachkommastelle", "nachkommastellen",
    )  # fmt: skip
    if end is None or count is None:
        return None
    if not isinstance(count, int) or not 0 <= count <= 10:
        scanner.facts.fail(
            "decimals",
            f"{scanner.facts.name}: {count:g} decimals cannot be kept",
            "Write a whole number from 0 to 10, such as 1 decimal",
            scanner.start(at),
        )
    return scanner.add("decimals", count, at, end)
