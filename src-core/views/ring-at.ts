/** A split virtqueue as it stood at any time of the capture: the last recorded snapshot before it, with what the messages
 *  popped and used since did to its three areas. Bounded: at most `size` pops and `size` used elements matter, since
 *  later ones overwrite the slots of earlier ones. Flags and event indexes stay those of the snapshot. Spec: 2.7.5, 2.7.6, 2.7.8 */
import type { Capture } from '../capture/capture.ts';
import type { Entry } from '../capture/entry.ts';
import type { RingView } from '../contract-data.ts';
import { readLe16, writeLe16, writeLe32, writeLe64 } from '../spec/layout.ts';
import { splitLayout, VIRTQ_DESC, VIRTQ_USED_ELEM } from '../spec/ring.ts';
import type { Ns, QueueIndex } from '../units.ts';

const U16 = 0xffff;

/** Times of use are kept as 32-bit differences: near a border the entry itself decides. */
const NEAR_NS = 1e5;

type RingEntry = Entry & { kind: 'ring' };
type Popped = Entry & { kind: 'popped' };
/** With the head of the chain that came back. */
type Used = Entry & { kind: 'used' } & { readonly head: number };

/** What a ring looked like, and how that is known. */
export interface RingMoment {
  readonly size: number;
  readonly packed: boolean;
  readonly atNs: Ns;
  availIdx: number;
  usedIdx: number;
  readonly inFlight: readonly number[];
  readonly descriptorArea: Uint8Array;
  readonly driverArea: Uint8Array;
  readonly deviceArea: Uint8Array;
  readonly replay: NonNullable<RingView['replay']>;
}

/** The ring of `queue` at `atNs`; `undefined` when no snapshot was recorded before it. A packed ring stays as it was last
 *  recorded. */
export function ringMoment(capture: Capture, queue: QueueIndex, atNs: Ns): RingMoment | undefined {
  const place = capture.rings[queue]?.before(atNs);
  const ring = place === undefined ? undefined : capture.entryAt(place.at);
  if (place === undefined || ring?.kind !== 'ring') return undefined;
  if (ring.packed || ring.size === 0) return momentOf(ring, ring.atNs, [], []);
  const { popped, used } = entriesSince(capture, queue, place.rows, ring, atNs);
  const moment = momentOf(ring, atNs, popped, used);
  for (const entry of popped) applyPop(moment, entry);
  for (const entry of used) applyUsed(moment, entry);
  return moment;
}

function momentOf(
  ring: RingEntry,
  atNs: Ns,
  popped: readonly Popped[],
  used: readonly Used[],
): RingMoment {
  const { size, packed, availIdx, usedIdx } = ring;
  return {
    ...{ size, packed, availIdx, usedIdx, atNs },
    inFlight: headsInFlight(ring, popped, used),
    descriptorArea: ring.descriptorArea.slice(),
    driverArea: ring.driverArea.slice(),
    deviceArea: ring.deviceArea.slice(),
    replay: { snapshotNs: ring.atNs, popped: popped.length, used: used.length },
  };
}

/** Pops and returns in the order in which they happened: a head may come and go several times. */
function headsInFlight(
  ring: RingEntry,
  popped: readonly Popped[],
  used: readonly Used[],
): readonly number[] {
  const heads = new Set(ring.inFlight);
  for (const entry of [...popped, ...used].sort((one, other) => one.seq - other.seq)) {
    if (entry.kind === 'popped') heads.add(entry.chain.head);
    else heads.delete(entry.head);
  }
  return [...heads];
}

/** What was popped and used after the snapshot and until `atNs`, in the order in which it happened; the newest `size` of
 *  each. */
function entriesSince(
  capture: Capture,
  queue: QueueIndex,
  firstRow: number,
  ring: RingEntry,
  atNs: Ns,
): { popped: Popped[]; used: Used[] } {
  const { messages } = capture;
  const popped: Popped[] = [];
  const used: Used[] = [];
  // Messages in flight at the snapshot were popped before it.
  const oldest = Math.max(0, firstRow - 4 * ring.size - ROWS_OF_OTHERS);
  for (let row = messages.rowAt(atNs + 0.5) - 1; row >= oldest; row--) {
    if (messages.queue.get(row) !== queue) continue;
    if (row >= firstRow && popped.length < ring.size) {
      const entry = capture.entryAt(messages.poppedAt.get(row));
      if (entry?.kind === 'popped') popped.push(entry);
    }
    const usedNs = messages.poppedNs.get(row) + messages.usedAfterNs.get(row);
    const mayBeBetween = usedNs >= ring.atNs - NEAR_NS && usedNs <= atNs + NEAR_NS;
    if (!mayBeBetween || used.length >= 2 * ring.size) continue;
    const entry = capture.entryAt(messages.usedAt.get(row));
    if (entry?.kind !== 'used' || entry.seq < ring.seq || entry.atNs > atNs) continue;
    used.push({ ...entry, head: messages.head.get(row) });
  }
  const inOrder = (one: Entry, other: Entry) => one.seq - other.seq;
  return { popped: popped.sort(inOrder), used: used.sort(inOrder).slice(-ring.size) };
}

/** Rows of other queues that may stand between those of one. */
const ROWS_OF_OTHERS = 1024;

function applyPop(ring: RingMoment, { chain, availIdx }: Popped): void {
  const layout = splitLayout(ring.size);
  const { driverArea, descriptorArea } = ring;
  writeLe16(driverArea, layout.availRingAt + 2 * (availIdx % ring.size), chain.head);
  const next = (availIdx + 1) & U16;
  const published = readLe16(driverArea, layout.availIdxAt);
  if (((next - published) & U16) < 0x8000) writeLe16(driverArea, layout.availIdxAt, next);
  ring.availIdx = next;
  if (chain.indirect) return; // the descriptor that points to the table is not part of the recorded chain
  for (const { slot, address, bytes, flags, next: link } of [
    ...chain.readable,
    ...chain.writable,
  ]) {
    const at = VIRTQ_DESC.widthBytes * slot;
    if (at + VIRTQ_DESC.widthBytes > descriptorArea.length) continue;
    writeLe64(descriptorArea, at, address);
    writeLe32(descriptorArea, at + 8, bytes);
    writeLe16(descriptorArea, at + 12, flags);
    writeLe16(descriptorArea, at + 14, link);
  }
}

function applyUsed(ring: RingMoment, { usedIdx, writtenBytes, head }: Used): void {
  const layout = splitLayout(ring.size);
  const at = layout.usedRingAt + VIRTQ_USED_ELEM.widthBytes * (usedIdx % ring.size);
  writeLe32(ring.deviceArea, at, head);
  writeLe32(ring.deviceArea, at + 4, writtenBytes);
  ring.usedIdx = (usedIdx + 1) & U16;
  writeLe16(ring.deviceArea, layout.usedIdxAt, ring.usedIdx);
}
