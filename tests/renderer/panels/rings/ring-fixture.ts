/** Raw ring areas for tests, written with the structures of the standard. */
import type { RingView } from '../../../../src-core/contract-data.ts';
import { writeLe16, writeLe32 } from '../../../../src-core/spec/layout.ts';
import { PVIRTQ_DESC, splitLayout, VIRTQ_DESC } from '../../../../src-core/spec/ring.ts';

export interface Slot {
  readonly addr?: bigint;
  readonly len?: number;
  readonly flags?: number;
  readonly next?: number;
}

export interface SplitFixture {
  readonly size?: number;
  readonly descriptors?: Readonly<Record<number, Slot>>;
  /** Heads by avail.idx from 0; written at idx % size. */
  readonly avail?: readonly number[];
  /** `[id, len]` by used.idx from 0. */
  readonly used?: readonly (readonly [number, number])[];
  readonly availIdx?: number;
  readonly usedIdx?: number;
  readonly lastAvail?: number;
  readonly inFlight?: readonly number[];
  readonly availFlags?: number;
  readonly usedFlags?: number;
  readonly usedEvent?: number;
  readonly availEvent?: number;
  readonly eventIdx?: boolean;
  readonly messages?: readonly (readonly [number, number])[];
  readonly live?: boolean;
  readonly usedIdxInMemory?: number;
}

export function splitView(fixture: SplitFixture): RingView {
  const size = fixture.size ?? 8;
  const layout = splitLayout(size);
  const { avail = [], used = [], availIdx = avail.length, usedIdx = used.length } = fixture;
  const descriptorArea = new Uint8Array(layout.descriptorBytes);
  for (const [slot, { addr = 0x1000n, len = 16, flags = 0, next = 0 }] of Object.entries(
    fixture.descriptors ?? {},
  )) {
    VIRTQ_DESC.writeInto(descriptorArea, 16 * Number(slot), { addr, len, flags, next });
  }
  const driverArea = new Uint8Array(layout.availBytes);
  writeLe16(driverArea, layout.availFlagsAt, fixture.availFlags ?? 0);
  writeLe16(driverArea, layout.availIdxAt, availIdx);
  avail.forEach((head, nth) => {
    const slot = (availIdx - avail.length + nth + 65536) % size;
    writeLe16(driverArea, layout.availRingAt + 2 * slot, head);
  });
  writeLe16(driverArea, layout.usedEventAt, fixture.usedEvent ?? 0);
  const deviceArea = new Uint8Array(layout.usedBytes);
  writeLe16(deviceArea, layout.usedFlagsAt, fixture.usedFlags ?? 0);
  writeLe16(deviceArea, layout.usedIdxAt, fixture.usedIdxInMemory ?? usedIdx);
  used.forEach(([id, len], nth) => {
    const slot = (usedIdx - used.length + nth + 65536) % size;
    writeLe32(deviceArea, layout.usedRingAt + 8 * slot, id);
    writeLe32(deviceArea, layout.usedRingAt + 8 * slot + 4, len);
  });
  writeLe16(deviceArea, layout.availEventAt, fixture.availEvent ?? 0);
  return {
    queue: 2,
    live: fixture.live ?? true,
    atNs: 1e9,
    size,
    packed: false,
    eventIdx: fixture.eventIdx ?? false,
    availIdx: fixture.lastAvail ?? availIdx,
    usedIdx,
    inFlight: fixture.inFlight ?? [],
    descriptorArea,
    driverArea,
    deviceArea,
    addresses: { descriptor: 0x10000n, driver: 0x10400n, device: 0x104c0n },
    messageOfHead: fixture.messages ?? [],
  };
}

export interface PackedSlot extends Slot {
  readonly id?: number;
}

export interface PackedFixture {
  readonly size?: number;
  readonly descriptors?: Readonly<Record<number, PackedSlot>>;
  readonly availSlot: number;
  readonly usedSlot: number;
  readonly availWrap?: boolean;
  readonly usedWrap?: boolean;
  readonly inFlight?: readonly number[];
  readonly driverEvent?: readonly [desc: number, flags: number];
  readonly deviceEvent?: readonly [desc: number, flags: number];
  readonly messages?: readonly (readonly [number, number])[];
}

export function packedView(fixture: PackedFixture): RingView {
  const size = fixture.size ?? 8;
  const descriptorArea = new Uint8Array(16 * size);
  for (const [slot, { addr = 0x1000n, len = 16, id = 0, flags = 0 }] of Object.entries(
    fixture.descriptors ?? {},
  )) {
    PVIRTQ_DESC.writeInto(descriptorArea, 16 * Number(slot), { addr, len, id, flags });
  }
  return {
    ...splitView({}),
    size,
    packed: true,
    availIdx: fixture.availSlot,
    usedIdx: fixture.usedSlot,
    ...(fixture.availWrap === undefined ? {} : { availWrap: fixture.availWrap }),
    ...(fixture.usedWrap === undefined ? {} : { usedWrap: fixture.usedWrap }),
    inFlight: fixture.inFlight ?? [],
    descriptorArea,
    driverArea: event(fixture.driverEvent),
    deviceArea: event(fixture.deviceEvent),
    messageOfHead: fixture.messages ?? [],
  };
}

function event([desc, flags]: readonly [number, number] = [0, 0]): Uint8Array {
  const bytes = new Uint8Array(4);
  writeLe16(bytes, 0, desc);
  writeLe16(bytes, 2, flags);
  return bytes;
}
