/** What stands where something is on its way: nothing for 150 ms, then grey lines, and after two seconds what is waited for,
 *  how far it is and a way out. Where it was refused: what failed. */
import { useEffect, useState } from 'react';
import { ErrorState } from './error-state.tsx';
import styles from './skeleton.module.css';

const WORDS_AFTER_MS = 2000;
const LINES = ['72%', '54%', '81%', '63%', '47%'];

interface Props {
  /** Begins the sentence "… is on its way". */
  readonly what: string;
  /** How far it is, as words: bytes and rate, or rows. */
  readonly progress?: string | undefined;
  readonly onCancel?: (() => void) | undefined;
  /** Why it does not come. */
  readonly error?: unknown;
  /** Asks for it again. */
  readonly onAgain?: (() => void) | undefined;
}

export function Skeleton({ error, onAgain, ...props }: Props) {
  if (error === undefined) return <OnItsWay {...props} />;
  return (
    <ErrorState
      what={`${props.what} cannot be shown.`}
      still="The session and every other panel go on."
      raw={error instanceof Error ? error.message : String(error)}
      action={onAgain === undefined ? undefined : { label: 'Ask again', run: onAgain }}
    />
  );
}

function OnItsWay({ what, progress, onCancel }: Omit<Props, 'error' | 'onAgain'>) {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), WORDS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles.skeleton} role="status" aria-busy="true">
      {isLong ? (
        <p className={styles.words}>
          {`${what} is on its way${progress === undefined ? ' …' : `: ${progress}`}`}
          {onCancel === undefined ? null : (
            <button type="button" className={styles.cancel} onClick={onCancel}>
              Cancel
            </button>
          )}
        </p>
      ) : (
        <span className="visually-hidden">{`${what} is on its way`}</span>
      )}
      {LINES.map((width) => (
        <span key={width} className={styles.line} style={{ inlineSize: width }} />
      ))}
    </div>
  );
}
