/** What the host or the page has to tell: what went wrong, what still works, what to do, the raw message to copy. Notes go by
 *  themselves. */
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { dismissNotice, type ShownNotice, useSession } from '../store/session.ts';
import { IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import styles from './notices.module.css';

const INFO_MS = 5000;
const GLYPHS = { info: '■', warning: '▲', error: '✕' } as const;

export function Notices() {
  const notices = useSession((session) => session.notices);
  return (
    <ul className={styles.notices} aria-label="Notices" aria-live="polite">
      {notices.slice(-4).map((notice) => (
        <NoticeItem key={notice.id} notice={notice} />
      ))}
    </ul>
  );
}

function NoticeItem({ notice }: { readonly notice: ShownNotice }) {
  const { id, severity, what, still, action, raw } = notice;
  useEffect(() => {
    if (severity !== 'info') return;
    const timer = setTimeout(() => dismissNotice(id), INFO_MS);
    return () => clearTimeout(timer);
  }, [id, severity]);
  return (
    <li className={styles.notice}>
      <span className={styles[severity]} aria-hidden="true">
        {GLYPHS[severity]}
      </span>
      <div className={`${styles.text} selectable`}>
        <p>{what}</p>
        {still === undefined ? null : <p className={styles.action}>{still}</p>}
        {action === undefined ? null : <p className={styles.action}>{action}</p>}
        {raw === undefined ? null : <pre className={styles.raw}>{raw}</pre>}
      </div>
      {severity === 'info' ? null : (
        <CopyButton
          label="Copy the message"
          text={[notice.code, what, still, action, raw].filter(Boolean).join('\n')}
        />
      )}
      <IconButton label="Dismiss" icon={<X />} onClick={() => dismissNotice(id)} />
    </li>
  );
}
