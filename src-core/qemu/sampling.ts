/** What asking QEMU for its indexes costs, apart from everything else. */
import type { Clock } from '../clock.ts';
import { LIMITS } from '../limits.ts';
import type { Ns } from '../units.ts';

/** Each time is three commands, which QEMU executes in the thread that also runs its devices. */
export const QEMU_RATE = { usual: 2, most: LIMITS.qemuSamplesPerSecond } as const;

export interface SamplingCost {
  readonly rateHz: number;
  /** Answered so far. */
  readonly count: number;
  /** Of the time since it began, the part during which QEMU was asked. */
  readonly busyPart: number;
}

export class Sampling {
  private readonly clock: Clock;
  private readonly rateHz: number;
  private readonly beganNs: Ns;
  private isAsking = false;
  private count = 0;
  private busyNs: Ns = 0;

  constructor(clock: Clock, rateHz: number) {
    this.clock = clock;
    this.rateHz = rateHz;
    this.beganNs = clock.nowNs();
  }

  /** To be called when the answers are there; `undefined` while those before are not. `busyNs`: how long QEMU has been asked. */
  begin(busyNs: () => Ns): (() => void) | undefined {
    if (this.isAsking) return undefined;
    this.isAsking = true;
    const fromNs = busyNs();
    return () => {
      this.isAsking = false;
      this.count++;
      this.busyNs += busyNs() - fromNs;
    };
  }

  cost(): SamplingCost {
    const { rateHz, count } = this;
    const elapsedNs = Math.max(1, this.clock.nowNs() - this.beganNs);
    return { rateHz, count, busyPart: this.busyNs / elapsedNs };
  }
}
