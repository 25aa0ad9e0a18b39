// The report, as graded.summary says it: whatever it measures, in the same few forms.

import { h, unseen } from "./dom.js";
import { parted } from "./words.js";
import { heatPicture, intervalPicture, pairPicture } from "./pictures.js";

const COMPUTING = "The report is being computed …";
const NONE = "There is no report on this table.";
const KINDS = { true: "sm-good", false: "sm-warn", null: "sm-dim" };

export function fidelityTab(ctx) {
  const { pending, report } = ctx.fidelity;
  return [
    pending ? h("p", { class: "sm-computing", key: "pending", role: "status" }, COMPUTING) : null,
    report ? h("div", { class: pending ? "sm-stale" : null, key: "report" }, whole(report)) : null,
    report || pending ? null : h("p", { class: "sm-dim", key: "none" }, NONE),
  ];
}

function whole(report) {
  return [
    h("div", { class: "sm-tiles", key: "tiles" }, report.tiles.map(tile)),
    report.also.length ? h("p", { class: "sm-also", key: "also" }, report.also.map(aside)) : null,
    notes(report.notes),
    report.groups.map((group, at) => fold(group, at === 0)),
  ];
}

export function notes(found) {
  if (!found?.length) return null;
  return h("ul", { class: "sm-notes", key: "notes" }, found.map(({ level, text, mend }) =>
    h("li", { class: level === "note" ? "sm-dim" : "sm-warn" },
      `${level === "warning" ? "Warning: " : ""}${parted(text, mend)}`)));
}

function tile({ title, value, detail, good }) {
  const sign = good ? h("span", { class: "sm-good" }, "✓ ") : good === false ? "✗ " : null;
  return h("div", { class: "sm-tile", key: title },
    h("span", { class: "sm-dim" }, title),
    h("b", { class: good === false ? "sm-warn" : null }, sign, value),
    h("small", { class: "sm-dim" }, detail));
}

function aside({ title, value, detail }) {
  return h("span", { class: "sm-p", key: title },
    h("span", { class: "sm-dim" }, title), " ", value, " ", h("span", { class: "sm-dim" }, detail));
}

function fold(group, first) {
  return h("details", { key: group.key, once: first ? { open: "" } : {} },
    h("summary", null, h("b", { role: "heading", "aria-level": "4" }, group.title),
      h("span", { class: group.missed ? "sm-warn" : "sm-dim" }, group.line)),
    h("div", { class: "sm-in" },
      group.lead ? h("p", { key: "lead" }, group.lead) : null,
      group.rows.length ? figures(group) : null,
      tail(group.tail, "tail"),
      group.grid ? grid(group) : null,
      pictures(group.pictures)));
}

function tail(lines, key) {
  return lines.map((line, at) => h("p", { class: "sm-dim", key: `${key}-${at}` }, line));
}

// Figures ---------------------------------------------------------------------------

function figures({ title, heads, rows }) {
  return h("table", { class: "sm-report", key: "figures" },
    h("caption", null, unseen(title)),
    h("thead", null, h("tr", null,
      heads.map((column) => h("th", { scope: "col", class: side(column) }, named(column, heads))),
      h("th", { scope: "col" }, "verdict"))),
    h("tbody", null, rows.map((row) => figureRow(row, heads))));
}

function side({ side: where }) {
  return where === "right" ? "sm-n" : null;
}

function named({ kind, text }, heads) {
  if (kind !== "interval") return text;
  return [`${text}, ${heads[1].text} `, h("span", { "aria-hidden": "true" }, "┃")];
}

function figureRow(row, heads) {
  const [name, ...cells] = row.cells.map((words, at) => measured(words, heads[at], row, heads));
  return h("tr", null,
    h("th", { scope: "row", dir: "auto" }, name),
    cells.map((content, at) => h("td", { class: side(heads[at + 1]) }, content)),
    h("td", { class: "sm-wrap" },
      h("span", { class: KINDS[row.good] }, row.verdict),
      row.sentence ? h("small", { class: "sm-dim sm-note" }, row.sentence) : null));
}

function measured(words, { kind, text }, { axis, good, cells }, heads) {
  if (kind === "words" || !axis || !words) return words;
  if (kind === "interval") {
    const label = `${text} ${words}, ${heads[1].text} ${cells[1]}`;
    return [
      intervalPicture(axis, { wide: 150, kind: "", label }),
      h("small", { class: "sm-dim sm-ends", "aria-hidden": "true" }, words),
    ];
  }
  const missed = good === false ? "sm-band sm-missed" : "sm-band";
  return [
    intervalPicture(axis, { wide: 104, kind: missed, label: "" }),
    h("small", { class: "sm-dim sm-ends" }, words),
  ];
}

// Grids and pictures ----------------------------------------------------------------

function grid({ title, grid: table }) {
  return [
    h("div", { class: "sm-scroll", key: "grid" },
      h("table", { class: "sm-report sm-grid" },
        h("caption", null, unseen(title)),
        h("thead", null, h("tr", null, h("td", null),
          table.columns.map((column) => h("th", { scope: "col", class: "sm-n" }, column)))),
        h("tbody", null, table.rows.map(gridRow)))),
    tail(table.notes, "grid-note"),
  ];
}

function gridRow({ head: name, cells, level }) {
  return h("tr", { class: level ? "sm-deeper" : "sm-first" },
    h("th", { scope: "row" }, name),
    cells.map((text) => h("td", { class: "sm-n" }, text)));
}

function swatch(kind) {
  return h("i", { class: `sm-key ${kind}` });
}

function pictures(found) {
  const pairs = found.filter(({ kind }) => kind === "pair");
  const second = pairs.find(({ other }) => other.length)?.second;
  const legend = ["Filled ", swatch(""), " this table",
    second ? [", line ", swatch("sm-key-second"), ` ${second}`] : null];
  return [
    pairs.length ? h("p", { class: "sm-dim", key: "legend" }, legend) : null,
    pairs.length ? h("div", { class: "sm-pics", key: "pairs" }, pairs.map(pair)) : null,
    found.filter(({ kind }) => kind === "heatmap").map(heat),
  ];
}

function pair(picture) {
  return h("div", { class: "sm-pic", key: picture.name },
    h("span", { class: "sm-name" }, h("bdi", null, picture.name)), pairPicture(picture),
    h("small", { class: "sm-dim" }, picture.brief));
}

function heat(picture) {
  return h("figure", { key: picture.name },
    h("figcaption", { class: "sm-dim" }, `${picture.name}. `, swatch("sm-key-below"), " below, ",
      swatch("sm-key-above"), ` above; ${picture.brief}`),
    h("div", { class: "sm-scroll" }, heatPicture(picture)));
}
