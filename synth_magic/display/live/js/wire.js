// Questions to the kernel and their answers, matched by number.
//
// Several views of one model get every answer; each knows its own by the mark in the number.
// The kernel says when it begins with something that may take a while: what it has begun with is
// waited for, and a kernel that begins with nothing is busy with a cell.

// Milliseconds.
export const PATIENCE = 400;
const [LONGEST_WAIT, STEP] = [20000, 50];
const LATE = Symbol("late");

export function createWire(model) {
  const mark = Math.random().toString(36).slice(2, 10);
  const open = new Map();
  let asked = 0;
  let lives = true;

  function hear(answer) {
    const question = open.get(answer?.re);
    if (!question) return;
    if (answer.began) {
      question.began = true;
      return;
    }
    open.delete(answer.re);
    question.resolve(answer);
  }

  function ask(what, body = {}) {
    asked += 1;
    const id = `${mark}-${asked}`;
    return new Promise((resolve) => {
      if (!lives) return;
      open.set(id, { resolve, began: false });
      model.send({ do: what, id, ...body });
    });
  }

  const works = () => [...open.values()].some(({ began }) => began);
  const pause = () => new Promise((resolve) => { setTimeout(() => resolve(LATE), STEP); });

  // What the kernel does not come to in time is null; the answer itself may still come.
  async function within(question, patience = PATIENCE) {
    for (let [idle, whole] = [0, 0]; idle < patience && whole < LONGEST_WAIT; whole += STEP) {
      const answer = await Promise.race([question, pause()]);
      if (answer !== LATE) return answer;
      idle = works() ? 0 : idle + STEP;
    }
    return null;
  }

  model.on("msg:custom", hear);
  return {
    ask,
    within,
    ping: (patience) => within(ask("ping"), patience),
    close() {
      lives = false;
      open.clear();
      model.off("msg:custom", hear);
    },
  };
}
