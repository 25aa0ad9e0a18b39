// First rows, under a summary of each column.

import { h, unseen } from "./dom.js";
import { columnPicture } from "./pictures.js";
import { plural } from "./words.js";

export function dataTab(ctx) {
  const { data, head } = ctx.view;
  const shown = data.rows.length;
  const wide = data.columns.length > 6 ? 96 : 112;
  const line = head.rows
    ? `first ${shown.toLocaleString("en-US")} of ${plural(data.total ?? head.rows, "row")}`
    : "no rows";
  return [
    h("div", { class: "sm-scroll sm-first-rows", key: "rows", tabindex: "0", role: "group",
      "aria-label": line },
      h("table", { class: "sm-data" },
        h("caption", null, unseen(`${line}, ${plural(data.columns.length, "column")}`)),
        h("thead", null, h("tr", null, data.columns.map((column) => columnHead(column, wide)))),
        h("tbody", null, data.rows.map((row) => h("tr", null, row.map((text, at) =>
          cell(text, data.columns[at]?.numeric))))))),
    h("p", { class: "sm-dim sm-foot", key: "foot" }, line,
      data.hidden_columns
        ? h("span", null, ` · ${plural(data.hidden_columns, "more column")}: `,
          h("bdi", null, data.hidden_names))
        : null,
      head.population ? h("span", null, " · ", h("bdi", null, head.population)) : null),
  ];
}

function columnHead({ name, numeric, picture, brief }, wide) {
  return h("th", { scope: "col", class: numeric ? "sm-n" : null, key: name },
    h("span", { class: "sm-name", title: name }, h("bdi", null, name)),
    h("span", { class: "sm-picture" }, columnPicture(picture, name, wide)),
    h("small", { class: "sm-dim" }, brief || "\u00a0"));
}

function cell(text, numeric) {
  const kind = numeric ? "sm-n" : null;
  if (text === "") return h("td", { class: kind }, h("span", { class: "sm-dim" }, "–"));
  const title = text.length > 40 ? text : null;
  return h("td", { class: kind, dir: numeric ? null : "auto", title }, text);
}
