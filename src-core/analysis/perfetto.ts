/** A capture as a Perfetto trace, written in pieces: what is held does not grow with the capture.
 *
 *      virtio-snd ┬ controlq, eventq, txq, rxq   lanes of messages, each with its stages; depth
 *                 ├ stream 0, stream 1 …         states; frames as they move; headroom, stray of returns
 *                 └ findings                     instants
 *
 *  A flow joins each message's slice to the frames that it moved and to its return. */
import type { Capture } from '../capture/capture.ts';
import type { BlameRow } from '../contract-latency.ts';
import {
  CODE_NAMES,
  EVENTQ,
  QUEUE_NAMES,
  RXQ,
  requestKind,
  TXQ,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import { type Marks, stageRow, stagesOf } from '../spec/stages.ts';
import type { Ns } from '../units.ts';
import { heldAt, trackRateHz } from './ownership.ts';
import { EVENT_TYPE, PerfettoWriter } from './perfetto-writer.ts';

const CHUNK_BYTES = 200_000;
const MAX_LANES = 64;
const PROCESS = 1;
const FINDINGS = 2;
const QUEUES = 10;
const DEPTHS = 20;
const LANES = 1000;
const STREAMS = 10_000;

interface QueueState {
  /** Until when each lane is taken, and the track of it. */
  readonly lanes: Ns[];
  /** When messages in the device will be used, for the depth. */
  open: Ns[];
}

/** Pieces of the file, at most about 256 KB each. `blame` becomes instants on the streams' tracks. */
export function* perfettoTrace(
  capture: Capture,
  blame: readonly BlameRow[] = [],
): Generator<Uint8Array, void, void> {
  const writer = new PerfettoWriter();
  describeTracks(capture, writer);
  const queues = new Map<number, QueueState>();
  const { rows } = capture.messages;
  for (let row = 0; row < rows; row++) {
    writeMessage(capture, writer, queues, row);
    if (writer.heldBytes > CHUNK_BYTES) yield writer.take();
  }
  for (const [queue, state] of queues) drainDepth(writer, queue, state, Number.POSITIVE_INFINITY);
  writeStates(capture, writer);
  for (const { atNs, text, kind, severity, row } of capture.story.marks) {
    const args = { kind, severity, message: row };
    writer.event(atNs, { type: EVENT_TYPE.instant, track: FINDINGS, name: text, args });
    if (writer.heldBytes > CHUNK_BYTES) yield writer.take();
  }
  for (const { atNs, streamId, sentence, stage, index } of blame) {
    const args = { stage, message: index };
    writer.event(atNs, {
      ...{ type: EVENT_TYPE.instant, track: streamTrack(streamId), name: sentence, args },
    });
    if (writer.heldBytes > CHUNK_BYTES) yield writer.take();
  }
  yield writer.take();
}

function describeTracks(capture: Capture, writer: PerfettoWriter): void {
  writer.clocks(capture.facts.startedAtUnixMs);
  writer.process(PROCESS, `virtio-snd: ${capture.facts.title}`);
  writer.track(FINDINGS, PROCESS, 'findings');
  for (const [queue, name] of QUEUE_NAMES.entries()) {
    writer.track(QUEUES + queue, PROCESS, name);
    writer.track(DEPTHS + queue, PROCESS, `${name} depth`, 'messages');
  }
  for (const streamId of streamsOf(capture)) {
    const track = streamTrack(streamId);
    writer.track(track, PROCESS, `stream ${streamId}`);
    writer.track(track + 1, track, `stream ${streamId} frames`);
    writer.track(track + 2, PROCESS, `stream ${streamId} headroom`, 'ms');
    writer.track(track + 3, PROCESS, `stream ${streamId} device`, 'frames');
    writer.track(track + 4, PROCESS, `stream ${streamId} stray`, 'ms');
  }
}

function streamsOf(capture: Capture): readonly number[] {
  const ids = new Set(capture.tracks.map(({ streamId }) => streamId));
  for (const { streamId } of capture.story.states) ids.add(streamId);
  return [...ids].sort((a, b) => a - b);
}

function streamTrack(streamId: number): number {
  return STREAMS + 8 * streamId;
}

function writeMessage(
  capture: Capture,
  writer: PerfettoWriter,
  queues: Map<number, QueueState>,
  row: number,
): void {
  const { messages } = capture;
  const marks = marksOf(capture, row);
  const { queue, poppedNs, usedNs } = marks;
  const state = queues.get(queue) ?? { lanes: [], open: [] };
  queues.set(queue, state);
  drainDepth(writer, queue, state, poppedNs);
  state.open.push(usedNs);
  count(writer, poppedNs, DEPTHS + queue, state.open.length);
  const isIdleBuffer = queue === EVENTQ && messages.code.get(row) === 0;
  const stages = isIdleBuffer ? [] : stagesOf(marks, capture.endNs);
  const [first] = stages;
  const last = stages.at(-1);
  if (first === undefined || last === undefined) return;
  const track = laneFor(writer, queue, state, first.fromNs, last.toNs);
  const flow = messages.seq.get(row) + 1;
  const [begin, end] = [EVENT_TYPE.sliceBegin, EVENT_TYPE.sliceEnd];
  const name = nameOf(capture, row);
  writer.event(first.fromNs, { type: begin, track, name, flow, args: argsOf(capture, row) });
  for (const { id, fromNs, toNs } of stages) {
    const isLast = id === 'notify' || (id === last.id && queue !== TXQ && queue !== RXQ);
    const ending = isLast ? { lastFlow: flow } : {};
    writer.event(fromNs, { type: begin, track, name: stageRow(id).name, ...ending });
    writer.event(toNs, { type: end, track });
  }
  writer.event(last.toNs, { type: end, track });
  if (messages.track.get(row) >= 0) writeFrames(capture, writer, row, marks, flow);
}

/** The frames of a message on its stream's track, and what was held then. */
function writeFrames(
  capture: Capture,
  writer: PerfettoWriter,
  row: number,
  { firstNs, lastNs, poppedNs }: Marks,
  flow: number,
): void {
  const { messages } = capture;
  const track = capture.tracks[messages.track.get(row)];
  if (track === undefined) return;
  const uuid = streamTrack(track.streamId);
  const fromFrame = messages.fromFrame.get(row);
  const args = { fromFrame, frames: messages.frames.get(row), message: row };
  writer.event(firstNs, {
    ...{ type: EVENT_TYPE.sliceBegin, track: uuid + 1, name: 'frames', flow, args },
  });
  writer.event(lastNs, { type: EVENT_TYPE.sliceEnd, track: uuid + 1 });
  const rateHz = Math.max(1, trackRateHz(track));
  for (const atNs of [poppedNs, lastNs]) {
    const { device, sink } = heldAt(capture, track, atNs);
    count(writer, atNs, uuid + 2, (1000 * (device + sink)) / rateHz);
    count(writer, atNs, uuid + 3, device);
  }
  const strayMs = (firstNs - track.fromNs - (fromFrame / rateHz) * 1e9) / 1e6;
  count(writer, firstNs, uuid + 4, strayMs);
}

function writeStates(capture: Capture, writer: PerfettoWriter): void {
  const open = new Set<number>();
  for (const { streamId, state, atNs } of capture.story.states) {
    const track = streamTrack(streamId);
    if (open.has(streamId)) writer.event(atNs, { type: EVENT_TYPE.sliceEnd, track });
    open.add(streamId);
    writer.event(atNs, { type: EVENT_TYPE.sliceBegin, track, name: state });
  }
  for (const streamId of open) {
    writer.event(capture.endNs, { type: EVENT_TYPE.sliceEnd, track: streamTrack(streamId) });
  }
}

/** Messages that overlap in time go to lanes of their own: slices of one track have to nest. */
function laneFor(
  writer: PerfettoWriter,
  queue: number,
  { lanes }: QueueState,
  fromNs: Ns,
  toNs: Ns,
): number {
  const free = lanes.findIndex((untilNs) => untilNs <= fromNs);
  const lane = free >= 0 ? free : Math.min(lanes.length, MAX_LANES - 1);
  const uuid = LANES + queue * MAX_LANES + lane;
  if (lane === lanes.length) writer.track(uuid, QUEUES + queue, `${QUEUE_NAMES[queue]} ${lane}`);
  lanes[lane] = Math.max(toNs, lanes[lane] ?? 0);
  return uuid;
}

/** Tells the depth at each return up to `untilNs`. */
function drainDepth(writer: PerfettoWriter, queue: number, state: QueueState, untilNs: Ns): void {
  const done = state.open.filter((usedNs) => usedNs <= untilNs).sort((a, b) => a - b);
  if (done.length === 0) return;
  let depth = state.open.length;
  for (const usedNs of done) count(writer, usedNs, DEPTHS + queue, --depth);
  state.open = state.open.filter((usedNs) => !(usedNs <= untilNs));
}

function count(writer: PerfettoWriter, atNs: Ns, track: number, value: number): void {
  writer.event(atNs, { type: EVENT_TYPE.counter, track, value });
}

export function marksOf({ messages }: Capture, row: number): Marks {
  const poppedNs = messages.poppedNs.get(row);
  return {
    queue: messages.queue.get(row),
    postedNs: poppedNs + messages.postedAfterNs.get(row),
    kickNs: poppedNs + messages.kickAfterNs.get(row),
    poppedNs,
    firstNs: poppedNs + messages.firstAfterNs.get(row),
    lastNs: poppedNs + messages.lastAfterNs.get(row),
    usedNs: poppedNs + messages.usedAfterNs.get(row),
    interruptNs: poppedNs + messages.interruptAfterNs.get(row),
  };
}

function nameOf({ messages }: Capture, row: number): string {
  const queue = messages.queue.get(row);
  if (queue === TXQ) return 'PCM write';
  if (queue === RXQ) return 'PCM read';
  const code = messages.code.get(row);
  const label = queue === EVENTQ ? CODE_NAMES.get(code) : requestKind(code)?.label;
  return label ?? `unknown 0x${code.toString(16).padStart(4, '0')}`;
}

function argsOf({ messages }: Capture, row: number): Record<string, number | string> {
  const status = messages.status.get(row);
  const args: Record<string, number | string> = {
    message: row,
    head: messages.head.get(row),
    bytes: messages.payloadBytes.get(row),
  };
  if (messages.streamId.get(row) >= 0) args.stream = messages.streamId.get(row);
  if (status !== 0 && status !== VIRTIO_SND_S_OK) args.status = CODE_NAMES.get(status) ?? status;
  if (messages.latencyBytes.get(row) > 0) args.latency_bytes = messages.latencyBytes.get(row);
  return args;
}
