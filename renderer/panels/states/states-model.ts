/** What the state machine panel shows beside the diagram: which messages an edge stands for, when a stream was in which state,
 *  how two SET_PARAMS differ. Spec: 5.14.6.6.1 */
import type { MessageFilter } from '../../../src-core/contract-data.ts';
import type { StateSpan } from '../../../src-core/contract-messages.ts';
import type { StreamParams } from '../../../src-core/spec/formats.ts';
import { PCM_SET_PARAMS, STREAM_STATES, type StreamState } from '../../../src-core/spec/sound.ts';
import type { Ns } from '../../../src-core/units.ts';
import { paramRows } from '../streams/streams-model.ts';

/** More numbers than this make no filter that anybody reads. */
const MOST_NUMBERS = 100;

/** Messages of a command on a stream: those that were obeyed, or those that were refused. `numbers`: of the ones that took the
 *  edge, since the same command may stand at several. */
export function edgeFilter(
  streamId: number,
  command: string,
  isRefused: boolean,
  numbers: readonly number[] = [],
): MessageFilter {
  if (!isRefused && numbers.length > 0 && numbers.length <= MOST_NUMBERS) {
    return { expression: `number in {${numbers.join(', ')}}` };
  }
  const status = isRefused ? 'has(status) && status != OK' : 'status == OK';
  return { expression: `stream == ${streamId} && code == PCM_${command} && ${status}` };
}

/** Numbers of the messages that took a stream from one state to another. */
export function numbersOf(
  spans: readonly StateSpan[],
  from: StreamState,
  to: StreamState,
): readonly number[] {
  return spans.flatMap(({ state, number }, place) => {
    const before = spans[place - 1]?.state ?? 'init';
    return state === to && before === from && number !== undefined ? [number] : [];
  });
}

/** The state at a time; INIT before the first change. */
export function stateAt(spans: readonly StateSpan[], atNs: Ns): StreamState {
  return spans.findLast(({ fromNs }) => fromNs <= atNs)?.state ?? 'init';
}

export interface LaneBar {
  readonly state: StreamState;
  readonly lane: number;
  readonly fromPx: number;
  readonly toPx: number;
  /** Of a span that the user assumes. */
  readonly isAssumed: boolean;
}

/** Bars of the lanes, one lane a state; before the first change it is INIT. Bars that fall on the same pixel are one. */
export function laneBars(
  spans: readonly StateSpan[],
  endNs: Ns,
  widthPx: number,
): readonly LaneBar[] {
  if (!(endNs > 0) || widthPx <= 0) return [];
  const pxOf = (atNs: Ns) => Math.round((Math.min(atNs, endNs) / endNs) * widthPx);
  const first: StateSpan = { state: 'init', fromNs: 0, toNs: spans[0]?.fromNs ?? endNs };
  const bars: LaneBar[] = [];
  const lastTo = new Map<StreamState, number>();
  const all = spans[0]?.isAssumed === true ? spans : [first, ...spans];
  for (const { state, fromNs, toNs, isAssumed = false } of all) {
    const fromPx = pxOf(fromNs);
    const toPx = Math.max(fromPx + 1, pxOf(Number.isNaN(toNs) ? endNs : toNs));
    if ((lastTo.get(state) ?? -1) >= toPx) continue;
    lastTo.set(state, toPx);
    bars.push({ state, lane: STREAM_STATES.indexOf(state), fromPx, toPx, isAssumed });
  }
  return bars;
}

/** Parameters that a SET_PARAMS asked for; `undefined` when its bytes are not all there. Spec: 5.14.6.6.3 */
export function paramsOfRequest(body: Uint8Array | undefined): StreamParams | undefined {
  const read = body === undefined ? undefined : PCM_SET_PARAMS.read(body);
  if (read === undefined) return undefined;
  const { bufferBytes, periodBytes, features, channels, format, rate } = read;
  return { bufferBytes, periodBytes, features, channels, format, rate };
}

export interface ParamDifference {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  readonly differs: boolean;
}

export function paramsDifference(
  before: StreamParams | undefined,
  after: StreamParams | undefined,
): readonly ParamDifference[] {
  const one = before === undefined ? [] : paramRows(before);
  const other = after === undefined ? [] : paramRows(after);
  const labels = (one.length > 0 ? one : other).map(({ label }) => label);
  return labels.map((label, place) => {
    const was = one[place]?.value ?? 'not recorded';
    const is = other[place]?.value ?? 'not recorded';
    return { label, before: was, after: is, differs: was !== is };
  });
}
