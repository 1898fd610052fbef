// A front-end and driver in this process, against a real back-end on a real socket: shared memory, eventfds, descriptors over
// the socket. Both sides run in one thread, so that nothing waits for anything but the loop.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libc } from '../../../electron/native/libc.ts';
import { PollLoop } from '../../../electron/native/poll-loop.ts';
import { DescriptorSocket, unixAddress } from '../../../electron/native/unix-socket.ts';
import { MappedMemory } from '../../../electron/vhost-user/mapped-memory.ts';
import {
  type VhostUserOptions,
  VhostUserTransport,
} from '../../../electron/vhost-user/vhost-user-transport.ts';
import { NullSink } from '../../../src-core/audio/null-sink.ts';
import { SilenceSource } from '../../../src-core/audio/silence-source.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import type { DriverQueue } from '../../../src-core/queue/driver-queue.ts';
import { openDriverQueue } from '../../../src-core/queue/open-driver-queue.ts';
import { Session } from '../../../src-core/session.ts';
import { readLe32, writeLe32 } from '../../../src-core/spec/layout.ts';
import { featureSet, hasFeature } from '../../../src-core/spec/ring.ts';
import { PCM_SET_PARAMS, QUERY_INFO } from '../../../src-core/spec/sound.ts';
import {
  encodeMessage,
  HEADER,
  NEED_REPLY_FLAG,
  PROTOCOL_FEATURES,
  REQUESTS,
  type RequestName,
  U64,
  VRING_STATE,
} from '../../../src-core/transport/vhost-user-messages.ts';
import { NS_PER_MS, NS_PER_S } from '../../../src-core/units.ts';
import {
  ACCEPTED,
  memoryTable,
  RAM,
  ringAddress,
  state,
  u64,
} from '../../src-core/transport/vhost-user-rig.ts';

/** S16, 48 kHz, stereo: 480 frames a period. */
export const PARAMS = { bufferBytes: 7680, periodBytes: 1920, channels: 2, format: 5, rate: 7 };
export const PERIOD_BYTES = 1920;

export interface LiveAnswer {
  readonly payload: Uint8Array;
  readonly fds: readonly number[];
}

/** A socket in a folder of its own, a session behind it. */
export class LiveRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringside-vhost-'));
  readonly socketPath = join(this.folder, 'snd.sock');
  readonly loop = new PollLoop();
  readonly notes: string[] = [];
  readonly guests: string[] = [];
  readonly transport: VhostUserTransport;
  readonly session: Session;
  private readonly frontEnds: LiveFrontEnd[] = [];
  private isClosed = false;

  constructor(options: Partial<VhostUserOptions> = {}) {
    const { loop, socketPath } = this;
    const onNote = (detail: string) => this.notes.push(detail);
    this.transport = new VhostUserTransport({ socketPath, loop, onNote, ...options });
    this.session = new Session({
      transport: this.transport,
      topology: makeTopology(),
      clock: loop,
      sink: new NullSink(loop),
      source: new SilenceSource(loop),
      store: new MemoryStore(1 << 24),
      title: 'test',
      application: 'test',
      startedAtUnixMs: 0,
      simulated: false,
      onChanged: () => {},
      onGuest: (isThere, detail) => this.guests.push(`${isThere ? 'came' : 'gone'}: ${detail}`),
    });
    this.session.start();
  }

  /** Turns the loop until it is so; throws when that takes five seconds. */
  until(isSo: () => boolean): void {
    const end = this.loop.nowNs() + 5 * NS_PER_S;
    while (!isSo()) {
      if (this.loop.nowNs() > end) throw new Error(`it never came so: ${isSo}`);
      this.loop.turn(10 * NS_PER_MS);
    }
  }

  /** Turns until nothing happens any more. */
  settle(): void {
    for (let turn = 0; turn < 5; turn++) this.loop.turn(0);
  }

  connect(): LiveFrontEnd {
    const frontEnd = new LiveFrontEnd(this);
    this.frontEnds.push(frontEnd);
    return frontEnd;
  }

  /** A front-end whose driver has its queues running. */
  connectRunning(features = ACCEPTED): LiveFrontEnd {
    const frontEnd = this.connect();
    frontEnd.negotiate(features);
    frontEnd.shareMemory();
    frontEnd.startAll();
    return frontEnd;
  }

  /** Set-up steps so far: `queue`, `reset`, `gone`, … */
  steps(): string[] {
    return this.session.capture.story.setup.map(({ step }) => step.what);
  }

  /** Rules that were broken so far. */
  broken(): string[] {
    return [...this.session.capture.story.tallies.keys()];
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.session.stop('the test is over');
    this.transport.stop();
    for (const frontEnd of this.frontEnds) frontEnd.close();
    this.loop.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class LiveFrontEnd {
  readonly socket: DescriptorSocket;
  readonly memory = new MappedMemory(libc());
  readonly kicks = [0, 1, 2, 3].map(() => libc().eventfd());
  readonly calls = [0, 1, 2, 3].map(() => libc().eventfd());
  queues: readonly DriverQueue[] = [];
  features = 0n;
  private readonly rig: LiveRig;
  private memoryFd = -1;
  private isClosed = false;

  constructor(rig: LiveRig) {
    this.rig = rig;
    this.socket = new DescriptorSocket(libc(), libc().socket());
    const failed = libc().connect(this.socket.fd, unixAddress(rig.socketPath));
    if (failed !== 0) throw new Error(`connect failed with error ${-failed}`);
    rig.settle();
  }

  sendBytes(bytes: Uint8Array, fds: readonly number[] = []): number {
    return this.socket.send(bytes, fds);
  }

  send(
    name: RequestName,
    payload: Uint8Array = NONE,
    fds: readonly number[] = [],
    flags = 0,
  ): void {
    this.sendBytes(encodeMessage(REQUESTS[name].code, flags, payload), fds);
    this.rig.settle();
  }

  /** Sends, and waits for the answer. */
  ask(name: RequestName, payload: Uint8Array = NONE, fds: readonly number[] = []): LiveAnswer {
    this.send(name, payload, fds, NEED_REPLY_FLAG);
    const head = this.receive(HEADER.widthBytes);
    const header = HEADER.read(head.payload);
    if (header?.request !== REQUESTS[name].code) throw new Error(`no answer to ${name}`);
    return { payload: this.receive(header.payloadBytes).payload, fds: head.fds };
  }

  askNumber(name: RequestName, payload?: Uint8Array, fds: readonly number[] = []): number {
    return Number(U64.read(this.ask(name, payload, fds).payload)?.value ?? -1);
  }

  /** Whether the back-end has closed the connection. */
  isDropped(): boolean {
    return this.socket.receive(new Uint8Array(1)).bytes === 0;
  }

  negotiate(features = ACCEPTED): void {
    this.features = features;
    this.send('SET_OWNER');
    this.askNumber('GET_FEATURES');
    const offered = U64.read(this.ask('GET_PROTOCOL_FEATURES').payload)?.value ?? 0n;
    const mine = featureSet(...Object.values(PROTOCOL_FEATURES));
    this.send('SET_PROTOCOL_FEATURES', u64(offered & mine));
    this.send('SET_FEATURES', u64(features));
  }

  shareMemory(): number {
    const { guestAddress, userAddress, bytes } = RAM;
    this.memoryFd = libc().memfd('guest', bytes);
    const region = { guestAddress, widthBytes: bytes, mmapOffsetBytes: 0 };
    const problem = this.memory.replace([region], [this.memoryFd]);
    if (problem !== undefined) throw new Error(problem);
    const wire = { guestAddress, userAddress, widthBytes: BigInt(bytes), mmapOffset: 0n };
    return this.askNumber('SET_MEM_TABLE', memoryTable([wire]), [this.memoryFd]);
  }

  /** As QEMU starts rings. New queues of the driver's are laid out unless the rings go on where they were. */
  startAll(bases?: readonly number[]): void {
    if (bases === undefined) this.layOut();
    const packed = hasFeature(this.features, 34);
    for (const index of [0, 1, 2, 3]) {
      this.send('SET_VRING_NUM', state(index, 64));
      this.send('SET_VRING_BASE', state(index, bases?.[index] ?? (packed ? 0x8000_8000 : 0)));
      this.send('SET_VRING_ADDR', ringAddress(index));
      this.send('SET_VRING_KICK', u64(index), [this.kicks[index] ?? -1]);
      this.send('SET_VRING_CALL', u64(index), [this.calls[index] ?? -1]);
    }
    for (const index of [0, 1, 2, 3]) this.askNumber('SET_VRING_ENABLE', state(index, 1));
  }

  stopAll(): number[] {
    for (const index of [0, 1, 2, 3]) this.askNumber('SET_VRING_ENABLE', state(index, 0));
    return [0, 1, 2, 3].map((index) => {
      return VRING_STATE.read(this.ask('GET_VRING_BASE', state(index, 0)).payload)?.num ?? -1;
    });
  }

  kick(index: number): void {
    libc().write(this.kicks[index] ?? -1, ONE, 8);
  }

  /** Interrupts since the last call. */
  interrupts(index: number): number {
    const count = new Uint8Array(8);
    return libc().read(this.calls[index] ?? -1, count, 8) === 8 ? (count[0] ?? 0) : 0;
  }

  /** A control request and its status. */
  control(request: Uint8Array, answerBytes = 0): number {
    const at = RAM.guestAddress + 0xe_0000n;
    this.memory.write(at, request);
    this.memory.write(at + 0x100n, new Uint8Array(4));
    const answers = [{ address: at + 0x100n, bytes: 4, writable: true }];
    if (answerBytes > 0) answers.push({ address: at + 0x200n, bytes: answerBytes, writable: true });
    const queue = this.queue(0);
    queue.add([{ address: at, bytes: request.length, writable: false }, ...answers]);
    this.kick(0);
    this.rig.until(() => queue.takeUsed() !== undefined);
    return readLe32(this.memory.read(at + 0x100n, 4) ?? NONE, 0);
  }

  /** PCM_INFO of the first stream. */
  info(): number {
    return this.control(QUERY_INFO.write({ code: 0x100, startId: 0, count: 1, size: 32 }), 32);
  }

  /** SET_PARAMS and PREPARE of the first stream. */
  prepare(): number[] {
    const params = { ...PARAMS, code: 0x101, streamId: 0, features: 0 };
    return [this.control(PCM_SET_PARAMS.write(params)), this.command(0x102)];
  }

  /** A command to the first stream. */
  command(code: number): number {
    const request = new Uint8Array(8);
    writeLe32(request, 0, code);
    return this.control(request);
  }

  /** One period for the first stream, in slot `place` of its buffer. */
  play(place: number): void {
    const at = RAM.guestAddress + 0xf_0000n + BigInt(place * 0x1000);
    this.memory.write(at, new Uint8Array(4 + PERIOD_BYTES).fill(place, 4));
    this.queue(2).add([
      { address: at, bytes: 4, writable: false },
      { address: at + 4n, bytes: PERIOD_BYTES, writable: false },
      { address: at + 0xff0n, bytes: 8, writable: true },
    ]);
    this.kick(2);
  }

  /** Status of the period that was played from slot `place`. */
  statusOf(place: number): number {
    const at = RAM.guestAddress + 0xf_0ff0n + BigInt(place * 0x1000);
    return readLe32(this.memory.read(at, 4) ?? NONE, 0);
  }

  queue(index: number): DriverQueue {
    const queue = this.queues[index];
    if (queue === undefined) throw new Error('the rings are not laid out');
    return queue;
  }

  /** Gone in a moment, as a process that is killed. */
  close(): void {
    if (!this.isClosed) libc().close(this.socket.fd);
    this.closeRest();
  }

  /** The guest's memory, for a connection after this one. */
  duplicateMemory(): number {
    return libc().duplicate(this.memoryFd);
  }

  /** Everything but the socket, which is closed already. */
  closeRest(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const fd of [this.memoryFd, ...this.kicks, ...this.calls]) libc().close(fd);
    this.memory.replace([], []);
  }

  private layOut(): void {
    const packed = hasFeature(this.features, 34);
    this.queues = [0, 1, 2, 3].map((index) => {
      const at = RAM.guestAddress + BigInt(index * 0x1_0000);
      const setup = {
        index,
        size: 64,
        packed,
        eventIdx: hasFeature(this.features, 29),
        indirect: false,
        descriptorArea: at,
        driverArea: at + 0x4000n,
        deviceArea: at + 0x8000n,
        position: { avail: 0, availWrap: true, used: 0, usedWrap: true },
      };
      return openDriverQueue(setup, this.memory);
    });
  }

  private receive(bytes: number): LiveAnswer {
    const payload = new Uint8Array(bytes);
    const fds: number[] = [];
    for (let done = 0; done < bytes; ) {
      const got = this.socket.receive(payload.subarray(done));
      if (got.bytes === 0) throw new Error('the back-end closed the connection');
      if (got.bytes > 0) done += got.bytes;
      else this.rig.loop.turn(NS_PER_MS);
      fds.push(...got.fds);
    }
    return { payload, fds };
  }
}

const NONE = new Uint8Array(0);
const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
