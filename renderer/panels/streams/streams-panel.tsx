/** Streams: the lifecycle of each PCM stream, where its buffer is, what was agreed and what is on offer.
 *  Spec: 5.14.6.6 */
import { useEffect, useMemo, useReducer } from 'react';
import type { SessionStatus, StreamStatus } from '../../../src-core/contract-data.ts';
import type { Ns } from '../../../src-core/units.ts';
import { ChannelMaps, Jacks } from '../../frame/jacks.tsx';
import { useSession } from '../../store/session.ts';
import { useView } from '../../store/view.ts';
import { xrunText } from '../../store/xrun-text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatPlural } from '../../ui/format.ts';
import styles from './streams.module.css';
import { BufferBar } from './streams-buffer.tsx';
import { FillChartView } from './streams-fill.tsx';
import { LifecycleDiagram } from './streams-lifecycle.tsx';
import {
  fillOf,
  lifecycleOf,
  offerRows,
  type ParamRow,
  paramRows,
  STREAM_STATE_MARKS,
  shortParams,
} from './streams-model.ts';
import { Pace } from './streams-pace.tsx';
import { TracedFacts, TracedMissing } from './streams-traced.tsx';

/** Streams without a run are folded at first, unless all are, and few. */
const OPEN_AT_FIRST = 3;

export function StreamsPanel() {
  const status = useSession((session) => session.status);
  const chosen = useView((view) => view.streamId);
  const [folded, toggle] = useReducer(toggled, new Map<number, boolean>());
  useEffect(() => {
    document.getElementById(cardId(chosen))?.scrollIntoView?.({ block: 'nearest' });
  }, [chosen]);
  if (status === null || status === undefined || status.streams.length === 0) {
    return (
      <div className={styles.panel} data-panel="streams">
        <NoStreams status={status} />
      </div>
    );
  }
  const isQuiet = !status.streams.some(isBusy) && status.streams.length <= OPEN_AT_FIRST;
  return (
    <div className={styles.panel} data-panel="streams">
      {status.jacks.length + status.chmaps.length === 0 ? null : (
        <div className={styles.jacks}>
          <Jacks status={status} />
          <ChannelMaps status={status} />
        </div>
      )}
      {status.streams.map((stream) => {
        const isOpen = !(folded.get(stream.streamId) ?? !(isQuiet || isBusy(stream)));
        return (
          <StreamCard
            key={stream.streamId}
            stream={stream}
            endNs={status.endNs}
            isOpen={isOpen}
            onToggle={() => toggle([stream.streamId, isOpen])}
          />
        );
      })}
    </div>
  );
}

function toggled(
  folded: ReadonlyMap<number, boolean>,
  [streamId, isFolded]: readonly [number, boolean],
): ReadonlyMap<number, boolean> {
  return new Map(folded).set(streamId, isFolded);
}

function isBusy({ state, runs }: StreamStatus): boolean {
  return state !== 'init' || runs > 0;
}

function cardId(streamId: number): string {
  return `stream-${streamId}`;
}

function NoStreams({ status }: { readonly status: SessionStatus | null | undefined }) {
  if (status === null || status === undefined) {
    return (
      <EmptyState
        title="No session"
        detail="Start the demo, attach a guest or open a capture to see its streams."
      />
    );
  }
  return (
    <EmptyState
      title="No stream seen"
      detail="No PCM_INFO and no stream command is in this capture: it may have started after them, or the device has no streams."
    />
  );
}

interface StreamCardProps {
  readonly stream: StreamStatus;
  readonly endNs: Ns;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function StreamCard({ stream, endNs, isOpen, onToggle }: StreamCardProps) {
  const { streamId, state, direction, runs, params } = stream;
  const mark = STREAM_STATE_MARKS[state];
  const isPointed = useView((view) => view.hoverStreamId === streamId);
  const className = `${styles.card} ${isPointed ? styles.pointed : ''}`;
  return (
    <section id={cardId(streamId)} className={className} aria-label={`Stream ${streamId}`}>
      <h3>
        <button type="button" className={styles.title} aria-expanded={isOpen} onClick={onToggle}>
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
          <b>Stream {streamId}</b>
          <span>{direction === 'output' ? 'playback' : 'capture'}</span>
          <span className={styles[mark.colour]}>
            {mark.glyph} {mark.word}
          </span>
          <span className="mono">{shortParams(params)}</span>
          <span className={styles.second}>{formatPlural(runs, 'run')}</span>
          <Xruns stream={stream} />
        </button>
      </h3>
      {isOpen ? <StreamBody stream={stream} endNs={endNs} /> : null}
    </section>
  );
}

function Xruns({ stream }: { readonly stream: StreamStatus }) {
  const isTraced = useSession(({ status }) => status?.trace !== undefined);
  const text = xrunText(stream, isTraced);
  if (stream.underruns === 0) return <span className={styles.second}>{text}</span>;
  return <span className={styles.error}>✕ {text}</span>;
}

function StreamBody({ stream, endNs }: { readonly stream: StreamStatus; readonly endNs: Ns }) {
  const lifecycle = useMemo(() => lifecycleOf(stream), [stream]);
  const fill = useMemo(() => fillOf(stream), [stream]);
  const isTraced = useSession(({ status }) => status?.trace !== undefined);
  return (
    <div className={styles.bodyWrap}>
      <div className={styles.body}>
        <div className={styles.facts}>
          {isTraced ? (
            <TracedFacts stream={stream} />
          ) : (
            <>
              <BufferBar stream={stream} fill={fill} />
              <FillChartView stream={stream} endNs={endNs} />
            </>
          )}
          <Pace streamId={stream.streamId} fill={fill} />
        </div>
        <div className={styles.life}>
          <LifecycleDiagram lifecycle={lifecycle} />
          <LifecycleNotes stream={stream} notes={lifecycle} />
        </div>
        {isTraced ? (
          <TracedMissing stream={stream} />
        ) : (
          <>
            <Rows
              area="params"
              title="Parameters"
              rows={stream.params === undefined ? undefined : paramRows(stream.params)}
              missing="No SET_PARAMS seen: formats and sizes are not known."
            />
            <Rows area="offers" title="Offers (PCM_INFO)" rows={offerRows(stream)} />
          </>
        )}
      </div>
    </div>
  );
}

function LifecycleNotes({
  stream,
  notes: { unexpected, hasHistory },
}: {
  readonly stream: StreamStatus;
  readonly notes: ReturnType<typeof lifecycleOf>;
}) {
  const lines = [
    ...(unexpected.length > 0
      ? [`Taken though the lifecycle has no such edge: ${unexpected.join(', ')}.`]
      : []),
    ...(hasHistory || stream.state !== 'init'
      ? []
      : ['No control message seen yet for this stream.']),
    ...(hasHistory || stream.state === 'init'
      ? []
      : ['The way here was not seen: the capture may have started after it.']),
  ];
  return lines.map((line) => (
    <p key={line} className={styles.note}>
      {line}
    </p>
  ));
}

interface RowsProps {
  readonly area: 'params' | 'offers';
  readonly title: string;
  readonly rows: readonly ParamRow[] | undefined;
  readonly missing?: string;
}

function Rows({ area, title, rows, missing }: RowsProps) {
  return (
    <div className={`${styles.rows} ${styles[area]}`}>
      <h4>{title}</h4>
      {rows === undefined ? <p className={styles.note}>{missing}</p> : null}
      <dl className="selectable">
        {rows?.map(({ label, value, problem }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <span className="mono">{value}</span>
              {problem === undefined ? null : <span className={styles.error}>✕ {problem}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
