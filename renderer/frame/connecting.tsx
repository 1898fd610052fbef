/** While there is no host: what is waited for, and that it is tried again. */
import { useSession } from '../store/session.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import styles from './connecting.module.css';

/** `isOver`: something is shown already; then a strip on top of it says so. */
export function Connecting({ isOver }: { readonly isOver: boolean }) {
  const connection = useSession((session) => session.connection);
  const trouble = useSession((session) => session.trouble);
  const isLost = connection === 'lost';
  if (isOver) {
    return (
      <div className={styles.strip} role="alert">
        {`▨ ${trouble ?? 'No connection.'} What is shown is from before, and trying goes on. If Ringside has ended, start it again and open the address that it prints.`}
      </div>
    );
  }
  return (
    <div className={styles.page} role="status">
      <EmptyState
        title={isLost ? 'No host answers' : 'Connecting…'}
        detail={
          isLost
            ? `${trouble ?? ''} Trying again. If the page was opened from an old address, open the one that “ringside --serve” prints: it holds the token.`
            : 'Waiting for the host’s first answer.'
        }
      />
    </div>
  );
}
