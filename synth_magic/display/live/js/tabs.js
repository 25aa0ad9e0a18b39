// The tabs: one is chosen; arrow keys, Home and End go from one to the next.

import { h } from "./dom.js";

export function tabs(ctx, names, draw) {
  const { chosen } = ctx.local;
  const list = names.map((name) => h("button", {
    key: name,
    type: "button",
    role: "tab",
    id: `${ctx.mark}-tab-${name}`,
    "aria-selected": String(name === chosen),
    "aria-controls": `${ctx.mark}-panel`,
    tabindex: name === chosen ? "0" : "-1",
    onclick: () => ctx.choose(name),
    onkeydown: (event) => walk(ctx, names, event),
  }, name));
  return [
    h("div", { class: "sm-tabs", role: "tablist", "aria-label": "Views of the table" }, list),
    h("div", {
      // A panel of its own a tab: places scrolled to and folds opened are kept by none but it.
      key: `panel-${chosen}`,
      class: `sm-panel sm-panel-${chosen.toLowerCase()}`,
      role: "tabpanel",
      id: `${ctx.mark}-panel`,
      "aria-labelledby": `${ctx.mark}-tab-${chosen}`,
      tabindex: "0",
    }, draw(chosen)),
  ];
}

function walk(ctx, names, event) {
  const at = names.indexOf(ctx.local.chosen);
  const to = {
    ArrowRight: (at + 1) % names.length,
    ArrowLeft: (at + names.length - 1) % names.length,
    Home: 0,
    End: names.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  ctx.choose(names[to]);
  event.target.parentNode.children[to].focus();
}
