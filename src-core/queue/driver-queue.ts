/** The driver's side of a virtqueue: what the demo guest and the tests drive a device with. Unlike a good driver it can also be
 *  told to break the rules (`addRaw`). Spec: 2.7.13, 2.7.14, 2.8.21, 2.8.22 */
import { writeLe16, writeLe32, writeLe64 } from '../spec/layout.ts';
import { VIRTQ_DESC_F_NEXT, VIRTQ_DESC_F_WRITE } from '../spec/ring.ts';
import type { Bytes, GuestAddress } from '../units.ts';
import { DESCRIPTOR_BYTES } from './descriptor-reader.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { QueueSetup } from './virtqueue.ts';

/** One piece of a message. Readable ones come first. */
export interface DriverBuffer {
  readonly address: GuestAddress;
  readonly bytes: Bytes;
  /** By the device. */
  readonly writable: boolean;
}

/** A descriptor as it shall stand in memory, right or wrong. */
export interface RawDescriptor {
  readonly address: GuestAddress;
  readonly bytes: Bytes;
  readonly flags: number;
  /** Split rings only. */
  readonly next?: number;
}

export interface UsedChain {
  /** What `add` gave: the head of a split ring, the buffer id of a packed one. */
  readonly token: number;
  readonly writtenBytes: Bytes;
  /** False: the device returned what was not in flight. */
  readonly isKnown: boolean;
}

/** Memory for indirect tables: one for each slot of the ring, one behind the other. */
export interface IndirectTables {
  readonly at: GuestAddress;
  readonly entriesPerTable: number;
}

export interface DriverQueue {
  readonly setup: QueueSetup;
  /** Makes a chain available; `undefined` when there are too few free slots. An indirect table is used when it was negotiated,
   *  there is memory for it, and the chain has more than one buffer. */
  add(buffers: readonly DriverBuffer[]): number | undefined;
  /** Takes `count` slots and makes available what `describe` says, unchecked. The first descriptor is the head. */
  addRaw(
    count: number,
    describe: (slots: readonly number[]) => readonly RawDescriptor[],
  ): number | undefined;
  /** Whether the device wants a kick for what was added since the last call. */
  takeKickNeed(): boolean;
  /** The next chain that the device has returned. */
  takeUsed(): UsedChain | undefined;
  /** Asks for interrupts again and says whether something was returned meanwhile: then take it. */
  enableInterrupts(): boolean;
  disableInterrupts(): void;
  /** Slots of the ring that no chain has. */
  freeSlots(): number;
}

/** Whether a chain is to go through an indirect table. */
export function wantsTable(
  setup: QueueSetup,
  tables: IndirectTables | undefined,
  buffers: readonly DriverBuffer[],
): tables is IndirectTables {
  return (
    setup.indirect &&
    tables !== undefined &&
    buffers.length > 1 &&
    buffers.length <= tables.entriesPerTable
  );
}

/** Flags of buffer `place` of a chain. */
export function flagsOf(buffers: readonly DriverBuffer[], place: number): number {
  return (
    (place + 1 < buffers.length ? VIRTQ_DESC_F_NEXT : 0) |
    (buffers[place]?.writable === true ? VIRTQ_DESC_F_WRITE : 0)
  );
}

/** Writes descriptors into guest memory, through one buffer that is reused. */
export class DescriptorWriter {
  private readonly memory: GuestMemory;
  private readonly bytes = new Uint8Array(DESCRIPTOR_BYTES);

  constructor(memory: GuestMemory) {
    this.memory = memory;
  }

  /** `at12` and `at14`: flags and next of a split descriptor, id and flags of a packed one. */
  write(tableAt: GuestAddress, slot: number, raw: RawDescriptor, at12: number, at14: number): void {
    writeLe64(this.bytes, 0, raw.address);
    writeLe32(this.bytes, 8, raw.bytes);
    writeLe16(this.bytes, 12, at12);
    writeLe16(this.bytes, 14, at14);
    this.memory.write(tableAt + BigInt(slot * DESCRIPTOR_BYTES), this.bytes);
  }
}
