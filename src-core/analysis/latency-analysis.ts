/** Latency and blame of one capture, kept up to date together. */
import type { Capture } from '../capture/capture.ts';
import { Blame } from './blame.ts';
import { Latency } from './latency.ts';

export class LatencyAnalysis {
  readonly capture: Capture;
  readonly latency: Latency;
  readonly blame: Blame;

  constructor(capture: Capture) {
    this.capture = capture;
    const blame = new Blame(capture);
    this.blame = blame;
    this.latency = new Latency(capture, (row, times, group) => blame.take(row, times, group));
  }

  /** Takes in about `bound` rows more; true when there is more. `isOver`: nothing more will come. */
  follow(bound: number, isOver: boolean): boolean {
    const isMore = this.latency.follow(bound, isOver);
    if (!isMore) this.blame.takeEnds(isOver);
    return isMore;
  }
}
