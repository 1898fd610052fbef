/** Exchanges that break one rule of virtqueues each. */
import type { Case } from './cases-control.ts';
import { type Exchange, FEATURES, SIZE } from './exchange.ts';

const IN_ORDER = 1n << 35n;
const NO_EVENTS = FEATURES & ~(1n << 29n);

export const RING_CASES: Readonly<Record<string, Case>> = {
  'VQ-04': (x) => {
    const chain = x.begin().chain(0, 8);
    x.pop(1, chain, new Uint8Array());
    x.ring(1, { descriptors: new Uint8Array(16 * SIZE) });
  },
  'VQ-06': (x) => {
    const chain = x.begin(FEATURES | IN_ORDER).chain(8, 4);
    const far = { ...chain, writable: chain.writable.map((one) => ({ ...one, slot: 40 })) };
    answered(x, far);
  },
  'VQ-12': (x) => {
    const chain = x.begin(FEATURES | IN_ORDER).chain(8, 4, { indirect: true });
    const far = { ...chain, writable: chain.writable.map((one) => ({ ...one, slot: 5 })) };
    answered(x, far);
  },
  'VQ-07': (x) => {
    x.begin(FEATURES & ~(1n << 28n));
    answered(x, x.chain(8, 4, { indirect: true }));
  },
  'VQ-09': (x) => {
    const chain = x.begin().chain(8, 4);
    const [part] = chain.readable;
    const many = Array.from({ length: SIZE + 1 }, (_, slot) => ({
      ...{ address: 0x20_0000n, flags: 0, next: 0 },
      ...part,
      ...{ bytes: 1, slot: 100 + slot },
    }));
    x.pop(
      1,
      { ...chain, readable: [], readableBytes: 0, writableBytes: SIZE + 1, writable: many },
      new Uint8Array(),
    );
  },
  'VQ-16': (x) => void x.begin().ring(2, { avail: 500 }),
  'VQ-17': (x) => {
    const chain = x.begin().chain(0, 8);
    x.pop(1, chain, new Uint8Array());
    x.pop(1, chain, new Uint8Array());
  },
  'VQ-18': (x) => {
    const chain = x.begin().chain(0, 8);
    const far = chain.writable.map((one) => ({ ...one, address: 1n << 40n }));
    x.pop(1, { ...chain, writable: far }, new Uint8Array());
  },
  'VQ-19': (x) => void x.begin().ring(2, { availFlags: 1 }),
  'VQ-20': (x) => {
    x.begin(NO_EVENTS);
    silent(x);
    x.wait(2e8).ring(0);
  },
  'VQ-21': (x) => {
    silent(x.begin());
    x.wait(2e8).ring(0, { usedEvent: 0 });
  },
  'VQ-22': (x) => {
    const seq = x.begin().pop(1, x.chain(0, 8), new Uint8Array());
    x.push(1, seq, new Uint8Array([0, 0x10, 0, 0, 0, 0, 0, 0]), 12);
  },
  'VQ-23': (x) => {
    const seq = x.begin().pop(1, x.chain(0, 8), new Uint8Array());
    const event = new Uint8Array([0, 0x10, 0, 0, 0, 0, 0, 0]);
    x.push(1, seq, event).push(1, seq, event);
  },
  'VQ-25': (x) => void x.begin().ring(2, { avail: 3, availEvent: 0 }).wait(2e8).wait(1e6),
  'VQ-26': (x) => void x.begin().ring(2, { usedFlags: 1 }),
  'VQ-28': (x) => {
    x.prepared().post();
    x.put({ kind: 'kick', queue: 2 });
    x.ring(2, { avail: 3 }).wait(2e8).wait(1e6);
  },
  'VQ-29': (x) => {
    x.begin().infos();
    x.wait(1e9);
    silent(x);
    x.wait(1.5e9).wait(1e6);
  },
  'VQ-30': (x) => {
    x.begin(FEATURES | IN_ORDER);
    const [first, second] = [event(x), event(x)];
    const told = new Uint8Array([0, 0x10, 0, 0, 0, 0, 0, 0]);
    x.push(1, second, told).push(1, first, told);
  },
  'VQ-P02': (x) => {
    x.begin(FEATURES | (1n << 34n)).queue(1, { packed: true });
    event(x);
    event(x);
  },
  'VQ-P05': (x) => {
    x.begin(FEATURES | (1n << 34n)).queue(1, { packed: true, size: 1 });
    const chain = x.chain(0, 8);
    const [part] = chain.writable;
    if (part !== undefined) x.pop(1, { ...chain, writable: [part, part] }, new Uint8Array());
  },
  'VQ-P08': (x) => {
    const descriptorArea = new Uint8Array(16 * SIZE);
    descriptorArea.set([0x81, 0x80], 14);
    packedRing(x, descriptorArea, new Uint8Array(4));
  },
  'VQ-P11': (x) => packedRing(x, new Uint8Array(16 * SIZE), new Uint8Array([0, 0, 3, 0])),
};

function event(x: Exchange): number {
  return x.pop(1, x.chain(0, 8), new Uint8Array());
}

function answered(x: Exchange, chain: ReturnType<Exchange['chain']>): void {
  const seq = x.pop(0, chain, new Uint8Array([2, 1, 0, 0, 0, 0, 0, 0]));
  const violation = { rule: 'VS-I-01', detail: 'PREPARE in init', queue: 0 } as const;
  x.put({ kind: 'violation', popped: seq, violation });
  x.push(0, seq, new Uint8Array([1, 0x80, 0, 0]));
}

/** A control request that is answered without an interrupt. */
function silent(x: Exchange): void {
  x.put({ kind: 'kick', queue: 0 });
  const request = new Uint8Array([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0]);
  const seq = x.pop(0, x.chain(16, 4), request);
  const reply = new Uint8Array([0, 0x80, 0, 0]);
  const usedIdx = x.nextUsed(0);
  x.put({ kind: 'used', popped: seq, queue: 0, usedIdx, writtenBytes: 4, reply });
}

function packedRing(x: Exchange, descriptorArea: Uint8Array, driverArea: Uint8Array): void {
  x.begin(FEATURES | (1n << 34n)).queue(2, { packed: true });
  const areas = { descriptorArea, driverArea, deviceArea: new Uint8Array(4) };
  const base = { size: SIZE, packed: true, availIdx: 0, usedIdx: 0, inFlight: [] };
  x.put({ kind: 'ring', queue: 2, ...base, ...areas });
}
