/** Where the visible range has nothing: says so, and where the nearest messages are. */
import type { SessionStatus } from '../../../src-core/contract-data.ts';
import { formatTime } from '../../canvas/time-scale.ts';
import { runCommand } from '../../commands.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { centreView } from '../../store/time-range.ts';
import { type TimeRange, usePanelView, useView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import styles from './timeline.module.css';
import type { TimelineModel } from './timeline-model.ts';

export function TimelineEmpty({ model }: { readonly model: TimelineModel | undefined }) {
  const range = useView((view) => view.range);
  const messages = useSession((session) => session.changed.messages);
  const endNs = useSession((session) => session.changed.endNs);
  const phase = useSession((session) => session.status?.phase);
  const follow = useView((view) => view.follow);
  if (model === undefined || !isEmpty(model, range)) return null;
  if (messages === 0) {
    return <p className={styles.empty}>{emptyText(phase)}</p>;
  }
  // who follows a guest that is quiet waits for the next event, not for one of before
  if (follow && phase === 'live') {
    const seconds = formatTime(range.toNs - range.fromNs, 1);
    return <p className={styles.empty}>{`Nothing in the last ${seconds}.`}</p>;
  }
  return <Nearest range={range} endNs={endNs} />;
}

function emptyText(phase: SessionStatus['phase'] | undefined): string {
  if (phase === 'ended') return 'No message was captured.';
  if (phase === 'loading') return 'No message so far: the file is still being read.';
  return 'No message yet: the lanes fill as the guest kicks.';
}

/** The messages on both sides of the range, as buttons that lead there. */
function Nearest({ range, endNs }: { readonly range: TimeRange; readonly endNs: number }) {
  const view = usePanelView();
  const [from, to] = [Math.max(0, range.fromNs), Math.max(0, range.toNs)];
  const after = usePull('messageAt', { atNs: to }, EVERY).data?.index;
  const first = Math.max(0, (after ?? 0) - 1);
  const { data } = usePull(
    'messages',
    { first, count: 2 },
    { ...EVERY, enabled: after !== undefined },
  );
  const [before, next] = nearestOf(data?.poppedNs ?? [], range);
  const go = (atNs: number) => {
    view.setState({ cursorNs: atNs, follow: false });
    centreView(atNs, view);
  };
  const where = `No events between ${formatTime(from, 3)} and ${formatTime(to, 3)}.`;
  return (
    <p className={styles.empty}>
      {from >= endNs ? `${where} The capture ends at ${formatTime(endNs, 3)}.` : where}
      {before === undefined && next === undefined ? null : <span>Nearest:</span>}
      {before === undefined ? null : (
        <Button onClick={() => go(before)}>{`← ${formatTime(before, 3)}`}</Button>
      )}
      {next === undefined ? null : (
        <Button onClick={() => go(next)}>{`${formatTime(next, 3)} →`}</Button>
      )}
      <Button onClick={() => runCommand('timeline.fit')}>The whole capture</Button>
    </p>
  );
}

/** The last time before the range, and the first behind it. */
export function nearestOf(
  timesNs: ArrayLike<number>,
  { fromNs, toNs }: TimeRange,
): readonly [number | undefined, number | undefined] {
  const times = Array.from(timesNs);
  return [times.findLast((atNs) => atNs <= fromNs), times.find((atNs) => atNs >= toNs)];
}

const EVERY = { everyMs: 300 } as const;

/** Nothing that one could see in the range itself: what was asked for reaches beyond it. */
export function isEmpty(model: TimelineModel, { fromNs, toNs }: TimeRange): boolean {
  const isIn = (one: { readonly fromNs: number; readonly toNs: number }) =>
    one.toNs >= fromNs && one.fromNs <= toNs;
  return model.lanes.every(
    ({ bars, source, states, isFolded }) =>
      !isFolded &&
      !bars.some(isIn) &&
      source.density === undefined &&
      !states.some(({ fromNs: beganNs }) => beganNs >= fromNs && beganNs <= toNs) &&
      !source.kicksNs.some((atNs) => atNs >= fromNs && atNs <= toNs),
  );
}
