/** The windows that show panels: the page's own and those that were torn off. Keys and colours hold in all of them. */

let open: readonly Window[] = [];
const listeners = new Set<() => void>();

/** Every window with panels in it, the page's own first. */
export function panelWindows(): readonly Window[] {
  return typeof window === 'undefined' ? [] : [window, ...open];
}

/** Call the result when the window goes. */
export function addPanelWindow(added: Window): () => void {
  open = [...open, added];
  tell();
  return () => {
    open = open.filter((other) => other !== added);
    tell();
  };
}

export function onPanelWindows(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The element that has the focus, in whichever window has it. */
export function focusedElement(): Element | null {
  const windows = panelWindows();
  const focused = windows.find((each) => each.document.hasFocus()) ?? windows[0];
  return focused?.document.activeElement ?? null;
}

function tell(): void {
  for (const listener of [...listeners]) listener();
}
