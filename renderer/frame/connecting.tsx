/** While there is no host: what is waited for, and that it is tried again. */
import { type ConnectionState, useSession } from '../store/session.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import styles from './connecting.module.css';

/** `isOver`: something is shown already; then a strip on top of it says so. */
export function Connecting({ isOver }: { readonly isOver: boolean }) {
  const connection = useSession((session) => session.connection);
  const trouble = useSession((session) => session.trouble);
  if (isOver) {
    return (
      <div className={styles.strip} role="alert">
        {`▨ ${trouble ?? 'No connection.'} What is shown is from before, and trying goes on. If Ringside has ended, start it again and open the address that it prints.`}
      </div>
    );
  }
  const [title, detail] = CALM[connection];
  return (
    <div className={styles.page} role="status">
      <EmptyState title={title} detail={`${trouble ?? ''} ${detail}`.trim()} />
    </div>
  );
}

/** Title, and what stands behind the trouble. */
const CALM: Readonly<Record<ConnectionState, readonly [string, string]>> = {
  connecting: ['Connecting…', 'Waiting for the host’s first answer.'],
  open: ['Connecting…', 'Waiting for the host’s first answer.'],
  lost: [
    'No host answers',
    'Trying again. If the page was opened from an old address, open the one that “ringside --serve” prints: it holds the token.',
  ],
  refused: ['This window has no session', 'Trying again.'],
};
