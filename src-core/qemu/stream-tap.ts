/** The PCM of a watched device's streams, out of payloads as their messages are used. While a stream's parameters are not known,
 *  its payloads wait until their pace tells what they may be. */
import type { EntryBody } from '../capture/entry.ts';
import { frameBytesOf, rateHzOf } from '../spec/formats.ts';
import type { Grade } from '../spec/grades.ts';
import { type Bytes, type Frames, framesIn, NS_PER_S, type Ns, type Seq } from '../units.ts';
import { GRADE_OF_TRUST, NO_TRUST, type TrustCounts } from './payload-check.ts';
import type { OrderedPayload } from './payload-order.ts';
import { isPlaced, type WatchedStream, type WatchedStreams } from './watched-streams.ts';

interface Waiting {
  readonly payload: OrderedPayload;
  readonly isPlaced: boolean;
}

type RecordAt = (atNs: Ns, body: EntryBody, grade: Grade) => Seq;

/** A pace is measured over so long, or so many messages. */
const MEASURE_NS = NS_PER_S;
const MEASURED_MESSAGES = 64;

export class StreamTap {
  readonly trust: { -readonly [K in keyof TrustCounts]: Bytes } = {
    ...NO_TRUST,
  };
  private readonly streams: WatchedStreams;
  private readonly record: RecordAt;
  private readonly waiting = new Map<number, Waiting[]>();
  private readonly dryNs = new Map<number, Ns>();
  /** Runs of which it was said that their frames may stand elsewhere. */
  private readonly saidOf = new Set<number>();

  constructor(streams: WatchedStreams, record: RecordAt) {
    this.streams = streams;
    this.record = record;
    streams.beforeChange = (stream) => this.endRun(stream);
  }

  posted(streamId: number, bytes: Bytes, atNs: Ns): void {
    const stream = this.streams.all[streamId];
    if (stream === undefined) return;
    stream.pendingBytes += bytes;
    stream.pendingMessages++;
    const dryNs = this.dryNs.get(streamId);
    this.dryNs.delete(streamId);
    if (dryNs !== undefined && stream.state === 'running')
      this.underran(stream, atNs - dryNs, atNs);
  }

  consumed(payload: OrderedPayload): void {
    const { streamId, pcm, trust, isCounted, playedBytes, atNs } = payload;
    const stream = this.streams.all[streamId];
    if (stream === undefined) return;
    stream.pendingBytes = Math.max(0, stream.pendingBytes - pcm.length);
    stream.pendingMessages = Math.max(0, stream.pendingMessages - 1);
    stream.hasMoved ||= playedBytes > 0;
    const placed = isCounted && isPlaced(stream);
    this.trust[trust === 'exact' && !placed ? 'unplaced' : trust] += playedBytes;
    if (stream.direction === 'output' && stream.pendingMessages === 0) {
      this.dryNs.set(stream.streamId, atNs);
    }
    if (stream.params !== undefined) this.move(stream, payload, placed);
    else this.await(stream, { payload, isPlaced: placed });
  }

  /** Decides about streams whose payloads have waited long enough. True while some wait: what comes meanwhile has to wait
   *  too. */
  settle(nowNs: Ns): boolean {
    for (const [streamId, waiting] of this.waiting) {
      const stream = this.streams.all[streamId];
      const [first] = waiting;
      if (stream === undefined || first === undefined) continue;
      const isLong = nowNs - first.payload.atNs >= MEASURE_NS;
      if (isLong || waiting.length >= MEASURED_MESSAGES) this.endRun(stream);
    }
    return this.waiting.size > 0;
  }

  /** What waits for the stream's parameters goes on: those that come now are of another run. */
  private endRun(stream: WatchedStream): void {
    const waiting = this.waiting.get(stream.streamId);
    const [first] = waiting ?? [];
    if (waiting === undefined || first === undefined) return;
    this.waiting.delete(stream.streamId);
    if (stream.params === undefined) this.guess(stream, waiting);
    const notBeforeNs = first.payload.atNs - 2;
    for (const { payload, isPlaced } of waiting) {
      this.move(stream, { ...payload, atNs: payload.atNs - 1, notBeforeNs }, isPlaced);
    }
  }

  /** A request has changed the stream: it does not run dry, it ends or begins. */
  commanded(streamId: number): void {
    this.dryNs.delete(streamId);
  }

  /** The driver or the device began anew. */
  reset(): void {
    this.waiting.clear();
    this.dryNs.clear();
  }

  private await(stream: WatchedStream, waiting: Waiting): void {
    const known = this.waiting.get(stream.streamId);
    if (known === undefined) this.waiting.set(stream.streamId, [waiting]);
    else known.push(waiting);
  }

  private guess(stream: WatchedStream, waiting: readonly Waiting[]): void {
    const [first] = waiting;
    const last = waiting.at(-1);
    if (first === undefined || last === undefined) return;
    const bytes = waiting.slice(1).reduce((sum, { payload }) => sum + payload.pcm.length, 0);
    const ns = last.payload.atNs - first.payload.atNs;
    const perSecond = ns > 0 ? (bytes * NS_PER_S) / ns : 0;
    this.streams.assume(stream, perSecond, first.payload.pcm.length);
  }

  private move(stream: WatchedStream, payload: OrderedPayload, placed: boolean): void {
    const { params } = stream;
    if (params === undefined) return;
    const { popped, trust, playedBytes, atNs, notBeforeNs } = payload;
    const frameBytes = frameBytesOf(params);
    const frames = frameBytes === 0 ? 0 : Math.floor(playedBytes / frameBytes);
    if (frames === 0) return;
    const track = this.streams.running(stream, notBeforeNs);
    if (track === undefined) return;
    const pcm = payload.pcm.subarray(0, frames * frameBytes);
    const fromFrame: Frames = stream.movedFrames;
    const grade = GRADE_OF_TRUST[trust === 'exact' && !placed ? 'unplaced' : trust];
    if (!placed) this.sayUnplaced(stream, track, atNs);
    this.record(atNs, { kind: 'moved', popped, track, fromFrame, frames, pcm }, grade);
    stream.movedFrames += frames;
  }

  private sayUnplaced({ streamId, movedFrames }: WatchedStream, track: number, atNs: Ns): void {
    if (this.saidOf.has(track)) return;
    this.saidOf.add(track);
    const detail = `frames of stream ${streamId} from ${movedFrames} on may stand elsewhere in their run: a message came back before it was seen, or it was not seen how much of it was played`;
    this.record(atNs, { kind: 'setup', step: { what: 'note', detail } }, 'observed');
  }

  private underran(stream: WatchedStream, ns: Ns, atNs: Ns): void {
    const { params, streamId, track, movedFrames: atFrame } = stream;
    if (params === undefined || track === undefined) return;
    const missingFrames = framesIn(ns, rateHzOf(params.rate));
    const xrun = { kind: 'xrun', streamId, track, side: 'guest', atFrame, missingFrames } as const;
    if (missingFrames > 0) this.record(atNs, xrun, 'derived');
  }
}
