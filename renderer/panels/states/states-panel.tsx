/** The command lifecycle of a stream: the diagram of the standard with what this stream did on it, the same over time, its
 *  control exchanges, and what two SET_PARAMS asked for. Spec: 5.14.6.6.1 */
import { useMemo } from 'react';
import type { StreamStatus } from '../../../src-core/contract-data.ts';
import type { StateSpan } from '../../../src-core/contract-messages.ts';
import { STREAM_STATES } from '../../../src-core/spec/sound.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { useCanvas } from '../../canvas/use-canvas.ts';
import { usePull } from '../../store/pull.ts';
import { ask, useSession } from '../../store/session.ts';
import { revealTime } from '../../store/time-range.ts';
import { sharedView, showTab, usePanelView, useView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { type DiagramProps, LifecycleDiagram } from '../streams/streams-lifecycle.tsx';
import { lifecycleOf, STREAM_STATE_MARKS, shortParams } from '../streams/streams-model.ts';
import { ExchangesTable } from './exchanges-table.tsx';
import { ParamsDiff } from './params-diff.tsx';
import styles from './states.module.css';
import { drawLanes, LANE_PX } from './states-draw.ts';
import { edgeFilter, laneBars, numbersOf, stateAt } from './states-model.ts';

const MOST_CHIPS = 64;
const NO_SPANS: readonly StateSpan[] = [];

export function StatesPanel() {
  const streams = useSession((session) => session.status?.streams) ?? [];
  const view = usePanelView();
  const chosen = useView((look) => look.streamId);
  const stream = streams.find(({ streamId }) => streamId === chosen) ?? streams[0];
  return (
    <div className={styles.panel} data-panel="states">
      {stream === undefined ? (
        <EmptyState
          title="No stream seen"
          detail="The lifecycle of each PCM stream stands here as soon as its first command or PCM_INFO is seen."
        />
      ) : (
        <>
          <div className={styles.bar}>
            {streams.slice(0, MOST_CHIPS).map(({ streamId, direction, state, isAssumed }) => (
              <Chip
                key={streamId}
                glyph={STREAM_STATE_MARKS[state].glyph}
                tone={STREAM_STATE_MARKS[state].colour}
                pressed={streamId === stream.streamId}
                onClick={() => view.setState({ streamId })}
              >
                {`${isAssumed === true ? '~ ' : ''}stream ${streamId} ${direction === 'output' ? '▸' : '◂'}`}
              </Chip>
            ))}
            <span className={`mono ${styles.second}`}>{shortParams(stream.params)}</span>
          </div>
          <OneStream stream={stream} />
        </>
      )}
    </div>
  );
}

function OneStream({ stream }: { readonly stream: StreamStatus }) {
  const { streamId } = stream;
  const spans = usePull('streamStates', { streamId }, { everyMs: 250 }).data ?? NO_SPANS;
  const isFollowed = useView((view) => view.follow && view.frozen === undefined);
  const isLive = useSession(({ status }) => status?.phase === 'live');
  const cursorNs = useView((view) => view.cursorNs);
  const atNs = (isFollowed && isLive) || spans.length === 0 ? undefined : cursorNs;
  const lifecycle = useMemo(() => {
    const now = lifecycleOf(stream);
    return atNs === undefined ? now : { ...now, current: stateAt(spans, atNs) };
  }, [stream, spans, atNs]);
  const show: NonNullable<DiagramProps['onCommand']> = (command, isRefused, edge) => {
    const numbers = edge === undefined ? [] : numbersOf(spans, edge.from, edge.to);
    sharedView.setState({ filter: edgeFilter(streamId, command, isRefused, numbers) });
    showTab('messages');
  };
  return (
    <div className={styles.parts}>
      <div className={styles.diagram}>
        {atNs === undefined ? null : (
          <p className={styles.second}>
            State at the cursor, {formatTime(atNs, 6)}. Counts are of the whole capture.
          </p>
        )}
        {lifecycle.hasHistory ? null : (
          <NoHistory streamId={streamId} isAssumed={stream.isAssumed === true} />
        )}
        <LifecycleDiagram lifecycle={lifecycle} onCommand={show} />
        {lifecycle.unexpected.length > 0 ? (
          <p className={styles.second}>
            Taken though the lifecycle has no such edge: {lifecycle.unexpected.join(', ')}.
          </p>
        ) : null}
      </div>
      <div className={styles.over}>
        <Lanes spans={spans} />
        <ParamsDiff key={streamId} streamId={streamId} />
      </div>
      <ExchangesTable streamId={streamId} />
    </div>
  );
}

/** What the capture cannot know, and what one may assume instead. */
function NoHistory(props: { readonly streamId: number; readonly isAssumed: boolean }) {
  const { streamId, isAssumed } = props;
  if (isAssumed) {
    return (
      <p className={styles.second} role="status">
        <i>~ running, assumed.</i> No control message was seen for this stream; what is found on
        that ground is graded assumed, until the capture is opened again.
      </p>
    );
  }
  return (
    <p className={`${styles.second} ${styles.assume}`}>
      <span>
        No control message seen for this stream: the capture may have started after its SET_PARAMS.
        The states are drawn hollow until one is seen.
      </span>
      <Button
        tip="Checks the rules as if it had run from the beginning; what rests on that is graded assumed"
        onClick={() => void ask('assumeRunning', { streamId })}
      >
        Assume running
      </Button>
    </p>
  );
}

/** The whole capture, a lane a state. A press shows that moment in every panel. */
function Lanes({ spans }: { readonly spans: readonly StateSpan[] }) {
  const endNs = useSession((session) => session.status?.endNs) ?? 0;
  const view = usePanelView();
  const cursorNs = useView((look) => look.cursorNs);
  const canvas = useCanvas(
    (ctx, size, theme) => {
      const bars = laneBars(spans, endNs, size.widthPx);
      const cursorPx = cursorNs === undefined ? undefined : (cursorNs / endNs) * size.widthPx;
      drawLanes(ctx, bars, cursorPx, size, theme);
    },
    [spans, endNs, cursorNs],
  );
  const goTo = (share: number) => {
    const atNs = share * endNs;
    view.setState({ cursorNs: atNs, follow: false });
    revealTime(atNs, atNs, view);
  };
  return (
    <section aria-label="States over time">
      <div className={styles.lanes}>
        <ul className={styles.names} aria-hidden="true">
          {STREAM_STATES.map((state) => (
            <li key={state} style={{ height: `${LANE_PX}px` }}>
              {STREAM_STATE_MARKS[state].word}
            </li>
          ))}
        </ul>
        <div className={styles.canvas} style={{ height: `${LANE_PX * STREAM_STATES.length}px` }}>
          <canvas
            ref={canvas.ref}
            role="img"
            aria-label={`${spans.length} changes of state over ${formatDuration(endNs)}`}
            title="Press to go to that moment"
            onPointerDown={({ nativeEvent, currentTarget }) =>
              goTo(nativeEvent.offsetX / Math.max(1, currentTarget.clientWidth))
            }
          />
        </div>
      </div>
      <div className={`${styles.second} ${styles.ends}`}>
        <span>0 s</span>
        <span>{formatDuration(endNs)}</span>
      </div>
    </section>
  );
}
