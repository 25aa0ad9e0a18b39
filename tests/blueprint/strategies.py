"""Valid blueprints for property tests, with the odd names that users really write."""

from __future__ import annotations

from itertools import pairwise
from unicodedata import normalize

from hypothesis import strategies as st

from synth_magic.blueprint.graph import Operand
from synth_magic.blueprint.model import (
    Blueprint,
    Censoring,
    Column,
    Distribution,
    Effect,
    Missing,
    Rule,
    Stated,
)
from synth_magic.expressions import show_name

ODD = ["NO", "yes", "12:30", "2020-01-01", "1", "1.10", "010", "1_000", "null", "~", "true", "a: b",
       "a #b", "# x", "- x", "%", "@x", "*", "&a", "!t", "> 3", "|", "{a}", "[b]", "a, b", "'q'",
       'say "x"', "back\\slash", "é", "x³/µL", "日本", "?", ": ", "a:", "=", "a=b", "100%",
       "under_score", "1e5", ".5", "+3", "--- a", "...", "=x", "NT-proBNP", "\u00a0x"]  # fmt: skip
letters = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
free_text = st.one_of(st.sampled_from(ODD), st.text(letters, min_size=1, max_size=12))
values = free_text.filter(lambda text: text.strip())
reserved = {"and", "or", "not", "if", "then", "else", "is", "in", "missing"}
names = values.filter(
    lambda text: text == text.strip() and "`" not in text and "=" not in text
    and text.casefold() not in reserved
)  # fmt: skip
prose = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)
sources = st.sampled_from(["user", "model", "reference", "guess"])
numbers = st.one_of(
    st.integers(-10_000, 10_000),
    st.floats(-1e6, 1e6, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-6),
)
chances = st.floats(0, 1).filter(lambda share: share == 0 or share >= 1e-15)
positive = st.one_of(st.integers(1, 500), st.floats(0.001, 500))


@st.composite
def shares(draw: st.DrawFn, keys: list[str]) -> tuple[tuple[str, float], ...]:
    weights = [draw(st.integers(0, 20)) for _ in keys]
    weights[0] += 1
    return tuple((key, weight / sum(weights)) for key, weight in zip(keys, weights, strict=True))


@st.composite
def quantiles(draw: st.DrawFn) -> tuple[tuple[float, float], ...]:
    probabilities = sorted(draw(st.sets(st.floats(0.001, 0.999), min_size=2, max_size=6)))
    places = sorted(draw(numbers) for _ in probabilities)
    return tuple(zip(probabilities, places, strict=True))


@st.composite
def families(draw: st.DrawFn, source: str, *, whole: bool) -> Distribution:
    forms = {
        "quantiles": quantiles(),
        "normal": st.fixed_dictionaries({"mean": numbers, "sd": positive}),
        "lognormal": st.fixed_dictionaries({"median": positive, "sigma": st.floats(0.01, 5)}),
        "gamma": st.fixed_dictionaries({"shape": st.floats(0.01, 500), "scale": positive}),
        "beta": st.fixed_dictionaries({"a": st.floats(0.01, 500), "b": st.integers(1, 20)}),
        "exponential": st.fixed_dictionaries({"mean": positive}),
        "weibull": st.fixed_dictionaries({"shape": st.floats(0.1, 20), "scale": positive}),
        "uniform": st.tuples(numbers, numbers).map(
            lambda ends: {"low": min(ends), "high": max(ends)}
        ),
    }
    if whole:
        forms["poisson"] = st.fixed_dictionaries({"mean": positive})
        forms["negative_binomial"] = st.fixed_dictionaries(
            {"mean": positive, "dispersion": positive}
        )
    form = draw(st.sampled_from(sorted(forms)))
    zeros = draw(st.none() | chances)
    return Distribution(**{form: draw(forms[form])}, zero_share=zeros, source=source)


@st.composite
def columns(draw: st.DrawFn, name: str, earlier: list[Column], free: list[str]) -> Column:
    """One column of any type; `earlier` may be grouped by, `free` are names not yet used."""
    source = draw(sources)
    common = {key: draw(st.none() | prose) for key in ("unit", "label", "description", "concept")}
    common["hidden"] = draw(st.sampled_from([None, None, None, False]))
    common["sources"] = tuple(
        (field, draw(sources)) for field in draw(st.sets(st.sampled_from(["type", "unit"])))
    )
    common["stated"] = draw(
        st.none()
        | st.builds(Stated, mean=st.none() | numbers, sd=st.none() | positive,
                    quartiles=st.none() | st.tuples(numbers, numbers),
                    quantiles=st.none() | quantiles(), probability=st.none() | chances)
    )  # fmt: skip
    kind = draw(
        st.sampled_from(["integer", "number", "category", "boolean", "date", "id", "text",
                         "time_to_event", "formula"])
    )  # fmt: skip
    groupers = [
        column for column in earlier if column.type in ("category", "boolean") and column.levels
    ]
    numeric = [column.name for column in earlier if column.type in ("integer", "number")]
    if kind == "formula" and numeric:
        text = f"{show_name(draw(st.sampled_from(numeric)))} * 2 + 1"
        return Column(name=name, type="number", formula=text, **common)
    if kind in ("integer", "number", "formula"):
        kind = "integer" if kind == "integer" else "number"
        whole = kind == "integer"
        if groupers and draw(st.booleans()):
            by = draw(st.sampled_from(groupers))
            parts = tuple((level, draw(families(source, whole=whole))) for level in by.levels)
            law = Distribution(by=by.name, groups=parts, source=source)
        elif whole and draw(st.booleans()):
            law = Distribution(probability=draw(chances), source=source)
        else:
            law = draw(families(source, whole=whole))
        decimals = None if whole else draw(st.none() | st.integers(0, 10))
        return Column(name=name, type=kind, decimals=decimals, distribution=law, **common)
    if kind == "category":
        keys = draw(st.lists(values, min_size=1, max_size=5, unique=True))
        law = Distribution(probabilities=draw(shares(keys)), source=source)
        ordered = draw(st.sampled_from([None, True, False]))
        listed = tuple(keys) if ordered or draw(st.booleans()) else None
        return Column(
            name=name, type=kind, values=listed, ordered=ordered, distribution=law, **common
        )
    if kind == "boolean":
        law = Distribution(probability=draw(chances), source=source)
        return Column(name=name, type=kind, distribution=law, **common)
    if kind == "date":
        ends = draw(st.sampled_from([("2015-01-01", "2020-12-31"), ("1999-12-31", None)]))
        law = Distribution(normal={"mean": "2018-06-30", "sd": draw(st.floats(1, 100))},
                           source=source)  # fmt: skip
        return Column(name=name, type=kind, range=ends, distribution=law, **common)
    if kind == "id":
        return Column(name=name, type=kind, pattern=draw(st.sampled_from(["P####", "#", "A-##/x"])),
                      **common)  # fmt: skip
    if kind == "text":
        shown = f" {{{numeric[0]}}}" if numeric and not set("{}") & set(numeric[0]) else ""
        return Column(name=name, type=kind, template=f"Seen{shown}.", **common)
    times = sorted(draw(st.sets(st.integers(1, 4000), min_size=1, max_size=4)))
    falls = sorted(draw(st.sets(st.floats(0.01, 0.99), min_size=len(times), max_size=len(times))))
    return Column(
        name=name,
        type="time_to_event",
        event=free.pop(),
        survival=tuple(zip(times, reversed(falls), strict=True)),
        censoring=draw(
            st.none()
            | st.builds(Censoring, administrative=st.none() | st.just((900, 2600.5)))
            | st.just(Censoring())
        ),
        **common,
    )


@st.composite
def blueprints(draw: st.DrawFn) -> Blueprint:
    """A blueprint that holds together: a DAG along the columns' order."""
    free = draw(st.lists(names, min_size=2, max_size=12, unique_by=lambda x: normalize("NFC", x)))
    made: list[Column] = []
    for _ in range(draw(st.integers(1, len(free) // 2))):
        made.append(draw(columns(free.pop(), made, free)))
    able = [
        column for column in made
        if column.type in ("integer", "number", "category", "boolean") and column.levels != ("0",)
    ]  # fmt: skip
    effects: list[Effect] = []
    for at, child in enumerate(able):
        if child.formula is not None or (child.type == "category" and len(child.levels) < 2):
            continue
        law = child.distribution
        for parent in able[:at]:
            if (law is not None and law.by == parent.name) or not draw(st.booleans()):
                continue
            if parent.type == "category" and len(parent.levels) < 2:
                continue
            up = Operand(parent.name, parent.levels[-1] if parent.type == "category" else None)
            nominal = child.type == "category" and not child.ordered
            down = Operand(child.name, child.levels[-1] if nominal else None)
            yes_no = child.type in ("category", "boolean") or child.zero_one
            word = draw(
                st.sampled_from(["beta", "odds_ratio"] if yes_no else ["beta", "difference"])
            )
            stepped = word != "beta" and parent.type in ("integer", "number")
            effects.append(
                Effect(
                    parent=str(up),
                    child=str(down),
                    word=word,
                    size=draw(positive if word == "odds_ratio" else numbers),
                    per=draw(st.none() | positive) if stepped and not parent.zero_one else None,
                    where=f"{show_name(parent.name)} is not missing"
                    if draw(st.booleans())
                    else None,
                    source=draw(sources),
                )
            )
    able = [column for column in able if not (column.type == "category" and len(column.levels) < 2)]
    numeric = [column.name for column in able if column.type in ("integer", "number")
               and not column.zero_one]  # fmt: skip
    rules = [Rule(text=f"{show_name(one)} > -1000000 or {show_name(two)} < 5", source=draw(sources))
             for one, two in pairwise(numeric)]  # fmt: skip
    missing = []
    for column in made:
        if draw(st.booleans()):
            on = (
                str(Operand(able[0].name, able[0].levels[0] if able[0].levels else None))
                if able
                else None
            )
            depends = on if draw(st.booleans()) else None
            word = draw(st.sampled_from(["beta", "odds_ratio"])) if depends else None
            missing.append(
                Missing(column=column.name, rate=draw(chances), depends_on=depends,
                        word=word, size=draw(positive) if word else None, source=draw(sources))
            )  # fmt: skip
    return Blueprint(
        table=draw(st.none() | st.sampled_from(["t2d", "table"])),
        population=draw(st.none() | prose),
        columns=tuple(made),
        effects=tuple(effects),
        rules=tuple(rules),
        missing=tuple(missing),
    )
