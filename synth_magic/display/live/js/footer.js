// The bar at the bottom: what is said, what is not applied yet, and what to do with it.

import { button } from "./inputs.js";
import { h } from "./dom.js";
import { parted, plural } from "./words.js";

const NOTHING = { kind: "", text: "", mend: "", actions: [] };
const SIGNS = { done: "✓ ", error: "✗ ", ask: "? ", busy: "" };
const UNUSED = "The blueprint in Source was edited and is not used yet; Apply uses it.";
const TONES = { done: "sm-good", error: "sm-warn", ask: "sm-warn", busy: "sm-dim" };

export function footer(ctx) {
  const { changes, undo, redo } = ctx.schema;
  const waiting = ctx.fields.waiting();
  return h("div", { class: "sm-bar", key: "bar" },
    status(ctx),
    h("div", { class: "sm-barline" },
      h("span", { class: changes.length ? "sm-changes" : "sm-dim",
        title: changes.length > 1 ? changes.join("\n") : null },
        waiting && !waiting.problem ? typing(waiting) : summed(changes)),
      h("span", { class: "sm-unseen", role: "status" }, changes.at(-1) ?? ""),
      h("span", { class: "sm-buttons" },
        button("Undo", () => ctx.step("undo"), { off: !undo }),
        button("Redo", () => ctx.step("redo"), { off: !redo }),
        button("Discard", () => ctx.step("discard"), { off: !changes.length }),
        button("Apply", ctx.apply, { kind: "sm-strong", off: !changes.length && !waiting }))));
}

function status(ctx) {
  const { said, past } = ctx.local;
  const old = ctx.status === past && past.kind === "done";
  const { kind, text, mend, actions } = said ?? (old ? NOTHING : ctx.status);
  const tone = TONES[kind] ?? "sm-dim";
  return h("div", { class: "sm-status", role: "status", "aria-live": "polite",
    "aria-atomic": "true" },
  text ? h("span", { class: tone }, SIGNS[kind] ?? "", parted(text, mend)) : null,
  (actions ?? []).map(({ do: choice, label }) => button(label, () => ctx.answer(choice))));
}

function typing({ edit, text, base, words, doubt }) {
  if (edit.what === "yaml") return UNUSED;
  if (doubt) return words;
  if (words) return `${words} · Enter keeps it, Escape puts it back`;
  return `${base || "–"} → ${text || "–"}`;
}

function summed(changes) {
  if (!changes.length) return "No changes. Edit any figure; Apply draws the table again.";
  return `${plural(changes.length, "change")}, not applied: ${changes.join(" · ")}`;
}
