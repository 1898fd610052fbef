/** Every command with its keys, to be changed: press new ones, see who else has them, go back. Kept between starts. */
import { type KeyboardEvent, useState } from 'react';
import { type Command, keyLabel, keysOf, useCommands } from '../commands.ts';
import { chooseKeys, resetKeys, useKeyChoices } from '../store/key-choices.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { fuzzyFind } from '../ui/fuzzy.ts';
import { closeDialog, useDialogs } from './dialogs.ts';
import { conflictsOf, keyOfPress } from './key-recorder.ts';
import styles from './rebind.module.css';

export function RebindDialog() {
  const isOpen = useDialogs(({ open }) => open === 'rebind');
  return (
    <Dialog title="Change keys" isOpen={isOpen} onClose={closeDialog} width="wide">
      {isOpen ? <Rebind /> : null}
    </Dialog>
  );
}

function Rebind() {
  const commands = useCommands((registry) => registry.commands);
  const choices = useKeyChoices(({ keys }) => keys);
  const [text, setText] = useState('');
  const [recording, setRecording] = useState<string>();
  const shown = fuzzyFind(text, commands, ({ title, group }) => `${title} ${group}`);
  const record = (command: Command, event: KeyboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setRecording(undefined);
    const key = keyOfPress(event, /Mac/.test(navigator.platform));
    if (key === undefined) return;
    chooseKeys(command.id, [key]);
    setRecording(undefined);
  };
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <input
          data-autofocus
          aria-label="Find a command"
          placeholder="Find a command"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Button disabled={Object.keys(choices).length === 0} onClick={() => resetKeys()}>
          All keys as they were
        </Button>
      </div>
      <ul className={styles.list} aria-label="Commands and their keys">
        {shown.map((command) => (
          <li key={command.id} className={styles.row}>
            <span className={styles.group}>{command.group}</span>
            <span className={styles.title}>{command.title}</span>
            <Conflicts command={command} commands={commands} />
            <Button
              className={styles.keys}
              pressed={recording === command.id}
              aria-label={`Keys of “${command.title}”`}
              onClick={() => setRecording(command.id)}
              onKeyDown={(event) => recording === command.id && record(command, event)}
              onBlur={() => setRecording(undefined)}
            >
              {recording === command.id ? 'Press keys…' : keysText(command)}
            </Button>
            <Button
              tone="quiet"
              disabled={choices[command.id] === undefined}
              aria-label={`Own keys of “${command.title}” again`}
              onClick={() => resetKeys(command.id)}
            >
              Reset
            </Button>
            <Button
              tone="quiet"
              disabled={keysOf(command).length === 0}
              aria-label={`No key for “${command.title}”`}
              onClick={() => chooseKeys(command.id, [])}
            >
              None
            </Button>
          </li>
        ))}
      </ul>
      <p className={styles.note}>
        Where two commands share a key, that of the panel with the focus goes first.
      </p>
    </div>
  );
}

function Conflicts({
  command,
  commands,
}: {
  readonly command: Command;
  readonly commands: readonly Command[];
}) {
  const others = conflictsOf(command, commands, keysOf);
  if (others.length === 0) return null;
  const names = others.map(({ title, group }) => `${group}: ${title}`).join('; ');
  return (
    <span className={styles.conflict} title={`Also on this key: ${names}`}>
      ▲ also {others.map(({ group }) => group).join(', ')}
    </span>
  );
}

function keysText(command: Command): string {
  const keys = keysOf(command);
  return keys.length === 0 ? '–' : keys.map(keyLabel).join('  ');
}
