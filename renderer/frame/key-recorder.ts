/** Keys as they are pressed, written as the registry writes them. Pure. */
import type { Command } from '../commands.ts';

interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const MODIFIERS: ReadonlySet<string> = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph']);

/** `$mod+Shift+t`, `[Shift]+?`, `F7`; `undefined` while only modifiers are down. */
export function keyOfPress(press: Press, isMac = false): string | undefined {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = press;
  if (MODIFIERS.has(key)) return undefined;
  const isLetter = /^[a-z]$/i.test(key);
  const isSymbol = key.length === 1 && !isLetter && key !== ' ';
  const isMod = isMac ? metaKey : ctrlKey;
  const other = isMac ? ctrlKey : metaKey;
  const parts = [
    ...(isMod ? ['$mod'] : []),
    ...(other ? [isMac ? 'Control' : 'Meta'] : []),
    ...(altKey ? ['Alt'] : []),
    // which symbols need Shift depends on the keyboard
    ...(shiftKey ? [isSymbol ? '[Shift]' : 'Shift'] : []),
    key === ' ' ? 'Space' : isLetter ? key.toLowerCase() : key,
  ];
  return parts.join('+');
}

/** Other commands on one of these keys, and whether both can be meant at once: then the one in use is the panel's that has
 *  the focus. */
export function conflictsOf(
  command: Command,
  commands: readonly Command[],
  keysOf: (command: Command) => readonly string[],
): readonly Command[] {
  const keys = new Set(keysOf(command).map(plain));
  return commands.filter(
    (other) => other.id !== command.id && keysOf(other).some((key) => keys.has(plain(key))),
  );
}

function plain(key: string): string {
  return key.replace('[Shift]+', '').replace('Control+', '$mod+');
}
