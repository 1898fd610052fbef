/** The command lifecycle of a stream as a diagram: where it is, what was taken how often, what was refused.
 *  Spec: 5.14.6.6.1 */
import type { KeyboardEvent } from 'react';
import { LIFECYCLE, STREAM_STATES, type StreamState } from '../../../src-core/spec/sound.ts';
import { formatCount } from '../../ui/format.ts';
import styles from './streams.module.css';
import { DIAGRAM_PX, diagramBox, EDGES, LINE_PX, NODES } from './streams-draw.ts';
import {
  type Lifecycle,
  type LifecycleEdge,
  type RefusedAttempt,
  STREAM_STATE_MARKS,
} from './streams-model.ts';

export interface DiagramProps {
  readonly lifecycle: Lifecycle;
  /** An edge that was taken, or a refused attempt, was pressed; absent: edges cannot be. */
  readonly onCommand?: (
    command: string,
    isRefused: boolean,
    edge?: { readonly from: StreamState; readonly to: StreamState },
  ) => void;
}

export function LifecycleDiagram({ lifecycle, onCommand }: DiagramProps) {
  const { edges, refused, current, resets, hasHistory, isAssumed } = lifecycle;
  const { topPx, heightPx } = diagramBox(linesAt(lifecycle, -1), linesAt(lifecycle, 1));
  return (
    <svg
      className={styles.diagram}
      width={DIAGRAM_PX}
      height={heightPx}
      viewBox={`0 ${topPx} ${DIAGRAM_PX} ${heightPx}`}
      role={onCommand === undefined ? 'img' : 'group'}
      aria-label={spoken(lifecycle)}
    >
      <defs>
        <Arrow id="lifecycle-arrow" className={styles.arrow} />
        <Arrow id="lifecycle-arrow-taken" className={styles.arrowTaken} />
      </defs>
      {edges.map((edge) => (
        <Edge key={`${edge.from}>${edge.to}`} edge={edge} onCommand={onCommand} />
      ))}
      {STREAM_STATES.map((state) => (
        <Node
          key={state}
          state={state}
          isCurrent={state === current && (hasHistory || isAssumed)}
          isAssumed={isAssumed}
          resets={resets}
        />
      ))}
      {STREAM_STATES.map((state) => (
        <Refused
          key={state}
          state={state}
          attempts={refused.get(state) ?? []}
          onCommand={onCommand}
        />
      ))}
    </svg>
  );
}

/** Most lines of refused attempts over the upper row (-1) or under the lower one (1). */
function linesAt({ refused }: Lifecycle, side: 1 | -1): number {
  const states =
    side === -1 ? (['prepared', 'running'] as const) : (['stopped', 'released'] as const);
  return Math.max(...states.map((state) => refused.get(state)?.length ?? 0));
}

function Arrow({
  id,
  className,
}: {
  readonly id: string;
  readonly className?: string | undefined;
}) {
  return (
    <marker
      id={id}
      viewBox="0 0 8 8"
      refX="6"
      refY="4"
      markerWidth="8"
      markerHeight="8"
      orient="auto"
    >
      <path d="M0 0.5L7 4L0 7.5Z" className={className} />
    </marker>
  );
}

type OnCommand = DiagramProps['onCommand'];

/** What makes a part of the diagram a button; nothing where it cannot be pressed. */
function pressable(
  onCommand: OnCommand,
  command: string,
  count: number,
  isRefused: boolean,
  edge?: LifecycleEdge,
) {
  if (onCommand === undefined || count === 0) return {};
  const what = isRefused ? 'refused ' : '';
  return {
    role: 'button',
    tabIndex: 0,
    'aria-label': `Show the ${what}PCM_${command} messages`,
    style: { cursor: 'pointer' },
    onClick: () => onCommand(command, isRefused, edge),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      onCommand(command, isRefused, edge);
    },
  };
}

function Edge({
  edge,
  onCommand,
}: {
  readonly edge: LifecycleEdge;
  readonly onCommand: OnCommand;
}) {
  const { from, to, command, count } = edge;
  const place = EDGES[`${from}>${to}`];
  if (place === undefined) return null;
  const isTaken = count > 0;
  return (
    <g
      className={isTaken ? styles.taken : styles.edge}
      {...pressable(onCommand, command, count, false, edge)}
    >
      <path d={place.path} className={styles.hit} />
      <path
        d={place.path}
        markerEnd={`url(#lifecycle-arrow${isTaken ? '-taken' : ''})`}
        className={styles.edgeLine}
      />
      <text x={place.xPx} y={place.yPx} textAnchor={place.anchor}>
        {command}
        {isTaken && place.countYPx === undefined ? (
          <tspan className={styles.count}> ×{formatCount(count)}</tspan>
        ) : null}
      </text>
      {isTaken && place.countYPx !== undefined ? (
        <text x={place.xPx} y={place.countYPx} textAnchor={place.anchor} className={styles.count}>
          ×{formatCount(count)}
        </text>
      ) : null}
    </g>
  );
}

interface NodeProps {
  readonly state: StreamState;
  readonly isCurrent: boolean;
  readonly isAssumed: boolean;
  readonly resets: number;
}

function Node({ state, isCurrent, isAssumed, resets }: NodeProps) {
  const { xPx, yPx, widthPx, heightPx } = NODES[state];
  const { glyph, colour, word, means } = STREAM_STATE_MARKS[state];
  const look = isAssumed ? styles.assumed : styles.current;
  const classes = isCurrent ? `${look} ${styles[colour] ?? ''}` : styles.node;
  return (
    <g className={classes} aria-current={isCurrent ? 'step' : undefined}>
      <title>{means}</title>
      <rect x={xPx - widthPx / 2} y={yPx - heightPx / 2} width={widthPx} height={heightPx} rx="4" />
      <text x={xPx} y={yPx + 4} textAnchor="middle">
        {isCurrent ? `${isAssumed ? '~' : glyph} ${word}` : word}
      </text>
      {state === 'init' && resets > 0 ? (
        <text x={xPx} y={yPx - heightPx / 2 - 8} textAnchor="middle" className={styles.resets}>
          reset ×{formatCount(resets)}
        </text>
      ) : null}
    </g>
  );
}

/** Red stubs: commands that came in this state though the lifecycle has no such edge. */
function Refused({
  state,
  attempts,
  onCommand,
}: {
  readonly state: StreamState;
  readonly attempts: readonly RefusedAttempt[];
  readonly onCommand: OnCommand;
}) {
  if (attempts.length === 0) return null;
  const { refused } = NODES[state];
  const allowed = Object.keys(LIFECYCLE[state]).join(', ');
  return (
    <g className={styles.refused}>
      <title>{`Refused here: only ${allowed} may come in this state (5.14.6.6.1).`}</title>
      <path d={refused.stub} className={styles.edgeLine} />
      {attempts.map(({ command, count }, line) => (
        <text
          key={command}
          x={refused.xPx}
          y={refused.yPx + line * LINE_PX * refused.grows}
          textAnchor={refused.anchor}
          {...pressable(onCommand, command, count, true)}
        >
          ✕ {command} ×{formatCount(count)}
        </text>
      ))}
    </g>
  );
}

function spoken({ current, edges, refused, hasHistory, isAssumed }: Lifecycle): string {
  const taken = edges
    .filter(({ count }) => count > 0)
    .map(({ from, to, count }) => `${from} to ${to} ${count} times`);
  const wrong = [...refused].flatMap(([state, attempts]) =>
    attempts.map(({ command, count }) => `${command} refused in ${state} ${count} times`),
  );
  const word = hasHistory || isAssumed ? STREAM_STATE_MARKS[current].word : 'not known';
  return [`State ${word}${isAssumed ? ', assumed' : ''}`, ...taken, ...wrong].join(', ');
}
