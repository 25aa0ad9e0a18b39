// A share dragged by its mark under the bar: the same edit as in its field, which keys reach.

const [NEAR, STILL] = [9, 2];

// Handlers for the picture of a column's shares; none where it shows something else.
export function sliding(ctx, column, picture) {
  const fields = column.fields.filter(({ key }) => key === "yes" || key.startsWith("share/"));
  const own = fields.map(({ key }) => (key === "yes" ? key : key.slice("share/".length)));
  const few = fields.length > 1 ? fields.length : 2;
  if (picture?.kind !== "shares" || !fields.length || picture.values.length !== few) return {};
  const fieldOf = (at) => fields[own.indexOf(picture.values[at])];
  return {
    onpointerdown: (event) => grasp(ctx, column.name, picture, fieldOf, event),
    onpointermove: (event) => slide(ctx, event),
    onpointerup: () => release(ctx),
    onpointercancel: () => release(ctx),
  };
}

function grasp(ctx, column, picture, fieldOf, event) {
  const box = event.currentTarget.getBoundingClientRect();
  const total = picture.stated.reduce((all, share) => all + share, 0) || 1;
  const shares = picture.stated.map((share) => share / total);
  let before = 0;
  let found = null;
  shares.slice(0, -1).forEach((share, at) => {
    const far = Math.abs(event.clientX - box.left - (before + share) * box.width);
    if (far < (found?.far ?? NEAR) && fieldOf(at)) {
      found = { far, before, share, field: fieldOf(at) };
    }
    before += share;
  });
  if (!found || event.button) return;
  event.preventDefault();
  event.currentTarget.setPointerCapture(event.pointerId);
  const { key, text } = found.field;
  const edit = { what: "field", column, key };
  ctx.local.slid = { ...found, box, edit, text, from: event.clientX, moved: false };
}

// The others keep their proportions, so those before the mark move with it.
function slide(ctx, event) {
  const { slid } = ctx.local;
  if (!slid) return;
  const { before, share, box, edit, text } = slid;
  slid.moved ||= Math.abs(event.clientX - slid.from) > STILL;
  if (!slid.moved) return;
  const place = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
  const rest = share < 1 ? before / (1 - share) : 0;
  const wanted = rest < 1 ? (place - rest) / (1 - rest) : share;
  const percent = Math.round(100 * Math.min(Math.max(wanted, 0), 1));
  ctx.fields.type(edit, text, String(percent));
}

function release(ctx) {
  const { slid } = ctx.local;
  ctx.local.slid = null;
  if (slid?.moved) ctx.fields.commit(slid.edit);
}
