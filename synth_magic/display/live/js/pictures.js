// Small pictures from numbers: what was drawn under what was stated.

import { h } from "./dom.js";
import { percent } from "./words.js";

const STEPS = 6;

export function columnPicture(picture, name, wide, { pending = false, slides = {} } = {}) {
  if (!picture) return null;
  const image = picture.kind === "histogram" ? histogram(picture, wide) : shares(picture, wide);
  const drags = Object.keys(slides).length ? " sm-drags" : "";
  const kind = `sm-pic-svg${pending ? " sm-pending" : ""}${drags}`;
  const frame = { class: kind, width: wide, height: image.height, preserveAspectRatio: "none" };
  const viewBox = `0 0 ${wide} ${image.height}`;
  const said = saying(picture, name);
  return h("svg", { ...frame, viewBox, role: "img", "aria-label": said, ...slides },
    image.parts);
}

function saying(picture, name) {
  if (picture.kind === "histogram") return `${name}: drawn from ${picture.low} to ${picture.high}`;
  const { values, drawn, stated } = picture;
  const [word, shown] = drawn.length ? ["drawn", drawn] : ["stated", stated];
  const parts = values.map((value, at) => `${value} ${percent(shown[at] ?? 0)}`);
  return `${name}: ${word} ${parts.join(", ")}`;
}

function histogram({ drawn, stated, separate }, wide) {
  const height = 30;
  const top = Math.max(...drawn, ...stated, 1e-12);
  const [floor, room] = [height - 1, height - 4];
  const step = wide / Math.max(drawn.length, stated.length, 1);
  const gap = step > 3 ? 1 : 0.4;
  const y = (value) => floor - (value / top) * room;
  const bars = drawn.map((value, at) =>
    value > 0 ? `M${at * step + gap / 2} ${floor}V${y(value)}h${step - gap}V${floor}z` : "",
  );
  const points = stated.map((value, at) => [(at + 0.5) * step, y(value)]);
  const line = separate ? ticks(points, step - gap) : curve(points);
  return {
    height,
    parts: [
      h("path", { class: "sm-bars", d: bars.join("") }),
      h("path", { class: "sm-base", d: `M0 ${height - 0.5}h${wide}` }),
      points.length ? h("path", { class: "sm-curve", d: line }) : null,
    ],
  };
}

function ticks(points, long) {
  return points.map(([x, y]) => `M${x - long / 2} ${y}h${long}`).join("");
}

// A smooth line through the middles of its segments.
function curve(points) {
  let path = points.length ? `M${points[0]}` : "";
  for (let at = 1; at < points.length; at += 1) {
    const [[ax, ay], [bx, by]] = [points[at - 1], points[at]];
    path += `Q${ax} ${ay} ${(ax + bx) / 2} ${(ay + by) / 2}`;
  }
  return points.length > 1 ? `${path}L${points.at(-1)}` : path;
}

function shares({ drawn, stated }, wide) {
  const shown = drawn.length ? drawn : stated;
  const total = sum(shown) || 1;
  let left = 0;
  const parts = shown.map((value, at) => {
    const width = (value / total) * wide;
    const x = left;
    left += width;
    const kind = `sm-share sm-share-${Math.min(at, STEPS - 1)}`;
    return h("rect", { class: kind, x, y: 1, width: Math.max(width - 1, 0), height: 13 });
  });
  return { height: 20, parts: [...parts, h("path", { class: "sm-curve", d: ends(stated, wide) })] };
}

// Where each stated part ends: a mark under the bar.
function ends(stated, wide) {
  const total = sum(stated) || 1;
  let at = 0;
  return stated.slice(0, -1).map((value) => {
    at += (value / total) * wide;
    return `M${at - 0.5} 15v4.5`;
  }).join("");
}

function sum(values) {
  return values.reduce((all, value) => all + value, 0);
}

// A report's pictures ---------------------------------------------------------------

export function intervalPicture(axis, { wide, kind, label }) {
  const [least, most] = axis.span;
  const at = (place) => {
    const share = (place - least) / (most - least || 1);
    return 4 + Math.min(Math.max(share, 0), 1) * (wide - 8);
  };
  const told = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return h(
    "svg",
    { class: `sm-interval ${kind}`, width: wide, height: 16, viewBox: `0 0 ${wide} 16`, ...told },
    h("path", { class: "sm-span", d: `M${at(axis.low)} 8H${at(axis.high)}` }),
    axis.mark === null ? null : h("path", { class: "sm-mark", d: `M${at(axis.mark)} 1.5v13` }),
    h("circle", { class: "sm-dot", cx: at(axis.at), cy: 8, r: 3 }),
  );
}

export function pairPicture({ edges, one, other, separate, said }) {
  const [wide, height, floor] = [150, 46, 45];
  const low = edges[0];
  const at = edges.map((edge) => ((edge - low) / (edges.at(-1) - low || 1)) * wide);
  const top = Math.max(...one, ...other, 1e-12);
  const y = (value) => floor - (value / top) * (height - 4);
  const gap = separate ? 3 : 0.25;
  const filled = one.map((value, bin) =>
    value > 0 ? `M${at[bin] + gap} ${floor}V${y(value)}H${at[bin + 1] - gap}V${floor}z` : "",
  );
  const steps = other.map((value, bin) =>
    separate ? `M${at[bin]} ${y(value)}H${at[bin + 1]}` : `V${y(value)}H${at[bin + 1]}`,
  );
  const line = separate ? steps.join("") : `M${at[0]} ${floor}${steps.join("")}V${floor}`;
  return h(
    "svg",
    { width: wide, height, viewBox: `0 0 ${wide} ${height}`, role: "img", "aria-label": said },
    h("path", { class: "sm-bars", d: filled.join("") }),
    h("path", { class: "sm-base", d: `M0 ${height - 0.5}h${wide}` }),
    other.length ? h("path", { class: "sm-second", d: line }) : null,
  );
}

// The lower half of a square, whose diagonal names rows and columns alike.
export function heatPicture({ names, values, said }) {
  const many = names.length;
  const side = many <= 12 ? 34 : many <= 20 ? 24 : 17;
  const shown = names.map((name) => [...name].slice(0, 22).join(""));
  const wide = Math.max(...shown.map((name, at) => at * side + 12 + 7.2 * name.length));
  const height = many * side;
  const cells = names.flatMap((_, row) =>
    names.slice(0, row).map((__, column) => heatCell(column, row, side, values[row][column])),
  );
  const heads = shown.map((name, at) =>
    h("text", { class: "sm-heat-name", x: at * side + 5, y: at * side + side / 2 + 4 }, name),
  );
  const frame = { width: wide, height, viewBox: `0 0 ${wide} ${height}` };
  return h("svg", { ...frame, role: "img", "aria-label": said, class: "sm-heat" }, cells, heads);
}

function heatCell(column, row, side, value) {
  const size = Math.abs(value) + 1e-9;
  const dark = size >= 0.2 ? 1 : size >= 0.1 ? 0.4 : size >= 0.05 ? 0.17 : 0.05;
  const [x, y] = [column * side, row * side];
  const kind = value > 0 ? "sm-above" : "sm-below";
  const box = { x, y, width: side - 1, height: side - 1, rx: 2, "fill-opacity": dark };
  const middle = { x: x + (side - 1) / 2, y: y + side / 2 + 4 };
  const said = value.toFixed(2).replace("0.", ".").replace("-", "−");
  const lettered = side >= 24 && dark === 1;
  return [
    h("rect", { class: kind, ...box }),
    lettered ? h("text", { class: "sm-heat-value", ...middle }, said) : null,
  ];
}
