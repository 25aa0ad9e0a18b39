"""The report's types: figures with a verdict and one sentence on what they mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from synth_magic.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.blueprint.model import Source

#: How a figure's numbers are to be read.
Form = Literal["number", "share", "date", "datetime", "seconds", "outside", "count", "rows"]
Verdict = Literal[
    "as stated",
    "small miss",
    "poor",
    "too few rows to tell",
    "assumption, not evidence",
    "not graded",
    "holds",
    "broken",
    "as expected",
    "unlikely",
    "reversed",
    "too few events",
    "as fitted",
    "as published",
    "differs",
    "within the band",
    "outside the band",
]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number about the table.

    Parameters
    ----------
    name
        What it is, in words: ``age, median``; a rule's text for a rule.
    column
        The column it is about, if one.
    value
        The figure in this table, in the column's own unit; NaN when unknown.
    interval
        99% interval of `value`.
    band
        Where `value` counts as stated: the stated value and the margin on its two sides.
    verdict
        One of `Verdict`.
    sentence
        One sentence: what it means, and what costs it when it misses.
    stated
        The value as stated.
    law
        The value in a large draw of the same blueprint: what rules, missing
        values and rounding make of the stated one.
    real
        The value in the real table, where there is one and it may be shown.
    form
        How the numbers are to be read.
    axis
        How places on the column's axis are to be read, where `form` is ``outside``.
    unit, decimals
        The column's.
    source
        Who stated it.
    """

    name: str
    column: str | None
    value: float
    interval: tuple[float, float] | None
    band: tuple[float, float] | None
    verdict: Verdict
    sentence: str
    stated: float | None = None
    law: float | None = None
    form: Form = "number"
    axis: Form = "number"
    unit: str | None = None
    decimals: int | None = None
    source: Source | None = None
    real: float | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure of the report's head: ``Adherence  31 of 31  facts as stated``."""

    key: str
    title: str
    value: str
    detail: str
    good: bool | None


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a grid: a variable (`level` 0) or one of its values (`level` 1)."""

    head: str
    cells: tuple[str, ...]
    level: Literal[0, 1] = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words, such as a paper's Table 1.

    Parameters
    ----------
    columns
        Heads of the columns behind the first one.
    rows
        Each with as many cells.
    notes
        Lines below it.
    """

    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    notes: tuple[str, ...] = ()

    def to_markdown(self) -> str:
        """Write it in Markdown."""
        from synth_magic.fidelity import table1_export

        return table1_export.to_markdown(self)

    def to_latex(self) -> str:
        """Write it in LaTeX, for the package booktabs."""
        from synth_magic.fidelity import table1_export

        return table1_export.to_latex(self)

    def to_html(self) -> str:
        """Write it in HTML, escaped."""
        from synth_magic.fidelity import table1_export

        return table1_export.to_html(self)

    def to_excel(self, path: str | PathLike[str]) -> None:
        """Write it into an .xlsx file (extra ``excel``).

        Raises
        ------
        DataError
            Where openpyxl is not installed, or the file cannot be written.
        """
        from synth_magic.fidelity import table1_export

        table1_export.to_excel(self, path)

    def _repr_html_(self) -> str:
        return self.to_html()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as numbers; whoever shows it draws it.

    Parameters
    ----------
    kind
        ``pair_histogram`` (edges, one, other: shares of each bin), ``heatmap`` (names,
        values from -1 to 1) or ``bars`` (names, one, other).
    title
        What it shows, in words: also what a screen reader says.
    data
        Plain lists by name.
    """

    kind: Literal["pair_histogram", "heatmap", "bars"]
    title: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """Figures of one kind.

    Parameters
    ----------
    key
        Their name in `Report.to_dict`.
    title
        Above them.
    figures
        The figures, in the order in which to read them.
    lead
        A sentence or two before them.
    grid
        A table of words.
    plain
        What `Report.to_dict` gives under `key` in place of the list of figures, which then
        stands in it under ``figures``.
    pictures
        Drawn beside the figures.
    """

    key: str
    title: str
    figures: tuple[Figure, ...]
    lead: str = ""
    grid: Grid | None = None
    plain: Mapping[str, Any] | None = None
    pictures: tuple[Picture, ...] = ()

    def to_plain(self) -> list[dict[str, Any]] | dict[str, Any]:
        """Everything as plain numbers, strings, lists and dicts, fit for JSON."""
        figures = [_plain(figure) for figure in self.figures]
        return figures if self.plain is None else {**self.plain, "figures": figures}


@dataclass(frozen=True, slots=True)
class Report:
    """How good a table is.

    Parameters
    ----------
    head
        The figures to read first.
    sections
        All figures, by kind.
    problems
        Notes and warnings.
    name, rows
        The table's name and number of rows.
    """

    head: tuple[Headline, ...]
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...] = ()
    name: str = "table"
    rows: int = 0

    def figures(self, key: str) -> tuple[Figure, ...]:
        """Figures of the section `key`; none where there is no such section."""
        return next((section.figures for section in self.sections if section.key == key), ())

    @property
    def table1(self) -> Grid | None:
        """Table 1 as clinical papers print it, which can be written in several forms."""
        return next((section.grid for section in self.sections if section.key == "table1"), None)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, strings, lists and dicts, fit for JSON.

        Returns
        -------
        dict
            ``headline``, one entry a section (``adherence``, ``rules`` …) and ``problems``.
        """
        return {
            "table": self.name,
            "rows": self.rows,
            "headline": {
                line.key: {"value": line.value, "detail": line.detail, "good": line.good}
                for line in self.head
            },
            **{section.key: section.to_plain() for section in self.sections},
            "problems": [
                {"level": problem.level, "what": problem.what, "mend": problem.mend}
                for problem in self.problems
            ],
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a figure, with its section first."""
        import pandas as pd

        return pd.DataFrame(list(self._rows()), columns=["section", *_FLAT])

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for section in self.sections:
            for figure in section.figures:
                low, high = figure.interval or (math.nan, math.nan)
                yield (
                    section.key,
                    figure.name,
                    figure.column,
                    figure.stated,
                    figure.law,
                    figure.real,
                    figure.value,
                    low,
                    high,
                    figure.verdict,
                    figure.source,
                    figure.sentence,
                )

    def _repr_html_(self) -> str:
        from synth_magic.display import static

        return static.report_html(self)

    def _repr_markdown_(self) -> str:
        from synth_magic.display import static

        return static.report_markdown(self)

    def __str__(self) -> str:
        from synth_magic.display import terminal

        return terminal.report_text(self)

    def __repr__(self) -> str:  # what a prompt shows; the numbers are in `to_dict`
        return str(self)


_FLAT = (
    *("figure", "column", "stated", "law", "real", "table", "low", "high"),
    *("verdict", "source", "means"),
)


def _plain(figure: Figure) -> dict[str, Any]:
    def number(value: float | None) -> float | None:
        return None if value is None or not math.isfinite(value) else float(value)

    def pair(ends: tuple[float, float] | None) -> list[float | None] | None:
        return None if ends is None else [number(ends[0]), number(ends[1])]

    return {
        "name": figure.name,
        "column": figure.column,
        "stated": number(figure.stated),
        "law": number(figure.law),
        "real": number(figure.real),
        "value": number(figure.value),
        "interval": pair(figure.interval),
        "band": pair(figure.band),
        "verdict": figure.verdict,
        "sentence": figure.sentence,
        "form": figure.form,
        "unit": figure.unit,
        "source": figure.source,
    }
