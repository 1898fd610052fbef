/** One titled part of the inspector. Its title stays in view while one reads it, and folds it; that is kept. */
import type { ReactNode } from 'react';
import styles from './inspector.module.css';
import { toggleFolded, useReading } from './struct-store.ts';

export function Part({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  const isFolded = useReading(({ folded }) => folded.includes(title));
  return (
    <section className={styles.part}>
      <h3 className={styles.partTitle}>
        <button type="button" aria-expanded={!isFolded} onClick={() => toggleFolded(title)}>
          <span aria-hidden="true">{isFolded ? '▸' : '▾'}</span>
          {title}
        </button>
      </h3>
      {isFolded ? null : children}
    </section>
  );
}
