// The notebook around the view: its keys, its clipboard, and the static form that steps aside.

// Keys pressed in here are no shortcuts of the notebook, which would cut a cell on `x`.
export function guardKeys(root, apply) {
  root.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      apply();
      return;
    }
    const theirs = event.key === "Escape"
      || (event.key === "Enter" && event.shiftKey)
      || (command && event.key.toLowerCase() === "s");
    if (!theirs) event.stopPropagation();
  });
}

// The static form lies under the view for readers without a kernel; beside the view it is too much.
export function hideStatic(name) {
  if (!/^[\w-]+$/.test(name ?? "")) return () => {};
  const style = document.createElement("style");
  const only = `:has(.${name}):not(:has(.synth-magic-live))`;
  const frames = [".jp-OutputArea-child", ".output_area", ".output_container"];
  const hidden = [`.${name}`, ...frames.map((frame) => frame + only)];
  style.textContent = `${hidden.join(",")}{display:none!important}`;
  document.head.append(style);
  return () => style.remove();
}

export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or a page that is not secure
  }
}
