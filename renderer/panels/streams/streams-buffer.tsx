/** Where a stream's buffer is: who holds how many frames of it, now, at the end, or at the cursor of a session that is over. */
import { useMemo } from 'react';
import type { StreamStatus } from '../../../src-core/contract-data.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { useView } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import styles from './streams.module.css';
import { emptyReason, type Fill, fillOf } from './streams-model.ts';

export function BufferBar({
  stream: now,
  fill: nowFill,
}: {
  readonly stream: StreamStatus;
  readonly fill: Fill;
}) {
  const isOver = useSession(({ status }) => status?.phase === 'ended' || status?.kind === 'file');
  const then = useThen(now, isOver);
  const stream = then?.stream ?? now;
  const fill = useMemo(() => (then === undefined ? nowFill : fillOf(then.stream)), [then, nowFill]);
  const ahead = then === undefined ? (isOver ? '' : aheadText(stream, fill)) : then.ahead;
  const note = then === undefined ? (emptyReason(stream) ?? ahead) : ahead;
  return (
    <div>
      <div className={styles.barHead}>
        <h4>
          {then !== undefined
            ? `Where the buffer was at the cursor, ${formatTime(then.atNs, 6)}`
            : isOver
              ? 'Where the buffer was at the end'
              : 'Where the buffer is'}
        </h4>
        <span className={styles.second} title={note}>
          {note}
        </span>
      </div>
      <div className={styles.bar}>
        {fill.parts.map(({ owner, share, label, text, means }) =>
          share === 0 ? null : (
            <div
              key={owner}
              className={`${styles.part} ${styles[owner]}`}
              style={{ width: `${share * 100}%` }}
              title={`${label}: ${text}. ${means}`}
            />
          ),
        )}
        {fill.periodTicks.map((share) => (
          <i key={share} className={styles.tick} style={{ left: `${share * 100}%` }} />
        ))}
      </div>
      <Parts fill={fill} messages={then === undefined ? stream.deviceMessages : undefined} />
    </div>
  );
}

/** Who holds how much, in words. */
function Parts({ fill, messages }: { readonly fill: Fill; readonly messages: number | undefined }) {
  return (
    <dl className={styles.parts}>
      {fill.parts.map(({ owner, label, text, means }) => (
        <div key={owner} title={means}>
          <dt>
            <i className={`${styles.swatch} ${styles[owner]}`} /> {label}
          </dt>
          <dd className="mono">{text}</dd>
        </div>
      ))}
      {messages !== undefined ? (
        <div title="Messages of this stream that the device holds.">
          <dt>messages</dt>
          <dd className="mono">{formatCount(messages)}</dd>
        </div>
      ) : null}
    </dl>
  );
}

/** The stream as it stood at the cursor, of a session that is over; undefined without a cursor in a run of it. */
function useThen(stream: StreamStatus, isOver: boolean) {
  const cursorNs = useView((view) => view.cursorNs);
  const enabled = isOver && cursorNs !== undefined;
  const { data } = usePull('forecast', { atNs: cursorNs ?? 0 }, { enabled, live: false });
  return useMemo(() => {
    const found = data?.find(({ streamId }) => streamId === stream.streamId);
    if (!enabled || found === undefined) return undefined;
    const { atNs, deviceFrames, sinkFrames, dryNs } = found;
    const bufferFrames = fillOf(stream).bufferFrames;
    const guestFrames = Math.max(0, Math.floor(bufferFrames) - deviceFrames);
    const held = { guestFrames, deviceFrames, sinkFrames: Math.round(sinkFrames) };
    const ahead = Number.isNaN(dryNs)
      ? ''
      : `runs dry ${formatDuration(dryNs - atNs)} later unless the guest posts more`;
    return { atNs, ahead, stream: { ...stream, ...held } };
  }, [data, enabled, stream]);
}

/** How long it goes on by itself: the moment at which the guest has to have posted more. */
function aheadText({ state, direction }: StreamStatus, { aheadNs }: Fill): string {
  if (state !== 'running' || direction === 'input' || Number.isNaN(aheadNs)) return '';
  return `runs dry in ${formatDuration(aheadNs)} unless the guest posts more`;
}
