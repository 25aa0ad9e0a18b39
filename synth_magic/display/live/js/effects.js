// Effects: from, to, how strong in the words it was said in, and what this table shows of it.

import { adder, badge, field, remover } from "./inputs.js";
import { h } from "./dom.js";

const PLACEHOLDER = "+ effect   smoker=current -> lung function: OR 1.6";

export function effectsTable(ctx) {
  const { effects, more_effects: more } = ctx.schema;
  const seen = new Map();
  return h("section", null,
    h("h4", { key: "title" }, "Effects"),
    effects.length ? h("table", { class: "sm-effects", key: "table" },
      h("thead", null, h("tr", null,
        h("th", { scope: "col" }, "from → to"), h("th", { scope: "col" }, "stated"),
        h("th", { scope: "col" }, h("span", { class: "sm-unseen" }, "per")),
        h("th", { scope: "col" }, "in this table (99 %)"), h("th", { scope: "col" }, "source"),
        h("th", { scope: "col" }, h("span", { class: "sm-unseen" }, "more")))),
      h("tbody", null, effects.map((effect) => row(ctx, effect, placeOf(effect, seen))))) : null,
    more ? h("p", { class: "sm-dim", key: "more" }, more) : null,
    adder(ctx, { what: "effect+" },
      { label: "Add an effect", placeholder: PLACEHOLDER, button: "Add" }));
}

// Its place changes when one above it goes; its ends do not.
function placeOf({ from, to, where }, seen) {
  const ends = JSON.stringify([from, to, where]);
  seen.set(ends, (seen.get(ends) ?? 0) + 1);
  return `${ends}${seen.get(ends)}`;
}

function row(ctx, effect, key) {
  const { index, from, to, size, per, source, words, in_table: found, verdict, good } = effect;
  const pair = `${from} → ${to}`;
  const light = () => ctx.highlight(index);
  const dark = () => ctx.highlight(null);
  const kind = good === false ? "sm-warn" : "sm-dim";
  return h("tr", { key, onmouseenter: light, onmouseleave: dark, onfocusin: light, onfocusout: dark,
    class: ctx.local.highlit === index ? "sm-lit" : null },
  h("th", { scope: "row", title: words || null },
    h("bdi", null, from), " → ", h("bdi", null, to)),
  h("td", null, field(ctx, { what: "effect", index, key: "size" },
    { text: size, label: `${pair}: size`, least: 8, most: 20,
      changed: effect.changed.length > 0 })),
  h("td", { class: "sm-dim sm-wrap" }, per),
  h("td", { class: kind, title: verdict || null }, mark(good), found || "–"),
  h("td", null, badge(source)),
  h("td", { class: "sm-acts" }, h("span", { class: "sm-actbox" },
    remover(ctx, { what: "effect-", index }, `effect ${pair}`))));
}

function mark(good) {
  return good === false ? h("span", { "aria-label": "missed", role: "img" }, "✗ ") : null;
}
