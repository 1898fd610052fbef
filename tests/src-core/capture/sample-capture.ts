/** A small capture that has a bit of everything: SET_PARAMS, a run of two periods, one violation. */
import { Capture } from '../../../src-core/capture/capture.ts';
import type { EntryBody } from '../../../src-core/capture/entry.ts';
import { type ByteStore, MemoryStore } from '../../../src-core/capture/store.ts';
import { PCM_SET_PARAMS, PCM_STATUS, PCM_XFER, SND_HDR } from '../../../src-core/spec/sound.ts';

export const FACTS = {
  application: 'Ringside test',
  title: 'a test',
  startedAtUnixMs: 1_790_000_000_123,
  simulated: true,
};
const PARAMS = { format: 5, rate: 7, channels: 2, bufferBytes: 64, periodBytes: 16, features: 0 };

export function chainOf(head: number, readableBytes: number, writableBytes: number) {
  const part = (bytes: number, slot: number) => ({
    address: 0x1_0000_0000n + BigInt(slot),
    bytes,
    flags: 1,
    next: slot + 1,
    slot,
  });
  return {
    head,
    readable: [part(readableBytes, 0)],
    writable: [part(writableBytes, 1)],
    readableBytes,
    writableBytes,
    indirect: true,
    ringSlots: 1,
  };
}

export function story(): [number, EntryBody][] {
  const request = PCM_SET_PARAMS.write({ code: 0x0101, streamId: 0, ...PARAMS });
  const pcm = (start: number) => Uint8Array.from({ length: 16 }, (_, place) => start + place);
  const status = PCM_STATUS.write({ status: 0x8000, latencyBytes: 48 });
  const header = PCM_XFER.write({ streamId: 0 });
  return [
    [100, { kind: 'kick', queue: 0 }],
    [110, { kind: 'popped', queue: 0, chain: chainOf(3, 24, 4), availIdx: 0, body: request }],
    [120, { kind: 'state', streamId: 0, from: 'init', to: 'params' }],
    [130, used(1, 0, 0, 4, SND_HDR.write({ code: 0x8000 }))],
    [140, { kind: 'interrupt', queue: 0 }],
    [150, { kind: 'track', track: 0, streamId: 0, direction: 'output', params: PARAMS }],
    [160, { kind: 'kick', queue: 2 }],
    [170, { kind: 'popped', queue: 2, chain: chainOf(0, 20, 8), availIdx: 0, body: header }],
    [171, { kind: 'popped', queue: 2, chain: chainOf(1, 20, 8), availIdx: 1, body: header }],
    [300, moved(7, 0, 2, pcm(0).subarray(0, 8))],
    [320, moved(7, 2, 2, pcm(0).subarray(8))],
    [330, used(7, 2, 0, 8, status)],
    [331, { kind: 'interrupt', queue: 2 }],
    [400, { ...moved(8, 4, 4, pcm(100)), delayFrames: 0 } as EntryBody],
    [
      405,
      {
        kind: 'posted',
        popped: 8,
        track: 0,
        postedHash: 0xffff_fffe,
        consumedHash: 7,
        ranges: [{ fromByte: 4, toByte: 6, withinNs: 229 }],
        pcm: pcm(100).fill(0, 4, 6),
      },
    ],
    [410, used(8, 2, 1, 8, status)],
    [
      420,
      {
        kind: 'violation',
        popped: 8,
        violation: { rule: 'VS-R-14', detail: 'too short', streamId: 0 },
      },
    ],
    [430, { kind: 'dropped', entries: 2, pcmBytes: 10, why: 'a test' }],
  ];
}

function moved(popped: number, fromFrame: number, frames: number, pcm: Uint8Array): EntryBody {
  return { kind: 'moved', popped, track: 0, fromFrame, frames, pcm };
}

function used(
  popped: number,
  queue: number,
  usedIdx: number,
  writtenBytes: number,
  reply: Uint8Array,
): EntryBody {
  return { kind: 'used', popped, queue, usedIdx, writtenBytes, reply };
}

export function record(store: ByteStore = new MemoryStore(1 << 22)): {
  capture: Capture;
  store: ByteStore;
} {
  const capture = new Capture(FACTS, store);
  for (const [atNs, entry] of story()) capture.append(atNs, entry);
  capture.flush();
  return { capture, store };
}

export function bytesOf(store: ByteStore): Uint8Array {
  return store.read(0, store.heldBytes());
}
