/** What the streams of a watched device are doing, out of its control requests as they are seen: states, parameters, tracks.
 *  Somebody who looks on may have come late, or have missed a request: what is not known is assumed, and said to be. */
import type { EntryBody } from '../capture/entry.ts';
import { frameBytesOf, rateHzOf, type StreamParams } from '../spec/formats.ts';
import type { Grade } from '../spec/grades.ts';
import { readLe32 } from '../spec/layout.ts';
import {
  type Direction,
  LIFECYCLE,
  PCM_SET_PARAMS,
  type PcmCommand,
  requestKind,
  type StreamState,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import { assert, type Bytes, type Frames, type Ns, type TrackId } from '../units.ts';

export interface WatchedStream {
  readonly streamId: number;
  readonly direction: Direction;
  state: StreamState;
  params?: StreamParams | undefined;
  /** Those before a SET_PARAMS that nobody saw. */
  formerParams?: StreamParams | undefined;
  /** How the parameters are known. `stale`: from a request that was answered before the watch began. */
  paramsFrom: 'request' | 'stale' | 'assumed' | 'nobody';
  track?: TrackId | undefined;
  movedFrames: Frames;
  /** Requests that were taken when the run that it is in was begun, or the last one was ended. */
  runAfter: number;
  /** Frames of runs that were begun after so many requests or fewer are not known to stand where they are said to. */
  unplacedThrough: number;
  /** PCM of it was seen. */
  hasMoved: boolean;
  pendingBytes: Bytes;
  pendingMessages: number;
}

/** What is assumed of a stream whose SET_PARAMS nobody saw: the first that fits its pace well, else the nearest of the first
 *  two. Formats 5 (S16) and 17 (S32), rates 7 (48000), 6 (44100), 10 (96000), 12 (192000), 5 (32000), 4, 3 and 1. */
const USUAL: readonly (readonly [format: number, channels: number, rate: number])[] = [
  ...([7, 6, 10, 12, 5, 4, 3, 1] as const).map((rate) => [5, 2, rate] as const),
  ...([7, 6, 5, 4, 3, 1] as const).map((rate) => [5, 1, rate] as const),
  ...([7, 6] as const).map((rate) => [17, 2, rate] as const),
];
const RATE_ERROR = 0.04;

export class WatchedStreams {
  readonly all: WatchedStream[];
  /** Requests that were taken so far. */
  taken = 0;
  /** Called before a stream's run or its parameters change. */
  beforeChange: (stream: WatchedStream) => void = () => {};
  private readonly record: (atNs: Ns, body: EntryBody, grade: Grade) => number;
  private nextTrack: TrackId = 0;

  constructor(streams: number, record: (atNs: Ns, body: EntryBody, grade: Grade) => number) {
    this.record = record;
    // QEMU: the first half, rounded up, are outputs.
    const outputs = Math.ceil(streams / 2);
    this.all = Array.from({ length: streams }, (_none, streamId) => ({
      streamId,
      direction: streamId < outputs ? 'output' : 'input',
      state: 'init',
      paramsFrom: 'nobody',
      movedFrames: 0,
      runAfter: 0,
      unplacedThrough: -1,
      hasMoved: false,
      pendingBytes: 0,
      pendingMessages: 0,
    }));
  }

  /** A control request and how it was answered, `undefined` where that could not be read: the driver goes on as after OK.
   *  Gives the stream that it changed. */
  request(body: Uint8Array, status: number | undefined, atNs: Ns): number | undefined {
    const command = commandOf(body);
    const stream = this.all[streamOf(body)];
    if (command === undefined || stream === undefined) return undefined;
    if (status !== undefined && status !== VIRTIO_SND_S_OK) return undefined;
    const grade = status === undefined ? 'derived' : 'observed';
    if (changesRun(command)) this.beforeChange(stream);
    if (command === 'SET_PARAMS') this.takeParams(stream, body, 'request');
    this.obey(stream, command, atNs, grade);
    return stream.streamId;
  }

  /** Whether the bytes are a request of the standard, about one of the streams if it names one. */
  knows(body: Uint8Array): boolean {
    return isRequest(body) && (commandOf(body) === undefined || streamOf(body) in this.all);
  }

  /** A request of which only a trace told: what parameters it set is not known. */
  told(
    command: PcmCommand,
    streamId: number,
    status: number | undefined,
    atNs: Ns,
  ): number | undefined {
    const stream = this.all[streamId];
    if (stream === undefined || (status !== undefined && status !== VIRTIO_SND_S_OK))
      return undefined;
    if (changesRun(command)) this.beforeChange(stream);
    if (command === 'SET_PARAMS') {
      stream.formerParams = stream.params ?? stream.formerParams;
      stream.params = undefined;
      stream.paramsFrom = 'nobody';
    }
    this.obey(stream, command, atNs, 'derived');
    return streamId;
  }

  /** The stream that a PREPARE is about, where nobody says: one that has new parameters, else one that may be prepared again. */
  preparing(): { readonly streamId: number; readonly grade: Grade } {
    const inState = (...states: StreamState[]) =>
      this.all.filter(({ state }) => states.includes(state));
    const fresh = inState('params');
    const candidates = fresh.length > 0 ? fresh : inState('released', 'stopped', 'prepared');
    const [first] = candidates;
    if (first === undefined) return { streamId: -1, grade: 'unavailable' };
    const grade = candidates.length === 1 ? 'derived' : 'assumed';
    return { streamId: first.streamId, grade };
  }

  /** A request that was answered before anybody looked, still in memory: good for the parameters at most. */
  staleRequest(body: Uint8Array): void {
    const stream = this.all[streamOf(body)];
    if (stream === undefined || commandOf(body) !== 'SET_PARAMS') return;
    this.takeParams(stream, body, 'stale');
  }

  /** The device reset: everything is as after its start. */
  reset(atNs: Ns): void {
    for (const stream of this.all) {
      stream.track = undefined;
      stream.runAfter = this.taken;
      this.enter(stream, 'init', atNs, 'derived');
      stream.pendingBytes = 0;
      stream.pendingMessages = 0;
    }
  }

  /** Of runs that were begun after so many requests or fewer nobody knows all that went before. */
  unplace(through: number, direction?: Direction): void {
    for (const stream of this.all) {
      if (direction !== undefined && stream.direction !== direction) continue;
      if (isUnbegun(stream)) continue;
      stream.unplacedThrough = Math.max(stream.unplacedThrough, through);
    }
  }

  /** PCM of this stream moves: it runs, whatever was seen of its requests. Its track, which is opened where none is. */
  running(stream: WatchedStream, atNs: Ns): TrackId | undefined {
    if (stream.state === 'init' || stream.state === 'params' || stream.state === 'released') {
      this.enter(stream, 'running', atNs, 'derived');
    }
    if (stream.track === undefined) {
      this.openTrack(stream, atNs, stream.paramsFrom === 'assumed' ? 'assumed' : 'derived');
    }
    return stream.track;
  }

  /** Parameters that would give this rate of bytes, for a stream of which none are known. */
  assume(stream: WatchedStream, bytesPerSecond: number, periodBytes: Bytes): void {
    const { formerParams } = stream;
    const isAsBefore =
      formerParams !== undefined &&
      formerParams.periodBytes === periodBytes &&
      errorOf(formerParams, bytesPerSecond) < RATE_ERROR;
    stream.params = isAsBefore ? formerParams : likelyParams(bytesPerSecond, periodBytes);
    stream.paramsFrom = 'assumed';
  }

  private obey(stream: WatchedStream, command: PcmCommand, atNs: Ns, grade: Grade): void {
    this.enter(stream, LIFECYCLE[stream.state][command] ?? STATE_AFTER[command], atNs, grade);
    if (!changesRun(command)) return;
    stream.runAfter = this.taken;
    // A run whose RELEASE nobody saw has ended all the same.
    if (command !== 'SET_PARAMS') stream.track = undefined;
    if (command === 'PREPARE') this.openTrack(stream, atNs, grade);
  }

  private takeParams(stream: WatchedStream, body: Uint8Array, from: 'request' | 'stale'): void {
    const read = PCM_SET_PARAMS.read(body);
    if (read === undefined) return;
    const { format, rate, channels, bufferBytes, periodBytes, features } = read;
    const params = { format, rate, channels, bufferBytes, periodBytes, features };
    const isSane =
      frameBytesOf(params) > 0 &&
      rateHzOf(rate) > 0 &&
      periodBytes > 0 &&
      bufferBytes >= periodBytes;
    if (!isSane && from === 'stale') return;
    stream.params = params;
    stream.paramsFrom = from;
  }

  private enter(stream: WatchedStream, to: StreamState, atNs: Ns, grade: Grade): void {
    const from = stream.state;
    if (from === to) return;
    stream.state = to;
    this.record(atNs, { kind: 'state', streamId: stream.streamId, from, to }, grade);
  }

  private openTrack(stream: WatchedStream, atNs: Ns, grade: Grade): void {
    const { params, streamId, direction } = stream;
    if (params === undefined || frameBytesOf(params) === 0) return;
    stream.track = this.nextTrack++;
    stream.movedFrames = 0;
    const { track } = stream;
    this.record(atNs, { kind: 'track', track, streamId, direction, params }, grade);
  }
}

/** Where a command leads that the lifecycle does not allow from where we believe the stream to be: an earlier request was
 *  missed, and QEMU answered OK. */
const STATE_AFTER: Record<PcmCommand, StreamState> = {
  SET_PARAMS: 'params',
  PREPARE: 'prepared',
  START: 'running',
  STOP: 'stopped',
  RELEASE: 'released',
};

/** Whether the next PCM of the stream is not that of the run before. */
export function changesRun(command: PcmCommand): boolean {
  return command !== 'START' && command !== 'STOP';
}

/** Whether the next frames of the stream stand where they are said to in their run: all that went before is known. */
export function isPlaced({ runAfter, unplacedThrough }: WatchedStream): boolean {
  return runAfter > unplacedThrough;
}

/** Whether the watch came in the middle of it and has seen nothing of it: its frames are counted from what is seen first. */
export function isUnbegun({ runAfter, hasMoved }: WatchedStream): boolean {
  return runAfter === 0 && !hasMoved;
}

/** Whether the bytes are a whole control request with a code of the standard: else they are what somebody else left there. */
export function isRequest(body: Uint8Array): boolean {
  if (body.length < 4) return false;
  const kind = requestKind(readLe32(body, 0));
  return kind !== undefined && body.length >= kind.request.widthBytes;
}

function commandOf(body: Uint8Array): PcmCommand | undefined {
  return isRequest(body) ? requestKind(readLe32(body, 0))?.command : undefined;
}

function streamOf(body: Uint8Array): number {
  return body.length >= 8 ? readLe32(body, 4) : -1;
}

/** The usual format, channels and rate that come nearest to a rate of bytes. */
export function likelyParams(bytesPerSecond: number, periodBytes: Bytes): StreamParams {
  const candidates = USUAL.map(([format, channels, rate]) => {
    const sizes = { bufferBytes: 4 * periodBytes, periodBytes };
    return { format, rate, channels, ...sizes, features: 0 };
  });
  const near = candidates.find((params) => errorOf(params, bytesPerSecond) < RATE_ERROR);
  const [first, second] = candidates;
  assert(first !== undefined && second !== undefined, 'there are usual parameters');
  return (
    near ?? (errorOf(second, bytesPerSecond) < errorOf(first, bytesPerSecond) ? second : first)
  );
}

function errorOf(params: StreamParams, bytesPerSecond: number): number {
  const expected = frameBytesOf(params) * rateHzOf(params.rate);
  return bytesPerSecond > 0 ? Math.abs(Math.log(bytesPerSecond / expected)) : 0;
}
