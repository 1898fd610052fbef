/** A driver and a device on one queue, each asleep or awake as in life, with a model of what must arrive. */
import { expect } from 'vitest';
import { readChain } from '../../../src-core/queue/chain-bytes.ts';
import { openDeviceQueue } from '../../../src-core/queue/open-queue.ts';
import type { Chain, DeviceQueue } from '../../../src-core/queue/virtqueue.ts';
import { BUFFERS_AT, type Rig } from './queue-rig.ts';

export type Step =
  | { kind: 'add'; pieces: number }
  | { kind: 'drain'; most: number }
  | { kind: 'return'; which: number; count: number }
  | { kind: 'take'; most: number }
  | { kind: 'rewind' }
  | { kind: 'resume' };

interface Held {
  readonly chain: Chain;
  readonly mark: number;
}

export class TwoSides {
  private readonly rig: Rig;
  private device: DeviceQueue;
  private nextMark = 1;
  /** Marks added and not yet popped, in order. */
  private waiting: number[] = [];
  private held: Held[] = [];
  /** By token: what was sent. */
  private readonly sent = new Map<number, number>();
  /** What the device returned, in order, and the driver has not taken. */
  private returned: { token: number; writtenBytes: number }[] = [];
  /** Asleep: it waits for a kick (or interrupt) and does nothing before one comes. */
  private isDeviceAsleep = true;
  private isDriverAsleep = true;
  /** Nobody wants kicks: the device said so since it woke. */
  private areKicksOff = false;

  constructor(rig: Rig) {
    this.rig = rig;
    this.device = rig.device;
  }

  take(step: Step): void {
    if (step.kind === 'add') this.add(step.pieces);
    else if (step.kind === 'drain') this.drain(step.most);
    else if (step.kind === 'return') this.giveBack(step.which, step.count);
    else if (step.kind === 'take') this.takeUsed(step.most);
    else if (step.kind === 'rewind') this.rewind();
    else this.resume();
  }

  /** Lets both sides finish, woken by nothing but notifications. */
  settle(): void {
    for (let turn = 0; turn < 4; turn++) {
      this.drain(Number.POSITIVE_INFINITY);
      this.giveBack(0, this.held.length);
      this.takeUsed(Number.POSITIVE_INFINITY);
    }
    expect(this.waiting).toEqual([]);
    expect(this.sent.size).toBe(0);
    expect(this.rig.driver.freeSlots()).toBe(this.rig.setup.size);
    expect(this.device.takeViolations()).toEqual([]);
  }

  private add(pieces: number): void {
    const count = Math.min(pieces, this.rig.setup.size);
    const mark = this.nextMark;
    const buffers = Array.from({ length: count }, (_, k) => ({
      address: BUFFERS_AT + BigInt(mark % 1000) * 64n + BigInt(k * 8),
      bytes: 4,
      writable: k > 0 && k === count - 1,
    }));
    const before = this.rig.driver.freeSlots();
    const token = this.rig.driver.add(buffers);
    if (token === undefined) {
      expect(before).toBeLessThan(count);
      return;
    }
    this.nextMark++;
    expect(this.sent.has(token)).toBe(false);
    this.sent.set(token, mark);
    this.waiting.push(mark);
    const isKicked = this.rig.driver.takeKickNeed();
    if (this.isDeviceAsleep) expect(isKicked).toBe(true);
    else if (this.areKicksOff) expect(isKicked).toBe(false);
    if (isKicked) this.wake();
  }

  private wake(): void {
    this.isDeviceAsleep = false;
    this.device.disableKicks();
    // A split ring with EVENT_IDX has no way to say so: it is the passing of avail_event that silences the driver.
    this.areKicksOff = !this.rig.setup.eventIdx || this.rig.setup.packed;
  }

  /** The device pops until the ring is empty and goes to sleep as the standard says, or is stopped before. */
  private drain(most: number): void {
    if (this.isDeviceAsleep) return;
    this.wake();
    for (let done = 0; done < most; ) {
      const popped = this.device.pop();
      if (popped === undefined) {
        if (this.device.enableKicks()) {
          this.device.disableKicks();
          continue;
        }
        this.isDeviceAsleep = true;
        this.areKicksOff = false;
        expect(this.waiting).toEqual([]);
        return;
      }
      done++;
      expect(popped.violations).toEqual([]);
      const mark = this.waiting.shift();
      if (mark === undefined) throw new Error('a chain came from nowhere');
      this.held.push({ chain: popped.chain, mark });
      const first = popped.chain.readable[0] ?? popped.chain.writable[0];
      expect(first?.address).toBe(BUFFERS_AT + BigInt(mark % 1000) * 64n);
      expect(readChain(this.rig.ram, popped.chain.readable, 0, 1)?.length).toBe(1);
    }
    expect(this.device.availableChains()).toBe(this.waiting.length);
  }

  private giveBack(which: number, count: number): void {
    for (let done = 0; done < count && this.held.length > 0; done++) {
      const [one] = this.held.splice(which % this.held.length, 1);
      if (one === undefined) return;
      const writtenBytes = Math.min(one.mark, one.chain.writableBytes);
      this.device.pushUsed(one.chain, writtenBytes);
      expect(this.sent.get(one.chain.head)).toBe(one.mark);
      this.returned.push({ token: one.chain.head, writtenBytes });
    }
    const hasPushed = count > 0 && this.returned.length > 0;
    const isInterrupted = this.device.takeInterruptNeed();
    if (this.isDriverAsleep && hasPushed) expect(isInterrupted).toBe(true);
    if (isInterrupted && this.isDriverAsleep) {
      this.isDriverAsleep = false;
      this.rig.driver.disableInterrupts();
    }
  }

  /** The driver takes until there is nothing and goes to sleep, or is stopped before. */
  private takeUsed(most: number): void {
    if (this.isDriverAsleep) return;
    for (let done = 0; done < most; ) {
      const used = this.rig.driver.takeUsed();
      if (used === undefined) {
        if (this.rig.driver.enableInterrupts()) continue;
        this.isDriverAsleep = true;
        expect(this.returned).toEqual([]);
        return;
      }
      done++;
      expect(used).toEqual({ ...this.returned.shift(), isKnown: true });
      this.sent.delete(used.token);
    }
  }

  /** The newest chains go back to the ring, as for a pause: only an unbroken run of the newest may. */
  private rewind(): void {
    const newest = this.nextMark - 1 - this.waiting.length;
    let count = 0;
    while (this.held.some(({ mark }) => mark === newest - count)) count++;
    this.device.rewind(count);
    const gone = this.held
      .filter(({ mark }) => mark > newest - count)
      .sort((a, b) => a.mark - b.mark);
    this.held = this.held.filter(({ mark }) => mark <= newest - count);
    this.waiting = [...gone.map(({ mark }) => mark), ...this.waiting];
    if (count > 0) this.wake();
  }

  /** The device goes away with nothing in flight, and another goes on where it was. */
  private resume(): void {
    if (this.held.length > 0) return;
    const setup = { ...this.rig.setup, position: this.device.position() };
    this.device = openDeviceQueue(setup, this.rig.ram);
    this.isDeviceAsleep = false;
    this.areKicksOff = false;
  }
}
