/** The pace of a running stream: real time, steady, and never empty. Practice, and 5.14.6.8.1.1 for sources that do not say
 *  what was consumed. */
import type { Entry } from '../capture/entry.ts';
import { bytesPerSecond, type StreamParams } from '../spec/formats.ts';
import { RXQ, TXQ, VIRTIO_SND_S_OK } from '../spec/sound.ts';
import { type Bytes, NS_PER_MS, NS_PER_S, type Ns } from '../units.ts';
import type { Held, StreamWorld } from './check-held.ts';
import { type Answer, at, type CheckContext, type CheckModule } from './check-module.ts';
import { LineFit } from './line-fit.ts';

/** A sound server may take a buffer and more at the start: the line begins behind it. */
const WARM_UP_NS = NS_PER_S;
const SHORTEST_SPAN_NS = 4 * NS_PER_S;
/** A line that goes on is looked at when it is so long, and each time that it is twice as long again. */
const FIRST_LOOK_NS = 8 * NS_PER_S;
const LEAST_POINTS = 30;
const LEAST_PPM = 100;
const SIGMAS = 6;
const SHORTEST_STALL_NS = 60 * NS_PER_MS;

interface Run {
  readonly params: StreamParams;
  readonly perSecond: number;
  readonly fit: LineFit;
  readonly startedNs: Ns;
  bytes: Bytes;
  lastNs: Ns;
  /** The last message of the stream came back, and none has come since. */
  emptySinceNs: Ns;
  last: Held | undefined;
  isTooFast: boolean;
  /** Span of the line at which its slope is looked at next. */
  nextLookNs: Ns;
}

export class PaceChecks implements CheckModule {
  private readonly context: CheckContext;
  private readonly runs = new Map<StreamWorld, Run>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  before(entry: Entry): void {
    if (entry.kind !== 'xrun' || entry.side !== 'host') return;
    if (entry.silentFrames !== undefined) return; // what the sink filled; that it ran dry is told beside it
    const { streamId, atFrame, atNs } = entry;
    const detail = () => `the sound server ran dry near frame ${atFrame}`;
    this.context.verdicts.check('VS-P-08', false, { atNs, streamId, grade: 'derived' }, detail);
  }

  popped(held: Held): void {
    const run = held.stream === undefined ? undefined : this.runs.get(held.stream);
    if (run === undefined || held.queue < TXQ) return;
    const emptyNs = held.atNs - run.emptySinceNs;
    run.emptySinceNs = Number.NaN;
    if (Number.isNaN(emptyNs)) return;
    this.restart(held.stream, run);
    const { world, verdicts } = this.context;
    if (world.seen.has('walk') && !world.isWatched) return; // told by the sink itself: VS-P-01, VS-P-02
    const periodNs = nsOf(run, run.params.periodBytes);
    const rows = [held.row, ...(run.last === undefined ? [] : [run.last.row])];
    const where = at(held, world, { rows, grade: 'assumed' });
    const detail = () => `nothing was posted for ${ms(emptyNs)}; a period is ${ms(periodNs)}`;
    verdicts.check('VS-I-18', emptyNs <= periodNs, where, detail);
  }

  answered(request: Held, { status }: Answer): void {
    const { stream, command } = request;
    if (status !== VIRTIO_SND_S_OK || stream === undefined || command === undefined) return;
    this.end(stream);
    if (command === 'START') this.begin(stream);
  }

  returned(message: Held, { status }: Answer): void {
    const { stream } = message;
    const run = stream === undefined ? undefined : this.runs.get(stream);
    const { world } = this.context;
    if (run === undefined || stream === undefined || status !== VIRTIO_SND_S_OK) return;
    if (world.isEnding(stream.id)) return;
    const { nowNs } = world;
    this.isSteady(message, run, nowNs);
    run.bytes += message.payloadBytes;
    run.last = message;
    run.lastNs = nowNs;
    if (nowNs - run.startedNs > WARM_UP_NS) run.fit.add(nowNs, run.bytes);
    if (run.fit.spanNs >= run.nextLookNs) {
      run.nextLookNs = this.hasRightRate(stream, run)
        ? 2 * run.nextLookNs
        : Number.POSITIVE_INFINITY;
    }
    this.isRealTime(message, run, nowNs);
    const isOnly = stream.held.length === 1 && stream.held[0] === message;
    if (isOnly) run.emptySinceNs = nowNs;
  }

  forgotten(gone: readonly Held[]): void {
    const streams = new Set(gone.map(({ stream }) => stream));
    for (const stream of streams) if (stream !== undefined) this.end(stream);
  }

  missed(stream: StreamWorld | undefined): void {
    if (stream === undefined) this.runs.clear();
    else this.runs.delete(stream);
  }

  ended(): void {
    for (const stream of [...this.runs.keys()]) this.end(stream);
  }

  private begin(stream: StreamWorld): void {
    const { params } = stream;
    const perSecond = params === undefined ? 0 : bytesPerSecond(params);
    if (params === undefined || perSecond === 0) return;
    const { nowNs } = this.context.world;
    this.runs.set(stream, {
      ...{ params, perSecond, fit: new LineFit(), startedNs: nowNs, bytes: 0, lastNs: nowNs },
      ...{ emptySinceNs: Number.NaN, last: undefined, isTooFast: false },
      nextLookNs: FIRST_LOOK_NS,
    });
  }

  /** The guest left a gap: what comes after it is another line. */
  private restart(stream: StreamWorld | undefined, run: Run): void {
    this.judge(stream, run);
    run.fit.clear();
    run.lastNs = this.context.world.nowNs;
    run.nextLookNs = FIRST_LOOK_NS;
  }

  private end(stream: StreamWorld): void {
    const run = this.runs.get(stream);
    if (run === undefined) return;
    this.runs.delete(stream);
    this.judge(stream, run);
  }

  /** The line ends: unless it was told already that its slope is wrong. */
  private judge(stream: StreamWorld | undefined, run: Run): void {
    if (run.nextLookNs < Number.POSITIVE_INFINITY) this.hasRightRate(stream, run);
  }

  private hasRightRate(stream: StreamWorld | undefined, run: Run): boolean {
    const { fit, perSecond, last } = run;
    if (fit.count < LEAST_POINTS || fit.spanNs < SHORTEST_SPAN_NS || stream === undefined) {
      return true;
    }
    const { slope, slopeError } = fit.line();
    const ppm = ((slope * NS_PER_S) / perSecond - 1) * 1e6;
    const errorPpm = ((slopeError * NS_PER_S) / perSecond) * 1e6;
    const isRight = Math.abs(ppm) < LEAST_PPM || Math.abs(ppm) < SIGMAS * errorPpm;
    const { world, verdicts } = this.context;
    const where = {
      atNs: world.nowNs,
      ...(last === undefined ? {} : { rows: [last.row], seq: last.seq, queue: last.queue }),
      streamId: stream.id,
    };
    verdicts.check('VS-I-19', isRight, where, () => {
      const word = ppm > 0 ? 'fast' : 'slow';
      const seconds = (fit.spanNs / NS_PER_S).toFixed(1);
      return `${Math.abs(ppm).toFixed(0)} ± ${errorPpm.toFixed(0)} ppm too ${word} over ${seconds} s`;
    });
    return isRight;
  }

  /** No completion lets the guest wait for longer than its buffer. */
  private isSteady(message: Held, run: Run, nowNs: Ns): void {
    const waitedNs = nowNs - Math.max(run.lastNs, message.atNs);
    const bufferNs = Math.max(nsOf(run, run.params.bufferBytes), SHORTEST_STALL_NS);
    const { world, verdicts } = this.context;
    const rows = [message.row, ...(run.last === undefined ? [] : [run.last.row])];
    const isInput = message.queue === RXQ;
    const detail = () =>
      `nothing was ${isInput ? 'recorded' : 'consumed'} for ${ms(waitedNs)}; the buffer has ${ms(nsOf(run, run.params.bufferBytes))}`;
    verdicts.check('VS-P-09', waitedNs <= bufferNs, at(message, world, { rows }), detail);
  }

  /** For sources that do not tell what was consumed: real time, and what a sound server may hold. */
  private isRealTime(message: Held, run: Run, nowNs: Ns): void {
    const { world, verdicts } = this.context;
    if (message.queue !== TXQ || world.seen.has('moved')) return;
    const { bufferBytes, periodBytes } = run.params;
    const due = ((nowNs - run.startedNs) / NS_PER_S) * run.perSecond;
    const allowed = due + Math.max(2 * periodBytes, bufferBytes);
    const isKept = run.bytes <= allowed || run.isTooFast;
    run.isTooFast = run.bytes > allowed;
    const aheadNs = nsOf(run, run.bytes - due);
    const detail = () => `${ms(aheadNs)} of sound completed before it can have been heard`;
    verdicts.check('VS-D-11', isKept, at(message, world, { grade: 'assumed' }), detail);
  }
}

function nsOf(run: Run, bytes: Bytes): Ns {
  return (bytes / run.perSecond) * NS_PER_S;
}

function ms(ns: Ns): string {
  return `${(ns / NS_PER_MS).toFixed(1)} ms`;
}
