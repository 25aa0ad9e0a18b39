// What made the table: the blueprint as text, the cell that writes it again, and who was asked.

import { button, why } from "./inputs.js";
import { h } from "./dom.js";

const WHOLE = "all that makes this table except its seed";
const LONG = "It is too long to be shown here; the line below writes it.";
const NO_CELL = "The cell's text is not shown here; the line below writes it, "
  + "where a cell can draw this table.";
export const YAML = { what: "yaml" };

export function sourceTab(ctx) {
  const { source } = ctx.view;
  return [
    blueprint(ctx),
    h("section", { key: "cell", class: "sm-cell" },
      copyable(ctx, "Cell", source.cell, "A cell that draws this table again, without a model", 7),
      copyable(ctx, "Line", source.line, "A line that writes that cell below it", 1)),
    h("section", { key: "made" }, h("h4", null, "Made by"),
      h("ul", { class: "sm-made" }, source.made.map((line) => h("li", null, line)))),
    said("Prompt", source.prompt),
    said("Answer", source.answer),
  ];
}

function blueprint(ctx) {
  const { fields } = ctx;
  const base = ctx.schema.yaml;
  const entry = fields.find(YAML);
  const own = ctx.idOf(YAML);
  const problem = entry?.problem;
  const check = async () => {
    const answer = await ctx.preview(YAML, entry.text);
    ctx.say(answer.ok ? { kind: "done", text: answer.words || "This blueprint can be drawn." }
      : { kind: "error", text: answer.what, mend: answer.mend });
  };
  return h("section", { key: "yaml", class: "sm-yaml" },
    h("div", { class: "sm-row" }, h("h4", null, h("label", { for: own }, "Blueprint")),
      h("span", { class: "sm-dim" }, entry ? "edited here, not used yet" : WHOLE),
      h("span", { class: "sm-push" }),
      entry ? [button("Check", check), button("Put back", () => fields.restore(YAML)),
        button("Use it", () => fields.commit(YAML), { kind: "sm-strong" })] : null),
    base ? h("textarea", { id: own, class: "sm-text", rows: "18", spellcheck: "false",
      autocomplete: "off", wrap: "off", "aria-invalid": problem ? "true" : null,
      "aria-describedby": problem ? `${own}-why` : null, value: entry ? entry.text : base,
      oninput: (event) => fields.type(YAML, base, event.target.value, { previewed: false }),
    }) : h("p", { class: "sm-dim" }, LONG),
    problem ? why(own, problem) : null);
}

// Put the caret on the nth part of a block: its lines are selected and in sight.
export function selectPart(area, block, index) {
  const lines = area.value.split("\n");
  const head = lines.findIndex((line) => line.trimEnd() === `${block}:`);
  const inside = (line) => /^(\s|-)/.test(line) || !line.trim();
  const end = lines.findIndex((line, at) => at > head && !inside(line));
  const last = end < 0 ? lines.length : end;
  const starts = lines.flatMap((line, at) => (at > head && at < last && /^ *- /.test(line)
    ? [[at, line.search("-")]] : []));
  const least = Math.min(...starts.map(([, indent]) => indent));
  const parts = starts.filter(([, indent]) => indent === least).map(([at]) => at);
  const from = parts[index] ?? Math.max(head, 0);
  const to = parts[index + 1] ?? last;
  const length = (many) => lines.slice(0, many).reduce((sum, line) => sum + line.length + 1, 0);
  area.focus();
  area.setSelectionRange(length(from), Math.min(length(to) - 1, area.value.length));
  area.scrollTop = Math.max(from - 2, 0) * (area.scrollHeight / lines.length);
}

function copyable(ctx, title, text, hint, rows) {
  const own = ctx.idOf({ what: `copy-${title}` });
  if (!text) return h("p", { key: title, class: "sm-dim" }, NO_CELL);
  const many = Math.min(text.split("\n").length, rows);
  return h("div", { key: title, class: "sm-copyable" },
    h("div", { class: "sm-row" }, h("h4", null, h("label", { for: own }, title)),
      h("span", { class: "sm-dim" }, hint), h("span", { class: "sm-push" }),
      button("Copy", () => ctx.copy(text, own), { label: `Copy the ${title.toLowerCase()}` })),
    h("textarea", { id: own, class: "sm-text", rows: String(many), readOnly: true, wrap: "off",
      value: text, onfocus: (event) => event.target.select() }));
}

function said(title, text) {
  if (!text) return null;
  return h("details", { key: title }, h("summary", null, h("b", null, title)),
    h("div", { class: "sm-in" }, h("pre", { tabindex: "0" }, text)));
}
