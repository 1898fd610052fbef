/** Latency of a whole capture: for each queue and stream, each stage as a histogram and over time. Follows behind the
 *  message table in bounded slices; what it holds does not grow with the capture. */
import type { Capture } from '../capture/capture.ts';
import type { MessageTable } from '../capture/messages.ts';
import { LIMITS } from '../limits.ts';
import { RXQ, TXQ } from '../spec/sound.ts';
import { MEASURED } from '../spec/stages.ts';
import type { Ns, QueueIndex } from '../units.ts';
import { LogHistogram } from './log-histogram.ts';
import {
  messagesPerBuffer,
  newStageTimes,
  Returns,
  returnNs,
  type StageTimes,
  timeStages,
} from './stage-times.ts';
import { TimeGrid } from './time-grid.ts';

/** A message that is in the used ring waits so long for its interrupt before it counts as one without. */
const INTERRUPT_PATIENCE_NS = 100_000_000;
const OPEN_BOUND = 2 * LIMITS.pendingMessages;

/** Messages that are counted together: a stream's, or a queue's where no stream is known. */
export class LatencyGroup {
  readonly queue: QueueIndex;
  readonly streamId: number;
  /** Messages that came back. */
  returned = 0;
  /** Messages that a reset, a stopped queue or a guest that went away left without an answer. */
  lost = 0;
  /** By `MEASURED`; absent where nothing was measured. */
  readonly stages: { readonly histogram: LogHistogram; readonly grid: TimeGrid }[] = [];
  readonly returns = new Returns();

  constructor(queue: QueueIndex, streamId: number) {
    this.queue = queue;
    this.streamId = streamId;
  }

  add(place: number, atNs: Ns, ns: Ns, row: number): void {
    let stage = this.stages[place];
    if (stage === undefined) {
      stage = { histogram: new LogHistogram(), grid: new TimeGrid() };
      this.stages[place] = stage;
    }
    stage.histogram.add(ns, row);
    stage.grid.add(atNs, ns);
  }
}

/** `times` is the same array each time. */
export type OnSettled = (row: number, times: StageTimes, group: LatencyGroup) => void;

export class Latency {
  readonly groups: LatencyGroup[] = [];
  private readonly capture: Capture;
  private readonly byKey = new Map<number, LatencyGroup>();
  private readonly times = newStageTimes();
  private nextRow = 0;
  private open: number[] = [];
  private endings = 0;
  private readonly onSettled: OnSettled;

  /** `onSettled` gets each message of a stream that moved PCM, once it is back. */
  constructor(capture: Capture, onSettled: OnSettled = () => {}) {
    this.capture = capture;
    this.onSettled = onSettled;
  }

  /** Takes in what came since the last call, at most about `bound` rows; true when there is more already. `isOver`: nothing
   *  more comes, so no interrupt is waited for. */
  follow(bound: number, isOver = false): boolean {
    const { messages } = this.capture;
    const end = Math.min(messages.rows, this.nextRow + bound);
    for (; this.nextRow < end; this.nextRow++) this.open.push(this.nextRow);
    this.settle(messages, isOver);
    this.forgetLost(messages);
    return this.nextRow < messages.rows;
  }

  group(queue: QueueIndex, streamId: number): LatencyGroup | undefined {
    return this.byKey.get(keyOf(queue, streamId));
  }

  private settle(messages: MessageTable, isOver: boolean): void {
    const { endNs } = this.capture;
    let kept = 0;
    const { open } = this;
    const tooMany = open.length - OPEN_BOUND;
    for (let place = 0; place < open.length; place++) {
      const row = open[place] ?? 0;
      const used = messages.usedAfterNs.get(row);
      const isReturned = !Number.isNaN(used);
      const hasInterrupt = !Number.isNaN(messages.interruptAfterNs.get(row));
      const usedNs = messages.poppedNs.get(row) + used;
      if (isReturned && (hasInterrupt || isOver || endNs - usedNs > INTERRUPT_PATIENCE_NS)) {
        this.take(messages, row);
      } else if (place < tooMany) {
        this.groupOf(messages, row).lost++;
      } else {
        open[kept++] = row;
      }
    }
    open.length = kept;
  }

  /** Open messages that popped before the device forgot them are lost. */
  private forgetLost(messages: MessageTable): void {
    const { setup } = this.capture.story;
    for (; this.endings < setup.length; this.endings++) {
      const event = setup[this.endings];
      if (event === undefined) break;
      const { step, atNs } = event;
      const queue = step.what === 'queue-stopped' ? step.queue : -1;
      if (step.what !== 'reset' && step.what !== 'gone' && queue < 0) continue;
      // rows behind it have not been looked at: later
      if (this.nextRow < messages.rows && messages.poppedNs.get(this.nextRow) <= atNs) break;
      this.open = this.open.filter((row) => {
        const isOther = queue >= 0 && messages.queue.get(row) !== queue;
        const isReturned = !Number.isNaN(messages.usedAfterNs.get(row));
        if (isOther || isReturned || messages.poppedNs.get(row) > atNs) return true;
        this.groupOf(messages, row).lost++;
        return false;
      });
    }
  }

  private take(messages: MessageTable, row: number): void {
    const group = this.groupOf(messages, row);
    group.returned++;
    const poppedNs = messages.poppedNs.get(row);
    const track = messages.track.get(row);
    const before = messagesPerBuffer(this.capture.tracks[track]);
    timeStages(messages, row, group.returns.back(track, before), this.times);
    for (let place = 0; place < MEASURED.length; place++) {
      const ns = this.times[place] ?? Number.NaN;
      if (ns >= 0) group.add(place, poppedNs, ns, row);
    }
    if (track < 0) return;
    group.returns.add(track, returnNs(messages, row));
    this.onSettled(row, this.times, group);
  }

  private groupOf(messages: MessageTable, row: number): LatencyGroup {
    const queue = messages.queue.get(row);
    const isIo = queue === TXQ || queue === RXQ;
    const streamId = isIo ? messages.streamId.get(row) : -1;
    const isKnown = this.byKey.has(keyOf(queue, streamId));
    // a guest may name any stream: beyond the bound they count together
    const id = isKnown || this.byKey.size < 2 * LIMITS.streams ? streamId : -1;
    const key = keyOf(queue, id);
    let group = this.byKey.get(key);
    if (group === undefined) {
      group = new LatencyGroup(queue, id);
      this.byKey.set(key, group);
      this.groups.push(group);
      this.groups.sort((a, b) => a.queue - b.queue || a.streamId - b.streamId);
    }
    return group;
  }
}

function keyOf(queue: QueueIndex, streamId: number): number {
  return queue * 0x1_0000 + streamId + 1;
}
