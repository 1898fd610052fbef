/** The guest memory of the moment. A transport may replace the whole of it while queues run (a region was added), and the
 *  queues go on with what is there now. */
import type { GuestMemory, MemoryRegion } from '../queue/guest-memory.ts';
import type { Bytes, GuestAddress } from '../units.ts';

const NO_REGIONS: readonly MemoryRegion[] = [];

/** Passes every access on; with no memory at all nothing is mapped. */
export class CurrentMemory implements GuestMemory {
  private memory: GuestMemory | undefined;

  replace(memory: GuestMemory | undefined): void {
    this.memory = memory;
  }

  read(at: GuestAddress, bytes: Bytes): Uint8Array | undefined {
    return this.memory?.read(at, bytes);
  }

  readInto(at: GuestAddress, target: Uint8Array, targetAt: number, bytes: Bytes): boolean {
    return this.memory?.readInto(at, target, targetAt, bytes) ?? false;
  }

  write(at: GuestAddress, data: Uint8Array): boolean {
    return this.memory?.write(at, data) ?? false;
  }

  loadLe16(at: GuestAddress): number | undefined {
    return this.memory?.loadLe16(at);
  }

  storeLe16(at: GuestAddress, value: number): boolean {
    return this.memory?.storeLe16(at, value) ?? false;
  }

  fence(): void {
    this.memory?.fence();
  }

  regions(): readonly MemoryRegion[] {
    return this.memory?.regions() ?? NO_REGIONS;
  }
}
