"""The words of the shorthand, in the languages in which they were met."""

from __future__ import annotations


def _set(*lines: str) -> frozenset[str]:
    """Make a set of the words of some lines."""
    return frozenset(word for line in lines for word in line.split())


MONTHS = {
    name: at + 1
    for at, names in enumerate((
        "jan january janvier januar", "feb february février fevrier februar", "mar march mars märz",
        "apr april avril", "may mai", "jun june juin juni", "jul july juillet juli",
        "aug august août aout", "sep sept september septembre", "oct october octobre okt oktober",
        "nov november novembre", "dec december décembre decembre dez dezember",
    ))
    for name in names.split()
}  # fmt: skip
ABOUT = _set(
    "about around approximately approx roughly ca circa ≈ ~ some nearly environ etwa rund ",
    "ungefähr = :",
)
FILLERS = ABOUT | _set("of is are was value values equals de von der to-be")
MEAN = _set("mean average avg moyenne moy mittelwert mw μ µ mean_ x̄")
SD = _set("sd s.d std stdev std.dev stddev σ écart-type ecart-type standardabweichung stdabw se-d")
SD_PHRASES = ("standard deviation", "std dev", "std. dev", "std. deviation")
MEDIAN = _set("median médiane mediane med")
QUARTILES = _set("iqr eiq quartiles quartile q1-q3 p25-p75 quartilen")
QUARTILE_PHRASES = ("interquartile range", "inter-quartile range", "interquartile")
MINIMUM = _set("min minimum minimal mini lowest")
MAXIMUM = _set("max maximum maximal maxi highest")
RANGE = _set("range ranges ranging bereich étendue spannweite limits bounds")
TO = _set("to bis à a through until till -")
PERCENT = ("percent", "per cent", "pct", "prozent", "pour cent")
CURRENCIES = _set("$ € £ ¥ ₹")
AFTER_UNIT = (
    TO | MEAN | SD | MEDIAN | QUARTILES | MINIMUM | MAXIMUM | RANGE
    | _set("and or missing with in between from at over under per range normally")
)  # fmt: skip
AT_LEAST = ("at least", "no less than", "not less than", "not below", "mindestens", "au moins")
AT_MOST = ("at most", "up to", "no more than", "not more than", "not above", "höchstens", "au plus")
ABOVE = ("more than", "over", "above", "greater than", "older than", "über", "plus de", "exceeding")
BELOW = ("less than", "under", "below", "fewer than", "younger than", "unter", "moins de")
OR_MORE = (
    "or older", "or over", "or more", "or above", "or higher", "or greater", "and over",
    "and older", "and above", "and more", "and up", "or up", "oder mehr", "ou plus", "et plus",
)  # fmt: skip
OR_LESS = (
    "or younger", "or under", "or less", "or below", "or fewer", "or lower", "and under",
    "and younger", "and below", "oder weniger", "ou moins",
)  # fmt: skip
MISSING = _set(
    "missing na n.a nan missingness missings absent unavailable manquant manquants manquantes ",
    "fehlend fehlen",
)
MISSING_TAIL = ("values", "data", "entries", "at random")
NEVER_MISSING = (
    "never missing", "no missing values", "no missing data", "no missing", "not missing",
    "none missing", "without missing values", "without missing", "no missings", "nothing missing",
    "complete", "always complete", "fully observed", "nie fehlend", "jamais manquant",
)  # fmt: skip
ZEROS = _set("zero zeros zeroes zéros zéro nullen")
SHARE = _set(
    "share shares prevalence probability proportion risk prob p freq frequency rate incidence ",
    "prévalence prävalenz anteil",
)
YES = _set("yes y true positive pos present + oui ja 1")
NUMBERS = {
    word: at
    for at, names in enumerate(
        ("zero", "a one an un une ein eine", "two deux zwei", "three trois drei",
         "four quatre vier", "five cinq fünf", "six sechs", "seven sept sieben", "eight huit acht",
         "nine neuf neun", "ten dix zehn", "eleven", "twelve")
    )
    for word in names.split()
} | {"twenty": 20, "hundred": 100, "thousand": 1000}  # fmt: skip
PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "tiers": 3, "drittel": 3, "quarter": 4,
    "quarters": 4, "quart": 4, "viertel": 4, "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6,
    "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10, "dixième": 10, "zehntel": 10,
}  # fmt: skip
SOFT = _set("usually typically mostly often generally usual typical normally commonly reference")
#: Type by phrase: a phrase in `TYPES` may stand anywhere, one in `TYPES_ALONE` fills its segment.
TYPES = {
    "integer": "integer", "integers": "integer", "whole number": "integer",
    "whole numbers": "integer", "ganzzahlig": "integer", "entier": "integer",
    "numeric": "number", "continuous": "number", "boolean": "boolean", "binary": "boolean",
    "dichotomous": "boolean", "categorical": "category", "ordinal": "category",
    "datetime": "datetime", "timestamp": "datetime", "date and time": "datetime",
    "date time": "datetime", "unique id": "id", "unique identifier": "id", "free text": "text",
    "unique key": "id",
}  # fmt: skip
TYPES_ALONE = {
    "int": "integer", "count": "integer", "counts": "integer", "number": "number",
    "float": "number", "real": "number", "decimal": "number", "double": "number",
    "bool": "boolean", "flag": "boolean", "category": "category", "factor": "category",
    "nominal": "category", "ordered": "category", "date": "date", "id": "id",
    "identifier": "id", "unique": "id", "key": "id", "text": "text", "string": "text",
    "str": "text", "datum": "date", "texte": "text",
}  # fmt: skip
TYPES_LAST = {"id": "id", "identifier": "id"}
LAWS = {
    "normal": "normal", "gaussian": "normal", "normally": "normal", "uniform": "uniform",
    "uniformly": "uniform", "exponential": "exponential", "exponentially": "exponential",
    "poisson": "poisson", "lognormal": "lognormal", "log-normal": "lognormal",
}  # fmt: skip
LIST_OPENERS = (
    "one of", "values", "levels", "categories", "either", "choices", "options", "any of",
    "modalities", "modalités", "werte",
)  # fmt: skip
#: Pairs that are values even without spaces, and even as words between commas.
PAIRS = frozenset(
    frozenset(pair.split())
    for pair in (
        "f m", "m f", "h f", "w m", "male female", "man woman", "men women", "boy girl",
        "boys girls", "homme femme", "mann frau", "männlich weiblich", "yes no", "y n",
        "true false", "t f", "0 1", "+ -", "pos neg", "positive negative", "present absent",
        "alive dead", "left right", "case control", "cases controls", "treatment control",
        "treated control", "placebo active", "low high", "urban rural", "in out", "on off",
        "pass fail", "passed failed", "oui non", "ja nein", "o n", "j n", "day night",
        "inpatient outpatient", "public private",
    )
)  # fmt: skip
BOOLEANS = (frozenset({"yes", "no"}), frozenset({"y", "n"}), frozenset({"true", "false"}))
#: Of a pair, the one that a share without a name belongs to.
POSITIVE = _set("+ pos positive present dead oui ja o j yes true case cases fail failed")
#: Plain words that are units too: a unit only where nothing else fits.
_WORDY = _set(
    "score points point pts pt units unit times time visits visit events event calls call steps ",
    "step beats breaths doses portions items item orders order customers students pages person ",
    "night patient employee second foot feet stone pound pounds degree degrees packs pack min in ",
    "day week month year hour minute deg",
)


#: Letters that name a group or a blood type sooner than a unit.
LETTERS = _set("A V N W J K t")


def distinctive(unit: str) -> bool:
    """Whether a unit is no word of plain language, so that it may end a description."""
    unit = unit.strip()
    if any(not sign.isalpha() and sign not in " -" for sign in unit):
        return unit != "°"
    if unit.lower() in _WORDY or len(unit) == 1:
        return False
    return unit in _SYMBOLS or any(sign.isupper() for sign in unit[1:])


_SYMBOLS = _set(
    "kg mg ng pg cm mm km nm ml dl bpm mol cc ppm ppb kcal cal bar torr mmhg kpa mcg ug sqm ha ",
    "EUR USD GBP CHF JPY euros dollars",
)


def wordy(unit: str) -> bool:
    """Whether a unit may as well be a word of the description."""
    return unit.strip().lower() in _WORDY


def _first_words() -> frozenset[str]:
    phrases = (
        *SD_PHRASES, *QUARTILE_PHRASES, *AT_LEAST, *AT_MOST, *ABOVE, *BELOW, *NEVER_MISSING, *TYPES,
        "not negative",
    )  # fmt: skip
    single = (
        ABOUT, MEAN, SD, MEDIAN, QUARTILES, MINIMUM, MAXIMUM, RANGE, MISSING, ZEROS, SHARE, YES,
        NUMBERS, SOFT, TYPES_ALONE, LAWS, MONTHS,
        _set("between entre zwischen from de von no without half hälfte moitié like pattern ",
             "format such n false ",
             "since after before until till depuis seit starting avant vor bis whole non-negative ",
             "nonnegative normal"),
    )  # fmt: skip
    return frozenset(phrase.split()[0] for phrase in phrases).union(*single)


#: Every word with which a fact may begin.
TRIGGERS = _first_words()
