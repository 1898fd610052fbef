/** The queues as tabs, each with what waits in it and what is in flight. */
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import { useSession } from '../../store/session.ts';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './rings.module.css';

export function useQueueTabs() {
  const queues = useSession((session) => session.status?.queues);
  const isTrace = useSession((session) => session.status?.trace !== undefined);
  return QUEUE_NAMES.map((title, queue) => {
    const status = queues?.find((one) => one.queue === queue);
    return {
      id: String(queue),
      title,
      badge: <QueueBadge {...(status ?? OFF)} isTrace={isTrace} />,
    };
  });
}

const OFF = { running: false, waiting: 0, inFlight: 0, messages: 0 };

/** `off` where nothing has ever gone through it, and while the driver has not set it up. */
function QueueBadge(props: typeof OFF & { readonly isTrace: boolean }) {
  const { running, waiting, inFlight, messages, isTrace } = props;
  const isOver = useSession(({ status }) => status?.phase === 'ended' || status?.kind === 'file');
  if (isTrace) {
    return (
      <span className={`${styles.off} mono`} title={`${formatPlural(messages, 'chain')} taken`}>
        {formatCount(messages)}
      </span>
    );
  }
  if (!running && !(isOver && messages > 0)) return <span className={styles.off}>off</span>;
  return (
    <span className={`${styles.badge} mono`}>
      <span className={styles.posted} title={`${waiting} waiting`}>
        ▷{waiting}
      </span>
      <span className={styles.service} title={`${inFlight} in flight`}>
        ▶{inFlight}
      </span>
    </span>
  );
}
