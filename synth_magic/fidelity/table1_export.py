"""A grid of words, such as Table 1, as Markdown, LaTeX, HTML and Excel.

Every cell is foreign text: each form escapes it, so that no name or value is taken for
mark-up, and none for a formula.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from synth_magic import safe_text
from synth_magic.errors import DataError, problem

if TYPE_CHECKING:
    from synth_magic.fidelity.report import Grid

_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~$#])")
#: What TeX would act on, and signs that its common fonts do not hold in text.
_LATEX: Mapping[str, str] = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": "$<$", ">": "$>$", "|": "$|$", '"': r"\symbol{34}", "[": "{[}", "]": "{]}",
    "*": "{*}", "`": r"\textasciigrave{}",
    "–": "--", "—": "---", "−": "$-$", "±": r"$\pm$", "×": r"$\times$", "·": r"$\cdot$",
    "≤": r"$\leq$", "≥": r"$\geq$", "∞": r"$\infty$", "°": r"$^{\circ}$", "µ": r"$\mu$",
    "μ": r"$\mu$", "…": r"\ldots{}", "‹": r"\guilsinglleft{}", "›": r"\guilsinglright{}",
    **{sign: f"$^{{{plain}}}$" for sign, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True)},
    **{sign: f"$_{{{plain}}}$" for sign, plain in zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)},
}  # fmt: skip
_NUMBER = re.compile(r"\d{1,9}(\.(\d{1,9}))?")
_WIDEST = 60


def to_markdown(grid: Grid) -> str:
    """Write a pipe table, its notes as lines below.

    Parameters
    ----------
    grid
        The table.
    """
    lines = ["|  | " + " | ".join(map(_markdown, grid.columns)) + " |"]
    lines.append("|:--|" + "--:|" * len(grid.columns))
    for row in grid.rows:
        head = f"{'&emsp;' * row.level}{_markdown(row.head)}"
        lines.append("| " + " | ".join([head, *map(_markdown, row.cells)]) + " |")
    notes = "  \n".join(map(_markdown, grid.notes))
    return "\n".join(lines) + (f"\n\n{notes}\n" if notes else "\n")


def to_latex(grid: Grid, caption: str = "") -> str:
    """Write a ``table`` for LaTeX; it needs the package booktabs.

    Letters beyond those of European languages need XeLaTeX or LuaLaTeX and a font that
    holds them.

    Parameters
    ----------
    grid
        The table.
    caption
        Above it.
    """
    lines = [r"\begin{table}", r"\centering"]
    lines += [rf"\caption{{{_latex(caption)}}}"] if caption else []
    lines += [rf"\begin{{tabular}}{{l{'r' * len(grid.columns)}}}", r"\toprule"]
    lines += [_latex_row("", grid.columns), r"\midrule"]
    lines += [
        _latex_row(("~~" if row.level else "") + _latex(row.head), row.cells) for row in grid.rows
    ]
    lines += [r"\bottomrule", r"\end{tabular}"]
    lines += [rf"\par\footnotesize {_latex(note)}" for note in grid.notes]
    return "\n".join([*lines, r"\end{table}"]) + "\n"


def to_html(grid: Grid, caption: str = "") -> str:
    """Write an HTML table, its notes in its foot.

    Parameters
    ----------
    grid
        The table.
    caption
        Above it.
    """
    heads = "".join(f'<th scope="col">{_html(head)}</th>' for head in grid.columns)
    body = "".join(
        f'<tr><th scope="row"{_indent(row.level)}>{_html(row.head)}</th>'
        + "".join(f'<td style="text-align:right">{_html(cell)}</td>' for cell in row.cells)
        + "</tr>\n"
        for row in grid.rows
    )
    wide = len(grid.columns) + 1
    foot = "".join(f'<tr><td colspan="{wide}">{_html(note)}</td></tr>\n' for note in grid.notes)
    return (
        "<table>\n"
        + (f"<caption>{_html(caption)}</caption>\n" if caption else "")
        + f"<thead><tr><td></td>{heads}</tr></thead>\n<tbody>\n{body}</tbody>\n"
        + (f"<tfoot>\n{foot}</tfoot>\n" if foot else "")
        + "</table>\n"
    )


def to_excel(grid: Grid, path: str | PathLike[str], title: str = "Table 1") -> None:
    """Write an Excel workbook of one sheet (extra ``excel``).

    Parameters
    ----------
    grid
        The table.
    path
        Ends in .xlsx; a file that is there is replaced.
    title
        The sheet's name.

    Raises
    ------
    DataError
        Where openpyxl is not installed, or the file cannot be written.
    """
    name = fspath(path)
    if not name.lower().endswith(".xlsx"):
        what = f"{name} is no name of an Excel file"
        raise DataError(problem(("out",), what, "Let it end in .xlsx"))
    try:
        import openpyxl
        from openpyxl.styles import Alignment, Font
    except ImportError:
        raise DataError(
            problem(
                ("out",),
                "Excel needs the package openpyxl, which is not installed",
                "Run pip install 'synth-magic[excel]', or write Markdown, LaTeX or HTML",
            )
        ) from None
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = re.sub(r"[\\/*?:\[\]]", " ", _clean(title))[:31].strip() or "Table"
    _fill(sheet, 1, ("", *grid.columns))
    for place, row in enumerate(grid.rows, start=2):
        _fill(sheet, place, (row.head, *row.cells))
        sheet.cell(place, 1).alignment = Alignment(indent=2 * row.level)
    for place, text in enumerate(grid.notes, start=len(grid.rows) + 3):
        _fill(sheet, place, (text,))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    _widths(sheet, grid)
    sheet.freeze_panes = "B2"
    try:
        book.save(name)
    except OSError as error:
        what = f"{name} cannot be written: {error.strerror or 'the system refuses'}"
        raise DataError(problem(("out",), what, "Choose another place")) from None


def _fill(sheet: Any, row: int, texts: Iterable[str]) -> None:
    for place, text in enumerate(texts, start=1):
        words = _clean(text)
        cell = sheet.cell(row, place)
        number = _NUMBER.fullmatch(words) if row > 1 and place > 1 else None
        if number is not None:
            cell.value = float(words)
            cell.number_format = "0" + (f".{'0' * len(number[2])}" if number[2] else "")
        elif words:
            cell.value = words
            cell.data_type = "s"  # what begins with = is no formula


def _widths(sheet: Any, grid: Grid) -> None:
    from openpyxl.utils import get_column_letter

    heads = max([0, *(len(row.head) + 2 * row.level for row in grid.rows)])
    sheet.column_dimensions["A"].width = min(heads, _WIDEST) + 2
    for place, head in enumerate(grid.columns):
        longest = max([len(head), *(len(row.cells[place]) for row in grid.rows)])
        sheet.column_dimensions[get_column_letter(place + 2)].width = min(longest, _WIDEST) + 2


def _clean(text: str) -> str:
    """Take away what acts on a reader: control characters, changes of direction."""
    return " ".join("".join(map(safe_text.character, text)).split(" ")).strip()


def _markdown(text: str) -> str:
    words = _clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", words)


def _html(text: str) -> str:
    return html.escape(_clean(text), quote=True)


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in _clean(text))


def _latex_row(head: str, cells: Iterable[str]) -> str:
    return " & ".join([head, *map(_latex, cells)]) + r" \\"


def _indent(level: int) -> str:
    padding = f";padding-left:{1.5 * level}em" if level else ""
    return f' style="text-align:left{padding};font-weight:normal"'
