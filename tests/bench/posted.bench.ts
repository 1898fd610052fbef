/** What looking for late writes costs: TX messages of 4 KiB through the device and into a capture whose bytes go nowhere, with
 *  the comparison and without it. Processor time; rounds alternate, so that a slow moment of the machine meets both. */
import type { AudioSink, Pull } from '../../src-core/audio/audio-io.ts';
import { SilenceSource } from '../../src-core/audio/silence-source.ts';
import { Capture } from '../../src-core/capture/capture.ts';
import type { ByteStore } from '../../src-core/capture/store.ts';
import { ManualClock } from '../../src-core/clock.ts';
import { makeTopology } from '../../src-core/device/default-topology.ts';
import { SoundDevice } from '../../src-core/device/sound-device.ts';
import { openDriverQueue } from '../../src-core/queue/open-driver-queue.ts';
import { Ram } from '../../src-core/queue/ram.ts';
import type { QueueSetup } from '../../src-core/queue/virtqueue.ts';
import {
  CONTROLQ,
  PCM_HDR,
  PCM_SET_PARAMS,
  PCM_XFER,
  TXQ,
  VIRTIO_SND_R_PCM_PREPARE,
  VIRTIO_SND_R_PCM_SET_PARAMS,
  VIRTIO_SND_R_PCM_START,
} from '../../src-core/spec/sound.ts';

const MESSAGES = 60_000;
const WARM_UP = 6_000;
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const PCM_BYTES = 4096;
const BATCH = 16;

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

function nsPerMessage(comparesPosted: boolean): number {
  const memory = new Ram([{ guestAddress: 0n, widthBytes: 1 << 22 }]);
  const clock = new ManualClock();
  const facts = { application: 'bench', title: 'bench', startedAtUnixMs: 0, simulated: true };
  const capture = new Capture(facts, new Nowhere());
  let pull: Pull = () => new Uint8Array(0);
  const sink: AudioSink = {
    title: 'bench',
    open: (_, asked) => {
      pull = asked;
      return { start() {}, stop() {}, delayFrames: () => 0, close() {} };
    },
    describe: () => ({ title: '', note: '', hostUnderruns: 0, files: [] }),
  };
  const device = new SoundDevice({
    topology: makeTopology(),
    clock,
    record: (body) => capture.append(0, body),
    interrupt: () => {},
    sink,
    source: new SilenceSource(clock),
    options: { comparesPosted },
  });
  device.setMemory(memory);
  device.setFeatures(device.offeredFeatures());
  const queues = [0, 1, 2].map((index) => {
    const driver = openDriverQueue(setupOf(index), memory);
    device.startQueue(setupOf(index));
    return driver;
  });
  const [control, , tx] = queues;
  const ask = (request: Uint8Array) => {
    memory.write(0x3_0000n, request);
    control?.add([
      { address: 0x3_0000n, bytes: request.length, writable: false },
      { address: 0x3_1000n, bytes: 4, writable: true },
    ]);
    device.kick(CONTROLQ);
    control?.takeUsed();
  };
  const params = { channels: 2, format: 5, rate: 7, features: 0 };
  const sizes = { bufferBytes: BATCH * PCM_BYTES, periodBytes: PCM_BYTES };
  const streamId = 0;
  ask(PCM_SET_PARAMS.write({ code: VIRTIO_SND_R_PCM_SET_PARAMS, streamId, ...sizes, ...params }));
  ask(PCM_HDR.write({ code: VIRTIO_SND_R_PCM_PREPARE, streamId }));
  ask(PCM_HDR.write({ code: VIRTIO_SND_R_PCM_START, streamId }));
  memory.write(0x4_0000n, PCM_XFER.write({ streamId }));
  let us = 0;
  for (let count = 0; count < MESSAGES + WARM_UP; count += BATCH) {
    for (let slot = 0; slot < BATCH; slot++) {
      const at = BigInt(0x10_0000 + slot * 0x2000);
      tx?.add([
        { address: 0x4_0000n, bytes: 4, writable: false },
        { address: at, bytes: PCM_BYTES, writable: false },
        { address: at + 0x1800n, bytes: 8, writable: true },
      ]);
    }
    const began = process.cpuUsage();
    device.kick(TXQ);
    pull((BATCH * PCM_BYTES) / 4);
    const spent = process.cpuUsage(began);
    if (count >= WARM_UP) us += spent.user + spent.system;
    while (tx?.takeUsed() !== undefined);
  }
  if (capture.messages.counts.tx < MESSAGES) throw new Error('messages did not get through');
  return (1000 * us) / MESSAGES;
}

function setupOf(index: number): QueueSetup {
  const at = BigInt(index * 0x1_0000);
  return {
    index,
    size: 64,
    packed: false,
    eventIdx: false,
    indirect: false,
    descriptorArea: at,
    driverArea: at + 0x4000n,
    deviceArea: at + 0x8000n,
    position: { avail: 0, availWrap: true, used: 0, usedWrap: true },
  };
}

const rounds = Array.from({ length: ROUNDS }, () => ({
  off: nsPerMessage(false),
  on: nsPerMessage(true),
}));
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
const off = median(rounds.map((round) => round.off));
const on = median(rounds.map((round) => round.on));
const ratio = median(rounds.map((round) => round.on / round.off));
console.log(`a TX message of ${PCM_BYTES} bytes, popped, played, recorded: ${off.toFixed(0)} ns`);
console.log(`the same, searched for late writes: ${on.toFixed(0)} ns, ${ratio.toFixed(2)}x`);
