// What was typed but not yet taken, and what the kernel says of it.
//
// The kernel holds the truth.  Here lives only the user's own text: it stays in its field until
// the kernel took it, the user gave it up (Escape), or the draft went elsewhere (Undo).

const PAUSE = 140;

// `wire` asks the kernel, `redraw` shows what changed, `edited` hears that the kernel took something.
export function createFields({ wire, redraw, edited }) {
  const typed = new Map();
  const pictures = new Map();
  const busy = new Set();

  const find = (edit) => typed.get(fieldKey(edit));
  const lives = (entry) => find(entry.edit) === entry;
  // A line that adds something is taken by its own Enter or button, and by nothing else.
  const own = () => [...typed.values()].filter(({ edit }) => !edit.what.endsWith("+"));
  const message = (edit, text) => ({ column: "", index: -1, key: "", ...edit, text });

  function type(edit, base, text, { previewed = true } = {}) {
    const entry = find(edit) ?? { edit };
    clearTimeout(entry.timer);
    Object.assign(entry, { base, text, problem: null, words: "", doubt: false });
    typed.set(fieldKey(edit), entry);
    if (text === base) forget(entry);
    else if (previewed) entry.timer = setTimeout(() => preview(entry), PAUSE);
    redraw();
  }

  // At most one question a field is under way: a busy kernel must not be handed a queue of them.
  async function preview(entry) {
    if (!lives(entry) || entry.asking || entry.sent !== undefined || !entry.text.trim()) return;
    const { text } = entry;
    entry.asking = true;
    const answer = await wire.ask("preview", { edit: message(entry.edit, text) });
    entry.asking = false;
    if (!lives(entry) || entry.problem || entry.sent !== undefined) return;
    if (entry.text !== text) {
      preview(entry);
      return;
    }
    entry.words = answer.ok ? (answer.words ?? "") : answer.what;
    entry.doubt = !answer.ok;
    if (answer.ok && answer.picture) pictures.set(entry.edit.column, answer.picture);
    redraw();
  }

  function commit(edit) {
    const entry = find(edit);
    if (!entry || entry.problem || entry.sent === entry.text) return;
    if (!entry.text.trim() && entry.base === "") return;
    clearTimeout(entry.timer);
    const question = send(entry);
    busy.add(question);
    question.finally(() => busy.delete(question));
  }

  async function send(entry) {
    const { text } = entry;
    entry.sent = text;
    const answer = await wire.ask("edit", { edit: message(entry.edit, text) });
    entry.sent = undefined;
    if (answer.ok) edited();
    if (!lives(entry) || entry.text !== text) return;
    if (!answer.ok) entry.problem = { what: answer.what, mend: answer.mend ?? "" };
    else forget(entry); // the new schema came before this answer
    redraw();
  }

  function forget(entry) {
    clearTimeout(entry.timer);
    typed.delete(fieldKey(entry.edit));
    pictures.delete(entry.edit.column);
  }

  // Give a field back what the kernel says; whether there was anything to give up.
  function restore(edit) {
    const entry = find(edit);
    if (!entry) return false;
    forget(entry);
    redraw();
    return true;
  }

  return {
    find,
    type,
    commit,
    restore,
    picture: (column) => pictures.get(column),
    settled: () => Promise.all([...busy]),
    commitAll: () => { for (const { edit } of own()) commit(edit); },
    problems: () => own().filter((entry) => entry.problem),
    waiting: () => own().find((entry) => !entry.problem) ?? own()[0],
    // Give up what stands in fields whose place may mean another thing now.
    clear(chosen = () => true) {
      for (const entry of own()) if (chosen(entry.edit)) forget(entry);
    },
  };
}

export function fieldKey({ what, column = "", index = -1, key = "" }) {
  return JSON.stringify([what, column, index, key]);
}
