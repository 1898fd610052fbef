/** Saves the capture: as a download of the page, or as a file where the host runs. Works while capturing. */
import { useState } from 'react';
import { useMarks } from '../marks/use-marks.ts';
import { ask, notify, useSession } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatBytes, formatPlural } from '../ui/format.ts';
import { closeDialog, useDialogs } from './dialogs.ts';
import styles from './forms.module.css';

export function SaveDialog() {
  const isOpen = useDialogs(({ open }) => open === 'save');
  const carrier = useSession((session) => session.hello?.carrier);
  const [path, setPath] = useState('');
  const [strips, setStrips] = useState(false);
  const save = () => {
    closeDialog();
    void saveTo(path, strips);
  };
  return (
    <Dialog title="Save the capture" isOpen={isOpen} onClose={closeDialog}>
      <div className={styles.form}>
        <WhatIsSaved strips={strips} />
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={strips}
            onChange={({ target }) => setStrips(target.checked)}
          />
          Without the sound
        </label>
        {carrier === 'page' ? null : (
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              save();
            }}
          >
            <label className={styles.field}>
              File on the machine where Ringside runs
              <input
                data-autofocus
                value={path}
                spellCheck={false}
                placeholder="/tmp/session.ringside.pcapng"
                onChange={({ target }) => setPath(target.value)}
              />
            </label>
            <div className={styles.buttons}>
              <Button type="submit" disabled={path.trim() === ''}>
                Save there
              </Button>
            </div>
          </form>
        )}
        {carrier === 'electron' ? null : (
          <div className={styles.buttons}>
            <Button
              tone="primary"
              onClick={() => {
                closeDialog();
                void download(strips);
              }}
            >
              Download
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** What the file will hold. */
function WhatIsSaved({ strips }: { readonly strips: boolean }) {
  const status = useSession((session) => session.status);
  const marks = useMarks().length;
  if (status === null || status === undefined) return null;
  const { captureBytes, messages, findings, lostEntries } = status;
  const found = findings.error + findings.warning + findings.note;
  const parts = [
    formatPlural(messages, 'message'),
    ...(marks > 0 ? [formatPlural(marks, 'mark')] : []),
    ...(found > 0 ? [formatPlural(found, 'finding')] : []),
    ...(lostEntries > 0
      ? [`the places where ${formatPlural(lostEntries, 'entry', 'entries')} were lost`]
      : []),
  ];
  const all = `everything up to this moment: ${parts.join(', ')}.`;
  if (!strips) return <p>{`${formatBytes(captureBytes)} as pcapng, ${all}`}</p>;
  return (
    <p>
      {`As pcapng, ${all} `}
      Removed is all PCM, played, recorded and as it was posted: lengths, hashes and levels stand in
      its place, so that it can be compared and no longer heard. Titles, notes and paths in them
      stay.
    </p>
  );
}

async function saveTo(path: string, stripsPayload: boolean): Promise<void> {
  const saved = await ask('saveCapture', { path: path.trim(), stripsPayload });
  if (saved === undefined) return;
  const kept = stripsPayload ? ', without the sound' : '';
  const what = `${formatBytes(saved.bytes)} written to ${path.trim()}${kept}.`;
  notify({ severity: 'info', code: 'saved', what });
}

async function download(stripsPayload: boolean): Promise<void> {
  const got = await ask('captureBytes', { stripsPayload });
  if (got === undefined) return;
  const blob = new Blob([got.bytes as Uint8Array<ArrayBuffer>], {
    type: 'application/octet-stream',
  });
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(blob);
  anchor.download = 'session.ringside.pcapng';
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}
