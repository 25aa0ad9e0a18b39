// Effects: from, to, how strong in the words it was said in, and what this table shows of it.

import { adder, badge, field, remover, silent, sourceLink, unfolder } from "./inputs.js";
import { h } from "./dom.js";

const PLACEHOLDER = "+ effect   smoking -> lung function: -0.3 SD";

export function effectsTable(ctx) {
  const { effects, more_effects: left } = ctx.schema;
  const marks = marked(ctx, effects);
  return h("section", null,
    h("h4", { key: "title" }, "Effects"),
    effects.length ? h("table", { class: "sm-effects", key: "table" },
      h("thead", null, h("tr", null,
        h("th", { scope: "col" }, "from → to"), h("th", { scope: "col" }, "stated"),
        h("th", { scope: "col" }, h("span", { class: "sm-unseen" }, "per")),
        h("th", { scope: "col" }, "in this table (99 %)"), h("th", { scope: "col" }, "source"),
        h("th", { scope: "col" }, h("span", { class: "sm-unseen" }, "more")))),
      effects.map((effect, at) => rows(ctx, effect, marks[at]))) : null,
    left ? h("p", { class: "sm-dim", key: "more" }, left) : null,
    adder(ctx, { what: "effect+" },
      { label: "Add an effect", placeholder: PLACEHOLDER, button: "Add" }));
}

// A mark of its own an effect, by which its row is known again: the number of an effect changes
// when one above it goes, its ends when they are edited, but not both at once.
function marked(ctx, effects) {
  const { local } = ctx;
  const left = new Map((local.effects ?? []).map(({ ends, mark }) => [ends, mark]));
  const seen = new Map();
  const now = effects.map(({ from, to, where }) => {
    const ends = JSON.stringify([from, to, where]);
    seen.set(ends, (seen.get(ends) ?? 0) + 1);
    return `${ends}${seen.get(ends)}`;
  });
  const take = (ends) => {
    const mark = left.get(ends);
    left.delete(ends);
    return mark;
  };
  const same = now.map((ends) => take(ends));
  const before = local.effects ?? [];
  const kept = before.length === now.length;
  const marks = now.map((_, at) => same[at] ?? (kept ? take(before[at].ends) : undefined) ?? {});
  local.effects = now.map((ends, at) => ({ ends, mark: marks[at] }));
  return marks;
}

function rows(ctx, effect, mark) {
  mark.key ??= ctx.next();
  const { index, from, to, size, per, where, source, words, changed } = effect;
  const pair = `${from} → ${to}${where ? ` where ${where}` : ""}`;
  const open = ctx.local.opened.has(mark.key);
  const light = () => ctx.highlight(index);
  const dark = () => ctx.highlight(null);
  return h("tbody", { key: mark.key, onmouseenter: light, onmouseleave: dark, onfocusin: light,
    onfocusout: dark, class: ctx.local.highlit === index ? "sm-lit" : null },
  h("tr", { class: open ? "sm-opened" : null },
    h("th", { scope: "row", title: words || null },
      h("bdi", null, from), " → ", h("bdi", null, to),
      where ? h("small", { class: "sm-dim sm-note" }, "where ", h("bdi", null, where)) : null),
    h("td", null, field(ctx, { what: "effect", index, key: "size" },
      { text: size, label: `${pair}: size`, least: 8, most: 20, changed })),
    h("td", { class: "sm-dim sm-wrap" }, per),
    shown(ctx, effect),
    h("td", null, badge(source)),
    h("td", { class: "sm-acts" }, h("span", { class: "sm-actbox" },
      unfolder(ctx, mark.key, open, `${pair}: from, to, ${effect.stepped ? "per, " : ""}where`),
      remover(ctx, { what: "effect-", index }, `effect ${pair}`)))),
  open ? h("tr", { class: "sm-more" }, h("td", { colspan: "6" }, parts(ctx, effect, pair))) : null);
}

// What this table shows of it: nothing yet before it is applied, and while the report is made.
function shown(ctx, { in_table: found, verdict, good, changed }) {
  if (!found) {
    const yet = changed ? "not applied" : ctx.fidelity.pending ? "being computed …" : "–";
    return h("td", { class: "sm-dim" }, yet);
  }
  const missed = good === false
    ? h("span", { "aria-label": "missed", role: "img" }, "✗ ") : null;
  return h("td", { class: missed ? "sm-warn" : "sm-dim", title: verdict || null },
    missed, found);
}

function parts(ctx, { index, from, to, step, stepped, where }, pair) {
  const one = (key, text, options) => h("span", { class: "sm-p", key },
    silent("sm-k", key),
    field(ctx, { what: "effect", index, key }, { text, label: `${pair}: ${key}`, ...options }));
  return h("div", { class: "sm-parts" },
    one("from", from, { least: 6, hint: "A column, or a value of one: smoker = current" }),
    one("to", to, { least: 6, hint: "A column, or a value of one: smoker = current" }),
    stepped ? one("per", step, { least: 2, placeholder: "1", hint: "Step of its size: 10" }) : null,
    one("where", where, { least: 10, most: 60, placeholder: "every row",
      hint: "Rows that it holds in: sex == 'F'" }),
    sourceLink(ctx, "effects", index, pair));
}
