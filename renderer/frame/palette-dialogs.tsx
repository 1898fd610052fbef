/** The command palette, and the palette of places: what can be done, and where one can go. */
import { type Command, keyLabel, keysOf, useCommands, whyNot } from '../commands.ts';
import { usePull } from '../store/pull.ts';
import { useSession } from '../store/session.ts';
import { fuzzyFind } from '../ui/fuzzy.ts';
import { Picker, type PickerRow } from '../ui/picker.tsx';
import { closeDialog, useDialogs } from './dialogs.ts';
import { type PlaceRow, placeRows } from './place-rows.ts';

interface CommandRow extends PickerRow {
  readonly command: Command;
}

export function CommandPalette() {
  const isOpen = useDialogs(({ open }) => open === 'palette');
  const commands = useCommands((registry) => registry.commands);
  return (
    <Picker<CommandRow>
      title="Commands"
      placeholder="What to do"
      isOpen={isOpen}
      onClose={closeDialog}
      find={(text) => findCommands(commands, text)}
      onTake={({ command }) => afterClosing(command.run)}
      nothing="No command has these letters in this order."
      foot="Ctrl+P goes to a stream, a track, a panel or a message."
    />
  );
}

export function PlacePalette() {
  const isOpen = useDialogs(({ open }) => open === 'places');
  const status = useSession((session) => session.status) ?? undefined;
  const tracks = usePull('tracks', {}, { enabled: isOpen && status !== undefined, everyMs: 1000 });
  return (
    <Picker<PlaceRow>
      title="Go to"
      placeholder="A stream, a track, a panel, a layout; 4812 or 12.345 s"
      isOpen={isOpen}
      onClose={closeDialog}
      find={(text) => placeRows(text, status, tracks.data ?? [])}
      onTake={({ go }) => afterClosing(go)}
      nothing="Nothing is called that. A number is a message, a time needs its unit: 12.345 s."
    />
  );
}

/** Commands that can be used come first. */
function findCommands(commands: readonly Command[], text: string): readonly CommandRow[] {
  const rows = commands
    .filter(({ id }) => id !== 'help.palette')
    .map((command): CommandRow => {
      const [first] = keysOf(command);
      const keys = first === undefined ? {} : { keys: keyLabel(first) };
      const { id, title, group } = command;
      return { id, title, group, ...keys, disabled: whyNot(command), command };
    });
  const found = fuzzyFind(text, rows, ({ title, group }) => `${title} ${group} ${title}`);
  return [...found].sort(
    (a, b) => Number(a.disabled !== undefined) - Number(b.disabled !== undefined),
  );
}

/** The palette gives the focus back to where it was before the command looks for it. */
function afterClosing(run: () => void): void {
  setTimeout(run, 0);
}
