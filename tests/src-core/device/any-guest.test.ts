// Whatever a guest does, in whatever order: nothing throws, and every chain that was popped is returned exactly once, went
// back to the ring when its queue stopped, or was forgotten by a reset that is recorded.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import {
  LIFECYCLE,
  PCM_HDR,
  PCM_SET_PARAMS,
  type PcmCommand,
  REQUESTS,
  VIRTIO_SND_R_PCM_PREPARE,
  VIRTIO_SND_R_PCM_SET_PARAMS,
  VIRTIO_SND_R_PCM_START,
} from '../../../src-core/spec/sound.ts';
import { Guest, type GuestOptions, PARAMS, xfer } from './harness.ts';

const SEED = 20_240_614;
const TOPOLOGY = makeTopology({ playback: 2, capture: 2, features: 0b11100, controls: true });
const STREAMS = 4;
const COMMANDS: readonly PcmCommand[] = ['PREPARE', 'START', 'STOP', 'RELEASE'];
const CODES = REQUESTS.map(({ code }) => code);

type Act = (world: World) => void;

/** A guest, and which of its popped messages are still open. */
class World {
  readonly guest: Guest;
  private readonly open = new Map<number, number>();
  private seen = 0;

  constructor(options: GuestOptions) {
    this.guest = new Guest({ ...options, topology: TOPOLOGY, size: 32 });
  }

  /** A broken guest's driver may find anything in the ring; here only its slots are of interest. */
  settle(): void {
    for (const queue of this.guest.queues) while (queue.takeUsed() !== undefined);
    for (; this.seen < this.guest.entries.length; this.seen++) {
      const entry = this.guest.entries[this.seen];
      if (entry?.kind === 'popped') this.open.set(entry.seq, entry.queue);
      if (entry?.kind === 'moved') expect(this.open.has(entry.popped)).toBe(true);
      if (entry?.kind === 'used') {
        expect(this.open.get(entry.popped)).toBe(entry.queue);
        this.open.delete(entry.popped);
      }
    }
  }

  post(queue: number, bytes: Uint8Array, room: number, cut: number, isKicked: boolean): void {
    if ((this.guest.queues[queue]?.freeSlots() ?? 0) >= 4) {
      this.guest.post(queue, bytes, room, [cut]);
    }
    if (isKicked) this.guest.device.kick(queue);
  }

  /** What is open now is forgotten, and the device says how much that is. */
  reset(isGone: boolean): void {
    this.settle();
    const { guest } = this;
    const before = guest.all('forgotten').length;
    if (isGone) guest.device.gone();
    else guest.device.reset();
    const [dropped] = guest.all('forgotten').slice(before);
    const messages = Number(/(\d+) messages/.exec(dropped?.why ?? '0 messages')?.[1]);
    expect(messages).toBe(this.open.size);
    this.settle();
    this.open.clear();
    guest.device.setMemory(guest.ram);
    guest.attach(2);
  }

  /** What is open afterwards went back to the ring, to be popped anew. */
  pause(): void {
    const { guest } = this;
    const positions = [0, 1, 2, 3].map((index) => guest.device.stopQueue(index));
    this.settle();
    this.open.clear();
    positions.forEach((position, index) => {
      guest.device.startQueue(guest.setup(index, position));
    });
  }

  check(): void {
    const framesOf = new Map<number, number>();
    for (const { track, fromFrame, frames } of this.guest.all('moved')) {
      expect(fromFrame).toBe(framesOf.get(track) ?? 0);
      framesOf.set(track, fromFrame + frames);
    }
    for (const { from, to } of this.guest.all('state')) {
      expect(to === 'init' || Object.values(LIFECYCLE[from]).includes(to)).toBe(true);
    }
    for (const report of this.guest.device.streams()) {
      expect(report.pendingMessages).toBe(0);
      expect(report.pendingFrames).toBe(0);
    }
  }
}

const queueIndex = fc.nat(3);
const streamId = fc.nat(STREAMS);
const bytes = (most: number) => fc.uint8Array({ maxLength: most });

const setParams: fc.Arbitrary<Act> = fc
  .record({
    streamId,
    periodBytes: fc.constantFrom(0, 1, 64, 512, 1920),
    periods: fc.nat(4),
    features: fc.constantFrom(0, 0b100, 0b10000, 0b11100, 1),
    channels: fc.nat(3),
    format: fc.constantFrom(1, 4, 5, 11, 20, 24, 200),
    rate: fc.constantFrom(1, 7, 13, 15, 99),
  })
  .map((given) => (world) => {
    const { periods, ...rest } = given;
    const code = VIRTIO_SND_R_PCM_SET_PARAMS;
    const request = { code, ...rest, bufferBytes: periods * rest.periodBytes };
    world.post(0, PCM_SET_PARAMS.write(request), 4, 0, true);
  });

/** A run that begins in order; what becomes of it is up to the rest. */
const begin: fc.Arbitrary<Act> = fc
  .tuple(fc.nat(STREAMS - 1), fc.constantFrom(0, 0b100, 0b11000), fc.nat(3), fc.boolean())
  .map(([id, features, periods, isStarted]) => (world) => {
    const code = VIRTIO_SND_R_PCM_SET_PARAMS;
    const params = { ...PARAMS, periodBytes: 480, bufferBytes: 1920, features };
    world.post(0, PCM_SET_PARAMS.write({ code, streamId: id, ...params }), 4, 0, true);
    const send = (code: number) => {
      world.post(0, PCM_HDR.write({ code, streamId: id }), 4, 0, true);
    };
    send(VIRTIO_SND_R_PCM_PREPARE);
    const isOutput = TOPOLOGY.streams[id]?.direction === 'output';
    for (let period = 0; period < periods; period++) {
      const pcm = new Uint8Array(isOutput ? 480 : 0);
      world.post(isOutput ? 2 : 3, xfer(id, pcm), isOutput ? 8 : 488, 4, true);
    }
    if (isStarted) send(VIRTIO_SND_R_PCM_START);
  });

const command: fc.Arbitrary<Act> = fc
  .tuple(fc.constantFrom(...COMMANDS), streamId)
  .map(([name, id]) => (world) => {
    const code = REQUESTS.find((kind) => kind.command === name)?.code ?? 0;
    world.post(0, PCM_HDR.write({ code, streamId: id }), 4, 0, true);
  });

const anyRequest: fc.Arbitrary<Act> = fc
  .tuple(fc.constantFrom(0, ...CODES), bytes(60), fc.nat(600), fc.nat(20))
  .map(([code, rest, room, cut]) => (world) => {
    const request = Uint8Array.from([code & 255, code >>> 8, 0, 0, ...rest]);
    world.post(0, request, room, cut, true);
  });

const transfer: fc.Arbitrary<Act> = fc
  .tuple(fc.constantFrom(2, 3), streamId, fc.nat(2000), fc.nat(2000), fc.nat(30), fc.boolean())
  .map(([queue, id, payload, room, cut, isKicked]) => (world) => {
    const pcm = new Uint8Array(queue === 2 ? payload : payload % 5);
    world.post(queue, xfer(id, pcm), queue === 2 ? room % 30 : room, cut, isKicked);
  });

const garbage: fc.Arbitrary<Act> = fc
  .tuple(
    queueIndex,
    fc.array(
      fc.record({
        address: fc.oneof(fc.bigInt(0n, 0x80_0000n), fc.bigInt(0n, 2n ** 64n - 1n)),
        bytes: fc.oneof(fc.nat(100), fc.integer({ min: 0, max: 0xffff_ffff })),
        flags: fc.nat(7),
        next: fc.nat(40),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([queue, descriptors]) => (world) => {
    world.guest.queues[queue]?.addRaw(descriptors.length, () => descriptors);
    world.guest.device.kick(queue);
  });

const scribble: fc.Arbitrary<Act> = fc
  .tuple(queueIndex, fc.nat(511), bytes(8))
  .map(([queue, at, data]) => ({ guest }) => {
    guest.ram.write(guest.setup(queue).descriptorArea + BigInt(at), data);
    guest.device.kick(queue);
  });

const host: fc.Arbitrary<Act> = fc
  .tuple(fc.nat(6), fc.nat(1200), fc.nat(30))
  .map(([which, frames, ms]) => ({ guest }) => {
    for (const { opened } of [guest.sink, guest.source]) {
      const stream = opened[opened.length - 1 - (which % Math.max(1, opened.length))];
      stream?.pull(frames + 1);
      stream?.push(new Uint8Array(frames));
    }
    guest.clock.advance(ms * 1e6);
    guest.device.setJack(which, ms % 2 === 0);
    guest.device.setControl(which, [ms]);
  });

const pause: fc.Arbitrary<Act> = fc.constant((world) => world.pause());
const reset: fc.Arbitrary<Act> = fc.boolean().map((isGone) => (world) => world.reset(isGone));

const act = fc.oneof(
  { weight: 8, arbitrary: begin },
  { weight: 2, arbitrary: setParams },
  { weight: 8, arbitrary: command },
  { weight: 3, arbitrary: anyRequest },
  { weight: 10, arbitrary: transfer },
  { weight: 2, arbitrary: garbage },
  { weight: 1, arbitrary: scribble },
  { weight: 8, arbitrary: host },
  { weight: 1, arbitrary: pause },
  { weight: 1, arbitrary: reset },
);

test('every chain is returned once or forgotten by name, whatever a guest does', () => {
  fc.assert(
    fc.property(
      fc.record({ packed: fc.boolean(), eventIdx: fc.boolean(), indirect: fc.boolean() }),
      fc.array(act, { maxLength: 80, size: 'max' }),
      (options, acts) => {
        const world = new World(options);
        for (const one of acts) {
          one(world);
          world.settle();
        }
        world.reset(false);
        world.check();
      },
    ),
    { seed: SEED, numRuns: 150 },
  );
});
