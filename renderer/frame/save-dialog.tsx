/** Saves the capture: as a download of the page, or as a file where the host runs. Works while capturing. */
import { useState } from 'react';
import { ask, notify, useSession } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatBytes } from '../ui/format.ts';
import { closeDialog, useDialogs } from './dialogs.ts';
import styles from './forms.module.css';

export function SaveDialog() {
  const isOpen = useDialogs(({ open }) => open === 'save');
  const carrier = useSession((session) => session.hello?.carrier);
  const bytes = useSession((session) => session.status?.captureBytes ?? 0);
  const [path, setPath] = useState('');
  const save = () => {
    closeDialog();
    void saveTo(path);
  };
  return (
    <Dialog title="Save the capture" isOpen={isOpen} onClose={closeDialog}>
      <div className={styles.form}>
        <p>{`${formatBytes(bytes)} so far, as pcapng: everything up to this moment.`}</p>
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
                void download();
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

async function saveTo(path: string): Promise<void> {
  const saved = await ask('saveCapture', { path: path.trim() });
  if (saved === undefined) return;
  const what = `${formatBytes(saved.bytes)} written to ${path.trim()}.`;
  notify({ severity: 'info', code: 'saved', what });
}

async function download(): Promise<void> {
  const got = await ask('captureBytes', {});
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
