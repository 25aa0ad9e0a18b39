"""One entry of the reference, and all of it in numbers, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray

from synth_magic.reference import lookup
from synth_magic.reference.checks import checks, citations
from synth_magic.reference.schema import Citation, Condition, Direct, Variable
from synth_magic.reference.tables import Reference, direct, load

LANGUAGES = {"fr": "French", "de": "German", "es": "Spanish", "zh": "Chinese"}
WIDTH, LEFT = 98, 14
#: Quantiles that are shown: a fifth of a tenth at either end, and the middle.
SHOWN = (0.05, 0.5, 0.95)
#: Effects, names and conditions beyond these are counted.
MOST = 14


def summary(reference: Reference | None = None) -> tuple[str, bool]:
    """Count what there is, and check it.

    Returns
    -------
    text
        Lines.
    pass
        Whether every check passes.
    """
    known = reference or load()
    lines = ["The clinical reference", "", *_counts(known), "", "Checks"]
    found = checks(known)
    for check in found:
        lines.append(f"  {'ok' if not check.wrong else 'NO'}  {check.name}")
        lines += [f"        {wrong}" for wrong in check.wrong[:MOST]]
    passed = not any(check.wrong for check in found)
    return "\n".join([*lines, "", "All checks pass." if passed else "Some checks fail."]), passed


def _counts(known: Reference) -> Iterator[str]:
    kinds = dict.fromkeys(("condition", "setting", "base"), 0)
    for condition in known.conditions.values():
        kinds[condition.kind] += 1
    effects = direct()
    names = [name for v in known.variables.values() for name in v.names]
    names += [name for c in known.conditions.values() for name in c.names]
    other = {
        label: sum(len(entry.languages.get(key, ())) for entry in _entries(known))
        for key, label in LANGUAGES.items()
    }
    told = ", ".join(f"{label} {count}" for label, count in other.items())
    opened = {
        name
        for _, c in citations(known)
        if c.opened and c.kind != "judgement"
        for name in (c.id, *c.also)
    }
    sources = [name for name in known.sources if name != "authors_judgement"]
    yield _row("variables", len(known.variables), _judged(known.variables.values()))
    diseases = [c for c in known.conditions.values() if c.kind == "condition"]
    yield _row("conditions", kinds["condition"], _judged(diseases))
    yield _row("settings", kinds["setting"], "")
    yield _row("bases", kinds["base"], "")
    judged = [c.judged(row) for c in known.conditions.values() for row in c.rows]
    looked_up = len(judged) - sum(judged)
    said = f"from opened sources {looked_up}, judgement {sum(judged)}"
    yield _row("their rows", len(judged), said)
    yield _row("effects", len(effects), _judged(effects))
    yield _row("synonyms", len(names), f"English {len(names) - sum(other.values())}, {told}")
    said = f"opened {len(opened & {*sources})}, not opened {len({*sources} - opened)}"
    yield _row("sources", len(sources), said)


def _entries(known: Reference) -> list[Variable | Condition]:
    return [*known.variables.values(), *known.conditions.values()]


def _judged(entries: Iterable[Variable | Condition | Direct]) -> str:
    every = [entry.source.judgement for entry in entries]
    return f"from opened sources {len(every) - sum(every)}, judgement {sum(every)}"


def _row(name: str, count: int, told: str) -> str:
    return f"  {name:<12}{count:>6,}  {told}".rstrip()


# One entry --------------------------------------------------------------------------


def entry(name: str) -> str | None:
    """Show the entry of a name: a variable, a condition, or both; None when there is none.

    Parameters
    ----------
    name
        An id, or any synonym.
    """
    known = load()
    plain = lookup.plain(name)
    parts: list[str] = []
    variable = name if name in known.variables else lookup.find(name).variable
    if variable is not None:
        parts.append("\n".join(_variable(known, known.variables[variable])))
    every = known.conditions
    named = (c for c in every.values() if plain in map(lookup.plain, c.names))
    condition = every[name] if name in every else next(named, None)
    if condition is not None:
        parts.append("\n".join(_condition(known, condition)))
    return "\n\n".join(parts) or None


def nearest(name: str) -> tuple[str, ...]:
    """Names most like one that is unknown, at most five; candidates of a shared one first."""
    known = load()
    candidates = lookup.find(name).candidates
    every = [lookup.plain(n) for e in _entries(known) for n in (e.id, e.label, *e.names)]
    near = get_close_matches(lookup.plain(name), [*dict.fromkeys(every)], n=5, cutoff=0.6)
    return tuple(dict.fromkeys([*candidates, *near]))[:5]


def _variable(known: Reference, variable: Variable) -> Iterator[str]:
    yield f"{variable.label} ({variable.id})"
    yield from _names(variable)
    if variable.number:
        own = variable.unit or "a number"
        low, high = variable.limits or (-np.inf, np.inf)
        digits = variable.decimals or 0
        yield _line("unit", f"{own}, {low:g} to {high:g}, {digits} decimals")
        for unit, measure in variable.units.items():
            plus = f" {measure.offset:+g}" if measure.offset else ""
            yield _line("", f"{unit} = {variable.unit} x {measure.factor:g}{plus}")
    else:
        between = " < " if variable.ordered else " / "
        yield _line("values", between.join(variable.values or ("no", "yes")))
    yield from _law(known, variable)
    yield from _from(known, variable.source)
    every = direct()
    effects_in = [e for e in every if e.child == variable.id]
    effects_out = [e for e in every if e.parent == variable.id]
    yield from _effects("hangs on", [(e.parent, e) for e in effects_in])
    yield from _effects("acts on", [(e.child, e) for e in effects_out])
    changed = [said for c in known.conditions.values() if (said := _changed(c, variable))]
    yield from _wrapped("changed by", changed)


def _names(entry_: Variable | Condition) -> Iterator[str]:
    foreign = {name for names in entry_.languages.values() for name in names}
    yield from _wrapped("names", [n for n in entry_.names if n not in foreign])
    for key, names in entry_.languages.items():
        yield from _wrapped(LANGUAGES[key], list(names))
    for kind, codes in entry_.codes.items():
        label = {"loinc": "LOINC", "atc": "ATC", "icd10": "ICD-10"}[kind]
        yield from _wrapped(label, list(codes))


def _law(known: Reference, variable: Variable) -> Iterator[str]:
    law = known.laws[variable.id]
    head = "law" if law.quantiles is not None else "yes"
    rows: list[tuple[float, Sequence[str]]] = []
    if law.quantiles is not None:
        at = [int(abs(known.probabilities - p).argmin()) for p in SHOWN]
        parts = [(known.knots, law.quantiles)]
        if law.young is not None and law.young_knots is not None:
            parts.insert(0, (law.young_knots, law.young))
        for knots, quantiles in parts:
            for k, age in enumerate(knots):
                pair = [_cell(q[k][at], variable.decimals or 0) for q in quantiles]
                rows.append((float(age), pair))
    elif law.share is not None:
        for k, age in enumerate(known.knots):
            rows.append((float(age), [f"{part[k]:.1%}" for part in law.share]))
    if rows:
        said = ", median (5% to 95%)" if law.quantiles is not None else ""
        yield _line(head, f"{'at age':<10}{'women':<24}{'men':<24}{said.lstrip(', ')}".rstrip())
        yield from (_line("", f"{age:<10g}{f:<24}{m:<24}") for age, (f, m) in rows)
    if law.shares is not None:
        middle = law.shares[:, law.shares.shape[1] // 2].mean(axis=0)
        told = ", ".join(f"{v} {p:.0%}" for v, p in zip(variable.values, middle, strict=True))
        yield _line("shares", told)


def _cell(values: NDArray[np.float64], digits: int) -> str:
    low, middle, high = (f"{value:.{digits}f}" for value in values)
    return f"{middle} ({low} to {high})"


def _from(known: Reference, source: Citation) -> Iterator[str]:
    opened = "opened" if source.opened else "not opened, so it counts as judgement"
    yield from _wrapped("from", [f"{source.where} ({source.kind}; {opened})"])
    for name in (source.id, *source.also):
        paper = known.sources[name]
        yield from _wrapped("", [f"{paper['title']}, {paper['year']}. {paper['address']}"])


def _effects(title: str, found: Sequence[tuple[str, Direct]]) -> Iterator[str]:
    told = []
    for other, effect in sorted(found, key=lambda pair: -abs(pair[1].beta or 1)):
        mark = " (judgement)" if effect.source.judgement else ""
        if effect.beta is not None:
            told.append(f"{other} {effect.beta:+.2f}{mark}")
        else:
            per = f" per {effect.per:g}" if effect.per is not None else ""
            told.append(f"{other} OR {effect.odds_ratio:g}{per}{mark}")
    yield from _wrapped(title, told)


def _changed(condition: Condition, variable: Variable) -> str:
    if condition.sets == variable.id:
        return f"{condition.label} (everybody)"
    if variable.id in condition.replace:
        low, middle, high = (condition.replace[variable.id][i] for i in (1, 3, 5))
        return f"{condition.label} (its own law: {middle:g}, {low:g} to {high:g})"
    if variable.id in condition.shift:
        d, s = condition.shift[variable.id]
        return f"{condition.label} ({d:+g} SD, spread x {s:g})"
    if variable.id in condition.levels:
        pairs = zip(variable.values, condition.levels[variable.id], strict=True)
        return f"{condition.label} ({', '.join(f'{v} {p:.0%}' for v, p in pairs)})"
    if variable.id in condition.shares:
        return f"{condition.label} ({condition.shares[variable.id]:.0%})"
    return ""


def _condition(known: Reference, condition: Condition) -> Iterator[str]:
    yield f"{condition.label} ({condition.id}, {condition.kind})"
    yield from _names(condition)
    if condition.age is not None:
        low, middle, high = (condition.age[i] for i in (1, 3, 5))
        men = "" if condition.men is None else f"; {condition.men:.0%} men"
        men += " (judgement)" if condition.judged("age") else ""
        yield _line("age", f"median {middle:g}, 5% below {low:g}, 5% above {high:g} years{men}")
    changed = [
        f"{variable.label} {said.removeprefix(condition.label).strip()}{_mark(condition, variable)}"
        for variable in known.variables.values()
        if (said := _changed(condition, variable)) and condition.sets != variable.id
    ]
    yield from _wrapped("changes", changed, most=len(changed))
    if condition.survival:
        alive = [f"{share:.0%} after {_span(years)}" for years, share in condition.survival]
        yield from _wrapped("alive", alive)
    yield from _wrapped("panel", list(condition.panel), most=len(condition.panel))
    yield from _wrapped("clears", list(condition.clears))
    yield from _from(known, condition.source)
    if condition.survival_source is not None:
        yield from _from(known, condition.survival_source)


def _mark(condition: Condition, variable: Variable) -> str:
    return ", judgement" if condition.judged(variable.id) else ""


def _span(years: float) -> str:
    if years < 0.95:
        return f"{years * 12:.2g} months" if years > 0.1 else f"{years * 365:.0f} days"
    return f"{years:g} year{'s' if years > 1 else ''}"


def _wrapped(title: str, parts: Sequence[str], most: int = MOST) -> Iterator[str]:
    """Join what is listed, cut to the width; long lists are cut, and what is left counted."""
    if not parts:
        return
    left = f"; and {len(parts) - most} more" if len(parts) > most else ""
    text = "; ".join(parts[:most]) + left
    for at, line in enumerate(
        wrap(text, WIDTH - LEFT, break_long_words=False, break_on_hyphens=False)
    ):
        yield _line(title if at == 0 else "", line)


def _line(title: str, text: str) -> str:
    return f"  {title:<{LEFT - 2}}{text}".rstrip()
