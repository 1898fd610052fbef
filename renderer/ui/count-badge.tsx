/** A count behind a title; nothing when there is nothing to count. What is titled keeps its own name for screen readers. */
import styles from './count-badge.module.css';
import { formatCount } from './format.ts';

export function CountBadge({ count }: { readonly count: number }) {
  return count === 0 ? null : <span className={styles.badge} data-count={formatCount(count)} />;
}
