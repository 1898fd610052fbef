/** Guest memory in which some bytes read differently: a ring as it has to look to a device that pops again what another one
 *  had popped. Writes go to the real memory. */
import type { Bytes, GuestAddress } from '../units.ts';
import type { GuestMemory, MemoryRegion } from './guest-memory.ts';

export interface Patch {
  readonly at: GuestAddress;
  readonly bytes: Uint8Array;
}

export class PatchedMemory implements GuestMemory {
  private readonly memory: GuestMemory;
  private patches: readonly Patch[];

  constructor(memory: GuestMemory, patches: readonly Patch[]) {
    this.memory = memory;
    this.patches = patches;
  }

  /** From now on everything reads as it is. */
  drop(): void {
    this.patches = [];
  }

  read(at: GuestAddress, bytes: Bytes): Uint8Array | undefined {
    const copy = this.memory.read(at, bytes);
    if (copy !== undefined) this.apply(at, copy, 0, bytes);
    return copy;
  }

  readInto(at: GuestAddress, target: Uint8Array, targetAt: number, bytes: Bytes): boolean {
    if (!this.memory.readInto(at, target, targetAt, bytes)) return false;
    this.apply(at, target, targetAt, bytes);
    return true;
  }

  write(at: GuestAddress, data: Uint8Array): boolean {
    return this.memory.write(at, data);
  }

  loadLe16(at: GuestAddress): number | undefined {
    for (const patch of this.patches) {
      const into = Number(at - patch.at);
      if (into >= 0 && into + 2 <= patch.bytes.length) {
        return (patch.bytes[into] ?? 0) | ((patch.bytes[into + 1] ?? 0) << 8);
      }
    }
    return this.memory.loadLe16(at);
  }

  storeLe16(at: GuestAddress, value: number): boolean {
    return this.memory.storeLe16(at, value);
  }

  fence(): void {
    this.memory.fence();
  }

  regions(): readonly MemoryRegion[] {
    return this.memory.regions();
  }

  private apply(at: GuestAddress, target: Uint8Array, targetAt: number, bytes: Bytes): void {
    for (const patch of this.patches) {
      const into = Number(patch.at - at);
      const from = Math.max(0, -into);
      const to = Math.min(patch.bytes.length, bytes - into);
      if (from < to) target.set(patch.bytes.subarray(from, to), targetAt + into + from);
    }
  }
}
