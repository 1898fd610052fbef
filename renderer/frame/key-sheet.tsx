/** Every key, made from the command registry. */
import { type Command, keyLabel, keysOf, useCommands } from '../commands.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { closeDialog, useDialogs } from './dialogs.ts';
import styles from './key-sheet.module.css';

/** What is bound to the pointer rather than to a key. */
const POINTER = [
  ['Drag', 'Measure an area of the timeline'],
  ['Wheel', 'Earlier, later; over the names: scroll the lanes'],
  ['Ctrl+wheel', 'Zoom at the pointer'],
  ['Shift+drag', 'Pan'],
  ['Double click', 'Centre the message; in a table: open it'],
] as const;

export function KeySheet() {
  const isOpen = useDialogs(({ open }) => open === 'keys');
  const commands = useCommands((registry) => registry.commands);
  const groups = grouped(commands);
  return (
    <Dialog title="Keys" isOpen={isOpen} onClose={closeDialog} width="wide">
      <div className={styles.sheet}>
        {groups.map(([group, inGroup]) => (
          <section key={group} className={styles.group}>
            <h3>{group}</h3>
            {inGroup.map((command) => (
              <KeyLine
                key={command.id}
                keys={keysOf(command).map(keyLabel)}
                title={command.title}
              />
            ))}
          </section>
        ))}
        <section className={styles.group}>
          <h3>Pointer</h3>
          {POINTER.map(([keys, title]) => (
            <KeyLine key={keys} keys={[keys]} title={title} />
          ))}
        </section>
        <section className={styles.group}>
          <h3>In a table</h3>
          <KeyLine keys={['↑', '↓']} title="Previous, next row" />
          <KeyLine keys={['Page Up', 'Page Down']} title="A page" />
          <KeyLine keys={['Home']} title="First row" />
          <KeyLine keys={['Enter']} title="Open the row in the inspector" />
        </section>
      </div>
      <p className={styles.note}>
        Single keys work while no text field has the focus. A browser keeps some keys with Ctrl to
        itself (1 to 8, Tab, N, T, W); the palette has every command, and the desktop app every key.
      </p>
      <Button onClick={() => useDialogs.setState({ open: 'rebind' })}>Change keys…</Button>
    </Dialog>
  );
}

function KeyLine({ keys, title }: { readonly keys: readonly string[]; readonly title: string }) {
  return (
    <p className={styles.line}>
      <span className={styles.keys}>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </span>
      <span>{title}</span>
    </p>
  );
}

/** Commands with keys by their heading, in the order in which the headings first come. */
function grouped(commands: readonly Command[]): readonly (readonly [string, readonly Command[]])[] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    if (keysOf(command).length === 0) continue;
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return [...groups];
}
