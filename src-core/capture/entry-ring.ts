/** The body of a `ring` entry, byte by byte: sizes, the heads in flight, and the ring's three areas as they stood. */
import { readLe16, readLe32, writeLe16, writeLe32 } from '../spec/layout.ts';
import type { Bytes } from '../units.ts';
import type { EntryBody } from './entry.ts';

type RingEntry = EntryBody & { kind: 'ring' };

export function measureRing(entry: RingEntry): Bytes {
  const areas = entry.descriptorArea.length + entry.driverArea.length + entry.deviceArea.length;
  return RING_HEAD_BYTES + 2 * entry.inFlight.length + areas;
}

const RING_HEAD_BYTES = 24;

export function writeRing(target: Uint8Array, at: number, entry: RingEntry): void {
  const areas = [entry.descriptorArea, entry.driverArea, entry.deviceArea];
  writeLe32(target, at, entry.size);
  writeLe16(target, at + 4, entry.packed ? 1 : 0);
  writeLe16(target, at + 6, entry.usedIdx);
  writeLe32(target, at + 8, entry.inFlight.length);
  areas.forEach((area, place) => {
    writeLe32(target, at + 12 + 4 * place, area.length);
  });
  let place = at + RING_HEAD_BYTES;
  for (const head of entry.inFlight) {
    writeLe16(target, place, head);
    place += 2;
  }
  for (const area of areas) {
    target.set(area, place);
    place += area.length;
  }
}

/** `undefined` when the lengths in it do not add up. */
export function readRing(
  { queue, value: availIdx }: { readonly queue: number; readonly value: number },
  body: Uint8Array,
): RingEntry | undefined {
  const inFlightCount = readLe32(body, 8);
  const widths = [readLe32(body, 12), readLe32(body, 16), readLe32(body, 20)];
  const areasAt = RING_HEAD_BYTES + 2 * inFlightCount;
  const end = areasAt + widths.reduce((sum, width) => sum + width, 0);
  if (body.length !== end) return undefined;
  let at = areasAt;
  const [descriptorArea, driverArea, deviceArea] = widths.map((width) => {
    at += width;
    return body.slice(at - width, at);
  });
  if (descriptorArea === undefined || driverArea === undefined || deviceArea === undefined) {
    return undefined;
  }
  return {
    kind: 'ring',
    queue,
    size: readLe32(body, 0),
    packed: readLe16(body, 4) === 1,
    availIdx,
    usedIdx: readLe16(body, 6),
    inFlight: Array.from({ length: inFlightCount }, (_, place) =>
      readLe16(body, RING_HEAD_BYTES + 2 * place),
    ),
    descriptorArea,
    driverArea,
    deviceArea,
  };
}
