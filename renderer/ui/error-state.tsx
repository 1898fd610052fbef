/** What went wrong, in four parts: what failed, what still works, the raw message to copy, one thing to do. */
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import styles from './error-state.module.css';

export interface ErrorStateProps {
  readonly what: string;
  readonly still: string;
  readonly raw?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

export function ErrorState({ what, still, raw, action }: ErrorStateProps) {
  return (
    <div className={styles.error} role="alert">
      <p className={styles.what}>
        <span className={styles.glyph} aria-hidden="true">
          ✕
        </span>
        {what}
      </p>
      <p className={styles.still}>{still}</p>
      {raw === undefined || raw === '' ? null : (
        <div className={styles.raw}>
          <pre className="selectable">{raw}</pre>
          <CopyButton label="Copy the message" text={raw} />
        </div>
      )}
      {action === undefined ? null : <Button onClick={action.run}>{action.label}</Button>}
    </div>
  );
}
