/** Asks before the device of a running guest is taken away. */
import { ask, useSession } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { closeDialog, useDialogs } from './dialogs.ts';
import styles from './forms.module.css';

export function StopDialog() {
  const isAsked = useDialogs(({ open }) => open === 'stop');
  const hasGuest = useSession(({ status }) => status?.phase === 'live');
  const isOpen = isAsked && hasGuest;
  return (
    <Dialog title="Stop while a guest is attached?" isOpen={isOpen} onClose={closeDialog}>
      <div className={styles.form}>
        <p>
          QEMU does not survive a vhost-user device that goes away: the guest’s sound stops and QEMU
          may end. What was captured stays.
        </p>
        <div className={styles.buttons}>
          <Button data-autofocus onClick={closeDialog}>
            Keep it running
          </Button>
          <Button
            tone="primary"
            onClick={() => {
              closeDialog();
              void ask('stopSession', {});
            }}
          >
            Stop
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
