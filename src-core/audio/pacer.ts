/** The clock in the place of a sound card: one call a period, at moments that are counted from START, so that nothing
 *  drifts. What plays without a sound card (null sink, WAV sink, every source) is paced by it. */
import type { Clock } from '../clock.ts';
import { frameBytesOf, rateHzOf, type StreamParams } from '../spec/formats.ts';
import { type Frames, framesIn, type Ns, nsOf } from '../units.ts';

/** Taken for a rate that the standard does not have. The device refuses those; the clock must not stand still for one. */
const FALLBACK_RATE_HZ = 48_000;
/** Shorter periods are taken several at a time, longer ones in equal parts: a card takes frames while it plays them. */
const SHORTEST_STEP_MS = 1;
const LONGEST_STEP_MS = 250;

export interface Pace {
  readonly rateHz: number;
  /** Frames that this many steps take together: a period, or a whole number of short ones. */
  readonly cycleFrames: Frames;
  readonly stepsPerCycle: number;
  /** Frames that one call asks for at most, however late the clock is: a buffer, since no guest has more ready. */
  readonly longestCatchUp: Frames;
}

/** The pace of a stream: one step a period, unless the period is very short or very long. Defined for all parameters. */
export function paceOf(params: StreamParams): Pace {
  const rateHz = rateHzOf(params.rate) || FALLBACK_RATE_HZ;
  const frameBytes = frameBytesOf(params) || 1;
  const periodFrames = Math.max(1, Math.floor(params.periodBytes / frameBytes));
  const shortest = Math.ceil((rateHz * SHORTEST_STEP_MS) / 1000);
  const longest = Math.ceil((rateHz * LONGEST_STEP_MS) / 1000);
  const cycleFrames = periodFrames * Math.ceil(shortest / periodFrames);
  const bufferFrames = Math.floor(params.bufferBytes / frameBytes);
  return {
    rateHz,
    cycleFrames,
    stepsPerCycle: Math.ceil(cycleFrames / longest),
    longestCatchUp: Math.max(cycleFrames, bufferFrames),
  };
}

/** Calls `onDue` with the frames that have elapsed, once a step while it runs. A late clock asks for what it missed at
 *  once, up to `longestCatchUp`; time beyond that is skipped, since nobody can play it any more. */
export class Pacer {
  private readonly clock: Clock;
  private readonly pace: Pace;
  private readonly onDue: (frames: Frames) => void;
  private readonly onSkip: () => void;
  private cancel: (() => void) | undefined;
  private startNs: Ns = 0;
  private doneSteps = 0;

  /** `onSkip` is told each time that the clock came too late to catch up. */
  constructor(
    clock: Clock,
    pace: Pace,
    onDue: (frames: Frames) => void,
    onSkip: () => void = () => {},
  ) {
    this.clock = clock;
    this.pace = pace;
    this.onDue = onDue;
    this.onSkip = onSkip;
  }

  get isRunning(): boolean {
    return this.cancel !== undefined;
  }

  /** Time runs from now. Does nothing while it runs. */
  start(): void {
    if (this.isRunning) return;
    this.startNs = this.clock.nowNs();
    this.doneSteps = 0;
    this.schedule();
  }

  /** No more calls until `start`. The part of a step that has passed is dropped. */
  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private schedule(): void {
    const step = this.doneSteps + 1;
    const atNs = this.startNs + nsOf(this.framesAfter(step), this.pace.rateHz);
    this.cancel = this.clock.at(atNs, () => this.onStep(step));
  }

  private onStep(step: number): void {
    const elapsed = framesIn(this.clock.nowNs() - this.startNs, this.pace.rateHz);
    const passed = Math.floor((elapsed / this.pace.cycleFrames) * this.pace.stepsPerCycle);
    const reached = Math.max(step, passed);
    const missed = this.framesAfter(reached) - this.framesAfter(this.doneSteps);
    this.doneSteps = reached;
    if (missed > this.pace.longestCatchUp) this.onSkip();
    this.schedule();
    this.onDue(Math.min(missed, this.pace.longestCatchUp));
  }

  private framesAfter(steps: number): Frames {
    return Math.round((steps * this.pace.cycleFrames) / this.pace.stepsPerCycle);
  }
}
