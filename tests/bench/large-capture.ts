// A large capture for the benches: periods of one playback stream through the product's own recorder, from a seed. The same
// count and seed, the same bytes.
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DiskStore } from '../../electron/capture-disk.ts';
import { Capture } from '../../src-core/capture/capture.ts';
import type { EntryBody } from '../../src-core/capture/entry.ts';
import { PCM_STATUS, PCM_XFER } from '../../src-core/spec/sound.ts';

const FRAMES = 16;
const FRAME_BYTES = 4;
const PERIOD_NS = 1_000_000;
/** One message in so many is late, and one has a finding. */
const LATE_EVERY = 997;
const FINDING_EVERY = 500_009;

/** The file's path; made now unless it is there. */
export function largeCapture(messages: number, seed = 1): string {
  const folder = join(process.cwd(), '.cache', 'bench');
  const path = join(folder, `large-${messages}-${seed}.pcapng`);
  if (existsSync(path) && statSync(path).size > 0) return path;
  mkdirSync(folder, { recursive: true });
  const store = DiskStore.create(`${path}.part`);
  const facts = { application: 'bench', title: 'large', startedAtUnixMs: 1e12, simulated: true };
  const capture = new Capture(facts, store);
  record(capture, messages, seed);
  capture.finish();
  if (capture.lostEntries() > 0) throw new Error(`the disk took no more: ${capture.lastError()}`);
  capture.close();
  renameSync(`${path}.part`, path);
  return path;
}

function record(capture: Capture, messages: number, seed: number): void {
  const params = {
    format: 5,
    rate: 7,
    channels: 2,
    bufferBytes: 512,
    periodBytes: 64,
    features: 0,
  };
  capture.append(0, { kind: 'track', track: 0, streamId: 0, direction: 'output', params });
  const body = PCM_XFER.write({ streamId: 0 });
  const reply = PCM_STATUS.write({ status: 0x8000, latencyBytes: 0 });
  const pcm = new Uint8Array(FRAMES * FRAME_BYTES);
  let state = seed;
  for (let count = 0; count < messages; count++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pcm[count % pcm.length] = state >>> 24;
    const atNs = count * PERIOD_NS + (state % 1000);
    const chain = chainOf(count % 64);
    const popped: EntryBody = { kind: 'popped', queue: 2, chain, availIdx: count & 0xffff, body };
    capture.append(atNs, { kind: 'kick', queue: 2 });
    const seq = capture.append(atNs + 4000, popped);
    const doneNs = atNs + (count % LATE_EVERY === 0 ? 900_000 : 200_000);
    const moved = { popped: seq, track: 0, fromFrame: count * FRAMES, frames: FRAMES, pcm };
    capture.append(doneNs, { kind: 'moved', ...moved });
    if (count % FINDING_EVERY === FINDING_EVERY - 1) {
      const violation = { rule: 'VS-R-14', detail: 'planted', queue: 2, streamId: 0 } as const;
      capture.append(doneNs, { kind: 'violation', popped: seq, violation });
    }
    const used = { popped: seq, queue: 2, usedIdx: count & 0xffff, writtenBytes: 8, reply };
    capture.append(doneNs + 2000, { kind: 'used', ...used });
    capture.append(doneNs + 4000, { kind: 'interrupt', queue: 2 });
  }
}

function chainOf(head: number) {
  const part = (slot: number, bytes: number, flags: number) => ({
    ...{ address: BigInt(0x10_0000 + 0x1000 * slot), bytes, flags, next: slot + 1, slot },
  });
  return {
    head,
    readable: [part(0, 4, 1), part(1, FRAMES * FRAME_BYTES, 1)],
    writable: [part(2, 8, 2)],
    readableBytes: 4 + FRAMES * FRAME_BYTES,
    writableBytes: 8,
    indirect: true,
    ringSlots: 1,
  };
}
