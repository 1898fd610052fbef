/** A message while the checker follows it, its stream, and the list of those that are in the device. */
import type { Entry, RecordedChain } from '../capture/entry.ts';
import type { StreamParams } from '../spec/formats.ts';
import type { PcmCommand, StreamState } from '../spec/sound.ts';
import type { Bytes, Ns, QueueIndex, Seq } from '../units.ts';
import type { Where } from './check-where.ts';

/** A message that is in the device. */
export interface Held {
  readonly seq: Seq;
  readonly row: number;
  readonly queue: QueueIndex;
  readonly atNs: Ns;
  readonly chain: RecordedChain;
  readonly availIdx: number;
  readonly body: Uint8Array;
  /** Only a trace tells of it: it has neither lengths nor bytes, and its answer is not known. */
  readonly isTraced: boolean;
  /** Gone when it was looked at: `isBlurred`. */
  readonly isBlurred: boolean;
  /** Control requests. What a trace says of them comes later. */
  code: number;
  command: PcmCommand | undefined;
  /** -1: none, or not known. */
  streamId: number;
  /** I/O messages: their stream as it was when they came. */
  stream: StreamWorld | undefined;
  readonly params: StreamParams | undefined;
  readonly state: StreamState | undefined;
  /** Bytes of PCM that it carries or has room for. */
  readonly payloadBytes: Bytes;
  /** How many of its stream (I/O) or queue came before it. */
  readonly number: number;
  movedBytes: Bytes;
  /** It broke a rule of virtqueues: what is left of it cannot be trusted. */
  isBroken: boolean;
  /** Where findings about it lie, as of the last time that one was looked for. */
  where: Where | undefined;
  /** RELEASE was answered while it was held. */
  releasedBy?: Held;
  releasedNs?: Ns;
}

export interface StreamWorld {
  readonly id: number;
  /** `undefined`: the capture began in the middle, and no command has come since. */
  state: StreamState | undefined;
  /** It is what the user assumes, until the next command. */
  isAssumed: boolean;
  params: StreamParams | undefined;
  /** I/O messages that it holds, oldest first. */
  readonly held: Held[];
  messages: number;
  /** Number of the last message that came back. */
  lastReturned: number;
  messagesSincePrepare: number;
  startedNs: Ns;
  stoppedNs: Ns;
  /** Its last command was answered. */
  commandedNs: Ns;
  /** Its queue stopped in the middle of a run: messages were handed over in part before. */
  wasSuspended: boolean;
}

/** A message that was gone when it was looked at: its descriptors and bytes may be another's by now. */
export function isBlurred({ grade, chain }: Entry & { readonly kind: 'popped' }): boolean {
  return grade !== undefined && grade !== 'observed' && chain.traced === undefined;
}

/** Oldest first: a list in the order of their numbers. A Map would do, but one that many
 *  pass through makes new tables all the time, and each old one keeps what it held from being let go. */
export class HeldMessages {
  private readonly list: Held[] = [];

  get size(): number {
    return this.list.length;
  }

  oldest(): Held | undefined {
    return this.list[0];
  }

  values(): readonly Held[] {
    return this.list;
  }

  get(seq: Seq): Held | undefined {
    const held = this.list[this.placeOf(seq)];
    return held?.seq === seq ? held : undefined;
  }

  has(seq: Seq): boolean {
    return this.get(seq) !== undefined;
  }

  /** A message of the same number is replaced. */
  add(held: Held): void {
    const { list } = this;
    const last = list.at(-1);
    if (last === undefined || last.seq < held.seq) {
      list.push(held);
      return;
    }
    const place = this.placeOf(held.seq);
    list.splice(place, list[place]?.seq === held.seq ? 1 : 0, held);
  }

  delete(seq: Seq): void {
    const place = this.placeOf(seq);
    if (this.list[place]?.seq !== seq) return;
    if (place === 0) this.list.shift();
    else this.list.splice(place, 1);
  }

  /** Place of the first that is not below `seq`. */
  private placeOf(seq: Seq): number {
    const { list } = this;
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((list[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
