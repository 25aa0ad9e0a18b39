"""All forms of one thing to show, as a notebook's bundle of mime types."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar

from synth_magic.display import md, plain, static, terminal
from synth_magic.display.summary import summarise
from synth_magic.fidelity.report import Report
from synth_magic.record import Result

if TYPE_CHECKING:
    from rich.console import Group

Kind = Literal["run", "schema", "report"]
Thing = TypeVar("Thing")


def bundle(
    kind: Kind,
    result: Result | None,
    report: Report | None = None,
    *,
    name: str | None = None,
    mark: str = "",
) -> dict[str, str]:
    """Texts by mime type: ``text/html``, ``text/markdown``, ``text/plain``.

    Parameters
    ----------
    kind
        ``run`` for all of a finished cell, ``schema`` for the schema alone,
        ``report`` for the report alone.
    result
        The table, its record and the notes of its making; a report alone needs none.
    report
        The report, if there is one.
    name
        The variable's name; without it the blueprint's own.
    mark
        A class of the HTML, by which a live view finds and hides it.
    """
    if kind == "report":
        report = _named(report, name)
        return _texts(static.report_html(report), md.report_form(report), plain.report_form(report))
    summary = summarise(_wanted(result), report, name=name)
    if kind == "schema":
        return _texts(
            static.page(summary, sections=("schema", "source"), opened=("schema",), mark=mark),
            md.page(summary, ("schema",)),
            plain.page(summary, ("schema",)),
        )
    return _texts(static.page(summary, mark=mark), md.page(summary), plain.page(summary))


def renderable(
    kind: Kind, result: Result | None, report: Report | None = None, *, name: str | None = None
) -> Group:
    """Give the same for a terminal that rich draws in; parameters as of `bundle`."""
    if kind == "report":
        return terminal.render_report(_named(report, name))
    summary = summarise(_wanted(result), report, name=name)
    if kind == "schema":
        return terminal.render_page(summary, ("schema",))
    return terminal.render_page(summary)


def _named(report: Report | None, name: str | None) -> Report:
    report = _wanted(report)
    return report if name is None else replace(report, name=name)


def _wanted(thing: Thing | None) -> Thing:
    if thing is None:
        raise ValueError("there is nothing to show")
    return thing


def _texts(html: str, markdown: str, plain: str) -> dict[str, str]:
    return {"text/html": html, "text/markdown": markdown, "text/plain": plain}
