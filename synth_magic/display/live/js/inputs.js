// A field on the page: quiet until it is hovered or focused; what is wrong stands beneath it.

import { h } from "./dom.js";
import { parted } from "./words.js";

// `edit` says what is edited.  Of the options, `label` is heard, `least` and `most` count letters,
// a `held` field is not taken by leaving it, and `text` is what the kernel says.
export function field(ctx, edit, options) {
  const { fields } = ctx;
  const { text = "", held = false } = options;
  const entry = fields.find(edit);
  const own = ctx.idOf(edit);
  const problem = entry?.problem ?? null;
  const state = {
    id: own,
    value: entry ? entry.text : text,
    "aria-label": options.label,
    "aria-invalid": problem ? "true" : null,
    "aria-describedby": problem ? `${own}-why` : null,
    title: options.hint || null,
  };
  const control = options.choices?.length
    ? choice(ctx, edit, options, state)
    : input(ctx, edit, options, state, held);
  const kind = ["sm-field", options.kind ? `sm-is-${options.kind}` : "", options.class ?? ""];
  if (options.changed || (entry && !held)) kind.push("sm-changed");
  if (problem) kind.push("sm-bad");
  return h("span", { class: kind.filter(Boolean).join(" "), key: own },
    h("span", { class: "sm-well" }, control,
      options.suffix ? silent("sm-suffix", options.suffix) : null),
    problem ? why(own, problem) : null);
}

// Words that are seen beside a field; the field's own label says them to those who listen.
export function silent(kind, ...words) {
  return h("span", { class: kind, "aria-hidden": "true" }, words);
}

export function why(own, { what, mend }) {
  const told = { class: "sm-error", id: `${own}-why`, role: "alert", "aria-live": "polite" };
  return h("small", told, parted(what, mend));
}

function input(ctx, edit, options, state, held) {
  const { least = 3, most = 40, text = "", placeholder } = options;
  const letters = Math.max([...state.value].length, [...(placeholder ?? "")].length);
  return h("input", {
    ...state,
    class: "sm-input",
    type: "text",
    dir: "auto",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    placeholder: placeholder ?? null,
    inputmode: ["number", "share"].includes(options.kind) ? "decimal" : null,
    style: { "--n": String(Math.min(Math.max(letters, least), most)) },
    oninput: (event) => ctx.fields.type(edit, text, event.target.value),
    onblur: held ? null : () => ctx.fields.commit(edit),
    onkeydown: (event) => keyed(ctx, edit, event),
  });
}

function keyed(ctx, edit, event) {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    ctx.fields.commit(edit);
  }
  if (event.key === "Escape" && ctx.fields.restore(edit)) event.stopPropagation();
}

function choice(ctx, edit, { choices, text = "" }, state) {
  const known = choices.includes(state.value) ? choices : [state.value, ...choices];
  const chosen = (event) => {
    ctx.fields.type(edit, text, event.target.value);
    ctx.fields.commit(edit);
  };
  const onkeydown = (event) => keyed(ctx, edit, event);
  return h("select", { ...state, class: "sm-input", onchange: chosen, onkeydown },
    known.map((value) => h("option", { key: value, value }, value || "–")));
}

// One line that adds something: Enter or its button hands it to the kernel.
export function adder(ctx, edit, { label, placeholder, button }) {
  const entry = ctx.fields.find(edit);
  return h("div", { class: "sm-adder" },
    field(ctx, edit, { label, placeholder, held: true, class: "sm-line", most: 60 }),
    entry?.text.trim()
      ? h("button", { type: "button", onclick: () => ctx.fields.commit(edit) }, button)
      : null,
    entry?.words ? h("small", { class: "sm-dim" }, entry.words) : null);
}

// The small sign at a row's end that takes it away.
export function remover(ctx, edit, what) {
  return button("×", () => ctx.edit(edit), { kind: "sm-act", label: `Remove ${what}` });
}

// The small sign at a row's end that opens what has no room in it.
export function unfolder(ctx, key, open, label) {
  return h("button", { type: "button", class: "sm-act", "aria-expanded": String(open),
    title: label, "aria-label": label, onclick: () => ctx.toggle(key) }, "⋯");
}

// To the lines that say all of a part, for what has no field.
export function sourceLink(ctx, block, index, what) {
  if (!ctx.schema.yaml) return null;
  return button("Edit in Source", () => ctx.toSource(block, index),
    { kind: "sm-link sm-push", label: `${what}: edit in Source` });
}

export function badge(source, words) {
  const known = ["user", "model", "reference", "guess"].includes(source) ? ` sm-${source}` : "";
  return h("span", { class: "sm-s" }, h("span", { class: `sm-badge${known}` }, source),
    words ? h("small", { class: "sm-dim" }, words) : null);
}

export function button(text, act, { kind = "", off = false, label = null, once = {} } = {}) {
  return h("button", {
    type: "button",
    class: kind || null,
    // Not `disabled`, which would drop the focus of whoever pressed it last.
    "aria-disabled": off ? "true" : null,
    "aria-label": label,
    title: label,
    onclick: (event) => { if (!off) act(event); },
    once,
  }, text);
}
