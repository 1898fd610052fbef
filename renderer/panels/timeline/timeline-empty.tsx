/** Where the visible range has nothing: says so, and where the nearest messages are. */
import { formatTime } from '../../canvas/time-scale.ts';
import { runCommand } from '../../commands.ts';
import { useSession } from '../../store/session.ts';
import { useView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import styles from './timeline.module.css';
import type { TimelineModel } from './timeline-model.ts';

export function TimelineEmpty({ model }: { readonly model: TimelineModel | undefined }) {
  const range = useView((view) => view.range);
  const messages = useSession((session) => session.changed.messages);
  const endNs = useSession((session) => session.changed.endNs);
  const phase = useSession((session) => session.status?.phase);
  if (model === undefined || !isEmpty(model)) return null;
  if (messages === 0) {
    const isOver = phase === 'ended';
    return (
      <p className={styles.empty}>
        {isOver ? 'No message was captured.' : 'No message yet: the lanes fill as the guest kicks.'}
      </p>
    );
  }
  const isBefore = range.toNs < 0;
  return (
    <p className={styles.empty}>
      {`No messages between ${formatTime(Math.max(0, range.fromNs), 3)} and ${formatTime(Math.max(0, range.toNs), 3)}; the capture ${
        isBefore ? 'begins at 0' : `ends at ${formatTime(endNs, 3)}`
      }.`}
      <Button onClick={() => runCommand('timeline.fit')}>Show the whole capture</Button>
    </p>
  );
}

function isEmpty(model: TimelineModel): boolean {
  return model.lanes.every(
    ({ bars, source, states }) =>
      bars.length === 0 && source.density === undefined && states.length === 0,
  );
}
