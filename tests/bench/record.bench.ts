/** What recording costs: the four entries of one 4 KiB TX message through session-like appends into a capture whose bytes go
 *  nowhere, beside a plain copy of the same PCM. */
import { Capture } from '../../src-core/capture/capture.ts';
import type { RecordedChain } from '../../src-core/capture/entry.ts';
import type { ByteStore } from '../../src-core/capture/store.ts';
import { PCM_STATUS, PCM_XFER } from '../../src-core/spec/sound.ts';

const MESSAGES = 200_000;
const ROUNDS = 5;
const PCM_BYTES = 4096;

class Nowhere implements ByteStore {
  private held = 0;
  append(bytes: Uint8Array): boolean {
    this.held += bytes.length;
    return true;
  }
  heldBytes(): number {
    return this.held;
  }
  read(_at: number, bytes: number): Uint8Array {
    return new Uint8Array(bytes);
  }
  lastError(): string | undefined {
    return undefined;
  }
  close(): void {}
}

const part = (slot: number, bytes: number, flags: number) => ({
  address: BigInt(0x10_0000 + 0x1000 * slot),
  bytes,
  flags,
  next: slot + 1,
  slot,
});

function chain(head: number): RecordedChain {
  return {
    head,
    readable: [part(0, 4, 1), part(1, PCM_BYTES, 1)],
    writable: [part(2, 8, 2)],
    readableBytes: PCM_BYTES + 4,
    writableBytes: 8,
    indirect: true,
    ringSlots: 1,
  };
}

function recordOnce(): number {
  const facts = { application: 'bench', title: 'bench', startedAtUnixMs: 0, simulated: true };
  const capture = new Capture(facts, new Nowhere());
  const params = {
    format: 5,
    rate: 7,
    channels: 2,
    bufferBytes: 16_384,
    periodBytes: PCM_BYTES,
    features: 0,
  };
  capture.append(0, { kind: 'track', track: 0, streamId: 0, direction: 'output', params });
  const body = PCM_XFER.write({ streamId: 0 });
  const reply = PCM_STATUS.write({ status: 0x8000, latencyBytes: 0 });
  const pcm = new Uint8Array(PCM_BYTES);
  const began = process.hrtime.bigint();
  for (let count = 0; count < MESSAGES; count++) {
    const atNs = 1000 * count;
    capture.append(atNs, { kind: 'kick', queue: 2 });
    const popped = capture.append(atNs, {
      kind: 'popped',
      queue: 2,
      chain: chain(count % 64),
      availIdx: count & 0xffff,
      body,
    });
    const fromFrame = count * 1024;
    capture.append(atNs, { kind: 'moved', popped, track: 0, fromFrame, frames: 1024, pcm });
    capture.append(atNs, {
      kind: 'used',
      popped,
      queue: 2,
      usedIdx: count & 0xffff,
      writtenBytes: 8,
      reply,
    });
    capture.append(atNs, { kind: 'interrupt', queue: 2 });
  }
  return Number(process.hrtime.bigint() - began) / MESSAGES;
}

function copyOnce(): number {
  const chunk = new Uint8Array(1 << 20);
  const pcm = new Uint8Array(PCM_BYTES);
  const began = process.hrtime.bigint();
  for (let count = 0; count < MESSAGES; count++) chunk.set(pcm, (count % 255) * PCM_BYTES);
  return Number(process.hrtime.bigint() - began) / MESSAGES;
}

const rounds = Array.from({ length: ROUNDS }, () => ({ record: recordOnce(), copy: copyOnce() }));
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
const record = median(rounds.map((round) => round.record));
const copy = median(rounds.map((round) => round.copy));
console.log(`recording one TX message of ${PCM_BYTES} bytes: ${(record / 1000).toFixed(2)} us`);
console.log(
  `copying its PCM alone: ${(copy / 1000).toFixed(2)} us; ratio ${(record / copy).toFixed(1)}`,
);
