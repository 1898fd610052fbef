/** What output messages held when the device popped them, kept until their bytes are handed to the sink and compared then:
 *  a driver that is still writing into a posted buffer is found that way. Copies are used again, and bounded: a message that
 *  finds no room is not compared, and that is said once. */
import { hashPcm } from '../audio/pcm-hash.ts';
import type { Record as RecordEntry } from '../capture/entry.ts';
import { LIMITS } from '../limits.ts';
import { readChainInto } from '../queue/chain-bytes.ts';
import type { GuestMemory } from '../queue/guest-memory.ts';
import type { Bytes, Ns } from '../units.ts';
import { XFER_BYTES } from './io-status.ts';
import type { ChangedRange, Message, PostedCopy } from './message.ts';

/** What a message held that changed on its way to the sink. */
export interface LateWrite {
  readonly pcm: Uint8Array;
  readonly postedHash: number;
  readonly consumedHash: number;
  readonly ranges: readonly ChangedRange[];
}

/** Equal bytes between two changed ones that do not end a range: in PCM they are chance. */
const JOIN_BYTES = 16;
/** Copies that wait to be used again. */
const FREE_COPIES = 64;

/** Copies for one device, which notes in the capture when their bound was reached. */
export function openPostedCopies(record: RecordEntry): PostedCopies {
  const bound = `more than ${LIMITS.postedBytes} bytes are posted`;
  const detail = `${bound}: messages beyond that are not searched for late writes`;
  return new PostedCopies(() => record({ kind: 'setup', step: { what: 'note', detail } }));
}

export class PostedCopies {
  private readonly free: PostedCopy[] = [];
  private heldBytes: Bytes = 0;
  private readonly onFull: () => void;
  private wasFull = false;

  /** `onFull` is called the first time that a message is not compared. */
  constructor(onFull: () => void) {
    this.onFull = onFull;
  }

  /** Keeps what `message` holds now. */
  keep(message: Message, memory: GuestMemory, nowNs: Ns): void {
    const { chain, payloadBytes } = message;
    if (payloadBytes <= 0) return;
    const copy = this.take(payloadBytes);
    if (copy === undefined) return;
    if (!readChainInto(memory, chain.readable, XFER_BYTES, copy.bytes, 0, payloadBytes)) {
      this.giveBack(copy);
      return;
    }
    copy.poppedNs = nowNs;
    message.posted = copy;
  }

  /** Compares bytes that are handed over with what they were. */
  compare(message: Message, consumed: Uint8Array, nowNs: () => Ns): void {
    const copy = message.posted;
    if (copy === undefined || isSame(copy, message.movedBytes, consumed)) return;
    const { payloadBytes, movedBytes } = message;
    copy.change ??= { consumed: copy.bytes.slice(0, payloadBytes), ranges: [] };
    copy.change.consumed.set(consumed, movedBytes);
    noteRanges(copy, movedBytes, consumed, nowNs() - copy.poppedNs);
  }

  /** The message goes back, or is forgotten: its copy is free again. Tells what changed, if something did. */
  close(message: Message): LateWrite | undefined {
    const { posted: copy, payloadBytes } = message;
    if (copy === undefined) return undefined;
    message.posted = undefined;
    const { change } = copy;
    const pcm = change === undefined ? undefined : copy.bytes.slice(0, payloadBytes);
    this.giveBack(copy);
    if (change === undefined || pcm === undefined) return undefined;
    const { consumed, ranges } = change;
    return { pcm, postedHash: hashPcm(pcm), consumedHash: hashPcm(consumed), ranges };
  }

  private take(bytes: Bytes): PostedCopy | undefined {
    const known = this.free.pop();
    if (known !== undefined && known.bytes.length >= bytes) return known;
    if (known !== undefined) this.heldBytes -= known.bytes.length;
    const roundedBytes = Math.ceil(bytes / 8) * 8;
    if (this.heldBytes + roundedBytes > LIMITS.postedBytes) {
      if (!this.wasFull) this.onFull();
      this.wasFull = true;
      return undefined;
    }
    this.heldBytes += roundedBytes;
    const buffer = new ArrayBuffer(roundedBytes);
    return {
      bytes: new Uint8Array(buffer),
      words: new Int32Array(buffer),
      poppedNs: 0,
      change: undefined,
    };
  }

  private giveBack(copy: PostedCopy): void {
    copy.change = undefined;
    if (this.free.length < FREE_COPIES) this.free.push(copy);
    else this.heldBytes -= copy.bytes.length;
  }
}

function isSame(copy: PostedCopy, fromByte: Bytes, consumed: Uint8Array): boolean {
  const bytes = consumed.length;
  let at = 0;
  if (fromByte % 4 === 0 && consumed.byteOffset % 4 === 0) {
    const theirs = new Int32Array(consumed.buffer, consumed.byteOffset, bytes >>> 2);
    const { words } = copy;
    const first = fromByte >>> 2;
    for (let place = 0; place < theirs.length; place++) {
      if (words[first + place] !== theirs[place]) return false;
    }
    at = 4 * theirs.length;
  }
  for (; at < bytes; at++) if (copy.bytes[fromByte + at] !== consumed[at]) return false;
  return true;
}

/** Adds the ranges in which `consumed` differs; beyond the bound the last one takes all that follow. */
function noteRanges(copy: PostedCopy, firstByte: Bytes, consumed: Uint8Array, withinNs: Ns): void {
  const ranges = copy.change?.ranges ?? [];
  for (let at = 0; at < consumed.length; at++) {
    const byte = firstByte + at;
    if (copy.bytes[byte] === consumed[at]) continue;
    const last = ranges.at(-1);
    const isNear = last !== undefined && byte - last.toByte < JOIN_BYTES;
    if (last === undefined || (!isNear && ranges.length < LIMITS.changedRanges)) {
      ranges.push({ fromByte: byte, toByte: byte + 1, withinNs });
    } else ranges[ranges.length - 1] = { fromByte: last.fromByte, toByte: byte + 1, withinNs };
  }
}
