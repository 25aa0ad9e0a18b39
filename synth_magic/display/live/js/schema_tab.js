// A row a column: its picture, the numbers that say it, and who says them.

import { effectsTable } from "./effects.js";
import { graph } from "./graph.js";
import { adder, badge, button, field, remover, silent, sourceLink, unfolder } from "./inputs.js";
import { h, unseen } from "./dom.js";
import { columnPicture } from "./pictures.js";
import { rules } from "./rules.js";
import { sliding } from "./sliding.js";
import { plural } from "./words.js";

const NEW_COLUMN = "+ column   ldl: mg/dL, mean 120 sd 30";
const [MANY, SOME] = [10, 8];
const HEADS = ["column", "type", null, "distribution", "range", "missing", "source", ""];

export function schemaTab(ctx) {
  const { schema } = ctx;
  return [
    h("table", { class: "sm-schema", key: "columns" },
      h("caption", null, unseen("Schema: what each column holds and who says so")),
      h("thead", null, h("tr", null, HEADS.map(head))),
      schema.columns.map((column, at) => columnRows(ctx, column, at))),
    h("div", { class: "sm-under", key: "add" },
      adder(ctx, { what: "column+" },
        { label: "Add a column", placeholder: NEW_COLUMN, button: "Add" }),
      schema.more ? h("span", { class: "sm-dim" }, schema.more) : null,
      h("span", { class: "sm-dim sm-count" }, counted(schema), ctx.view.head.source_line
        ? ` · ${ctx.view.head.source_line}` : "")),
    h("div", { class: "sm-below", key: "below" },
      h("div", { class: "sm-links" }, effectsTable(ctx), rules(ctx)),
      graph(ctx)),
  ];
}

function counted({ columns, effects, rules: stated }) {
  const counts = [[columns, "column"], [effects, "effect"], [stated, "rule"]];
  const there = counts.filter(([all]) => all.length);
  return there.map(([all, word]) => plural(all.length, word)).join(", ");
}

function head(text) {
  const words = text === null ? ["drawn ", h("span", { class: "sm-blue" }, "stated")]
    : text || unseen("more");
  return h("th", { scope: "col", key: `head-${text}` }, words);
}

function columnRows(ctx, column, at) {
  const { name } = column;
  const open = ctx.local.opened.has(name);
  const shown = ctx.fields.picture(name) ?? column.picture;
  return h("tbody", { key: name },
    h("tr", { class: open ? "sm-opened" : null },
      h("th", { scope: "row" }, naming(ctx, column)),
      h("td", null, typed(ctx, column)),
      h("td", { class: "sm-drawn" }, columnPicture(shown, name, 112,
        { pending: shown !== column.picture, slides: sliding(ctx, column, column.picture) })),
      h("td", { class: "sm-law" }, law(ctx, column)),
      h("td", { class: "sm-range" }, range(ctx, column, open)),
      h("td", { class: "sm-missing" }, missing(ctx, column)),
      h("td", { class: "sm-sources" }, column.sources.map((pair) => badge(...pair))),
      h("td", { class: "sm-acts" }, h("span", { class: "sm-actbox" },
        unfolder(ctx, name, open, opens(column)),
        remover(ctx, { what: "column-", column: name }, `column ${name}`)))),
    open ? h("tr", { class: "sm-more" }, h("td", { colspan: "8" }, rest(ctx, column, at))) : null);
}

function naming(ctx, { name, unit, label, hidden, changed }) {
  return h("div", { class: "sm-naming", title: label || null },
    edited(ctx, "name", name, { text: name, class: "sm-name", most: 26, changed }),
    unit ? unitField(ctx, name, unit, changed) : null,
    hidden ? h("small", { class: "sm-dim" }, "hidden") : null);
}

function unitField(ctx, name, unit, changed) {
  return edited(ctx, "unit", name,
    { text: unit, class: "sm-unit", least: 2, most: 16, hint: "unit", placeholder: "+", changed });
}

// A field of the column itself, not of its distribution.
function edited(ctx, what, column, { changed = [], ...options }) {
  const label = `${column}: ${what}`;
  return field(ctx, { what, column }, { label, ...options, changed: changed.includes(what) });
}

function typed(ctx, { name, type, types, changed }) {
  return edited(ctx, "type", name, { text: type, choices: types, class: "sm-quiet", changed });
}

function law(ctx, column) {
  const { fields: stated, words, notes, name } = column;
  const open = ctx.local.opened.has(name);
  const left = stated.length > MANY && !open ? stated.length - SOME : 0;
  const parts = stated.slice(0, stated.length - left).map((one, at) => (isUpper(stated, at) ? null
    : h("span", { class: "sm-p", key: one.key },
      silent("sm-k", seenLabel(stated, at)),
      figure(ctx, column, one),
      isUpper(stated, at + 1)
        ? [silent("sm-dim", "–"), figure(ctx, column, stated[at + 1])] : null)));
  return [
    h("div", { class: "sm-parts", key: name },
      parts.length ? parts : h("span", { class: "sm-dim" }, words || "–"),
      left ? button(`${left} more`, () => ctx.toggle(name), { kind: "sm-link" }) : null),
    (notes ?? []).map((note) => h("small", { class: "sm-dim sm-note" }, note)),
  ];
}

function figure(ctx, { name, changed }, { key, label, text, suffix, kind, choices, hint }) {
  return field(ctx, { what: "field", column: name, key }, {
    text, suffix, kind, choices, hint, label: `${name}: ${label || key}`,
    changed: changed.includes(key), most: kind === "text" ? 44 : 18, least: 2,
  });
}

// Quartiles read as one pair, and a group is named once: `F mean 13 SD 1`, `quartiles 52 – 71`.
function seenLabel(stated, at) {
  const { key, label } = stated[at];
  const group = groupOf(key);
  const bare = group && label.startsWith(`${group} `) ? label.slice(group.length + 1) : label;
  const words = isUpper(stated, at + 1) ? "quartiles" : bare;
  const begins = bare !== label && groupOf(stated[at - 1]?.key ?? "") !== group;
  return begins ? `${group} ${words}` : words;
}

function isUpper(stated, at) {
  const [before, key] = [stated[at - 1]?.key ?? "", stated[at]?.key ?? ""];
  return key.endsWith("q3") && before === `${key.slice(0, -2)}q1`;
}

function groupOf(key) {
  return key.includes("/") ? key.slice(0, key.lastIndexOf("/")) : "";
}

function range(ctx, { name, details, range: limits, changed }, open) {
  if (limits.editable) {
    return edited(ctx, "range", name,
      { text: limits.text, least: 7, most: 24, hint: "range", placeholder: "+", changed });
  }
  // A list of values has no room here: it opens below.
  if (details.some(({ key }) => key === "values")) {
    return h("button", { type: "button", class: "sm-link sm-dim", "aria-expanded": String(open),
      title: `${name}: its values`, "aria-label": `${name}: its values, ${limits.text}`,
      onclick: () => ctx.toggle(name) }, limits.text);
  }
  return h("span", { class: "sm-dim" }, limits.text);
}

function missing(ctx, { name, missing: lacking, changed }) {
  return [
    edited(ctx, "missing", name,
      { text: lacking.text, placeholder: "+", least: 4, most: 12, changed }),
    lacking.note ? h("small", { class: "sm-dim sm-note" }, lacking.note) : null,
  ];
}

function opens({ name, details, unit }) {
  const words = details.map(({ label }) => label);
  return `${name}: ${[...words, unit ? "label" : "unit, label", "decimals and more"].join(", ")}`;
}

function rest(ctx, column, at) {
  const { name, label, unit, decimals, details, by, changed } = column;
  const named = (word, input) =>
    h("span", { class: "sm-p", key: word }, silent("sm-k", word), input);
  const counted = decimals !== null && decimals !== undefined;
  return h("div", { class: "sm-parts" },
    details.map((one) => named(one.label, detail(ctx, column, one))),
    unit ? null : named("unit", unitField(ctx, name, unit, changed)),
    named("label", edited(ctx, "label", name,
      { text: label, least: 16, most: 60, placeholder: "+", changed })),
    counted ? named("decimals", edited(ctx, "decimals", name,
      { text: String(decimals), least: 2, kind: "number", changed })) : null,
    by ? h("span", { class: "sm-dim", key: "by" }, "stated by ", h("bdi", null, by)) : null,
    sourceLink(ctx, "columns", at, name));
}

// An event is a column of its own, whose name is edited; all else is said by its key.
function detail(ctx, { name, changed }, { key, label, text, hint }) {
  const edit = key === "event" ? { what: "name", column: text } : { what: key, column: name };
  return field(ctx, edit, { text, hint, label: `${name}: ${label}`, least: 6, most: 80,
    placeholder: "+", class: "sm-long", changed: changed.includes(key) });
}
