/** Guest memory: bytes at guest-physical addresses, copied out and copied in. Every read is a copy, so that what is
 *  decoded, recorded and shown is what was read, whatever the guest writes afterwards. */
import type { Bytes, GuestAddress } from '../units.ts';

export interface MemoryRegion {
  readonly guestAddress: GuestAddress;
  readonly widthBytes: Bytes;
}

/** What one can read. Access never throws: addresses come from the guest. A range may cross from one region into an adjoining
 *  one. Who only looks on is handed this, and cannot write. */
export interface ReadableMemory {
  /** A fresh copy; `undefined` when some byte is not mapped. */
  read(at: GuestAddress, bytes: Bytes): Uint8Array | undefined;
  /** Copies into `target` from `targetAt` on; false, with `target` unspecified there, when some byte is not mapped. */
  readInto(at: GuestAddress, target: Uint8Array, targetAt: number, bytes: Bytes): boolean;
  /** Ring indexes: a 16-bit little-endian load with acquire order; `undefined` when not mapped. */
  loadLe16(at: GuestAddress): number | undefined;
  /** The same array until the regions change: what was derived from it stays good for as long. */
  regions(): readonly MemoryRegion[];
}

export interface GuestMemory extends ReadableMemory {
  /** False, with nothing or a part written, when some byte is not mapped. */
  write(at: GuestAddress, data: Uint8Array): boolean;
  /** A 16-bit little-endian store with release order. */
  storeLe16(at: GuestAddress, value: number): boolean;
  /** Full barrier between a store and a later load. Spec: 2.7.13.4.1 */
  fence(): void;
}
