// The effects as a drawing: who acts on whom, how strongly, in which direction.

import { h } from "./dom.js";
import { short } from "./words.js";

const [LETTER, ROW, LONGEST, TALLEST] = [6.4, 36, 15, 460];

export function graph(ctx) {
  const { nodes, edges, more } = ctx.schema.graph;
  if (!edges.length) return null;
  const places = placed(nodes);
  const lit = litPair(ctx);
  return h("section", { class: "sm-graph", key: "graph" },
    h("h4", null, "Graph"),
    h("svg", { viewBox: `0 0 ${places.wide} ${places.high}`, width: places.wide,
      height: places.high, role: "img", "aria-label": told(edges) },
    edges.map(([from, to, strength], at) => arrow(places.at, from, to, strength, lit, at)),
    [...places.at.values()].map((node) => pill(node, lit))),
    more ? h("p", { class: "sm-dim sm-foot" }, more) : null);
}

function told(edges) {
  const verb = (strength) => (strength === 0 ? "shapes" : strength < 0 ? "lowers" : "raises");
  const words = edges.map(([from, to, strength]) => `${from} ${verb(strength)} ${to}`);
  return `Graph of effects: ${words.join("; ")}`;
}

// Unit coordinates to pixels: room for the longest name in each rank, and a row for each height
// that tells two nodes of a rank or of neighbouring ones apart.
function placed(nodes) {
  const ranks = [...new Set(nodes.map(([, x]) => x))].sort((a, b) => a - b);
  const within = (rank) => nodes.filter(([, x]) => x === rank);
  const widest = ranks.map((rank) => Math.max(...within(rank).map(([name]) => width(name))));
  const gap = ranks.length > 4 ? 26 : 44;
  const lefts = [];
  let right = 2;
  for (const wide of widest) {
    lefts.push(right);
    right += wide + gap;
  }
  const heights = nodes.map(([, , y]) => y);
  const top = Math.min(...heights);
  const row = Math.min(ROW / closest(nodes, ranks), TALLEST / (Math.max(...heights) - top || 1));
  const high = (Math.max(...heights) - top) * row + 30;
  const at = new Map(nodes.map(([name, x, y]) => {
    const rank = ranks.indexOf(x);
    const wide = width(name);
    const middle = 15 + (y - top) * row;
    return [name, { name, wide, x: lefts[rank] + widest[rank] / 2, y: middle }];
  }));
  return { at, wide: Math.max(right - gap + 2, 120), high };
}

function closest(nodes, ranks) {
  const near = (a, b) => Math.abs(ranks.indexOf(a) - ranks.indexOf(b)) <= 1;
  const gaps = nodes.flatMap(([, ax, ay], at) =>
    nodes.slice(0, at).map(([, bx, by]) => (near(ax, bx) ? Math.abs(ay - by) : 1)));
  return Math.min(1, ...gaps.filter((gap) => gap > 1e-6));
}

function width(name) {
  return Math.min([...name].length, LONGEST) * LETTER + 18;
}

function pill({ name, wide, x, y }, lit) {
  const kind = lit && (lit.from === name || lit.to === name) ? "sm-node sm-lit" : "sm-node";
  return h("g", { class: kind, key: name },
    h("rect", { x: x - wide / 2, y: y - 11, width: wide, height: 22, rx: 11 }),
    h("text", { x, y: y + 4 }, short(name, LONGEST)),
    h("title", null, name));
}

function arrow(places, from, to, strength, lit, at) {
  const [a, b] = [places.get(from), places.get(to)];
  if (!a || !b) return null;
  const own = lit && lit.from === from && lit.to === to;
  const kind = ["sm-edge", strength < 0 ? "sm-less" : "", own ? "sm-lit" : lit ? "sm-faint" : ""];
  const thick = 1 + 3 * Math.min(Math.abs(strength), 1);
  const [start, end] = [leave(a, b), leave(b, a)];
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const long = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / long, dy / long];
  const head = 5 + thick;
  const neck = { x: end.x - ux * head, y: end.y - uy * head };
  const half = 2.4 + thick * 0.8;
  const sides = [-1, 1].map((side) => `L${neck.x + side * uy * half} ${neck.y - side * ux * half}`);
  return h("g", { class: kind.filter(Boolean).join(" "), key: `${at}` },
    h("path", { class: "sm-shaft", "stroke-width": thick,
      d: `M${start.x} ${start.y}L${neck.x} ${neck.y}` }),
    h("path", { class: "sm-tip", d: `M${end.x} ${end.y}${sides.join("")}z` }));
}

// Where the line from the middle of `a` to that of `b` leaves the box of `a`.
function leave(a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const [half, tall] = [a.wide / 2 + 3, 14];
  const across = half / Math.max(Math.abs(dx), 1e-9);
  const along = tall / Math.max(Math.abs(dy), 1e-9);
  const share = Math.min(across, along, 0.5);
  return { x: a.x + dx * share, y: a.y + dy * share };
}

function litPair(ctx) {
  const effect = ctx.schema.effects.find(({ index }) => index === ctx.local.highlit);
  if (!effect) return null;
  const names = ctx.schema.graph.nodes.map(([name]) => name);
  return { from: columnOf(effect.from, names), to: columnOf(effect.to, names) };
}

// `smoker = current` is about the column smoker.
function columnOf(operand, names) {
  if (names.includes(operand)) return operand;
  return names.find((name) => operand.startsWith(`${name} = `)) ?? operand;
}
