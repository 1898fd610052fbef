/** Opens the device's side of a virtqueue where the driver put it. Spec: 2.7.1, 2.8.11 */
import { LIMITS } from '../limits.ts';
import { packedLayout, splitLayout } from '../spec/ring.ts';
import type { Violation } from '../spec/rules.ts';
import { assert, type GuestAddress } from '../units.ts';
import { AddressMap, hexAddress } from './address-map.ts';
import type { GuestMemory } from './guest-memory.ts';
import { openInflightQueue } from './inflight-queue.ts';
import { PackedDeviceQueue } from './packed-device-queue.ts';
import { SplitDeviceQueue } from './split-device-queue.ts';
import type { DeviceQueue, QueueSetup } from './virtqueue.ts';

/** Split or packed as the setup says. A ring of a forbidden size, misaligned or not all in guest memory gives a queue that
 *  pops nothing and names the reason in `takeViolations`. Never throws. */
export function openDeviceQueue(setup: QueueSetup, memory: GuestMemory): DeviceQueue {
  const { inflight } = setup;
  if (inflight === undefined) return openPlainQueue(setup, memory);
  return openInflightQueue(setup, inflight, memory, openPlainQueue);
}

function openPlainQueue(setup: QueueSetup, memory: GuestMemory): DeviceQueue {
  const violations = faultsOf(setup, memory);
  if (violations.length > 0) return new DeadQueue(setup, violations);
  return setup.packed ? new PackedDeviceQueue(setup, memory) : new SplitDeviceQueue(setup, memory);
}

interface Area {
  readonly name: string;
  readonly at: GuestAddress;
  readonly bytes: number;
  readonly align: number;
}

function faultsOf(setup: QueueSetup, memory: GuestMemory): Violation[] {
  const { size, packed, position, index } = setup;
  const isSize = Number.isInteger(size) && size >= 1 && size <= LIMITS.queueSize;
  if (!isSize || (!packed && (size & (size - 1)) !== 0)) {
    return [{ rule: 'VQ-01', detail: `the queue has ${size} descriptors`, queue: index }];
  }
  if (packed && (position.avail >= size || position.used >= size)) {
    const detail = `processing begins at slots ${position.avail} and ${position.used} of ${size}`;
    return [{ rule: 'VQ-15', detail, queue: index }];
  }
  const map = new AddressMap();
  map.follow(memory);
  const faults: Violation[] = [];
  for (const { name, at, bytes, align } of areasOf(setup)) {
    const where = `the ${name} at ${hexAddress(at)}`;
    if (at % BigInt(align) !== 0n) {
      const rule = packed ? 'VQ-P01' : 'VQ-01';
      faults.push({ rule, detail: `${where} is not on ${align} bytes`, queue: index });
    }
    if (!map.coversAddress(at, bytes)) {
      const detail = `${where}, ${bytes} bytes, is not all in guest memory`;
      faults.push({ rule: 'VQ-18', detail, queue: index });
    }
  }
  return faults;
}

function areasOf({ packed, size, descriptorArea, driverArea, deviceArea }: QueueSetup): Area[] {
  if (packed) {
    const { descriptorBytes, driverEventBytes, deviceEventBytes } = packedLayout(size);
    return [
      { name: 'descriptor ring', at: descriptorArea, bytes: descriptorBytes, align: 16 },
      { name: 'driver event suppression', at: driverArea, bytes: driverEventBytes, align: 4 },
      { name: 'device event suppression', at: deviceArea, bytes: deviceEventBytes, align: 4 },
    ];
  }
  const { descriptorBytes, availBytes, usedBytes } = splitLayout(size);
  return [
    { name: 'descriptor table', at: descriptorArea, bytes: descriptorBytes, align: 16 },
    { name: 'avail ring', at: driverArea, bytes: availBytes, align: 2 },
    { name: 'used ring', at: deviceArea, bytes: usedBytes, align: 4 },
  ];
}

/** A queue that the driver set up wrongly: it pops nothing, so nothing comes back to it. */
class DeadQueue implements DeviceQueue {
  readonly setup: QueueSetup;
  private violations: readonly Violation[];

  constructor(setup: QueueSetup, violations: readonly Violation[]) {
    this.setup = setup;
    this.violations = violations;
  }

  pop(): undefined {
    return undefined;
  }

  availableChains(): number {
    return 0;
  }

  pushUsed(): never {
    assert(false, 'nothing was popped from this queue');
  }

  takeInterruptNeed(): boolean {
    return false;
  }

  enableKicks(): boolean {
    return false;
  }

  disableKicks(): void {}

  position() {
    return this.setup.position;
  }

  rewind(count: number): void {
    assert(count === 0, 'nothing was popped from this queue');
  }

  takeViolations(): readonly Violation[] {
    const taken = this.violations;
    this.violations = [];
    return taken;
  }

  snapshot(): undefined {
    return undefined;
  }
}
