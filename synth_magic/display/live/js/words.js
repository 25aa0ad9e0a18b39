// Numbers and counts in words, as display/words.py says them.

export function plural(many, one, more) {
  return `${many.toLocaleString("en-US")} ${many === 1 ? one : (more ?? `${one}s`)}`;
}

export function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 0.5) return "below 1 %";
  if (value < 100 && value > 99.5) return "above 99 %";
  return `${Math.round(value)} %`;
}

export function short(text, most) {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

// What is wrong and how to mend it, as one line: the first may come without its full stop.
export function parted(what, mend) {
  if (!mend) return what;
  const ended = /[.!?:;,…]$/.test(what);
  return `${what}${ended ? "" : /^\p{Lu}/u.test(mend) ? "." : ","} ${mend}`;
}
