// A QEMU that is watched, in memory: a driver and a device on two queues of the same RAM, and the answers that QEMU would give about
// them. The session under test sees nothing but the answers and the RAM.

import { MemoryStore } from '../../../src-core/capture/store.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import type { WatchEnd } from '../../../src-core/qemu/watch-options.ts';
import type { FollowedFile, QemuPorts } from '../../../src-core/qemu/watch-ports.ts';
import { WatchSession } from '../../../src-core/qemu/watch-session.ts';
import { writeChain } from '../../../src-core/queue/chain-bytes.ts';
import type { DriverQueue } from '../../../src-core/queue/driver-queue.ts';
import { openDriverQueue } from '../../../src-core/queue/open-driver-queue.ts';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import { Ram } from '../../../src-core/queue/ram.ts';
import type { DeviceQueue, QueueSetup } from '../../../src-core/queue/virtqueue.ts';
import { PCM_HDR, PCM_SET_PARAMS, PCM_STATUS, SND_HDR } from '../../../src-core/spec/sound.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { type Answer, type Asked, FakeQemu } from './fake-qemu.ts';

export const DEVICE_PATH = '/machine/peripheral/snd0/virtio-backend';
export const PERIOD_BYTES = 1920;
const RAM_BYTES = 0x20_0000;
const RING_AT = [0x1_0000, 0x2_0000, 0x3_0000, 0x4_0000];
const TABLES_AT = 0x8_0000;
const REQUESTS_AT = 0x10_0000;
const PAYLOADS_AT = 0x14_0000;
const PERIODS = 4;
const UNIX_NS = 1_795_000_000e9;

export class WatchedRig {
  readonly clock = new ManualClock();
  readonly ram = new Ram([{ guestAddress: 0n, widthBytes: RAM_BYTES }]);
  readonly qemu: FakeQemu;
  readonly said: string[] = [];
  readonly ends: WatchEnd[] = [];
  readonly session: WatchSession;
  status = 15;
  type = 'virtio-sound-device';
  paths = [DEVICE_PATH];
  memoryProblem: string | undefined;
  /** The monitor does not say where RAM is; QEMU holds two chains of txq. */
  hidesMemory = false;
  /** QEMU's own memory, by address; undefined: not ours to read. */
  process: Map<number, Uint8Array> | undefined;
  readonly traceStates = new Map([
    ['virtqueue_pop', 'disabled'],
    ['virtqueue_flush', 'disabled'],
    ['virtio_notify', 'enabled'],
    ['virtio_queue_notify', 'disabled'],
  ]);
  private log = '';
  private control: [DriverQueue, DeviceQueue];
  private tx: [DriverQueue, DeviceQueue];
  private sentPeriods = 0;
  /** Periods posted and not used: what they hold. */
  readonly queued: Uint8Array[] = [];

  constructor(options: { readonly devicePath?: string; readonly rateHz?: number } = {}) {
    this.qemu = new FakeQemu((asked) => this.answer(asked));
    this.control = this.openQueue(0);
    this.tx = this.openQueue(2);
    this.session = new WatchSession({
      ports: this.ports(),
      clock: this.clock,
      target: '/tmp/qmp.sock',
      channel: this.qemu,
      usesTrace: true,
      rateHz: 0,
      store: new MemoryStore(1 << 24),
      title: 'test',
      application: 'test',
      startedAtUnixMs: UNIX_NS / 1e6,
      onChanged: () => {},
      onState: (phase, sentence) => this.said.push(`${phase}: ${sentence}`),
      onEnded: (end) => {
        this.ends.push(end);
        this.session.stop(end.sentence);
      },
      ...options,
    });
  }

  start(): void {
    this.session.start();
    this.qemu.greet();
    this.run(500);
  }

  /** Lets time pass, both sides answering. */
  run(ms: number): void {
    for (let step = 0; step < ms * 2; step++) {
      this.qemu.deliver();
      this.clock.advance(NS_PER_MS / 2);
    }
  }

  /** A control request, answered at once or after `ms`, when its memory is still as it was. */
  request(body: Uint8Array, ms = 4): void {
    const [driver, device] = this.control;
    while (driver.takeUsed() !== undefined);
    this.ram.write(BigInt(REQUESTS_AT), body);
    this.ram.write(BigInt(REQUESTS_AT + 64), new Uint8Array(4));
    driver.add([
      { address: BigInt(REQUESTS_AT), bytes: body.length, writable: false },
      { address: BigInt(REQUESTS_AT + 64), bytes: 4, writable: true },
    ]);
    this.run(ms);
    const popped = device.pop();
    if (popped === undefined) throw new Error('no request');
    writeChain(this.ram, popped.chain.writable, 0, SND_HDR.write({ code: 0x8000 }));
    device.pushUsed(popped.chain, 4);
    this.run(ms);
  }

  /** A control request that is answered, and whose memory is another's, before anybody looks. */
  goneRequest(body: Uint8Array): void {
    const [driver, device] = this.control;
    while (driver.takeUsed() !== undefined);
    this.ram.write(BigInt(REQUESTS_AT), body);
    driver.add([
      { address: BigInt(REQUESTS_AT), bytes: body.length, writable: false },
      { address: BigInt(REQUESTS_AT + 64), bytes: 4, writable: true },
    ]);
    const popped = device.pop();
    if (popped === undefined) throw new Error('no request');
    device.pushUsed(popped.chain, 4);
    this.ram.write(BigInt(REQUESTS_AT), new Uint8Array(128).fill(0xee));
  }

  /** A structure of QEMU's as it keeps a virtqueue: numbers, then the areas of this queue, `shift` bytes further on. */
  queueStructure(index: number, shift = 0n): Uint8Array {
    const { descriptorArea, driverArea, deviceArea } = this.setupOf(index);
    const bytes = new Uint8Array(256);
    const view = new DataView(bytes.buffer);
    [64n, 64n, descriptorArea + shift, driverArea + shift, deviceArea + shift].forEach(
      (word, place) => {
        view.setBigUint64(8 * place, word, true);
      },
    );
    return bytes;
  }

  setParams(): void {
    const shape = { channels: 2, format: 5, rate: 7, features: 0 };
    const sizes = { bufferBytes: PERIODS * PERIOD_BYTES, periodBytes: PERIOD_BYTES };
    this.request(PCM_SET_PARAMS.write({ code: 0x101, streamId: 0, ...sizes, ...shape }));
  }

  command(code: number): void {
    this.request(PCM_HDR.write({ code, streamId: 0 }));
  }

  /** The driver posts one period. */
  post(): Uint8Array {
    const place = this.sentPeriods++;
    const at = PAYLOADS_AT + (place % PERIODS) * 0x1000;
    const pcm = periodOf(place);
    this.ram.write(BigInt(at), pcm);
    this.ram.write(BigInt(at + 0x800), new Uint8Array(4));
    const [driver] = this.tx;
    while (driver.takeUsed() !== undefined);
    const token = driver.add([
      { address: BigInt(at + 0x800), bytes: 4, writable: false },
      { address: BigInt(at), bytes: PERIOD_BYTES, writable: false },
      { address: BigInt(at + 0x900), bytes: 8, writable: true },
    ]);
    if (token === undefined) throw new Error('no room for a period');
    this.queued.push(pcm);
    return pcm;
  }

  /** The device plays the oldest period and returns it. */
  play(latencyBytes = 0): void {
    const [, device] = this.tx;
    const popped = device.pop();
    if (popped === undefined) throw new Error('nothing to play');
    const status = PCM_STATUS.write({ status: 0x8000, latencyBytes });
    writeChain(this.ram, popped.chain.writable, 0, status);
    device.pushUsed(popped.chain, 8);
    this.queued.shift();
  }

  /** QEMU's log grows. */
  logLine(text: string): void {
    const micros = Math.round(this.clock.nowNs() / 1000);
    const seconds = UNIX_NS / 1e9 + Math.floor(micros / 1e6);
    this.log += `7@${seconds}.${String(micros % 1e6).padStart(6, '0')}:${text}\n`;
  }

  /** The driver goes and a new one comes, its rings in the same place. */
  newDriver(): void {
    this.ram.write(BigInt(RING_AT[0] ?? 0), new Uint8Array(0x4_0000));
    this.control = this.openQueue(0);
    this.tx = this.openQueue(2);
    this.queued.length = 0;
  }

  private setupOf(index: number): QueueSetup {
    const at = BigInt(RING_AT[index] ?? 0);
    const areas = { descriptorArea: at, driverArea: at + 0x400n, deviceArea: at + 0x4c0n };
    const position = { avail: 0, availWrap: true, used: 0, usedWrap: true };
    const flags = { packed: false, eventIdx: false, indirect: true };
    return { index, size: 64, ...flags, ...areas, position };
  }

  private openQueue(index: number): [DriverQueue, DeviceQueue] {
    const setup = this.setupOf(index);
    const tables = { at: BigInt(TABLES_AT + index * 0x1_0000), entriesPerTable: 8 };
    return [openDriverQueue(setup, this.ram, tables), openDeviceQueue(setup, this.ram)];
  }

  private ports(): QemuPorts {
    const file: FollowedFile = {
      read: () => {
        const bytes = new TextEncoder().encode(this.log);
        this.log = '';
        return bytes;
      },
      close: () => {},
    };
    return {
      connect: () => this.qemu,
      openMemory: () =>
        this.memoryProblem ?? { memory: this.ram, how: 'test memory', close: () => {} },
      openProcess: () => this.process && ((address) => this.process?.get(address)),
      logPath: () => '/tmp/qemu.log',
      followFile: () => file,
      unixNs: () => UNIX_NS + this.clock.nowNs(),
      temporaryLog: () => undefined,
      find: () => [],
    };
  }

  private answer({ execute, arguments: args = {} }: Asked): Answer {
    const { path, property, queue, name } = args;
    switch (execute) {
      case 'query-commands':
        return { return: COMMANDS.map((each) => ({ name: each })) };
      case 'x-query-virtio':
        return { return: this.paths.map((each) => ({ path: each, name: 'virtio-sound' })) };
      case 'qom-get':
        if (property === 'type') return { return: this.type };
        return { return: property === 'streams' ? 2 : 'a' };
      case 'x-query-virtio-status':
        return { return: statusReply(this.status) };
      case 'x-query-virtio-queue-status':
        return { return: this.queueReply(Number(queue)) };
      case 'x-query-virtio-queue-element':
        return { return: elementReply(Number(args.index)) };
      case 'human-monitor-command':
        if (this.hidesMemory) return { return: '' };
        return { return: monitorReply(String(args['command-line']), this.ram) };
      case 'trace-event-get-state':
        return { return: this.states(String(name)) };
      case 'trace-event-set-state':
        this.traceStates.set(String(name), args.enable === true ? 'enabled' : 'disabled');
        return { return: {} };
      default:
        return { error: { class: 'CommandNotFound', desc: `${execute} ${String(path)}` } };
    }
  }

  private states(name: string) {
    const state = this.traceStates.get(name);
    return state === undefined ? [] : [{ name, state }];
  }

  private queueReply(queue: number) {
    const { descriptorArea, driverArea, deviceArea } = this.setupOf(queue);
    const isThere = queue === 0 || queue === 2;
    return {
      ...{
        name: 'virtio-sound',
        'queue-index': queue,
        inuse: this.hidesMemory && queue === 2 ? 2 : 0,
        'vring-num': 64,
      },
      'vring-desc': isThere ? Number(descriptorArea) : 0,
      'vring-avail': Number(driverArea),
      'vring-used': Number(deviceArea),
      ...{ 'last-avail-idx': 0, 'shadow-avail-idx': 0, 'used-idx': 0 },
    };
  }
}

/** From the last descriptor to the first, as QEMU has it. */
function elementReply(index: number) {
  const descs = [
    { addr: 0x2000, len: 8, flags: ['write'] },
    { addr: 0x1000, len: 4, flags: ['next'] },
  ];
  return { index, descs };
}

const COMMANDS = [
  ...['query-commands', 'x-query-virtio', 'qom-get', 'x-query-virtio-status'],
  ...['x-query-virtio-queue-status', 'human-monitor-command', 'trace-event-get-state'],
  ...['trace-event-set-state', 'x-query-virtio-queue-element', 'pmemsave', 'query-status'],
];

/** Different in every period and place. */
export function periodOf(place: number): Uint8Array {
  return Uint8Array.from({ length: PERIOD_BYTES }, (_none, at) => (at * 31 + place * 97) >> 1);
}

function statusReply(status: number) {
  const features = {
    transports: [
      'VIRTIO_RING_F_INDIRECT_DESC: Indirect descriptors supported',
      'VIRTIO_F_VERSION_1: Device compliant for v1 spec (legacy)',
    ],
    'dev-features': [],
  };
  const statuses = status === 0 ? [] : ['VIRTIO_CONFIG_S_DRIVER_OK: Driver setup and ready'];
  return {
    ...{ 'device-id': 25, 'num-vqs': 4, 'guest-features': features, 'host-features': features },
    status: { statuses },
  };
}

function monitorReply(line: string, ram: Ram): string {
  if (line === 'info mtree -f') {
    return 'FlatView #0\r\n AS "memory", root: system\r\n  0000000000000000-00000000001fffff (prio 0, ram): pc.ram\r\n';
  }
  const at = /^xp \/512gx 0x([0-9a-f]+)$/.exec(line)?.[1];
  if (at === undefined) return 'Host virtual address for 0x0 (pc.ram) is 0x7f0000000000\r\n';
  const page = ram.read(BigInt(`0x${at}`), 4096) ?? new Uint8Array(4096);
  const view = new DataView(page.buffer, page.byteOffset, page.length);
  const words = Array.from({ length: 512 }, (_none, place) => {
    return `0x${view
      .getBigUint64(8 * place, true)
      .toString(16)
      .padStart(16, '0')}`;
  });
  return `${at}: ${words.join(' ')}\r\n`;
}
