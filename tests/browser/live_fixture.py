"""A live view on a plain page: the real state, a model that records and replays, no kernel."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import synth_magic
from synth_magic.blueprint.model import Blueprint
from synth_magic.display.live import module, state
from synth_magic.display.live.schema_state import schema
from synth_magic.editing import Edit
from synth_magic.existing import cell_text
from synth_magic.notebook import live_session
from synth_magic.record import Result, attach, record_of
from tests.cells import CLINIC

if TYPE_CHECKING:
    import pandas as pd

    from synth_magic.fidelity.report import Report
    from synth_magic.notebook.live_session import Session

#: A column of every kind, effects in every word, a name and a list that are long.
VARIED = """\
version: 1
population: A registry
columns:
  - {name: pid, type: id, pattern: "P####"}
  - {name: sex, type: category, distribution: {probabilities: {F: 0.5, M: 0.5}}}
  - name: site
    type: category
    distribution: {probabilities: {Lyon: 0.1, Paris: 0.1, Lille: 0.1, Nice: 0.1, Brest: 0.1,
      Metz: 0.1, Tours: 0.1, Dijon: 0.1, Nancy: 0.05, Caen: 0.05, Pau: 0.05, Albi: 0.05},
      source: guess}
  - {name: nyha_class, type: category, ordered: true, values: [I, II, III, IV],
     distribution: {probabilities: {I: 0.3, II: 0.4, III: 0.2, IV: 0.1}, source: model}}
  - {name: hemoglobin_at_first_visit, type: number, unit: g/dL, decimals: 1, range: [5, 20],
     distribution: {by: sex, groups: {F: {normal: {mean: 13.1, sd: 1.2}},
     M: {normal: {mean: 14.4, sd: 1.3}}}}}
  - {name: followup, type: time_to_event, unit: days, event: death,
     survival: {365: 0.82, 1825: 0.55}, censoring: {administrative: [900, 2600]}}
  - {name: visit, type: date, range: ["2015-01-01", "2020-12-31"],
     distribution: {uniform: {low: "2015-01-01", high: "2020-12-31"}}}
  - {name: w, type: number, unit: kg, decimals: 0, range: [40, 150],
     distribution: {normal: {mean: 70, sd: 12}}}
  - {name: h, type: number, unit: m, decimals: 2, range: [1.4, 2.1],
     distribution: {normal: {mean: 1.7, sd: 0.1}}}
  - {name: bmi, type: number, decimals: 1, unit: kg/m2, formula: w / h ** 2}
  - {name: visits, type: integer, distribution: {zero_share: 0.2, poisson: {mean: 3}}}
  - {name: note, type: text, template: "Seen {visits} times"}
effects:
  - {from: h, to: w, correlation: 0.5}
  - {from: sex=M, to: h, beta: 0.9, source: reference}
  - {from: nyha_class, to: followup, hazard_ratio: 1.8, source: model}
  - {from: w, to: visits, beta: -0.2, where: "sex == 'F'", source: guess}
rules:
  - if nyha_class == 'IV' then visits >= 1
missing: {visits: {rate: 0.08, depends_on: w, beta: 0.4}}
"""
#: Ground and ink of JupyterLab's two themes, by what `data-jp-theme-light` says.
THEMES = {
    "light": ("true", "#fff", "rgba(0,0,0,.87)"),
    "dark": ("false", "#111", "rgba(255,255,255,.87)"),
}
MODEL = """
class FakeModel {
  constructor(state) { this.state = state; this.heard = {}; this.sent = []; this.replies = {}; }
  get(name) { return this.state[name]; }
  on(name, call) { (this.heard[name] ??= []).push(call); }
  off(name, call) { this.heard[name] = (this.heard[name] ?? []).filter(other => other !== call); }
  tell(message) { for (const call of this.heard["msg:custom"] ?? []) call(message); }
  put(name, value) {
    this.state[name] = value;
    for (const call of this.heard[`change:${name}`] ?? []) call();
  }
  send(message) {
    this.sent.push(structuredClone(message));
    const reply = this.replies[message.do];
    if (reply === "silent") return;
    const said = typeof reply === "function" ? reply(message, this) : (reply ?? { ok: true });
    setTimeout(() => this.tell({ re: message.id, ...said }), this.delay ?? 0);
  }
}
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>live</title>
<style>{css}</style><style>
body{{margin:0;padding:16px;background:{ground};color:{ink};font-family:system-ui,sans-serif;
--jp-layout-color0:{ground};--jp-ui-font-color0:{ink}}}</style></head>
<body data-jp-theme-light="{light}"><main id="place"></main></body></html>"""
START = """async ([esm, told]) => {
  const state = JSON.parse(told);
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const widget = (await import(url)).default;
  window.model = new FakeModel(state);
  window.clean = widget.render({ model: window.model, el: document.getElementById("place") });
}"""


def session(table: pd.DataFrame, name: str = "t2d", report: Report | None = None) -> Session:
    """Give what a view is about: a table as it was drawn."""
    record = record_of(table)
    assert record is not None
    return live_session.begin(Result(table, record, name=name), report)


@lru_cache(maxsize=1)
def clinic() -> Session:
    """Give the table of the design's first page, with its report."""
    table = synth_magic.generate(CLINIC, rows=800, seed=7, model="offline")
    return session(table, report=synth_magic.report(table))


@lru_cache(maxsize=1)
def varied() -> Session:
    """Give a table with a column of every kind, with its report."""
    blueprint = Blueprint.from_yaml(VARIED)
    table = blueprint.sample(400)
    attach(table, blueprint, 0)
    return session(table, "registry", synth_magic.report(table))


def edited(now: Session, *edits: dict[str, Any]) -> Session:
    """Give a session after edits that are not applied."""
    for edit in edits:
        now = live_session.edited(now, Edit(**edit))
    return now


def traits(now: Session, *, tab: str = "schema", **view: Any) -> dict[str, Any]:
    """Give what the browser is told of a session, as it comes out of JSON."""
    shown = now.shown
    cell = cell_text(shown.result.record, now.name)
    found = {
        "view": state.view(shown, cell=cell, static="sm-static-1", tab=tab) | view,
        "schema": schema(shown, now.draft, now.law),
        "fidelity": state.fidelity(shown, pending=shown.report is None),
        "status": state.status(),
    }
    return dict(json.loads(json.dumps(found)))


def new_page(browser: Any) -> Any:
    """Open an empty page; what goes wrong in it is in ``page.errors``."""
    page = browser.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.errors.append(said.text))
    return page


def show(page: Any, told: dict[str, Any], theme: str = "light", **viewport: int) -> Any:
    """Show the view in a page, from which whatever was there before is gone."""
    page.goto("about:blank")
    page.set_viewport_size({"width": 1100, "height": 1000, **viewport})
    light, ground, ink = THEMES[theme]
    page.emulate_media(color_scheme=theme)
    page.set_content(PAGE.format(css=module.style(), ground=ground, ink=ink, light=light))
    page.add_script_tag(content=MODEL + "window.FakeModel = FakeModel;")
    page.evaluate(START, [module.text(), json.dumps(told)])
    return page
