// A vhost-user back-end without an operating system: memory is an array, descriptors are numbers, and everything that is
// asked of the host or told to the device becomes a line of text.
import type { GuestMemory } from '../../../src-core/queue/guest-memory.ts';
import { Ram } from '../../../src-core/queue/ram.ts';
import type { QueuePosition, QueueSetup } from '../../../src-core/queue/virtqueue.ts';
import { featureSet } from '../../../src-core/spec/ring.ts';
import { SND_CONFIG } from '../../../src-core/spec/sound.ts';
import type { DeviceSide } from '../../../src-core/transport/transport.ts';
import { VhostUserBackend } from '../../../src-core/transport/vhost-user-backend.ts';
import type { BackendHost } from '../../../src-core/transport/vhost-user-host.ts';
import {
  HEADER,
  MEMORY_HEADER,
  MEMORY_REGION,
  PROTOCOL_FEATURES,
  REQUESTS,
  type RequestName,
  U64,
  VRING_ADDR,
  VRING_STATE,
} from '../../../src-core/transport/vhost-user-messages.ts';
import type { SharedRegion } from '../../../src-core/transport/vhost-user-regions.ts';
import type { QueueIndex } from '../../../src-core/units.ts';

/** VERSION_1, EVENT_IDX and INDIRECT_DESC; bit 30 is the transport's own. */
export const FEATURES = featureSet(28, 29, 32);
export const ACCEPTED = FEATURES | featureSet(30);
export const PACKED = featureSet(34);

/** The guest's RAM, and where the front-end has it. */
export const RAM = { guestAddress: 0x1000_0000n, userAddress: 0x7f00_0000_0000n, bytes: 0x10_0000 };

/** What this machine of ours can map. */
const MOST_BYTES = 0x1000_0000;

export class NotingDevice implements DeviceSide {
  readonly lines: string[] = [];
  offered = FEATURES;
  config: Uint8Array = SND_CONFIG.write({ jacks: 1, streams: 2, chmaps: 3, controls: 0 }).slice(
    0,
    12,
  );
  /** What the device answers when a queue stops. */
  position: QueuePosition = { avail: 0, availWrap: true, used: 0, usedWrap: true };
  readonly setups: QueueSetup[] = [];

  /** The lines since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }

  offeredFeatures(): bigint {
    return this.offered;
  }

  onFeatures(accepted: bigint): void {
    this.lines.push(`features 0x${accepted.toString(16)}`);
  }

  readConfig(offsetBytes: number, bytes: number): Uint8Array {
    return this.config.slice(offsetBytes, offsetBytes + bytes);
  }

  onMemory(memory: GuestMemory): void {
    const regions = memory.regions().map(({ guestAddress, widthBytes }) => {
      return `0x${guestAddress.toString(16)}+0x${widthBytes.toString(16)}`;
    });
    this.lines.push(`memory ${regions.join(' ')}`);
  }

  onQueue(setup: QueueSetup): void {
    const { index, size, packed, position } = setup;
    this.setups.push(setup);
    const { avail, availWrap, used, usedWrap } = position;
    const at = packed ? `${avail}/${availWrap} ${used}/${usedWrap}` : `${avail} ${used}`;
    this.lines.push(`queue ${index} of ${size} at ${at}`);
  }

  onQueueStop(index: QueueIndex): QueuePosition | undefined {
    this.lines.push(`stop ${index}`);
    return this.position;
  }

  onKick(index: QueueIndex): void {
    this.lines.push(`kick ${index}`);
  }

  onStatus(status: number): void {
    this.lines.push(`status ${status}`);
  }

  onReset(): void {
    this.lines.push('reset');
  }

  onGone(detail: string): void {
    this.lines.push(`gone: ${detail}`);
  }

  onNote(detail: string): void {
    this.lines.push(`note: ${detail}`);
  }

  onViolation({ rule }: { rule: string }): void {
    this.lines.push(`violation ${rule}`);
  }
}

class RigHost implements BackendHost {
  memory = new Ram([]);
  readonly lines: string[] = [];
  readonly notes: string[] = [];
  readonly sent: Uint8Array[] = [];
  /** Descriptors that cannot be mapped or listened to. */
  readonly unusable = new Set<number>();
  inflight: GuestMemory | undefined;
  private regions: readonly SharedRegion[] = [];

  replaceRegions(regions: readonly SharedRegion[], fds: readonly number[]): string | undefined {
    if (fds.some((fd) => this.unusable.has(fd))) return 'it cannot be mapped';
    return this.take(regions);
  }

  addRegion(region: SharedRegion, fd: number): string | undefined {
    return this.unusable.has(fd) ? 'it cannot be mapped' : this.take([...this.regions, region]);
  }

  removeRegion(region: SharedRegion): void {
    this.take(this.regions.filter(({ guestAddress }) => guestAddress !== region.guestAddress));
  }

  setKick(index: QueueIndex, fd: number | undefined): void {
    this.lines.push(`kick ${index} = ${fd ?? 'polled'}`);
  }

  armKick(index: QueueIndex, isArmed: boolean): boolean {
    this.lines.push(`${isArmed ? 'arm' : 'disarm'} ${index}`);
    return !this.unusable.has(index);
  }

  setCall(index: QueueIndex, fd: number | undefined): void {
    this.lines.push(`call ${index} = ${fd ?? 'polled'}`);
  }

  setError(index: QueueIndex, fd: number | undefined): void {
    this.lines.push(`error ${index} = ${fd ?? 'polled'}`);
  }

  signalError(index: QueueIndex): void {
    this.lines.push(`error on ${index}`);
  }

  setBackendChannel(fd: number): void {
    this.lines.push(`channel = ${fd}`);
  }

  sendToFrontEnd(message: Uint8Array): void {
    this.sent.push(message);
  }

  makeInflight(bytes: number): { memory: GuestMemory; fd: number } {
    this.inflight = new Ram([{ guestAddress: 0n, widthBytes: bytes }]);
    return { memory: this.inflight, fd: 77 };
  }

  mapInflight(fd: number, _offsetBytes: number, bytes: number): GuestMemory | string {
    if (this.unusable.has(fd)) return 'it cannot be mapped';
    this.inflight ??= new Ram([{ guestAddress: 0n, widthBytes: bytes }]);
    return this.inflight;
  }

  note(detail: string): void {
    this.notes.push(detail);
  }

  private take(regions: readonly SharedRegion[]): string | undefined {
    if (regions.some(({ widthBytes }) => widthBytes > MOST_BYTES)) return 'it cannot be mapped';
    this.regions = regions;
    this.memory = new Ram(regions);
    return undefined;
  }
}

export interface Answer {
  readonly request: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly fd: number | undefined;
}

export class BackendRig {
  readonly device = new NotingDevice();
  readonly host = new RigHost();
  readonly backend = new VhostUserBackend(this.device, this.host);

  send(
    name: RequestName | number,
    payload: Uint8Array = new Uint8Array(0),
    { fds = [], needsReply = false }: { fds?: readonly number[]; needsReply?: boolean } = {},
  ): Answer | undefined {
    const request = typeof name === 'number' ? name : REQUESTS[name].code;
    const reply = this.backend.handle({ request, needsReply, payload, fds });
    if (reply === undefined) return undefined;
    const header = HEADER.read(reply.bytes);
    const answered = reply.bytes.slice(HEADER.widthBytes);
    if (header?.payloadBytes !== answered.length) throw new Error('the header tells another size');
    return { request: header.request, flags: header.flags, payload: answered, fd: reply.fd };
  }

  /** The number that a request is answered with. */
  ask(name: RequestName | number, payload?: Uint8Array, fds: readonly number[] = []) {
    const answer = this.send(name, payload, { fds, needsReply: true });
    return answer && U64.read(answer.payload)?.value;
  }

  negotiate(features = ACCEPTED): void {
    this.device.offered |= features & ~featureSet(30);
    const mine = featureSet(...Object.values(PROTOCOL_FEATURES));
    this.send('SET_PROTOCOL_FEATURES', u64(mine & (this.ask('GET_PROTOCOL_FEATURES') ?? 0n)));
    this.send('SET_FEATURES', u64(features));
  }

  shareMemory(): void {
    const { guestAddress, userAddress, bytes } = RAM;
    const region = { guestAddress, userAddress, widthBytes: BigInt(bytes), mmapOffset: 0n };
    this.send('SET_MEM_TABLE', memoryTable([region]), { fds: [50] });
  }

  /** As QEMU sets a ring up, up to its kick descriptor. Rings are 0x10000 apart. */
  setUpRing(index: QueueIndex, base = 0, size = 64): void {
    this.send('SET_VRING_NUM', state(index, size));
    this.send('SET_VRING_BASE', state(index, base));
    this.send('SET_VRING_ADDR', ringAddress(index));
    this.send('SET_VRING_KICK', u64(index), { fds: [100 + index] });
    this.send('SET_VRING_CALL', u64(index), { fds: [200 + index] });
  }

  enable(index: QueueIndex, isEnabled = true) {
    return this.ask('SET_VRING_ENABLE', state(index, isEnabled ? 1 : 0));
  }

  /** All four rings, as QEMU starts them when the driver is ready or a machine goes on. */
  startAll(bases: readonly number[] = [0, 0, 0, 0]): void {
    bases.forEach((base, index) => {
      this.setUpRing(index, base);
    });
    bases.forEach((_, index) => {
      this.enable(index);
    });
  }

  /** As QEMU stops them, when a machine is paused, reset or ends. Gives where they stood. */
  stopAll(): (number | undefined)[] {
    const rings = [0, 1, 2, 3];
    for (const index of rings) this.enable(index, false);
    return rings.map((index) => {
      const answer = this.send('GET_VRING_BASE', state(index, 0));
      return answer && VRING_STATE.read(answer.payload)?.num;
    });
  }

  /** As after QEMU's DRIVER_OK. */
  static running(features = ACCEPTED): BackendRig {
    const rig = new BackendRig();
    rig.negotiate(features);
    rig.shareMemory();
    rig.startAll();
    rig.device.take();
    rig.host.lines.length = 0;
    return rig;
  }
}

export function u64(value: bigint | number): Uint8Array {
  return U64.write({ value: BigInt(value) });
}

export function state(index: number, num: number): Uint8Array {
  return VRING_STATE.write({ index, num });
}

/** Descriptors at +0, avail at +0x4000, used at +0x8000, each ring in 0x10000 bytes. */
export function ringAddress(index: QueueIndex, from = RAM.userAddress): Uint8Array {
  const descriptor = from + BigInt(index * 0x1_0000);
  const available = descriptor + 0x4000n;
  const used = descriptor + 0x8000n;
  return VRING_ADDR.write({ index, flags: 0, descriptor, available, used, log: 0n });
}

export function memoryTable(
  regions: readonly Parameters<(typeof MEMORY_REGION)['write']>[0][],
): Uint8Array {
  const parts = regions.map((region) => MEMORY_REGION.write(region));
  const header = MEMORY_HEADER.write({ count: regions.length });
  return Uint8Array.from([header, ...parts].flatMap((part) => [...part]));
}
