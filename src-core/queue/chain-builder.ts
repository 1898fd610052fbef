/** Gathers the descriptors of one chain and names what is wrong with them. Shared by split and packed rings.
 *  Spec: 2.7.4.2, 2.7.5, 2.7.5.2 */
import { VIRTQ_DESC_F_WRITE } from '../spec/ring.ts';
import type { RuleId, Violation } from '../spec/rules.ts';
import type { Bytes, QueueIndex } from '../units.ts';
import { AddressMap, addressOf, hexAddress } from './address-map.ts';
import type { DescriptorReader } from './descriptor-reader.ts';
import type { ReadableMemory } from './guest-memory.ts';
import type { Chain, Descriptor } from './virtqueue.ts';

const NONE: readonly never[] = [];
const MAX_CHAIN_BYTES = 2 ** 32;

/** One instance serves a queue for its whole life; `begin` starts the next chain. */
export class ChainBuilder {
  private readonly memory: ReadableMemory;
  private readonly queue: QueueIndex;
  private readonly map = new AddressMap();
  private readable: Descriptor[] = [];
  private writable: Descriptor[] = [];
  private readableBytes: Bytes = 0;
  private writableBytes: Bytes = 0;
  private isIndirect = false;
  private blames: Violation[] | undefined;

  constructor(memory: ReadableMemory, queue: QueueIndex) {
    this.memory = memory;
    this.queue = queue;
  }

  begin(): void {
    this.map.follow(this.memory);
    this.readable = [];
    this.writable = [];
    this.readableBytes = 0;
    this.writableBytes = 0;
    this.isIndirect = false;
    this.blames = undefined;
  }

  /** Adds the descriptor that `reader` has loaded; one that breaks a rule is left out and named. */
  take(reader: DescriptorReader, flags: number, next: number, slot: number): void {
    const { low, high, bytes } = reader;
    if (!this.isUsable(reader, slot)) return;
    const descriptor = { address: addressOf(low, high), bytes, flags, next, slot };
    if ((flags & VIRTQ_DESC_F_WRITE) !== 0) {
      this.writable.push(descriptor);
      this.writableBytes += bytes;
    } else if (this.writable.length === 0) {
      this.readable.push(descriptor);
      this.readableBytes += bytes;
    } else {
      this.blame(
        'VQ-02',
        `descriptor ${slot} is device-readable and follows a device-writable one`,
      );
    }
  }

  /** Notes that the chain goes on in an indirect table, and says whether the table can be read. Spec: 2.7.5.3 */
  enterTable(reader: DescriptorReader, slot: number): boolean {
    this.isIndirect = true;
    const { low, high, bytes } = reader;
    if (bytes === 0 || bytes % 16 !== 0) {
      this.blame('VQ-11', `the indirect table of descriptor ${slot} has ${bytes} bytes`);
      return false;
    }
    if (!this.map.covers(low, high, bytes)) {
      this.blame('VQ-18', `the indirect table of descriptor ${slot}, ${range(reader)}, ${OUTSIDE}`);
      return false;
    }
    return true;
  }

  /** Names a broken rule, each rule once for a chain: a guest cannot make the list long. */
  blame(rule: RuleId, detail: string): void {
    if (this.blames === undefined) this.blames = [];
    if (this.blames.some((known) => known.rule === rule)) return;
    this.blames.push({ rule, detail, queue: this.queue });
  }

  finish(head: number, ringSlots: number): Chain {
    return {
      head,
      readable: this.readable,
      writable: this.writable,
      readableBytes: this.readableBytes,
      writableBytes: this.writableBytes,
      indirect: this.isIndirect,
      ringSlots,
    };
  }

  violations(): readonly Violation[] {
    return this.blames ?? NONE;
  }

  private isUsable(reader: DescriptorReader, slot: number): boolean {
    const { low, high, bytes } = reader;
    if (bytes === 0) {
      this.blame('VQ-18', `descriptor ${slot} has no bytes`);
      return false;
    }
    if (!this.map.covers(low, high, bytes)) {
      this.blame('VQ-18', `descriptor ${slot}, ${range(reader)}, ${OUTSIDE}`);
      return false;
    }
    if (this.readableBytes + this.writableBytes + bytes > MAX_CHAIN_BYTES) {
      this.blame('VQ-05', `the chain has more than 2^32 bytes at descriptor ${slot}`);
      return false;
    }
    return true;
  }
}

const OUTSIDE = 'is not all in guest memory';

function range({ low, high, bytes }: DescriptorReader): string {
  return `${bytes} bytes at ${hexAddress(addressOf(low, high))}`;
}
