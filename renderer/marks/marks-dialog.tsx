/** Lists the user's marks: their notes can be written, their colours changed; each can be gone to and taken out. */
import { CornerDownRight, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { UserMark } from '../../src-core/capture/entry.ts';
import { LIMITS } from '../../src-core/limits.ts';
import { formatDuration, formatTime } from '../canvas/time-scale.ts';
import { closeDialog, useDialogs } from '../frame/dialogs.ts';
import { useSession } from '../store/session.ts';
import { useTheme } from '../theme.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatPlural } from '../ui/format.ts';
import { markColour } from './draw-flags.ts';
import styles from './marks.module.css';
import { addMark, editMark, goToMark, markPlace, removeMark, useMarks } from './use-marks.ts';

export function MarksDialog() {
  const isOpen = useDialogs(({ open }) => open === 'marks');
  return (
    <Dialog title="Marks and notes" isOpen={isOpen} onClose={closeDialog} width="middle">
      {isOpen ? <MarksList /> : null}
    </Dialog>
  );
}

function MarksList() {
  const marks = useMarks();
  const unsaved = useSession((session) => session.status?.unsavedMarks ?? 0);
  return (
    <div className={styles.page}>
      {marks.length === 0 ? (
        <p className={styles.hint}>
          No marks yet. M marks the cursor, Shift+M the area that is selected in the timeline.
        </p>
      ) : (
        <ol className={styles.list}>
          {marks.map((mark, place) => (
            <MarkRow key={mark.id} mark={mark} number={place + 1} />
          ))}
        </ol>
      )}
      <div className={styles.foot}>
        <span className={styles.hint}>
          {unsaved > 0
            ? `${formatPlural(unsaved, 'change')} not in the file yet: save the capture (Ctrl+S) to keep them.`
            : 'Marks are kept in the capture; Wireshark shows them as comments.'}
        </span>
        <Button onClick={() => void addMark(markPlace())}>Mark the cursor</Button>
      </div>
    </div>
  );
}

function MarkRow({ mark, number }: { readonly mark: UserMark; readonly number: number }) {
  const theme = useTheme();
  const { id, fromNs, toNs, text, colour } = mark;
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const write = () => {
    if (typed !== text) void editMark(id, { text: typed });
  };
  const go = () => {
    write();
    closeDialog();
    goToMark(mark);
  };
  const extent = toNs > fromNs ? ` · ${formatDuration(toNs - fromNs)}` : '';
  return (
    <li className={styles.row}>
      <button
        type="button"
        className={styles.flag}
        style={{ color: markColour(theme, colour) }}
        aria-label={`Colour of mark ${number}: next one`}
        title="Another colour"
        onClick={() => void editMark(id, { colour: (colour + 1) % LIMITS.markColours })}
      >
        {`⚑ ${number}`}
      </button>
      <span className={styles.time}>{`${formatTime(fromNs, 6)}${extent}`}</span>
      <input
        value={typed}
        placeholder="Note"
        aria-label={`Note of mark ${number}`}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={write}
        onKeyDown={({ key }) => key === 'Enter' && write()}
      />
      <IconButton label={`Go to mark ${number}`} icon={<CornerDownRight />} onClick={go} />
      <IconButton
        label={`Take out mark ${number}`}
        icon={<Trash2 />}
        onClick={() => void removeMark(id)}
      />
    </li>
  );
}
