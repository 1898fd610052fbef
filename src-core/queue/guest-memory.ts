/** Guest memory: bytes at guest-physical addresses, copied out and copied in. Every read is a copy, so that what is
 *  decoded, recorded and shown is what was read, whatever the guest writes afterwards. */
import type { Bytes, GuestAddress } from '../units.ts';

export interface MemoryRegion {
  readonly guestAddress: GuestAddress;
  readonly widthBytes: Bytes;
}

/** Access never throws: addresses come from the guest. A range may cross from one region into an adjoining one. */
export interface GuestMemory {
  /** A fresh copy; `undefined` when some byte is not mapped. */
  read(at: GuestAddress, bytes: Bytes): Uint8Array | undefined;
  /** Copies into `target` from `targetAt` on; false, with `target` unspecified there, when some byte is not mapped. */
  readInto(at: GuestAddress, target: Uint8Array, targetAt: number, bytes: Bytes): boolean;
  /** False, with nothing or a part written, when some byte is not mapped. */
  write(at: GuestAddress, data: Uint8Array): boolean;
  /** Ring indexes: a 16-bit little-endian load with acquire order; `undefined` when not mapped. */
  loadLe16(at: GuestAddress): number | undefined;
  /** A 16-bit little-endian store with release order. */
  storeLe16(at: GuestAddress, value: number): boolean;
  /** Full barrier between a store and a later load. Spec: 2.7.13.4.1 */
  fence(): void;
  /** The same array until the regions change: what was derived from it stays good for as long. */
  regions(): readonly MemoryRegion[];
}
