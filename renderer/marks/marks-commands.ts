/** Keys of the user's marks. */
import type { Command } from '../commands.ts';
import { useDialogs } from '../frame/dialogs.ts';
import { activeView } from '../store/own-views.ts';
import { notify, useSession } from '../store/session.ts';
import { addMark, goToMarkAt, markPlace } from './use-marks.ts';

const isShown = () => {
  const { status } = useSession.getState();
  return status !== null && status !== undefined;
};

export const MARK_COMMANDS: readonly Command[] = [
  mark('add', 'Mark the cursor', ['m'], () => void addMark(markPlace())),
  mark('add-area', 'Mark the selected area', ['Shift+m'], markArea),
  mark('list', 'Marks and notes…', ['$mod+m'], () => useDialogs.setState({ open: 'marks' })),
  ...Array.from({ length: 9 }, (_, place) =>
    mark(
      `go-${place + 1}`,
      `Go to mark ${place + 1}`,
      [`$mod+Shift+Digit${place + 1}`],
      () => void goToMarkAt(place),
    ),
  ),
];

function mark(id: string, title: string, keys: string[], run: () => void): Command {
  const needs = 'needs a session';
  return { id: `marks.${id}`, title, group: 'Marks', keys, when: isShown, needs, run };
}

function markArea(): void {
  const { selection } = activeView().getState();
  if (selection.kind === 'range') {
    void addMark(selection.fromNs, selection.toNs);
    return;
  }
  const what =
    'Drag across the timeline first: Shift+M marks the area that is selected, M the cursor.';
  notify({ severity: 'info', code: 'no-area', what });
}
