/** The one list of what can be done by key, button or menu. Key bindings, tooltips, the palette, the menu, the `?` sheet and
 *  the page on which keys are changed are made from it. Keys are written as tinykeys takes them (`$mod+g`, `Shift+n`, `,`); single keys work when no text field has the focus. */
import { tinykeys } from 'tinykeys';
import { create } from 'zustand';
import { useKeyChoices } from './store/key-choices.ts';
import { focusedElement, onPanelWindows, panelWindows } from './windows.ts';

export interface Command {
  /** `timeline.zoom-in` */
  readonly id: string;
  readonly title: string;
  /** Heading in the `?` sheet. */
  readonly group: string;
  readonly keys?: readonly string[];
  /** Where it can be used; everywhere when absent. Of several commands on one key the one registered last goes first. */
  readonly when?: () => boolean;
  /** What it needs where it cannot be used; a general sentence when absent. */
  readonly needs?: string;
  readonly run: () => void;
}

interface Registry {
  readonly commands: readonly Command[];
}

export const useCommands = create<Registry>(() => ({ commands: [] }));

/** Adds commands; call the result to take them out again. An id that is there already is replaced. */
export function registerCommands(added: readonly Command[]): () => void {
  const ids = new Set(added.map(({ id }) => id));
  useCommands.setState(({ commands }) => ({
    commands: [...commands.filter(({ id }) => !ids.has(id)), ...added],
  }));
  return () =>
    useCommands.setState(({ commands }) => ({
      commands: commands.filter((command) => !added.includes(command)),
    }));
}

export function commandOf(id: string): Command | undefined {
  return useCommands.getState().commands.find((command) => command.id === id);
}

/** Runs it if it can run now; says whether it did. */
export function runCommand(id: string): boolean {
  const command = commandOf(id);
  if (command === undefined || !(command.when?.() ?? true)) return false;
  command.run();
  return true;
}

/** Why it cannot be used now; `undefined` when it can. */
export function whyNot({ when, needs }: Command): string | undefined {
  if (when?.() ?? true) return undefined;
  return needs ?? 'not here, or not now';
}

/** The keys that are bound to it: the user's, else its own. */
export function keysOf({ id, keys }: Command): readonly string[] {
  return useKeyChoices.getState().keys[id] ?? keys ?? [];
}

/** Whether the focus is inside the panel (`data-panel`), or on its place in the dock, for keys that mean something else there. */
export function isPanelFocused(panel: string): boolean {
  const focused = focusedElement();
  const inside = `[data-panel="${panel}"],[data-dock-panel="${panel}"]`;
  return focused !== null && focused.closest(inside) !== null;
}

/** Binds every key of the registry in every window with panels, and again when the registry or the windows change. */
export function bindKeys(): () => void {
  const bind = () => panelWindows().map(bindAll);
  let bound = bind();
  const unbind = () => {
    for (const each of bound) each();
  };
  const again = () => {
    unbind();
    bound = bind();
  };
  const stops = [
    useCommands.subscribe(again),
    useKeyChoices.subscribe(again),
    onPanelWindows(again),
    () => unbind(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** `Ctrl+G`, for tooltips and the sheet. */
export function keyLabel(keys: string): string {
  const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '');
  return keys
    .split(' ')
    .map((press) =>
      press
        .split(/(?<=\w|\])\+/)
        .map((part) => KEY_NAMES.get(part) ?? (part === '$mod' ? (isMac ? '⌘' : 'Ctrl') : part))
        .map((part) => part.replace(/^Digit(?=\d$)/, ''))
        .filter((part) => part !== '')
        .map((part) => (part.length === 1 ? part.toUpperCase() : part))
        .join('+'),
    )
    .join(' ');
}

const KEY_NAMES = new Map([
  ['[Shift]', ''],
  ['ArrowLeft', '←'],
  ['ArrowRight', '→'],
  ['ArrowUp', '↑'],
  ['ArrowDown', '↓'],
  ['Escape', 'Esc'],
  ['PageUp', 'Page Up'],
  ['PageDown', 'Page Down'],
  ['Control', 'Ctrl'],
]);

function bindAll(target: Window): () => void {
  const byKey = new Map<string, Command[]>();
  for (const command of useCommands.getState().commands) {
    for (const key of keysOf(command)) byKey.set(key, [command, ...(byKey.get(key) ?? [])]);
  }
  const bindings = Object.fromEntries(
    [...byKey].map(([key, commands]) => [key, (event: KeyboardEvent) => press(commands, event)]),
  );
  return tinykeys(target, bindings, { ignore: (event) => isTyping(event) });
}

function press(commands: readonly Command[], event: KeyboardEvent): void {
  const command = commands.find(({ when }) => when?.() ?? true);
  if (command === undefined || event.defaultPrevented) return;
  event.preventDefault();
  command.run();
}

/** A text field keeps its keys, but for those with Ctrl or Cmd and the function keys; an open menu keeps all. */
function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing) return true;
  const target = event.target as Element | null;
  if (target?.closest?.('[role=menu]') != null) return true;
  if (
    target?.matches?.('[contenteditable],input:not([type=checkbox],[type=radio]),textarea') !== true
  ) {
    return false;
  }
  return !(event.ctrlKey || event.metaKey || /^F\d+$/.test(event.key));
}
