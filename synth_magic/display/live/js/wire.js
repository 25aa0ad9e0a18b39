// Questions to the kernel and their answers, matched by number.
//
// Several views of one model get every answer; each knows its own by the mark in the number.

const PATIENCE = 400;

export function createWire(model) {
  const mark = Math.random().toString(36).slice(2, 10);
  const open = new Map();
  let asked = 0;
  let lives = true;

  function hear(answer) {
    const settle = open.get(answer?.re);
    if (!settle) return;
    open.delete(answer.re);
    settle(answer);
  }

  function ask(what, body = {}) {
    asked += 1;
    const id = `${mark}-${asked}`;
    return new Promise((resolve) => {
      if (!lives) return;
      open.set(id, resolve);
      model.send({ do: what, id, ...body });
    });
  }

  // What was asked but not heard in time is null; the answer itself may still come.
  function within(question, limit = PATIENCE) {
    const late = new Promise((resolve) => { setTimeout(() => resolve(null), limit); });
    return Promise.race([question, late]);
  }

  model.on("msg:custom", hear);
  return {
    ask,
    within,
    ping: () => within(ask("ping")),
    close() {
      lives = false;
      open.clear();
      model.off("msg:custom", hear);
    },
  };
}
