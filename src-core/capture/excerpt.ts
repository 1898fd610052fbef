/** Writes a part of a capture as a capture of its own: some messages with all that belongs to them, and what stands around
 *  them so that they can be understood. Entries are numbered anew, without holes; their times stay. */
import { QUEUE_COUNT } from '../spec/sound.ts';
import type { Ns, QueueIndex } from '../units.ts';
import type { Capture } from './capture.ts';
import { CaptureLog } from './capture-log.ts';
import { f64 } from './columns.ts';
import type { Entry, EntryBody } from './entry.ts';
import { Follower } from './follower.ts';
import type { ByteStore } from './store.ts';
import { withoutPcm } from './withheld.ts';

export interface ExcerptPlan {
  /** Messages that were popped from then on, and before then. Absent: from the beginning, to the end. */
  readonly fromNs?: Ns;
  readonly toNs?: Ns;
  /** In the filter language: told in the file. `passes` is what it means. */
  readonly filter?: string;
  /** Whether the message in a row of the table passes it. */
  readonly passes?: (row: number) => boolean;
  /** Hashes and lengths stand in place of the sound. */
  readonly stripsPayload?: boolean;
}

/** Copies entries in steps. Kept are: the wanted messages from kick to interrupt; set-up, states and runs of streams from
 *  the beginning on; whatever else happened in the range. What the source had lost stays told. */
export class Excerpt {
  /** Written. */
  entries = 0;
  messages = 0;
  /** A sentence when the new file took no more. */
  error: string | undefined;
  private readonly capture: Capture;
  private readonly plan: ExcerptPlan;
  private readonly follower: Follower;
  private readonly log: CaptureLog;
  private readonly fromNs: Ns;
  private readonly toNs: Ns;
  /** By row: new number of the message's `popped` entry; -1: left out. */
  private readonly seqs = f64(-1);
  private readonly queues = Array.from({ length: QUEUE_COUNT }, () => ({
    kicks: 0,
    /** A message that is kept came back, and no interrupt yet. */
    awaitsInterrupt: false,
  }));
  private lastNs: Ns = 0;

  constructor(capture: Capture, target: ByteStore, application: string, plan: ExcerptPlan) {
    this.capture = capture;
    this.plan = plan;
    this.follower = new Follower(capture);
    this.fromNs = plan.fromNs ?? Number.NEGATIVE_INFINITY;
    this.toNs = plan.toNs ?? Number.POSITIVE_INFINITY;
    const facts = { ...capture.facts, application };
    const excerpt = excerptFacts(plan);
    this.log = new CaptureLog(target, excerpt === undefined ? facts : { ...facts, excerpt });
  }

  /** Bytes of the source that were read. */
  readBytes(): number {
    return this.follower.readBytes();
  }

  /** False when all is copied, or when it cannot go on (`error`). */
  copySome(bytes: number): boolean {
    const visitor = {
      entry: (entry: Entry, row: number) => this.take(entry, row),
      lost: (entries: number) => this.lost(entries),
    };
    const hasMore = this.follower.follow(visitor, { bytes });
    if (!hasMore) this.log.finish();
    this.error ??= this.log.lostEntries > 0 ? this.log.lastError() : undefined;
    return hasMore && this.error === undefined;
  }

  private take(entry: Entry, row: number): void {
    const { seq, atNs, ...rest } = entry;
    const body = rest as EntryBody;
    this.lastNs = atNs;
    switch (body.kind) {
      case 'kick':
        if (this.isKickKept(body.queue, atNs)) this.put(atNs, body);
        return;
      case 'interrupt':
        if (this.isInterruptKept(body.queue, atNs)) this.put(atNs, body);
        return;
      case 'popped':
        this.popped(body, row, atNs);
        return;
      case 'setup':
      case 'state':
      case 'track':
        if (atNs < this.toNs) this.put(atNs, this.stripped(body));
        return;
      case 'ring': // would tell of messages that are left out
        if (this.plan.passes === undefined && this.isInRange(atNs)) this.put(atNs, body);
        return;
      default:
        this.other(body, row, atNs);
    }
  }

  private popped(body: EntryBody & { kind: 'popped' }, row: number, atNs: Ns): void {
    const { queue } = body;
    const state = this.queues[queue];
    if (state !== undefined) state.awaitsInterrupt = false; // as the table of messages does
    if (row < 0 || !this.isWanted(row)) return;
    this.seqs.set(row, this.entries);
    this.messages++;
    this.put(atNs, body);
  }

  /** What belongs to a message goes with it; the rest goes by its time. */
  private other(body: EntryBody, row: number, atNs: Ns): void {
    const belongsTo = 'popped' in body ? body.popped : undefined;
    if (belongsTo === undefined) {
      if (this.isInRange(atNs)) this.put(atNs, body);
      return;
    }
    const popped = row < 0 ? -1 : this.seqs.get(row);
    if (popped < 0) return;
    const state = body.kind === 'used' ? this.queues[body.queue] : undefined;
    if (state !== undefined) state.awaitsInterrupt = true;
    if (body.kind === 'posted' && this.plan.stripsPayload === true) return; // it is all sound
    this.put(atNs, this.stripped({ ...body, popped } as EntryBody));
  }

  private stripped(body: EntryBody): EntryBody {
    if (this.plan.stripsPayload !== true) return body;
    if (body.kind === 'track') return { ...body, comparesPosted: false };
    if (body.kind !== 'moved' || body.withheld !== undefined) return body;
    return withoutPcm(body, this.capture.tracks);
  }

  /** A kick is kept for its messages: those of its queue that were popped before the next one. */
  private isKickKept(queue: QueueIndex, atNs: Ns): boolean {
    const state = this.queues[queue];
    if (state === undefined) return false;
    const place = state.kicks++;
    state.awaitsInterrupt = false;
    if (this.plan.passes === undefined && this.isInRange(atNs)) return true;
    const { messages } = this.capture;
    const { kicks, kicksNs } = messages.kicksOf(queue);
    const nextNs = place + 1 < kicks ? kicksNs?.get(place + 1) : undefined;
    const endNs = Math.min(nextNs ?? Number.POSITIVE_INFINITY, this.toNs);
    for (let row = messages.rowAt(atNs); row < messages.rows; row++) {
      if (messages.poppedNs.get(row) > endNs) return false;
      if (messages.queue.get(row) === queue && this.isWanted(row)) return true;
    }
    return false;
  }

  private isInterruptKept(queue: QueueIndex, atNs: Ns): boolean {
    const state = this.queues[queue];
    const isAwaited = state?.awaitsInterrupt === true;
    if (state !== undefined) state.awaitsInterrupt = false;
    return isAwaited || (this.plan.passes === undefined && this.isInRange(atNs));
  }

  private isWanted(row: number): boolean {
    return (
      this.isInRange(this.capture.messages.poppedNs.get(row)) && this.plan.passes?.(row) !== false
    );
  }

  private isInRange(atNs: Ns): boolean {
    return atNs >= this.fromNs && atNs < this.toNs;
  }

  /** A hole at the very beginning is none that a reader could see. */
  private lost(entries: number): void {
    if (this.entries === 0 || !this.isInRange(this.lastNs)) return;
    const why = `${entries} entries could not be read from the file that this one was made from`;
    this.put(this.lastNs, { kind: 'dropped', entries, pcmBytes: 0, why });
  }

  private put(atNs: Ns, body: EntryBody): void {
    this.log.append(this.entries++, atNs, body);
  }
}

/** What the file says of itself: nothing when all messages are kept. */
function excerptFacts({ fromNs, toNs, filter }: ExcerptPlan): Capture['facts']['excerpt'] {
  if (fromNs === undefined && toNs === undefined && filter === undefined) return undefined;
  return {
    ...(fromNs === undefined ? {} : { fromNs }),
    ...(toNs === undefined ? {} : { toNs }),
    ...(filter === undefined ? {} : { filter }),
  };
}
