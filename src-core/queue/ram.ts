/** Guest memory on plain ArrayBuffers: what the demo guest and the tests run on. */
import { readLe16, writeLe16 } from '../spec/layout.ts';
import { assert, type Bytes, type GuestAddress } from '../units.ts';
import type { GuestMemory, MemoryRegion } from './guest-memory.ts';

interface Block {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** Zeroed memory at fixed guest-physical addresses below 2^53. Both the driver and the device may use one instance. */
export class Ram implements GuestMemory {
  private readonly blocks: readonly Block[];
  private readonly table: readonly MemoryRegion[];

  constructor(regions: readonly MemoryRegion[]) {
    this.table = regions.map(({ guestAddress, widthBytes }) => ({ guestAddress, widthBytes }));
    this.blocks = this.table
      .map(({ guestAddress, widthBytes }) => {
        const from = Number(guestAddress);
        assert(Number.isSafeInteger(from + widthBytes), 'a RAM region ends below 2^53');
        return { from, to: from + widthBytes, bytes: new Uint8Array(widthBytes) };
      })
      .sort((left, right) => left.from - right.from);
  }

  read(at: GuestAddress, bytes: Bytes): Uint8Array | undefined {
    if (!this.covers(Number(at), bytes)) return undefined;
    const copy = new Uint8Array(bytes);
    return this.readInto(at, copy, 0, bytes) ? copy : undefined;
  }

  readInto(at: GuestAddress, target: Uint8Array, targetAt: number, bytes: Bytes): boolean {
    let position = Number(at);
    let done = 0;
    while (done < bytes) {
      const block = this.blockAt(position);
      if (block === undefined) return false;
      const now = Math.min(bytes - done, block.to - position);
      copyBytes(block.bytes, position - block.from, target, targetAt + done, now);
      position += now;
      done += now;
    }
    return true;
  }

  write(at: GuestAddress, data: Uint8Array): boolean {
    let position = Number(at);
    let done = 0;
    while (done < data.length) {
      const block = this.blockAt(position);
      if (block === undefined) return false;
      const now = Math.min(data.length - done, block.to - position);
      copyBytes(data, done, block.bytes, position - block.from, now);
      position += now;
      done += now;
    }
    return true;
  }

  loadLe16(at: GuestAddress): number | undefined {
    const from = Number(at);
    const block = this.blockAt(from);
    if (block === undefined || from + 2 > block.to) return undefined;
    return readLe16(block.bytes, from - block.from);
  }

  storeLe16(at: GuestAddress, value: number): boolean {
    const from = Number(at);
    const block = this.blockAt(from);
    if (block === undefined || from + 2 > block.to) return false;
    writeLe16(block.bytes, from - block.from, value);
    return true;
  }

  /** One thread sees its own stores in order. */
  fence(): void {}

  regions(): readonly MemoryRegion[] {
    return this.table;
  }

  private covers(from: number, bytes: Bytes): boolean {
    let position = from;
    while (position < from + bytes) {
      const block = this.blockAt(position);
      if (block === undefined) return false;
      position = block.to;
    }
    return true;
  }

  private blockAt(position: number): Block | undefined {
    for (const block of this.blocks) {
      if (position >= block.from && position < block.to) return block;
    }
    return undefined;
  }
}

/** A loop beats `set` and `subarray` for the few bytes of a descriptor. */
function copyBytes(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  targetAt: number,
  bytes: Bytes,
): void {
  if (bytes > 64) {
    target.set(source.subarray(from, from + bytes), targetAt);
    return;
  }
  for (let done = 0; done < bytes; done++) target[targetAt + done] = source[from + done] ?? 0;
}
