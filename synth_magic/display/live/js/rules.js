// Rules, each with how it fares in the table that is there.

import { adder, badge, field, remover } from "./inputs.js";
import { h } from "./dom.js";

const PLACEHOLDER_RULE = "+ rule   if sex == 'M' then pregnancies is missing";

export function rules(ctx) {
  return h("section", null,
    h("h4", { key: "title" }, "Rules"),
    h("ul", { class: "sm-rules", key: "rules" }, ctx.schema.rules.map((rule) => line(ctx, rule))),
    adder(ctx, { what: "rule+" },
      { label: "Add a rule", placeholder: PLACEHOLDER_RULE, button: "Add" }));
}

function line(ctx, { index, text, source, outcome, good, changed }) {
  const edit = { what: "rule", index };
  const typed = ctx.fields.find(edit);
  const kind = good === null ? "sm-dim" : good ? "sm-good" : "sm-warn";
  return h("li", { key: index },
    field(ctx, edit, { text, label: `Rule ${index + 1}`, class: "sm-code", least: 30, most: 60,
      changed: changed.length > 0 }),
    typed?.words
      ? h("span", { class: "sm-dim" }, typed.words)
      : h("span", { class: kind }, good === null ? "" : good ? "✓ " : "✗ ", outcome),
    badge(source),
    remover(ctx, { what: "rule-", index }, `rule ${text}`));
}
