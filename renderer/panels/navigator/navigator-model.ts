/** What the navigator shows: the device as a tree, from the status alone. Pure. Spec: 5.14.2, 5.14.3, 5.14.4 */
import type { UserMark } from '../../../src-core/capture/entry.ts';
import type {
  MessageFilter,
  QueueStatus,
  SessionStatus,
  StreamStatus,
} from '../../../src-core/contract-data.ts';
import type { ControlStatus } from '../../../src-core/contract-device.ts';
import { formatName, frameBytesOf, rateHzOf } from '../../../src-core/spec/formats.ts';
import { featureNames } from '../../../src-core/spec/ring.ts';
import { QUEUE_NAMES, type StreamState } from '../../../src-core/spec/sound.ts';
import { formatClock, formatTime } from '../../canvas/time-scale.ts';
import type { StateName } from '../../palette.ts';
import { filterWords, type SavedFilter } from '../../store/saved-filters.ts';
import { laneKey, type PanelId } from '../../store/view.ts';
import { xrunText } from '../../store/xrun-text.ts';
import { formatCount, formatRate } from '../../ui/format.ts';

export interface NavigatorNode {
  readonly id: string;
  readonly label: string;
  /** Second, quieter text: what it is at this moment. */
  readonly detail: string;
  readonly glyph?: string;
  readonly tone?: StateName;
  /** How full it is, 0 to 1. */
  readonly bar?: number;
  readonly children: readonly NavigatorNode[];
  readonly target?: NavigatorTarget;
}

/** What a click shows in all panels. */
export interface NavigatorTarget {
  readonly queue?: number;
  readonly streamId?: number;
  readonly jackId?: number;
  readonly mark?: UserMark;
  /** The name of a filter that the user keeps. */
  readonly saved?: string;
  readonly panel?: PanelId;
  /** Its messages. */
  readonly filter?: MessageFilter;
  /** Everything but its messages. */
  readonly without?: MessageFilter;
  /** Its lanes of the timeline. */
  readonly lanes: readonly string[];
}

const STATES: Readonly<Record<StreamState, { glyph: string; tone: StateName }>> = {
  init: { glyph: '○', tone: 'done' },
  params: { glyph: '▷', tone: 'posted' },
  prepared: { glyph: '◇', tone: 'held' },
  running: { glyph: '▶', tone: 'service' },
  stopped: { glyph: '❚❚', tone: 'done' },
  released: { glyph: '■', tone: 'done' },
};

/** Marks that are listed; Ctrl+M lists all. */
const MARKS_BOUND = 100;

export function navigatorOf(
  status: SessionStatus,
  marks: readonly UserMark[] = [],
  saved: readonly SavedFilter[] = [],
): readonly NavigatorNode[] {
  return [
    deviceNode(status),
    group(
      'queues',
      'Queues',
      status.queues.map((queue) => queueNode(queue, status)),
    ),
    group(
      'streams',
      'Streams',
      status.streams.map((stream) => streamNode(stream, status.trace !== undefined)),
    ),
    group('jacks', 'Jacks', status.jacks.map(jackNode)),
    group('chmaps', 'Channel maps', status.chmaps.map(chmapNode)),
    group('controls', 'Controls', (status.controls ?? []).map(controlNode)),
    group('marks', 'Marks', marks.slice(0, MARKS_BOUND).map(markNode)),
    group('saved', 'Saved filters', saved.map(savedNode)),
  ].filter(({ id, children }) => id === 'device' || children.length > 0);
}

function savedNode({ name, filter }: SavedFilter, place: number): NavigatorNode {
  return {
    id: `saved-${place}`,
    label: name,
    detail: filterWords(filter, QUEUE_NAMES),
    glyph: '▽',
    tone: 'posted',
    children: [],
    target: { saved: name, panel: 'messages', filter, lanes: [] },
  };
}

/** Spec: 5.14.6.10 */
function controlNode({ controlId, name, type, count, access }: ControlStatus): NavigatorNode {
  const values = count === 1 ? type : `${type} × ${count}`;
  return {
    id: `control-${controlId}`,
    label: name === '' ? `control ${controlId}` : name,
    detail: access === 'read and write' ? values : `${values} · ${access}`,
    glyph: '◧',
    tone: 'done',
    children: [],
    target: { filter: CONTROL_MESSAGES, without: NO_CONTROL_MESSAGES, lanes: [] },
  };
}

const CONTROL_MESSAGES: MessageFilter = { expression: 'code contains "CTL_"' };
const NO_CONTROL_MESSAGES: MessageFilter = { expression: '!(code contains "CTL_")' };

function markNode(mark: UserMark, place: number): NavigatorNode {
  const { id, fromNs, text } = mark;
  return {
    id: `mark-${id}`,
    label: text === '' ? `mark ${place + 1}` : text,
    detail: formatTime(fromNs, 3),
    glyph: '⚑',
    tone: 'posted',
    children: [],
    target: { mark, lanes: [] },
  };
}

/** Whoever drove the device is gone; the tree shows what there was. A file and a trace never were there. */
export function isGone({ phase, kind }: SessionStatus): boolean {
  return phase === 'ended' && kind !== 'file' && kind !== 'trace';
}

/** The rows that can be seen: those under open nodes, with how deep each is. */
export function visibleRows(
  nodes: readonly NavigatorNode[],
  closed: ReadonlySet<string>,
  depth = 0,
): readonly { readonly node: NavigatorNode; readonly depth: number }[] {
  return nodes.flatMap((node) => [
    { node, depth },
    ...(closed.has(node.id) ? [] : visibleRows(node.children, closed, depth + 1)),
  ]);
}

function group(id: string, label: string, children: readonly NavigatorNode[]): NavigatorNode {
  return { id, label, detail: formatCount(children.length), children };
}

function deviceNode(status: SessionStatus): NavigatorNode {
  const { kind, title, acceptedFeatures, deviceStatus, trace, watch, endNs } = status;
  const gone = isGone(status) ? `last seen ${formatClock(endNs)}` : undefined;
  const features = featureNames(acceptedFeatures).map((name) => ({
    ...{ id: `feature-${name}`, label: name, detail: '', children: [] },
  }));
  const isReady = (deviceStatus & 4) !== 0;
  const isForeign = trace !== undefined || watch !== undefined;
  return {
    id: 'device',
    label: 'Device',
    detail: gone ?? (isReady ? 'DRIVER_OK' : isForeign ? 'not driven' : title),
    glyph: isReady && gone === undefined ? '●' : '○',
    tone: isReady && gone === undefined ? 'service' : 'done',
    children: [
      {
        id: 'features',
        label: 'Features',
        detail: features.length === 0 ? noFeatures(trace) : formatCount(features.length),
        children: features,
      },
      ...(kind === 'demo' || kind === 'vhost-user' ? [configNode(status)] : []),
    ],
  };
}

/** The configuration space of the device that Ringside is: a capture and QEMU's device do not tell theirs. Spec: 5.14.4 */
function configNode({ jacks, streams, chmaps, controls }: SessionStatus): NavigatorNode {
  const fields = [
    ['jacks', jacks.length],
    ['streams', streams.length],
    ['chmaps', chmaps.length],
    ...(controls === undefined ? [] : [['controls', controls.length] as const]),
  ] as const;
  return {
    id: 'config',
    label: 'Configuration',
    detail: formatCount(fields.length),
    children: fields.map(([label, value]) => ({
      ...{ id: `config-${label}`, label, detail: formatCount(value), children: [] },
    })),
  };
}

function queueNode(queue: QueueStatus, status: SessionStatus): NavigatorNode {
  const { streams, queues } = status;
  const { size, running, inFlight, waiting, messages, name } = queue;
  const others = queues.map((other) => other.queue).filter((index) => index !== queue.queue);
  const direction = queue.queue === 2 ? 'output' : queue.queue === 3 ? 'input' : undefined;
  const lanes =
    direction === undefined
      ? [laneKey(queue.queue, -1)]
      : streams
          .filter((stream) => stream.direction === direction)
          .map(({ streamId }) => laneKey(queue.queue, streamId));
  return {
    id: `queue-${queue.queue}`,
    label: name,
    detail: running ? `${inFlight + waiting} of ${size}` : notSetUp(queue, status),
    glyph: running ? '▶' : '○',
    tone: running ? 'service' : 'done',
    ...(running && size > 0 ? { bar: Math.min(1, (inFlight + waiting) / size) } : {}),
    children: [],
    target: {
      queue: queue.queue,
      ...(messages > 0 || running ? { panel: 'rings' as const } : {}),
      filter: { queues: [queue.queue] },
      without: { queues: others },
      lanes,
    },
  };
}

function streamNode(stream: StreamStatus, isTraced: boolean): NavigatorNode {
  const { streamId, direction, state, params, deviceFrames, underruns } = stream;
  const queue = direction === 'output' ? 2 : 3;
  const format =
    params === undefined
      ? state
      : `${formatName(params.format)} ${params.channels}ch ${formatRate(rateHzOf(params.rate))}`;
  const bar = params === undefined ? undefined : deviceFrames / bufferFrames(params);
  return {
    id: `stream-${streamId}`,
    label: `${direction === 'output' ? 'tx' : 'rx'} ${streamId}`,
    detail:
      underruns > 0 ? `${isTraced ? '' : `${format} · `}${xrunText(stream, isTraced)}` : format,
    ...STATES[state],
    ...(bar === undefined ? {} : { bar: Math.max(0, Math.min(1, bar)) }),
    children: [],
    target: {
      streamId,
      queue,
      panel: 'streams',
      filter: { streamId },
      without: { expression: `!(stream == ${streamId})` },
      lanes: [laneKey(queue, streamId)],
    },
  };
}

function bufferFrames(params: NonNullable<StreamStatus['params']>): number {
  return params.bufferBytes / frameBytesOf(params);
}

function jackNode({ jackId, connected, label }: SessionStatus['jacks'][number]): NavigatorNode {
  return {
    id: `jack-${jackId}`,
    label,
    detail: connected ? 'plugged in' : 'unplugged',
    glyph: connected ? '●' : '○',
    tone: connected ? 'service' : 'done',
    children: [],
    target: { jackId, lanes: [] },
  };
}

function chmapNode(
  { direction, positions }: SessionStatus['chmaps'][number],
  at: number,
): NavigatorNode {
  const label = direction === 'output' ? 'playback' : 'capture';
  return { id: `chmap-${at}`, label, detail: positions.join(' '), children: [] };
}

/** A trace shows messages, and not the rings that they went through. What is over tells how it was left. */
function notSetUp(
  { size, inFlight, messages }: QueueStatus,
  { trace, phase, kind }: SessionStatus,
): string {
  if (trace !== undefined) return formatCount(messages);
  const isOver = phase === 'ended' || kind === 'file';
  if (isOver && size > 0) return `${inFlight} of ${size}`;
  return isOver && messages > 0 ? formatCount(messages) : 'not set up';
}

function noFeatures(trace: SessionStatus['trace']): string {
  return trace === undefined ? 'none accepted' : 'not in a trace';
}
