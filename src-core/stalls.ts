/** Stalls that are planted on purpose: one stage of a message's life takes longer than it should. Who has a stage asks
 *  whether it stalls now; a plan with a seed answers, and tells what it did. */
import type { Clock } from './clock.ts';
import { type PlantedStage, plantedNote } from './spec/planted.ts';
import type { Ns } from './units.ts';

/** Stages as in `spec/stages.ts`; `wait` stalls with the sink. */
export const STALL_STAGES = ['guest', 'post', 'pop', 'sink', 'complete', 'notify'] as const;
export type StallStage = PlantedStage;

export interface Stalls {
  /** How long the stage that is about to happen stalls: 0 nearly always. */
  take(stage: StallStage): Ns;
}

export interface StallPlan {
  readonly stages: readonly StallStage[];
  readonly stallNs: Ns;
  /** From one stall to the next, on average. */
  readonly everyNs: Ns;
}

/** A sink that does not keep the time that it promised. */
export type SinkPace =
  /** The crystal is off by so much: below 0 the sink is slow. */
  | { readonly kind: 'drift'; readonly ppm: number }
  /** At the end of every `everyNs` it takes only `share` of real time, for `lastsNs`. */
  | {
      readonly kind: 'slow-stretches';
      readonly everyNs: Ns;
      readonly lastsNs: Ns;
      readonly share: number;
    };

export class PlannedStalls implements Stalls {
  /** Gets a sentence for each stall. */
  tell: (detail: string) => void = () => {};
  readonly told: { readonly atNs: Ns; readonly stage: StallStage }[] = [];
  private readonly clock: Clock;
  private readonly plan: StallPlan;
  private state: number;
  private count = 0;
  private nextNs: Ns;

  constructor(clock: Clock, plan: StallPlan, seed: number) {
    this.clock = clock;
    this.plan = plan;
    this.state = (seed * 2 + 1) >>> 0;
    this.nextNs = clock.nowNs() + this.pause();
  }

  take(stage: StallStage): Ns {
    const { stages, stallNs } = this.plan;
    const nowNs = this.clock.nowNs();
    if (nowNs < this.nextNs || stages[this.count % stages.length] !== stage) return 0;
    this.count++;
    this.nextNs = nowNs + this.pause();
    this.told.push({ atNs: nowNs, stage });
    this.tell(plantedNote(stage, stallNs));
    return stallNs;
  }

  /** Between three quarters and five quarters of `everyNs`, by the seed. */
  private pause(): Ns {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.plan.everyNs * (0.75 + this.state / 2 ** 33);
  }
}
