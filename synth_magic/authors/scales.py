"""What words tell of a number's size: counts, years, ratings, money, calories, logarithms.

The figures are rough and mark the law as a guess.  Where a range is open above the words give a
centre and a spread; where it has two ends they tell to which side the values lean.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from synth_magic import units
from synth_magic.authors.shapes import fill
from synth_magic.blueprint.model import Column, Stated
from synth_magic.errors import Problem, SpecError, note
from synth_magic.laws import fit
from synth_magic.laws.facts import kind_of
from synth_magic.laws.whole import counted
from synth_magic.reference import load, lookup

#: Ranges of fewer steps are no scale to lean on.
STEPS = 3
#: Mean of a span of time in the unit that somebody chose for it.
SPANS = {"years": 10.0, "months": 24.0, "weeks": 12.0, "days": 60.0, "hours": 12.0, "min": 30.0}


@dataclass(frozen=True, slots=True)
class Scale:
    """What words tell.

    Parameters
    ----------
    words
        As they stand in a name or a description, plain and in lower case.
    said
        What the column is taken for, in a message.
    mean, sd
        Rough ones for a range that is open above; None where the words tell none.
    unit
        What the column may be measured in: a unit whose figures `mean` and `sd` are, ``count``
        (nothing, or things that are counted), ``time`` (see `SPANS`), ``money``, or nothing.
    lean, spread
        Mean and SD in a range with two ends, from its lower one in its widths; no lean where such
        a range tells enough by itself.
    whole
        Whether the values are whole numbers.
    alone
        Whether the words are enough without any range.
    """

    words: re.Pattern[str]
    said: str
    mean: float | None = None
    sd: float = 0.0
    unit: str = ""
    lean: float | None = None
    spread: float = 0.2
    whole: bool = False
    alone: bool = False


def scaled(column: Column) -> tuple[Column, tuple[Problem, ...]] | None:
    """Complete a number of which only a range or nothing was said, by the words about it.

    Parameters
    ----------
    column
        Unknown to the reference.

    Returns
    -------
    column, notes
        With a law that is a guess; None where the words tell nothing of its size.
    """
    stated = column.stated is not None and column.stated != Stated()
    said = stated or column.values is not None or column.distribution is not None
    if said or column.type not in (None, "integer", "number"):
        return None
    described = f"{column.unit or ''} {column.description or ''}"
    texts = [lookup.plain(text) for text in (described, column.description or "", column.name)]
    scale = next((s for s in SCALES if any(map(s.words.search, texts)) and _unit(s, column)), None)
    if scale is None or (column.range is None and not scale.alone):
        return None
    moments = _moments(scale, column, texts)
    if moments is None:
        return None
    mean, sd = (float(f"{value:.3g}") for value in moments)
    kind = column.type or ("integer" if scale.whole else kind_of(column))
    done = fill(column, type=kind)
    if scale.said != LOGARITHM:
        done = fill(done, range=(0, None))
    sources = tuple((dict(done.sources) | {"stated": "guess"}).items())
    meant = {"stated": Stated(mean=mean, sd=sd), "sources": sources}
    try:
        law, _ = fit(done.model_copy(update=meant))
    except SpecError:  # figures that this range cannot have
        return None
    what = (
        f"{column.name}: taken for {scale.said}; its mean and sd, {mean:g} and {sd:g}, are guesses"
    )
    told = note(("columns", column.name), what, "State its mean and sd, or its quartiles")
    return done.model_copy(update={"distribution": law}), (told,)


def _unit(scale: Scale, column: Column) -> bool:
    """Whether what the words tell can be measured in the column's unit."""
    unit = column.unit
    if scale.unit == "count":
        return counted(unit)
    if unit is None:
        return True
    if scale.unit == "time":
        return units.factor("years", unit) is not None
    if scale.unit == "money":
        return re.fullmatch(_CURRENCY, unit.lower()) is not None or unit in "€$£¥"
    if scale.unit == "":
        return counted(unit) and units.factor("years", unit) is None
    return _factor(scale.unit, unit) is not None


def _factor(scale: str, unit: str) -> float | None:
    """Give the factor from a scale's unit to a column's; calories that people eat are kcal."""
    if scale == "kcal" and unit.lower() in ("calories", "calorie", "cal", "cals"):
        return 1.0
    return units.factor(scale, unit)


def _moments(scale: Scale, column: Column, texts: list[str]) -> tuple[float, float] | None:
    """Mean and SD within the column's range; None where it leaves no room for them."""
    low, high = column.range or (None, None)
    if isinstance(low, str) or isinstance(high, str):
        return None
    if high is None:
        found = _open(scale, column, texts)
        return None if found is None or (low is not None and low >= found[0]) else found
    fine = scale.whole and (high != int(high) or low != int(low or 0))
    if scale.lean is None or low is None or low < 0 or high - low < STEPS or fine:
        return None
    return low + scale.lean * (high - low), scale.spread * (high - low)


def _open(scale: Scale, column: Column, texts: list[str]) -> tuple[float, float] | None:
    if scale.said == LOGARITHM:
        return next((found for text in texts if (found := _logarithm(text))), (4.0, 1.0))
    if scale.mean is None:
        return None
    factor = 1.0
    if scale.unit == "time":
        unit = column.unit or next((word for word in SPANS if word in " ".join(texts)), "years")
        same = [mean for name, mean in SPANS.items() if units.same(name, unit)]
        factor = same[0] / scale.mean if same else float(units.factor("years", unit) or 1.0)
    elif scale.unit not in ("", "count", "money", "%") and column.unit is not None:
        factor = _factor(scale.unit, column.unit) or 1.0
    return scale.mean * factor, scale.sd * factor


def _logarithm(text: str) -> tuple[float, float] | None:
    """Mean and SD of the logarithm of a variable of the reference, in its own unit."""
    found = _LOG.search(text)
    if found is None:
        return None
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    variable = lookup.find(
        re.sub(r"\b(?:of|the|natural|possibly|level|base|transformed)\b", " ", rest)
    )
    rows = None if variable.variable is None else load().laws[variable.variable].quantiles
    if rows is None:
        return None
    places = rows.reshape(-1, rows.shape[-1]).mean(axis=0)
    low, middle, high = np.interp((0.05, 0.5, 0.95), load().probabilities, places)
    if not low > 0:
        return None
    size = {"10": math.log(10), "2": math.log(2)}.get(found["base"] or "", 1.0)
    return math.log(middle) / size, math.log(high / low) / (2 * 1.645) / size


def _words(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})\b")


LOGARITHM = "a logarithm"
_LOG = re.compile(r"\b(?:log|ln|logarithm|logged)(?P<base>10|2)?\b")
_CURRENCY = "eur|euros?|usd|us dollars?|dollars?|gbp|pounds?|chf|francs?|jpy|yen"
_SINCE = (
    "marriage|married|together|practice|working|work|employment|employed|service|job|office"
    "|experience|smoking|smoked|use|disease|illness|diabetes|diagnosis|treatment|therapy|residence"
    "|living|training|play|playing|since|onset|retirement|retired|lived"
)
#: Tried in this order.
SCALES: tuple[Scale, ...] = (
    Scale(_LOG, LOGARITHM, 4, 1, alone=True),
    Scale(_words("per ?cent|percentage|pct"), "a percentage", 50, 15, "%"),
    Scale(
        _words("years? (?:of )?(?:education|school|schooling|study)|education years"),
        "years of education", 12, 3, "years", alone=True,
    ),
    Scale(
        _words(
            rf"(?:years|yrs|months|weeks|days) (?:(?:of|in|with|on|at|being|spent) )?(?:{_SINCE})"
            r"|duration of (?!stay)\w+|(?:disease|illness|diabetes|marriage) duration"
            r"|time since \w+"
        ),
        "a span of time, short in most", 10, 8, "time", lean=0.3, alone=True,
    ),
    Scale(
        _words("(?:calories|kcal|energy)(?: intake)? (?:per|of a|in a|each) meal"),
        "calories of a meal", 600, 200, "kcal", alone=True,
    ),
    Scale(
        _words("calories|(?:calorie|caloric|energy) intake|kcal"),
        "calories of a day", 2000, 600, "kcal", alone=True,
    ),
    Scale(_words("weight (?:loss|gain|change)"), "a change of weight", 5, 5, "kg"),
    Scale(
        _words("(?:number|counts?|no|nb) of(?! (?:the )?(?:days|weeks|months|years))|how many")
        , "a count, small in most", 3, 3, "count", lean=0.2, whole=True, alone=True,
    ),
    Scale(
        _words("monthly (?:\\w+ )?(?:income|salary|earnings|wages?)"),
        "a monthly income", 3000, 2000, "money", lean=0.3,
    ),
    Scale(_words("income|salary|earnings"), "an income", 35_000, 25_000, "money", lean=0.3),
    Scale(
        _words(
            "prices?|costs?|revenue|sales|rent|fees?|turnover|budget|charges?|spending|expenses"
            "|expenditure|payments?|amount (?:of money|paid|spent|owed|due)|debts?|savings|money"
            "|euros?|dollars?"
        ),
        "an amount of money", 140, 130, "money", lean=0.3,
    ),
    Scale(
        _words(
            "pain|symptoms?|severity|disability|depression|anxiety|distress|fatigue|impairment"
            "|burden|toxicity|comorbidity|frailty"
        ),
        "a score of complaints, low in most", 10, 7, lean=0.3,
    ),
    Scale(
        _words(
            "performance|functioning|functional|quality of life|satisfaction|well ?being"
            "|independence|ability|adherence"
        ),
        "a score of how well somebody does, high in most", lean=0.7,
    ),
    Scale(
        _words("ratings?|rated|rates|likert|agreement|importance"),
        "a rating, near the middle in most", lean=0.55, spread=0.25, whole=True,
    ),
    Scale(_words("scores?|points"), "a score", 10, 6, whole=True),
    Scale(
        _words("(?:time|hours|minutes) spent|(?:hours|minutes) (?:per|a) (?:day|week)"),
        "a time that is spent, short in most", 3, 3, "h", lean=0.3,
    ),
)  # fmt: skip
