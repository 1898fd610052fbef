/** The table that an indirect descriptor points at: as the device walked it when it popped the chain, and as it stands in guest
 *  memory while that can be read. Spec: 2.7.5.3, 2.8.7 */
import type { Capture } from '../capture/capture.ts';
import type { RecordedDescriptor } from '../capture/entry.ts';
import type { IndirectQuery, IndirectTable } from '../contract-rings.ts';
import { LIMITS } from '../limits.ts';
import type { RingSnapshot } from '../queue/virtqueue.ts';
import { readLe16, readLe32, readLe64 } from '../spec/layout.ts';
import { VIRTQ_DESC, VIRTQ_DESC_F_INDIRECT } from '../spec/ring.ts';

const STEP = VIRTQ_DESC.widthBytes;

/** `snapshot`: of the ring now, while there is guest memory to read; it is not looked at when the past is asked for. */
export function indirectTable(
  capture: Capture,
  snapshot: RingSnapshot | undefined,
  query: IndirectQuery,
): IndirectTable | null {
  const slot = Math.floor(Number(query.slot));
  const inMemory = query.atNs === undefined && snapshot ? readTable(snapshot, slot) : undefined;
  const popped = asPopped(capture, query);
  if (popped !== undefined) {
    const isInFlight = Number.isNaN(capture.messages.usedAfterNs.get(Number(query.index)));
    const changed = isInFlight && inMemory ? differing(popped, inMemory.entries) : [];
    return { slot, ...bounded(popped, popped.length), from: 'popped', changed };
  }
  if (inMemory === undefined) return null;
  return { slot, ...bounded(inMemory.entries, inMemory.all), from: 'memory', changed: [] };
}

function bounded(entries: readonly RecordedDescriptor[], all: number) {
  const shown = entries.slice(0, LIMITS.indirectShown);
  return { entries: shown, more: Math.max(0, all - shown.length) };
}

/** The recorded chain of the message, if it went through a table. */
function asPopped(
  capture: Capture,
  { index, queue }: IndirectQuery,
): readonly RecordedDescriptor[] | undefined {
  const { messages } = capture;
  const row = Math.floor(Number(index));
  if (!(row >= 0 && row < messages.rows) || messages.queue.get(row) !== queue) return undefined;
  const entry = capture.entryAt(messages.poppedAt.get(row));
  if (entry?.kind !== 'popped' || !entry.chain.indirect) return undefined;
  return [...entry.chain.readable, ...entry.chain.writable];
}

interface ReadTable {
  readonly entries: readonly RecordedDescriptor[];
  readonly all: number;
}

/** At most `LIMITS.indirectShown` entries. */
function readTable(
  { setup, descriptorArea, memory }: RingSnapshot,
  slot: number,
): ReadTable | undefined {
  const at = STEP * slot;
  if (!(slot >= 0 && at + STEP <= descriptorArea.length)) return undefined;
  const flags = readLe16(descriptorArea, at + (setup.packed ? 14 : 12));
  if ((flags & VIRTQ_DESC_F_INDIRECT) === 0) return undefined;
  const all = Math.floor(readLe32(descriptorArea, at + 8) / STEP);
  const count = Math.min(all, LIMITS.indirectShown);
  const table = memory.read(readLe64(descriptorArea, at), count * STEP);
  if (table === undefined) return undefined;
  const entries = Array.from({ length: count }, (_, entry) =>
    readEntry(table, entry, setup.packed),
  );
  return { entries, all };
}

/** Entries of a packed table have their flags behind the buffer id, and follow one another. */
function readEntry(table: Uint8Array, slot: number, packed: boolean): RecordedDescriptor {
  const at = STEP * slot;
  const [first, second] = [readLe16(table, at + 12), readLe16(table, at + 14)];
  return {
    slot,
    address: readLe64(table, at),
    bytes: readLe32(table, at + 8),
    flags: packed ? second : first,
    next: packed ? slot + 1 : second,
  };
}

function differing(
  popped: readonly RecordedDescriptor[],
  now: readonly RecordedDescriptor[],
): readonly number[] {
  return popped
    .filter(({ slot, address, bytes }) => {
      const other = now[slot];
      return other !== undefined && (other.address !== address || other.bytes !== bytes);
    })
    .map(({ slot }) => slot);
}
