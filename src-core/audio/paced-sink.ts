/** A sink whose pace is planted: it takes PCM by a clock of its own, faster, slower or in fits, and hands it on to the sink
 *  behind it as that asks. For demos of what goes wrong when a card does not keep the time that it promised.
 *
 *      device ──pull, by this pace──► a buffer ──pull, by its own pace──► the sink that is heard */
import type { Clock } from '../clock.ts';
import { frameBytesOf, rateHzOf } from '../spec/formats.ts';
import { plantedNote } from '../spec/planted.ts';
import type { SinkPace } from '../stalls.ts';
import { type Bytes, type Frames, NS_PER_S, type Ns } from '../units.ts';
import type { AudioSink, OpenStream, Pull, SinkDescription, StreamIdentity } from './audio-io.ts';
import { Pacer, paceOf } from './pacer.ts';

/** Steps that are in the buffer before the sink behind it starts. */
const LEAD_STEPS = 3;
/** A sink behind it that asks for less loses what is older. */
const LONGEST_NS = NS_PER_S;

export class PacedSink implements AudioSink {
  private readonly sink: AudioSink;
  private readonly clock: Clock;
  private readonly plan: SinkPace;
  private readonly tell: (note: string) => void;

  /** `tell` gets a note whenever a slow stretch begins. */
  constructor(
    sink: AudioSink,
    clock: Clock,
    plan: SinkPace,
    tell: (note: string) => void = () => {},
  ) {
    this.tell = tell;
    this.sink = sink;
    this.clock = clock;
    this.plan = plan;
  }

  get title(): string {
    return this.sink.title;
  }

  open(stream: StreamIdentity, pull: Pull): OpenStream {
    const { clock, plan } = this;
    const frameBytes = frameBytesOf(stream.params);
    const rateHz = rateHzOf(stream.params.rate);
    const buffer = new PieceBuffer((LONGEST_NS / NS_PER_S) * rateHz * frameBytes);
    const inner = this.sink.open(stream, (frames) => buffer.take(frames * frameBytes));
    let startNs: Ns = 0;
    let owed: Frames = 0;
    let steps = 0;
    let isSlow = false;
    const onDue = (frames: Frames): void => {
      const share = shareAt(plan, clock.nowNs() - startNs);
      if (share < 1 && !isSlow && plan.kind === 'slow-stretches') {
        this.tell(plantedNote('sink', plan.lastsNs));
      }
      isSlow = share < 1;
      owed += frames * share;
      const whole = Math.floor(owed);
      owed -= whole;
      buffer.put(pull(whole));
      if (++steps === LEAD_STEPS) inner.start();
    };
    const pacer = new Pacer(skewed(clock, plan), paceOf(stream.params), onDue);
    const stop = (): void => {
      pacer.stop();
      inner.stop();
      buffer.clear();
    };
    return {
      start: () => {
        if (pacer.isRunning) return;
        [startNs, owed, steps] = [clock.nowNs(), 0, 0];
        pacer.start();
      },
      stop,
      delayFrames: () => buffer.heldBytes / frameBytes + inner.delayFrames(),
      close: () => {
        stop();
        inner.close();
      },
    };
  }

  describe(): SinkDescription {
    return this.sink.describe();
  }
}

/** Of real time, now. */
function shareAt(plan: SinkPace, sinceStartNs: Ns): number {
  if (plan.kind === 'drift') return 1;
  const { everyNs, lastsNs, share } = plan;
  return sinceStartNs % everyNs >= everyNs - lastsNs ? share : 1;
}

/** The same clock, as somebody reads it whose crystal is off. */
function skewed(clock: Clock, plan: SinkPace): Clock {
  if (plan.kind !== 'drift') return clock;
  const factor = 1 + plan.ppm / 1e6;
  return {
    nowNs: () => clock.nowNs() * factor,
    at: (atNs, run) => clock.at(atNs / factor, run),
  };
}

/** PCM on its way, first in, first out. */
class PieceBuffer {
  heldBytes: Bytes = 0;
  private pieces: Uint8Array[] = [];
  private readonly mostBytes: Bytes;

  constructor(mostBytes: Bytes) {
    this.mostBytes = mostBytes;
  }

  /** Copies: what is put in belongs to somebody else. */
  put(pcm: Uint8Array): void {
    if (pcm.length === 0) return;
    this.pieces.push(pcm.slice());
    this.heldBytes += pcm.length;
    while (this.heldBytes > this.mostBytes) this.heldBytes -= this.pieces.shift()?.length ?? 0;
  }

  take(bytes: Bytes): Uint8Array {
    const taken = new Uint8Array(Math.min(bytes, this.heldBytes));
    for (let done = 0; done < taken.length; ) {
      const [piece = taken] = this.pieces;
      const part = piece.subarray(0, taken.length - done);
      taken.set(part, done);
      done += part.length;
      if (part.length < piece.length) this.pieces[0] = piece.subarray(part.length);
      else this.pieces.shift();
    }
    this.heldBytes -= taken.length;
    return taken;
  }

  clear(): void {
    this.pieces = [];
    this.heldBytes = 0;
  }
}
