/** Reads 16-byte descriptors from a table in guest memory with as few memory calls as possible: several at a time into a
 *  buffer that is reused. Split and packed descriptors, direct and indirect ones. Spec: 2.7.5, 2.8.13 */
import { readLe16, readLe32 } from '../spec/layout.ts';
import { PVIRTQ_DESC, VIRTQ_DESC } from '../spec/ring.ts';
import { assert, type GuestAddress } from '../units.ts';
import type { ReadableMemory } from './guest-memory.ts';

export const DESCRIPTOR_BYTES = VIRTQ_DESC.widthBytes;
assert(PVIRTQ_DESC.widthBytes === DESCRIPTOR_BYTES, 'both kinds of descriptors have one width');

/** The entry loaded last is in the fields: a copy, whatever the guest writes meanwhile. */
export class DescriptorReader {
  low = 0;
  high = 0;
  bytes = 0;
  /** The half-words at 12 and 14: flags and next of a split descriptor, id and flags of a packed one. */
  at12 = 0;
  at14 = 0;

  private readonly memory: ReadableMemory;
  private readonly buffer: Uint8Array;
  private tableAt: GuestAddress = 0n;
  private entries = 0;
  private bufferedFrom = 0;
  private bufferedCount = 0;

  /** `ahead`: entries that one memory call reads at most. */
  constructor(memory: ReadableMemory, ahead: number) {
    this.memory = memory;
    this.buffer = new Uint8Array(ahead * DESCRIPTOR_BYTES);
  }

  /** Turns to a table, or forgets what was read of it. */
  open(tableAt: GuestAddress, entries: number): void {
    this.tableAt = tableAt;
    this.entries = entries;
    this.bufferedCount = 0;
  }

  /** Loads entry `index`, which is below the number of entries. False when it is not mapped. */
  load(index: number): boolean {
    const isBuffered = index >= this.bufferedFrom && index < this.bufferedFrom + this.bufferedCount;
    if (!isBuffered && !this.fetch(index)) return false;
    const { buffer } = this;
    const at = (index - this.bufferedFrom) * DESCRIPTOR_BYTES;
    this.low = readLe32(buffer, at);
    this.high = readLe32(buffer, at + 4);
    this.bytes = readLe32(buffer, at + 8);
    this.at12 = readLe16(buffer, at + 12);
    this.at14 = readLe16(buffer, at + 14);
    return true;
  }

  /** The whole table when it fits, else from `index` on; when that runs out of mapped memory, the entry alone. */
  private fetch(index: number): boolean {
    const ahead = this.buffer.length / DESCRIPTOR_BYTES;
    const from = this.entries <= ahead ? 0 : index;
    return (
      this.fetchEntries(from, Math.min(ahead, this.entries - from)) || this.fetchEntries(index, 1)
    );
  }

  private fetchEntries(index: number, count: number): boolean {
    const at = this.tableAt + BigInt(index * DESCRIPTOR_BYTES);
    this.bufferedFrom = index;
    this.bufferedCount = 0;
    if (!this.memory.readInto(at, this.buffer, 0, count * DESCRIPTOR_BYTES)) return false;
    this.bufferedCount = count;
    return true;
  }
}
