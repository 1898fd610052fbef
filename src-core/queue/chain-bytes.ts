/** Copies bytes out of a chain's descriptors and into them. A message is a stream of bytes: header, data and status may be
 *  cut anywhere, so nobody but this file looks at where one descriptor ends. Spec: 2.7.4.1 */
import type { Bytes, GuestAddress } from '../units.ts';
import type { GuestMemory, ReadableMemory } from './guest-memory.ts';
import type { Chain, Descriptor } from './virtqueue.ts';

/** A copy of `bytes` from `fromByte` of the descriptors' bytes on; `undefined` when they end before, or some are not mapped. */
export function readChain(
  memory: ReadableMemory,
  descriptors: readonly Descriptor[],
  fromByte: Bytes,
  bytes: Bytes,
): Uint8Array | undefined {
  if (fromByte + bytes > bytesOf(descriptors)) return undefined;
  const copy = new Uint8Array(bytes);
  return readChainInto(memory, descriptors, fromByte, copy, 0, bytes) ? copy : undefined;
}

/** Like `readChain`, into `target` from `targetAt` on, which must have the room. False: `target` is unspecified there. */
export function readChainInto(
  memory: ReadableMemory,
  descriptors: readonly Descriptor[],
  fromByte: Bytes,
  target: Uint8Array,
  targetAt: number,
  bytes: Bytes,
): boolean {
  let skip = fromByte;
  let done = 0;
  for (const descriptor of descriptors) {
    if (done === bytes) break;
    if (skip >= descriptor.bytes) {
      skip -= descriptor.bytes;
      continue;
    }
    const now = Math.min(bytes - done, descriptor.bytes - skip);
    if (!memory.readInto(addressAt(descriptor, skip), target, targetAt + done, now)) return false;
    done += now;
    skip = 0;
  }
  return done === bytes;
}

/** Writes `data` from `fromByte` of the descriptors' bytes on. Gives how many bytes were written: fewer when the descriptors
 *  end before or memory is not mapped. */
export function writeChain(
  memory: GuestMemory,
  descriptors: readonly Descriptor[],
  fromByte: Bytes,
  data: Uint8Array,
): Bytes {
  let skip = fromByte;
  let done = 0;
  for (const descriptor of descriptors) {
    if (done === data.length) break;
    if (skip >= descriptor.bytes) {
      skip -= descriptor.bytes;
      continue;
    }
    const now = Math.min(data.length - done, descriptor.bytes - skip);
    const part = now === data.length ? data : data.subarray(done, done + now);
    if (!memory.write(addressAt(descriptor, skip), part)) break;
    done += now;
    skip = 0;
  }
  return done;
}

function addressAt(descriptor: Descriptor, skip: Bytes): GuestAddress {
  return skip === 0 ? descriptor.address : descriptor.address + BigInt(skip);
}

function bytesOf(descriptors: readonly Descriptor[]): Bytes {
  let sum = 0;
  for (const descriptor of descriptors) sum += descriptor.bytes;
  return sum;
}

/** A chain of which no more is known than where it began. */
export function emptiedChain({ head, ringSlots }: Pick<Chain, 'head' | 'ringSlots'>): Chain {
  const nothing = { readable: [], writable: [], readableBytes: 0, writableBytes: 0 };
  return { head, ...nothing, indirect: false, ringSlots };
}
