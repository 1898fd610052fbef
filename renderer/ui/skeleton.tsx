/** What stands where something is on its way: nothing for 150 ms, then grey lines, and after two seconds what is waited for
 *  and how far it is. */
import { useEffect, useState } from 'react';
import styles from './skeleton.module.css';

const WORDS_AFTER_MS = 2000;
const LINES = ['72%', '54%', '81%', '63%', '47%'];

interface Props {
  /** Begins the sentence "… is on its way". */
  readonly what: string;
  /** How far it is, as words: bytes and rate, or rows. */
  readonly progress?: string | undefined;
  readonly onCancel?: (() => void) | undefined;
}

export function Skeleton({ what, progress, onCancel }: Props) {
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
