/** What went wrong with what a card was asked for, on the card: what and what to do, what still works, and the words to copy. */
import { useState } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import { problemText } from './problem-text.ts';
import styles from './start.module.css';

export interface Attempt {
  /** Empty: nothing went wrong. */
  readonly problem: string;
  /** Does it; what the host says against it becomes the problem. */
  attempt(work: () => Promise<unknown> | undefined): void;
  fail(thrown: unknown): void;
}

/** `say` puts what was thrown into a sentence. */
export function useAttempt(say: (thrown: unknown) => string = problemText): Attempt {
  const [problem, setProblem] = useState('');
  const fail = (thrown: unknown) => setProblem(say(thrown));
  const attempt = (work: () => Promise<unknown> | undefined) => {
    setProblem('');
    work()?.catch(fail);
  };
  return { problem, attempt, fail };
}

export function ProblemLine({ text }: { readonly text: string }) {
  if (text === '') return null;
  return (
    <div className={styles.problem} role="alert" ref={intoView}>
      <p className="selectable">
        <span className={styles.wrong}>{`✕ ${text}`}</span>
        <span className={styles.second}> Everything else on this page works.</span>
      </p>
      <CopyButton label="Copy the message" text={text} />
    </div>
  );
}

function intoView(line: HTMLDivElement | null): void {
  line?.scrollIntoView?.({ block: 'nearest' });
}
