// What the table is, and what can be done with the whole of it.

import { button } from "./inputs.js";
import { h } from "./dom.js";
import { notes } from "./fidelity_tab.js";
import { plural } from "./words.js";

const FEW = 2;

export function header(ctx) {
  const { head } = ctx.view;
  const size = `${plural(head.rows, "row")} × ${plural(head.columns, "column")}`;
  return [
    h("div", { class: "sm-head", key: "head" },
      h("h3", { class: "sm-title", title: head.name }, h("bdi", null, head.name)),
      h("span", { class: "sm-dim" }, size),
      h("span", { class: "sm-dim sm-seed" }, `seed ${head.seed}`),
      head.author ? h("span", { class: "sm-dim" }, head.author) : null,
      h("span", { class: "sm-badge" }, head.synthetic),
      head.edited ? h("span", { class: "sm-edited" }, head.edited) : null,
      h("div", { class: "sm-buttons" },
        button("New seed", () => ctx.act("seed", {}, "Drawing with a new seed …")),
        opener(ctx, "rows", "More rows"),
        opener(ctx, "save", "Save as"),
        ctx.view.source.cell ? button("Copy as cell", ctx.copyCell) : null)),
    drawer(ctx),
    headNotes(head.notes),
  ];
}

// Warnings stand in sight; more than a few other notes are folded away.
function headNotes(found) {
  const quiet = found.filter(({ level }) => level === "note");
  if (quiet.length <= FEW) return notes(found);
  return [
    notes(found.filter(({ level }) => level !== "note")),
    h("details", { class: "sm-notefold", key: "notefold" },
      h("summary", { class: "sm-dim" }, plural(quiet.length, "note")), notes(quiet)),
  ];
}

function opener(ctx, kind, text) {
  const open = ctx.local.drawer === kind;
  return h("button", { type: "button", key: kind, "aria-expanded": String(open),
    onclick: () => ctx.open(open ? null : kind) }, text);
}

// One line under the header that asks for what a button needs.
function drawer(ctx) {
  const kind = ctx.local.drawer;
  if (kind === "rows") {
    return asking(ctx, kind, "Rows", String(2 * ctx.view.head.rows || 200), "Draw", (text) =>
      ctx.act("rows", { text }, "Drawing …"));
  }
  if (kind === "save") {
    return asking(ctx, kind, "Name", `${ctx.view.head.name}_2`, "Save", (name) =>
      ctx.act("save", { name }, "Saving …"));
  }
  return kind === "copy" ? copied(ctx) : null;
}

function asking(ctx, kind, label, begin, verb, act) {
  const own = ctx.idOf({ what: `drawer-${kind}` });
  const submit = async (event) => {
    event.preventDefault();
    if (await act(event.target.elements[0].value.trim())) ctx.open(null);
  };
  const onkeydown = (event) => escaped(ctx, event);
  return h("form", { class: "sm-drawer", key: kind, onsubmit: submit, onkeydown },
    h("label", { for: own, class: "sm-dim" }, label),
    h("input", { id: own, class: "sm-input sm-boxed", type: "text", autocomplete: "off",
      dir: "auto", spellcheck: "false", once: { value: begin }, made: focusWhole }),
    h("button", { class: "sm-strong" }, verb),
    button("Cancel", () => ctx.open(null)));
}

function copied(ctx) {
  const own = ctx.idOf({ what: "drawer-copy" });
  const text = ctx.view.source.cell;
  const changes = ctx.schema.changes.length;
  const onkeydown = (event) => escaped(ctx, event);
  return h("div", { class: "sm-drawer", key: "copy", onkeydown },
    h("label", { for: own, class: "sm-dim" }, "This cell draws the same table again",
      changes ? `, without the ${plural(changes, "change")} not applied` : ""),
    h("span", { class: "sm-push" }),
    button("Close", () => ctx.open(null)),
    h("textarea", { id: own, class: "sm-text", readOnly: true, wrap: "off",
      rows: String(Math.min(text.split("\n").length, 10)), value: text,
      made: focusWhole }));
}

function focusWhole(node) {
  node.focus();
  node.select();
  node.scrollTop = 0;
}

function escaped(ctx, event) {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  ctx.open(null);
}
