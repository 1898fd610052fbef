/** Opens an observer where a queue stands at this moment, which may be in the middle of a playback. */
import type { ReadableMemory } from '../queue/guest-memory.ts';
import { openObserver } from '../queue/observer-queue.ts';
import { guessWrap } from '../queue/packed-observer.ts';
import type { ObserverQueue } from '../queue/sighting.ts';
import type { QueueSetup } from '../queue/virtqueue.ts';
import { readLe16, readLe32 } from '../spec/layout.ts';
import { splitLayout } from '../spec/ring.ts';
import { staleRequests } from './queue-watch.ts';

const U16 = 0xffff;

/** `fromStart`: the ring was set up while we watched, so that all of it is new. A sentence where it cannot be watched. */
export function openWatch(
  setup: QueueSetup,
  memory: ReadableMemory,
  fromStart: boolean,
): ObserverQueue | string {
  if (setup.packed) return openPacked(setup, memory, fromStart);
  const indexes = indexesOf(setup, memory);
  if (indexes === undefined) return openObserver(setup, memory);
  if (fromStart && indexes.avail <= setup.size) return openObserver(at(setup, 0), memory);
  // What the device has not returned is in flight: with the returns in order, the last that were made available. Without, nobody
  // knows which, and what is posted from now on is watched.
  const { used } = indexes;
  const avail = returnsInOrder(setup, memory, indexes) ? used : indexes.avail;
  return openObserver({ ...setup, position: { ...at(setup, used).position, avail } }, memory);
}

/** Whether the heads in the used ring follow one another as they do in the avail ring, as far back as both still tell. */
function returnsInOrder(
  { size, driverArea, deviceArea }: QueueSetup,
  memory: ReadableMemory,
  { avail, used }: { readonly avail: number; readonly used: number },
): boolean {
  const layout = splitLayout(size);
  const posted = memory.read(driverArea + BigInt(layout.availRingAt), 2 * size);
  const returned = memory.read(deviceArea + BigInt(layout.usedRingAt), 8 * size);
  const inFlight = (avail - used) & U16;
  if (posted === undefined || returned === undefined || inFlight > size) return false;
  for (let back = 1; back <= Math.min(size - inFlight, used); back++) {
    const slot = (used - back) % size;
    if (readLe16(posted, 2 * slot) !== readLe32(returned, 8 * slot)) return false;
  }
  return true;
}

/** Control requests that were answered before, oldest first: their memory is free, and often still holds them. */
export function requestsBefore(setup: QueueSetup, memory: ReadableMemory): Uint8Array[] {
  const indexes = setup.packed ? undefined : indexesOf(setup, memory);
  if (indexes === undefined) return [];
  const from = (indexes.used - Math.min(indexes.used, setup.size)) & U16;
  const observer = openObserver(at(setup, from), memory);
  return typeof observer === 'string' ? [] : staleRequests(observer, memory);
}

function indexesOf({ size, driverArea, deviceArea }: QueueSetup, memory: ReadableMemory) {
  const layout = splitLayout(size);
  // In this order: what was returned by then had been made available before.
  const used = memory.loadLe16(deviceArea + BigInt(layout.usedIdxAt));
  const avail = memory.loadLe16(driverArea + BigInt(layout.availIdxAt));
  return avail === undefined || used === undefined ? undefined : { avail, used };
}

function at(setup: QueueSetup, index: number): QueueSetup {
  return { ...setup, position: { avail: index, availWrap: true, used: index, usedWrap: true } };
}

function openPacked(setup: QueueSetup, memory: ReadableMemory, fromStart: boolean) {
  const slot = fromStart ? 0 : setup.position.used % Math.max(1, setup.size);
  const wrap = fromStart || guessWrap(setup, memory, slot);
  const position = { avail: slot, availWrap: wrap, used: slot, usedWrap: wrap };
  return openObserver({ ...setup, position }, memory);
}
