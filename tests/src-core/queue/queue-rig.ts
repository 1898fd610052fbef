/** A queue in memory with both sides open, and what tests often ask of it. */
import type { DriverQueue } from '../../../src-core/queue/driver-queue.ts';
import { openDriverQueue } from '../../../src-core/queue/open-driver-queue.ts';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import { PackedDriverQueue } from '../../../src-core/queue/packed-driver-queue.ts';
import { Ram } from '../../../src-core/queue/ram.ts';
import { SplitDriverQueue } from '../../../src-core/queue/split-driver-queue.ts';
import type {
  Chain,
  Descriptor,
  DeviceQueue,
  QueueSetup,
} from '../../../src-core/queue/virtqueue.ts';

export const RAM_AT = 0x10_0000n;
export const RAM_BYTES = 0x40_0000;
/** Behind the rings and the indirect tables. */
export const BUFFERS_AT = 0x30_0000n;

export const FRESH = { avail: 0, availWrap: true, used: 0, usedWrap: true };

export function setupOf(changes: Partial<QueueSetup> = {}): QueueSetup {
  return {
    index: 2,
    size: 8,
    packed: false,
    eventIdx: false,
    indirect: false,
    descriptorArea: RAM_AT,
    driverArea: RAM_AT + 0x8_0000n,
    deviceArea: RAM_AT + 0xa_0000n,
    position: FRESH,
    ...changes,
  };
}

export interface Rig<D extends DriverQueue = DriverQueue> {
  readonly ram: Ram;
  readonly setup: QueueSetup;
  readonly driver: D;
  readonly device: DeviceQueue;
}

export function newRam(): Ram {
  return new Ram([{ guestAddress: RAM_AT, widthBytes: RAM_BYTES }]);
}

export function rigOf(changes: Partial<QueueSetup> = {}): Rig {
  const ram = newRam();
  const setup = setupOf(changes);
  const entriesPerTable = Math.min(setup.size, 16);
  const driver = openDriverQueue(setup, ram, { at: RAM_AT + 0xc_0000n, entriesPerTable });
  return { ram, setup, driver, device: openDeviceQueue(setup, ram) };
}

export function splitRig(changes: Partial<QueueSetup> = {}): Rig<SplitDriverQueue> {
  const ram = newRam();
  const setup = setupOf(changes);
  const driver = new SplitDriverQueue(setup, ram);
  return { ram, setup, driver, device: openDeviceQueue(setup, ram) };
}

export function packedRig(changes: Partial<QueueSetup> = {}): Rig<PackedDriverQueue> {
  const ram = newRam();
  const setup = setupOf({ packed: true, ...changes });
  const driver = new PackedDriverQueue(setup, ram);
  return { ram, setup, driver, device: openDeviceQueue(setup, ram) };
}

export function hex(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? 'unmapped' : Buffer.from(bytes).toString('hex');
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));
}

/** `address+bytes` of each descriptor, short enough for an assertion. */
export function shortly(descriptors: readonly Descriptor[]): string {
  return descriptors.map((one) => `${one.address.toString(16)}+${one.bytes}`).join(' ');
}

export function rulesOf(violations: readonly { rule: string }[] | undefined): string[] {
  return (violations ?? []).map(({ rule }) => rule);
}

export type Entry = [address: bigint, bytes: number, flags: number, next: number];

/** An indirect table, or a piece of a descriptor table, as bytes. */
export function table(...entries: Entry[]): Uint8Array {
  const bytes = new Uint8Array(16 * entries.length);
  const view = new DataView(bytes.buffer);
  entries.forEach(([address, length, flags, next], k) => {
    view.setBigUint64(16 * k, address, true);
    view.setUint32(16 * k + 8, length, true);
    view.setUint16(16 * k + 12, flags, true);
    view.setUint16(16 * k + 14, next, true);
  });
  return bytes;
}

/** Returns the chain and tells whether the driver gets it. */
export function isReturnable(
  device: DeviceQueue,
  driver: DriverQueue,
  chain: Chain | undefined,
): boolean {
  if (chain === undefined) return false;
  device.pushUsed(chain, 0);
  return driver.takeUsed()?.token === chain.head;
}
