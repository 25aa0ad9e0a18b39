"""Words of published tables that are about the table itself: groups, totals, headings."""

from __future__ import annotations

import re

#: Longest text of a line that is kept.
MAX_TEXT = 160
_PEOPLE = r"(?:patients?|participants?|subjects?|women|people|individuals|cases|rows|records)"
_OVERALL = re.compile(
    r"(?:the\s)?(?:overall|all|total|entire|whole|full)"
    r"(?:\s(?:patients?|participants?|subjects?|cohort|sample|population|study population|study"
    r"|women and men|rows|group))?"
    r"|(?:patients|participants|subjects|cohort|value|values|estimate|n|)",
    re.IGNORECASE,
)
_PASSED = re.compile(
    r"(?:\w+\s)?p[\s-]*(?:values?)?(?:\sfor\s.+)?|p[\s-]?(?:adj|trend).*|.*\bsmd\b.*"
    r"|standardi[sz]ed .*|tests?|test statistics?|χ2|chi2?|missing.*|.*difference.*"
    r"|.*95\s?%\s?ci.*|effect size|statistic",
    re.IGNORECASE,
)
_SIZES = re.compile(
    r"(?:n|nos?\.?|number|count|total|sample size)?(?:\s?\(?n\)?)?(?:\s?of)?\s?" + _PEOPLE + "?",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:(?:baseline|clinical|patient|selected|concomitant|past|prior|cardiovascular|demographic"
    r"|other|medical|laboratory|current|previous|main|co-?existing|chronic|background)\s)*"
    r"(?:demographics?|characteristics?|co-?morbidit(?:y|ies)|conditions?|medications?|drugs?"
    r"|therap(?:y|ies)|treatments?|medical history|history|laborator(?:y|ies)|labs?|vitals?|signs"
    r"|vital signs|risk factors?|symptoms?|complications?|outcomes?|measurements?|values|findings"
    r"|tests?|data|diseases?|events?|anthropometrics?|biochemistry|lifestyle|variables?)"
    r"(?:\s(?:values|data|findings|measurements|tests|results|use|at baseline))?",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"(?:missing|unknown|not (?:reported|recorded|available|known)|unreported)"
    r"(?:\s(?:data|values?))?",
    re.IGNORECASE,
)
_HOLD = re.compile(r"(?:hold(?:[ _-]?out)?|held)\s*:\s*(?P<names>.*)", re.IGNORECASE)
_NAME = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|“([^”]*)”|`([^`]*)`|([^,;\[\]]+))\s*(?:[,;]|$)""")


def overall(name: str) -> bool:
    """Whether a column's head means all rows."""
    return _OVERALL.fullmatch(name) is not None


def passed_over(name: str) -> bool:
    """Whether a column's head means tests or differences, which no table is fitted to."""
    return bool(name) and _PASSED.fullmatch(name) is not None


def sizes(words: str) -> bool:
    """Whether a line's words mean how many rows there are."""
    return _SIZES.fullmatch(words) is not None


def section(name: str) -> bool:
    """Whether each line under these words is a matter of its own: ``Comorbidities``."""
    return _SECTION.fullmatch(name) is not None


def missing(name: str) -> bool:
    """Whether words mean missing values."""
    return _MISSING.fullmatch(name) is not None


def hold(text: str) -> list[str] | None:
    """Read ``hold: [bmi, "Female"]``; None where a line is no such one."""
    found = _HOLD.fullmatch(text)
    if found is None:
        return None
    inner = found["names"].strip().removeprefix("[").removesuffix("]")
    names = (
        next((part for part in match.groups() if part is not None), "").strip()
        for match in _NAME.finditer(inner)
    )
    return [name[:MAX_TEXT] for name in names if name]
