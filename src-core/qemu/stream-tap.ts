/** The PCM of a watched device's streams, out of payloads as their messages are used. While a stream's parameters are not known,
 *  its payloads wait until their pace tells what they may be. */
import type { EntryBody } from '../capture/entry.ts';
import { frameBytesOf, rateHzOf } from '../spec/formats.ts';
import type { Grade } from '../spec/grades.ts';
import { type Bytes, type Frames, framesIn, NS_PER_S, type Ns, type Seq } from '../units.ts';
import { GRADE_OF_TRUST, type PayloadTrust, type TrustCounts } from './payload-check.ts';
import type { WatchedPayload } from './queue-watch.ts';
import type { WatchedStream, WatchedStreams } from './watched-streams.ts';

interface Waiting {
  readonly payload: WatchedPayload;
  readonly atNs: Ns;
}

type RecordAt = (atNs: Ns, body: EntryBody, grade: Grade) => Seq;

/** A pace is measured over so long, or so many messages. */
const MEASURE_NS = NS_PER_S;
const MEASURED_MESSAGES = 64;

export class StreamTap {
  readonly trust: { -readonly [K in keyof TrustCounts]: Bytes } = {
    exact: 0,
    changed: 0,
    raced: 0,
    late: 0,
  };
  private readonly streams: WatchedStreams;
  private readonly record: RecordAt;
  private readonly tellsUnplayed: boolean;
  private readonly waiting = new Map<number, Waiting[]>();
  private readonly dryNs = new Map<number, Ns>();
  /** The look before: what is seen now did not happen before it. */
  notBeforeNs: Ns = 0;

  /** `tellsUnplayed`: `latency_bytes` of a tx status counts what of its own message was not played (QEMU before 11). */
  constructor(streams: WatchedStreams, record: RecordAt, tellsUnplayed: boolean) {
    this.streams = streams;
    this.record = record;
    this.tellsUnplayed = tellsUnplayed;
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

  consumed(payload: WatchedPayload, atNs: Ns): void {
    const stream = this.streams.all[payload.streamId];
    if (stream === undefined) return;
    stream.pendingBytes = Math.max(0, stream.pendingBytes - payload.pcm.length);
    stream.pendingMessages = Math.max(0, stream.pendingMessages - 1);
    this.trust[payload.trust] += payload.pcm.length;
    if (stream.direction === 'output' && stream.pendingMessages === 0) {
      this.dryNs.set(stream.streamId, atNs);
    }
    if (stream.params !== undefined) this.move(stream, payload, atNs, this.notBeforeNs);
    else this.await(stream, { payload, atNs });
  }

  /** Decides about streams whose payloads have waited long enough. True while some wait: what comes meanwhile has to wait
   *  too. */
  settle(nowNs: Ns): boolean {
    for (const [streamId, waiting] of this.waiting) {
      const stream = this.streams.all[streamId];
      const [first] = waiting;
      if (stream === undefined || first === undefined) continue;
      const isLong = nowNs - first.atNs >= MEASURE_NS || waiting.length >= MEASURED_MESSAGES;
      if (stream.params === undefined && !isLong) continue;
      if (stream.params === undefined) this.guess(stream, waiting);
      this.waiting.delete(streamId);
      for (const { payload, atNs } of waiting) this.move(stream, payload, atNs - 1, first.atNs - 2);
    }
    return this.waiting.size > 0;
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
    const ns = last.atNs - first.atNs;
    const perSecond = ns > 0 ? (bytes * NS_PER_S) / ns : 0;
    this.streams.assume(stream, perSecond, first.payload.pcm.length);
  }

  private move(stream: WatchedStream, payload: WatchedPayload, atNs: Ns, sinceNs: Ns): void {
    const { params } = stream;
    if (params === undefined) return;
    const frameBytes = frameBytesOf(params);
    const frames =
      frameBytes === 0 ? 0 : Math.floor(this.playedBytes(stream, payload) / frameBytes);
    if (frames === 0) return;
    const track = this.streams.running(stream, sinceNs);
    if (track === undefined) return;
    const pcm = payload.pcm.subarray(0, frames * frameBytes);
    const { popped, trust } = payload;
    const fromFrame: Frames = stream.movedFrames;
    this.record(atNs, { kind: 'moved', popped, track, fromFrame, frames, pcm }, gradeOf(trust));
    stream.movedFrames += frames;
  }

  private playedBytes({ direction }: WatchedStream, payload: WatchedPayload): Bytes {
    const { pcm, latencyBytes, trust } = payload;
    const mayBelieve = this.tellsUnplayed && direction === 'output' && trust !== 'late';
    return mayBelieve && latencyBytes <= pcm.length ? pcm.length - latencyBytes : pcm.length;
  }

  private underran(stream: WatchedStream, ns: Ns, atNs: Ns): void {
    const { params, streamId, track, movedFrames: atFrame } = stream;
    if (params === undefined || track === undefined) return;
    const missingFrames = framesIn(ns, rateHzOf(params.rate));
    const xrun = { kind: 'xrun', streamId, track, side: 'guest', atFrame, missingFrames } as const;
    if (missingFrames > 0) this.record(atNs, xrun, 'derived');
  }
}

function gradeOf(trust: PayloadTrust): Grade {
  return GRADE_OF_TRUST[trust];
}
