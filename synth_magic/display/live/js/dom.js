// Elements as values, and the page made to look like them.
//
// `h` describes an element; `sync` makes an element's children what was described and reuses
// those that are there already (same key, or same place among its like).  So a redraw keeps
// the focus, the caret, open folds and scroll positions.  Text only ever becomes a text node.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "disabled", "readOnly", "scrollTop"]);

export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, kids: children.flat(Infinity).filter(isShown) };
}

export function unseen(text, props) {
  return h("span", { class: "sm-unseen", ...props }, text);
}

export function sync(parent, children) {
  const root = parent.getRootNode();
  const held = root.activeElement;
  syncChildren(parent, [children].flat(Infinity).filter(isShown), parent.namespaceURI === SVG);
  // A node that was moved has lost the focus; one that is new may have taken it on purpose.
  if (held && parent.contains(held) && !parent.contains(root.activeElement)) held.focus();
}

function isShown(kid) {
  return kid !== null && kid !== undefined && kid !== false && kid !== "";
}

function syncChildren(parent, kids, inSvg) {
  const before = new Map();
  for (const node of parent.childNodes) before.set(node.smKey, node);
  const seen = new Map();
  const nodes = kids.map((kid) => {
    const key = keyOf(kid, seen);
    const node = before.get(key) ?? create(kid, inSvg);
    before.delete(key);
    node.smKey = key;
    return node;
  });
  // What is gone goes first, so that no node that stays has to move and lose the focus.
  for (const node of before.values()) node.remove();
  nodes.forEach((node, at) => {
    if (parent.childNodes[at] !== node) parent.insertBefore(node, parent.childNodes[at] ?? null);
    update(node, kids[at], inSvg);
  });
}

function keyOf(kid, seen) {
  const like = typeof kid !== "object" ? "#" : kid.tag;
  if (kid.props?.key !== undefined) return `${like}=${kid.props.key}`;
  const place = seen.get(like) ?? 0;
  seen.set(like, place + 1);
  return `${like}:${place}`;
}

function create(kid, inSvg) {
  if (typeof kid !== "object") return document.createTextNode("");
  const node = inSvg || kid.tag === "svg"
    ? document.createElementNS(SVG, kid.tag)
    : document.createElement(kid.tag);
  node.smHeld = {};
  for (const [name, value] of Object.entries(kid.props.once ?? {})) node.setAttribute(name, value);
  return node;
}

function update(node, kid, inSvg) {
  if (typeof kid !== "object") {
    const text = String(kid);
    if (node.data !== text) node.data = text;
    return;
  }
  const { key, once, made, ...props } = kid.props;
  const isNew = !Object.hasOwn(node, "smProps");
  for (const name of Object.keys(node.smProps ?? {})) if (!(name in props)) put(node, name, null);
  syncChildren(node, kid.kids, inSvg || kid.tag === "svg");
  // A value comes after the children: a select knows only the options that it has.
  for (const [name, value] of Object.entries(props)) {
    if (PROPERTIES.has(name) || node.smProps?.[name] !== value) put(node, name, value);
  }
  node.smProps = props;
  if (isNew && made) made(node);
}

function put(node, name, value) {
  if (name.startsWith("on")) listen(node, name.slice(2), value);
  else if (PROPERTIES.has(name)) {
    const wanted = value ?? (name === "value" ? "" : false);
    if (node[name] !== wanted) node[name] = wanted;
  } else if (name === "style") putStyle(node, value ?? {});
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}

function putStyle(node, wanted) {
  for (const name of Object.keys(node.smProps?.style ?? {})) {
    if (!(name in wanted)) node.style.removeProperty(name);
  }
  for (const [name, value] of Object.entries(wanted)) node.style.setProperty(name, value);
}

// One listener a kind of event for the life of the node; what it calls may change.
function listen(node, kind, act) {
  if (!(kind in node.smHeld)) {
    node.addEventListener(kind, (event) => node.smHeld[kind]?.(event));
  }
  node.smHeld[kind] = act;
}
