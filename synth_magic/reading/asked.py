"""What a description asks to be recorded: ``…, with NT-proBNP, hypertension and mortality``.

A disease says who the people are; behind a measurement in the same list it is a column.  An
outcome with a horizon is always one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from synth_magic.reading import lexicon
from synth_magic.reference import lookup, tables

#: Words that begin a list of what is recorded.
_RECORDED = re.compile(
    r"(?:^|(?<=[\s,;:]))(?:give me|give|record(?:ed|ing)?|measur(?:ed|ing)|collect(?:ed|ing)?|"
    r"including|includes?|along with|together with|plus|variables?|columns?|as well as|and their|"
    r"with|avec|mit|con)\s+(?:also\s+|the\s+|their\s+|variables?\s+|columns?\s+)*",
    re.IGNORECASE,
)
_ITEMS = re.compile(r"\s*,\s*(?:and\s+|et\s+|und\s+|y\s+)?|\s+(?:and|et|und|y|&)\s+|\s*;\s*")
_SENTENCE = re.compile(r"[^.;\n]*(?:\.(?=\S)[^.;\n]*)*")
#: When something was measured or counted, which is no part of what it is.
_WHEN = re.compile(
    r"\b(?:at|within|after|over|during|in|by)\s+(?:the\s+)?(?:(?:last|past|previous|first|next)\s+)?"
    r"(?:(?:\d+|one|two|three|five|six|twelve|thirty|ninety)\s*)?"
    r"(?:admission|baseline|discharge|presentation|diagnosis|enrolment|birth|entry|follow.?up|"
    r"hours?|days?|weeks?|months?|years?)\b"
    r"|\b(?:last|past|previous)\s+(?:day|week|month|year)s?\b"
    r"|\b(?:\d+|one|two|three|five|six|twelve|thirty|ninety)[- ](?:hour|day|week|month|year)s?\b"
    r"|\b(?:in[- ])?hospital(?=\s+(?:mortality|death))|\b(?:baseline|all[- ]cause|current)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"\(?\b(?:yes\s*/\s*no|y\s*/\s*n|oui\s*/\s*non|ja\s*/\s*nein)\b\)?", re.IGNORECASE
)
_FILLER = re.compile(
    r"^(?:the|their|his|her|its|also|any|whether (?:the \w+|they|he or she)"
    r"(?: is| are| was| were| had)?|presence of|history of|use of)\s+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![^\W_])[-+<>≥≤=]?\d|[<>≥≤=%]|\b(?:over|under|above|below|mean|median)\b")
_OUTCOME = re.compile(
    r"\b(?:(?:\w+[- ](?:hour|day|week|month|year)s?[- ]|in[- ]hospital |hospital |all[- ]cause )?"
    r"(?P<what>mortality|readmission|rehospitali[sz]ation)"
    r"|(?P<dead>death)\s+(?:within|at|by|after|in)\b)",
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(
    r"\b(?:no|without|low|high|reduce|reduced|risk of|ohne|sans|sin)\s*$", re.IGNORECASE
)
#: What follows an outcome whose size is a fact.
_SIZE = re.compile(r"\s*(?:rate\s*)?(?:of|was|is|:|=|in)?\s*(?:about\s*)?\d+(?:\.\d+)?\s*%")
#: What several measurements are called together.
GROUPS = {
    "blood pressure": ("sbp", "dbp"),
    "blood pressures": ("sbp", "dbp"),
    "lipids": ("cholesterol", "ldl", "hdl", "triglycerides"),
    "lipid profile": ("cholesterol", "ldl", "hdl", "triglycerides"),
    "blood lipids": ("cholesterol", "ldl", "hdl", "triglycerides"),
    "vital signs": ("heart_rate", "sbp", "dbp", "respiratory_rate", "temperature", "spo2"),
    "vitals": ("heart_rate", "sbp", "dbp", "respiratory_rate", "temperature", "spo2"),
    "blood count": ("hemoglobin", "wbc", "platelets"),
    "electrolytes": ("sodium", "potassium", "chloride"),
    "kidney function": ("creatinine", "egfr"),
    "renal function": ("creatinine", "egfr"),
    "liver function": ("alt", "ast", "bilirubin"),
    "liver function tests": ("alt", "ast", "bilirubin"),
    "lung function": ("fev1", "fvc"),
    "spirometry": ("fev1", "fvc", "fev1_fvc"),
    "demographics": ("age", "sex"),
    "anthropometry": ("height", "weight", "bmi"),
    "inflammatory markers": ("crp", "wbc"),
}
#: Habits and origins say who people are as often as what is recorded.
_WHO = frozenset(["smoker", "alcohol", "education", "race", "ethnicity", "marital_status"])


@dataclass(frozen=True, slots=True)
class Asked:
    """A description without what it asks for, the variables asked for, and words unread."""

    prose: str
    variables: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def apart(prose: str) -> Asked:
    """Take out of a description what it asks to be recorded.

    Parameters
    ----------
    prose
        Any text, without a list of columns behind a colon.

    Returns
    -------
    Asked
        Blanks stand in `prose` where items stood.
    """
    kept = list(prose)
    variables: list[tuple[int, str]] = []
    unread: list[str] = []
    for sentence in _SENTENCE.finditer(prose):
        found, lost, spans = _list(sentence[0])
        variables += [(sentence.start() + at, variable) for at, variable in found]
        unread += lost
        for first, last in spans:
            at = sentence.start()
            kept[at + first : at + last] = " " * (last - first)
    left = "".join(kept)
    for match in _OUTCOME.finditer(left):
        variable = lookup.find(match["what"] or match["dead"]).variable
        told = _NOT_ASKED.search(left[: match.start()]) or _SIZE.match(left, match.end())
        if variable is not None and not told:
            variables.append((match.start(), variable))
            kept[match.start() : match.end()] = " " * (match.end() - match.start())
    names = dict.fromkeys(variable for _, variable in sorted(variables, key=lambda found: found[0]))
    return Asked("".join(kept), tuple(names), tuple(dict.fromkeys(unread)))


def _list(text: str) -> tuple[list[tuple[int, str]], list[str], list[tuple[int, int]]]:
    """Variables, unread words and places of the items of one sentence, from a measure on."""
    found: list[tuple[int, str]] = []
    unread: list[str] = []
    spans: list[tuple[int, int]] = []
    started = False
    for first, last, opened in _items(text):
        item = text[first:last]
        meant = _variables(item)
        if not started and not (opened and meant and _measure(meant[0], item)):
            continue
        if not meant and (_NUMBER.search(_bare(item)) or not _short(item)):
            continue
        started = True
        spans.append((first, last))
        found += [(first, variable) for variable in meant]
        if not meant:
            unread.append(_bare(item))
    return (found, unread, spans) if found else ([], [], [])


def _items(text: str) -> list[tuple[int, int, bool]]:
    """Places of a sentence's items, and whether each may begin what is recorded."""
    cuts = [
        (m.start(), m.end(), "," in m[0] or ";" in m[0])
        for m in _ITEMS.finditer(text)
        if not _within_name(text, m)
    ]
    cuts += [(m.start(), m.end(), True) for m in _RECORDED.finditer(text)]
    cuts.sort()
    places, at, opened = [], 0, False
    for first, last, opens in cuts:
        if first < at:
            if last > at:
                at, opened = last, opened or opens
            continue
        places.append((at, first, opened))
        at, opened = last, opens or opened
    places.append((at, len(text), opened))
    return [place for place in places if text[place[0] : place[1]].strip()]


def _within_name(text: str, cut: re.Match[str]) -> bool:
    """Whether an "and" stands within one name: Hoehn and Yahr stage."""
    if "," in cut[0] or ";" in cut[0]:
        return False
    left = re.split(r"[,;]", text[: cut.start()])[-1].split()
    right = re.split(r"[,;]", text[cut.end() :])[0].split()
    joined = (
        " ".join([*left[-a:], cut[0].strip(), *right[:b]])
        for a in range(1, min(2, len(left)) + 1)
        for b in range(1, min(2, len(right)) + 1)
    )
    return any(lookup.find(name).variable is not None for name in joined)


def _bare(item: str) -> str:
    """Give an item without when it was measured and how it is written down."""
    text = _WHEN.sub(" ", _YES_NO.sub(" ", item.strip()))
    text = " ".join(text.split()).strip(" -:")
    return _FILLER.sub("", text) or text


def _variables(item: str) -> tuple[str, ...]:
    text = _bare(item)
    if not text or _NUMBER.search(text):
        return ()
    if (group := GROUPS.get(lookup.plain(text))) is not None:
        return group
    spellings = (item.strip(), text, text.removeprefix("number of "))
    return tuple(v for t in spellings if (v := lookup.find(t).variable) is not None)[:1]


def _measure(variable: str, item: str) -> bool:
    """Whether it is measured or counted, so that nobody is described by its bare name."""
    if tables.load().variables[variable].type == "boolean" or variable in _WHO:
        return False
    kind, _ = lexicon.terms().get(lookup.plain(_bare(item)), ("variable", ""))
    return kind == "variable"  # PAD is a disease here, and a pressure as a column's name


def _short(item: str) -> bool:
    return 0 < len(_bare(item).split()) <= 4
