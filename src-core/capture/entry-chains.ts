/** Bodies of `popped` entries: the chain's descriptors and its request, or what a trace has of a chain.
 *
 *      0   2  readable descriptors     4  2  flags: 1 indirect, 2 traced
 *      2   2  writable descriptors     6  2  ring slots
 *      8      20 bytes each descriptor, then the request; of a traced chain le64 line and le32 grade of its stream */

import { GRADES } from '../spec/grades.ts';
import { putBig64, putLe16, putLe32, putLe64, readLe16, readLe32 } from '../spec/layout.ts';
import type { Bytes, QueueIndex } from '../units.ts';
import type { EntryBody, RecordedChain, RecordedDescriptor, TracedChain } from './entry.ts';

export const DESCRIPTOR_BYTES = 20;
/** Flag of a chain that only a trace tells of: line and grade stand where its descriptors would be. */
export const TRACED = 2;
const TRACED_BYTES = 20;

/** What the pseudo-header holds of it. */
interface Header {
  readonly queue: QueueIndex;
  readonly head: number;
  readonly streamId: number;
  readonly value: number;
}

export function measurePopped(chain: RecordedChain, body: Uint8Array): Bytes {
  if (chain.traced !== undefined) return TRACED_BYTES;
  const descriptors = chain.readable.length + chain.writable.length;
  return 8 + DESCRIPTOR_BYTES * descriptors + body.length;
}

export function writePopped(
  target: Uint8Array,
  view: DataView,
  at: number,
  chain: RecordedChain,
  body: Uint8Array,
): void {
  if (chain.traced !== undefined) {
    writeTraced(view, at, chain.traced);
    return;
  }
  putLe16(view, at, chain.readable.length);
  putLe16(view, at + 2, chain.writable.length);
  putLe16(view, at + 4, chain.indirect ? 1 : 0);
  putLe16(view, at + 6, chain.ringSlots);
  let place = at + 8;
  for (const descriptor of chain.readable) {
    writeDescriptor(view, place, descriptor);
    place += DESCRIPTOR_BYTES;
  }
  for (const descriptor of chain.writable) {
    writeDescriptor(view, place, descriptor);
    place += DESCRIPTOR_BYTES;
  }
  target.set(body, place);
}

function writeTraced(view: DataView, at: number, traced: TracedChain): void {
  putLe16(view, at, traced.readable);
  putLe16(view, at + 2, traced.writable);
  putLe16(view, at + 4, TRACED);
  putLe16(view, at + 6, 0);
  putLe64(view, at + 8, traced.line);
  putLe32(view, at + 16, GRADES.indexOf(traced.streamGrade));
}

function readTraced(header: Header, body: Uint8Array): EntryBody | undefined {
  if (body.length < TRACED_BYTES) return undefined;
  const traced: TracedChain = {
    readable: readLe16(body, 0),
    writable: readLe16(body, 2),
    line: readLe32(body, 8) + readLe32(body, 12) * 0x1_0000_0000,
    streamId: noneAt(header.streamId, 0xffff),
    streamGrade: GRADES[body[16] ?? 0] ?? 'observed',
  };
  const { queue, value: availIdx } = header;
  return { kind: 'popped', queue, chain: tracedChain(traced), availIdx, body: new Uint8Array() };
}

/** A chain without descriptors: all that a trace has. */
export function tracedChain(traced: TracedChain): RecordedChain {
  const nothing = { readable: [], writable: [], readableBytes: 0, writableBytes: 0 };
  return { head: 0xffff, ...nothing, indirect: false, ringSlots: 0, traced };
}

function noneAt(value: number, none: number): number {
  return value === none ? -1 : value;
}

function writeDescriptor(view: DataView, at: number, descriptor: RecordedDescriptor): void {
  putBig64(view, at, descriptor.address);
  putLe32(view, at + 8, descriptor.bytes);
  putLe16(view, at + 12, descriptor.flags);
  putLe16(view, at + 14, descriptor.next);
  putLe32(view, at + 16, descriptor.slot);
}

export function readPopped(header: Header, body: Uint8Array): EntryBody | undefined {
  if ((readLe16(body, 4) & TRACED) !== 0) return readTraced(header, body);
  const readableCount = readLe16(body, 0);
  const count = readableCount + readLe16(body, 2);
  const bodyAt = 8 + DESCRIPTOR_BYTES * count;
  if (body.length < bodyAt) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const readable = readDescriptors(view, 8, readableCount);
  const writableAt = 8 + DESCRIPTOR_BYTES * readableCount;
  const writable = readDescriptors(view, writableAt, count - readableCount);
  const chain: RecordedChain = {
    head: header.head,
    readable,
    writable,
    readableBytes: sumBytes(readable),
    writableBytes: sumBytes(writable),
    indirect: (readLe16(body, 4) & 1) === 1,
    ringSlots: readLe16(body, 6),
  };
  const { queue, value: availIdx } = header;
  return { kind: 'popped', queue, chain, availIdx, body: body.slice(bodyAt) };
}

function readDescriptors(view: DataView, at: number, count: number): RecordedDescriptor[] {
  const descriptors: RecordedDescriptor[] = [];
  for (let place = at; place < at + DESCRIPTOR_BYTES * count; place += DESCRIPTOR_BYTES) {
    descriptors.push({
      address: view.getBigUint64(place, true),
      bytes: view.getUint32(place + 8, true),
      flags: view.getUint16(place + 12, true),
      next: view.getUint16(place + 14, true),
      slot: view.getUint16(place + 16, true),
    });
  }
  return descriptors;
}

function sumBytes(descriptors: readonly RecordedDescriptor[]): Bytes {
  let bytes = 0;
  for (const descriptor of descriptors) bytes += descriptor.bytes;
  return bytes;
}
