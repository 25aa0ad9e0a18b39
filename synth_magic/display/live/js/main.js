// One view of one table: draws the model's state, hands what the user does to the kernel.

import { createFields, fieldKey } from "./fields.js";
import { createWire, PATIENCE } from "./wire.js";
import { dataTab } from "./data_tab.js";
import { fidelityTab } from "./fidelity_tab.js";
import { footer } from "./footer.js";
import { guardKeys, hideStatic, toClipboard } from "./host.js";
import { h, sync } from "./dom.js";
import { header } from "./header.js";
import { schemaTab } from "./schema_tab.js";
import { YAML, selectPart, sourceTab } from "./source_tab.js";
import { tabs } from "./tabs.js";

const TABS = { Data: dataTab, Schema: schemaTab, Fidelity: fidelityTab, Source: sourceTab };
const TRAITS = ["view", "schema", "fidelity", "status"];
// A kernel that works on a report answers more slowly than one that rests.
const PATIENT = 2000;
const WAITING = { kind: "busy", text: "Waiting for the kernel …" };
const BUSY = {
  kind: "busy",
  text: "The kernel is busy with a cell, or gone; nothing was applied.",
  mend: "Apply again when it rests.",
};
const QUEUED = {
  kind: "busy",
  text: "The kernel is busy with a cell; it takes this change when it rests.",
};
const CLOSED = {
  kind: "error",
  text: "The browser does not let a page copy here.",
  mend: "The text is selected: press Ctrl+C.",
};
const PASTE = { kind: "done", text: "The cell is in the clipboard: paste it into a new cell." };
const COPIED = { kind: "done", text: "Copied." };
const BLANK = { column: "", index: -1, key: "", text: "" };

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "synth-magic-live";
  root.setAttribute("role", "region");
  el.append(root);
  const view = createView(model, root);
  const shown = hideStatic(model.get("view").static);
  return () => {
    view.close();
    shown();
    root.remove();
  };
}

function createView(model, root) {
  const ids = new Map();
  const wire = createWire(model);
  const chosen = tabOf(model.get("view").tab);
  const local = { chosen, opened: new Set(), drawer: null, highlit: null, said: null, past: null };
  const ctx = { mark: `sm-${Math.random().toString(36).slice(2, 8)}`, local };
  let [due, acting, opener, marks] = [false, false, null, 0];

  const redraw = () => {
    if (due) return;
    due = true;
    queueMicrotask(() => { due = false; draw(); });
  };
  const read = () => { for (const name of TRAITS) ctx[name] = model.get(name); };
  const focused = () => root.contains(root.getRootNode().activeElement);
  const draw = () => {
    const held = focused();
    root.setAttribute("aria-label", `${ctx.view.head.name}: synthetic table`);
    sync(root, h("div", { class: "sm-box" },
      header(ctx), tabs(ctx, Object.keys(TABS), (name) => TABS[name](ctx)), footer(ctx)));
    // What had the focus is gone: the next key must not become a shortcut of the notebook.
    if (held && !focused()) root.querySelector("[role=tabpanel]").focus({ preventScroll: true });
  };
  const find = (id) => root.querySelector(`#${id}`);
  const change = (what, value) => { local[what] = value; redraw(); };
  const say = (words) => change("said", words);
  // What was done is no news any more once something else was edited.
  const edited = () => { local.past = ctx.status; };
  const fields = createFields({ wire, redraw, edited });

  // A question whose answer may have to wait for a cell to end says so.
  async function asked(question) {
    if (await wire.within(question) === null) say(QUEUED);
    const answer = await question;
    if (local.said === QUEUED) say(null);
    return answer;
  }

  // What is typed goes first; nothing is done while a field holds what cannot be.
  async function ready() {
    fields.commitAll();
    const slow = setTimeout(() => say(WAITING), PATIENCE);
    const rest = await wire.ping(ctx.fidelity.pending ? PATIENT : PATIENCE);
    const rests = rest && !rest.busy && await wire.within(fields.settled()) !== null;
    clearTimeout(slow);
    if (!rests) {
      say(BUSY);
      return false;
    }
    const [wrong] = fields.problems();
    if (wrong) {
      const text = `Nothing was applied: ${wrong.problem.what}`;
      say({ kind: "error", text, mend: "Mend it there, or press Escape in it." });
      find(ctx.idOf(wrong.edit))?.focus();
      return false;
    }
    return true;
  }

  async function act(what, body, words) {
    if (acting) return false;
    acting = true;
    try {
      if (!await ready()) return false;
    } finally {
      acting = false;
    }
    say({ kind: "busy", text: words });
    const answer = await wire.ask(what, body);
    say(answer.ok ? null : { kind: "error", text: answer.what, mend: answer.mend });
    return answer.ok;
  }

  Object.assign(ctx, {
    fields,
    say,
    act,
    idOf(edit) {
      const key = fieldKey(edit);
      if (!ids.has(key)) ids.set(key, `${ctx.mark}-${ids.size}`);
      return ids.get(key);
    },
    next: () => { marks += 1; return `mark-${marks}`; },
    choose: (name) => change("chosen", name),
    toSource(block, index) {
      local.chosen = "Source";
      draw();
      selectPart(find(ctx.idOf(YAML)), block, index);
    },
    highlight: (index) => { if (local.highlit !== index) change("highlit", index); },
    toggle(name) {
      if (!local.opened.delete(name)) local.opened.add(name);
      redraw();
    },
    open(kind) {
      if (kind) opener = root.getRootNode().activeElement;
      else opener?.focus();
      change("drawer", kind);
    },
    async edit(edit) {
      fields.commitAll();
      fields.clear(({ what }) => what === "effect" || what === "rule");
      const answer = await asked(wire.ask("edit", { edit: { ...BLANK, ...edit } }));
      edited();
      say(answer.ok ? null : { kind: "error", text: answer.what, mend: answer.mend });
    },
    preview: (edit, text) => asked(wire.ask("preview", { edit: { ...BLANK, ...edit, text } })),
    async step(what) {
      if (what !== "discard") fields.commitAll();
      fields.clear();
      const answer = await asked(wire.ask(what));
      edited();
      say(answer.ok ? null : { kind: "error", text: answer.what, mend: answer.mend });
    },
    apply: () => act("apply", {}, "Drawing …"),
    async answer(choice) {
      const answer = await asked(wire.ask("answer", { choice }));
      if (!answer.ok) say({ kind: "error", text: answer.what, mend: answer.mend });
    },
    async copy(text, id) {
      const done = await toClipboard(text);
      if (!done) find(id)?.select();
      say(done ? COPIED : CLOSED);
    },
    async copyCell() {
      ctx.open("copy");
      const done = await toClipboard(ctx.view.source.cell);
      say(done ? PASTE : CLOSED);
    },
  });

  read();
  const listeners = TRAITS.map((name) => [`change:${name}`, () => {
    ctx[name] = model.get(name);
    if (name === "status") local.said = null;
    redraw();
  }]);
  for (const [name, act] of listeners) model.on(name, act);
  guardKeys(root, ctx.apply);
  draw();
  return {
    close() {
      wire.close();
      for (const [name, act] of listeners) model.off(name, act);
    },
  };
}

function tabOf(name) {
  return Object.keys(TABS).find((tab) => tab.toLowerCase() === name) ?? "Schema";
}

export default { render };
