/** Which pointer of a trace is which device and which virtqueue. A notification names them; where the first ones are missing,
 *  a queue is known by what is done with its chains: the line before says which queue's handler runs. */

import { LIMITS } from '../../limits.ts';
import { CONTROLQ, QUEUE_COUNT, RXQ, TXQ } from '../../spec/sound.ts';
import type { QueueIndex } from '../../units.ts';
import { DERIVED, OBSERVED } from '../grade.ts';
import type { EventBatch } from './event-batch.ts';
import { PointerTable } from './pointer-table.ts';
import { EVENT } from './trace-events.ts';

const UNKNOWN = -1;
/** Device of queues that only the sound device's own lines tell of. */
const ANONYMOUS = -2;

export class TraceDirectory {
  readonly devices = new PointerTable(LIMITS.tracePointers);
  readonly queues = new PointerTable(LIMITS.tracePointers);
  /** By number of the queue. */
  private readonly deviceOf: number[] = [];
  private readonly indexOf: QueueIndex[] = [];
  private readonly gradeOf: number[] = [];
  private readonly sounds: number[] = [];
  private readonly linesOf: number[] = [];
  private readonly wanted: number;
  /** The device of the last notification, and the queue whose handler ran last. */
  private notified = UNKNOWN;
  private handled: QueueIndex = UNKNOWN;
  private lastNameless = UNKNOWN;

  /** `wanted`: the device that the user named, or the first sound device there is. */
  constructor(wanted?: { readonly low: number; readonly high: number }) {
    this.wanted = wanted === undefined ? UNKNOWN : this.devices.numberOf(wanted.low, wanted.high);
  }

  /** Number of the device that is shown; -1: there is none yet. */
  shown(): number {
    if (this.wanted !== UNKNOWN) return this.wanted;
    return this.sounds[0] ?? UNKNOWN;
  }

  soundDevices(): readonly number[] {
    return this.sounds;
  }

  /** Index of a queue of the shown device; -1: of another device; -2: not known. */
  queueOf(queue: number): QueueIndex {
    const device = this.deviceOf[queue] ?? UNKNOWN;
    const isShown = device === ANONYMOUS || device === this.shown();
    if (device === UNKNOWN || (isShown && this.indexOf[queue] === UNKNOWN)) return -2;
    return isShown && device !== UNKNOWN ? (this.indexOf[queue] ?? -2) : -1;
  }

  /** Grade by number. */
  gradeOfQueue(queue: number): number {
    return this.gradeOf[queue] ?? OBSERVED;
  }

  /** Learns from events what names something, and nothing else. */
  learn(batch: EventBatch): void {
    const { columns, count } = batch;
    for (let row = 0; row < count; row++) {
      const event = columns.event[row] ?? 0;
      const [low0, high0] = [columns.p0[row] ?? 0, columns.p0High[row] ?? 0];
      const [low1, high1] = [columns.p1[row] ?? 0, columns.p1High[row] ?? 0];
      if (event === EVENT.pop) this.popped(this.queues.numberOf(low0, high0));
      else if (event === EVENT.queueNotify || event === EVENT.notify) {
        const index = event === EVENT.notify ? UNKNOWN : (columns.n0[row] ?? 0);
        this.name(this.devices.numberOf(low0, high0), this.queues.numberOf(low1, high1), index);
      } else this.heard(event, low0, high0, low1, high1);
    }
    this.handled = UNKNOWN;
  }

  /** A notification named a queue; index -1: it did not say which. */
  name(device: number, queue: number, index: QueueIndex): void {
    if (queue < 0 || device < 0) return;
    if (index >= 0) {
      this.notified = device;
      this.handled = UNKNOWN;
    }
    this.deviceOf[queue] = device;
    if (index >= 0) {
      this.indexOf[queue] = index;
      this.gradeOf[queue] = OBSERVED;
    } else this.indexOf[queue] ??= UNKNOWN;
  }

  /** Any event of the sound device itself. */
  heard(event: number, low0: number, high0: number, low1: number, high1: number): void {
    switch (event) {
      case EVENT.realize:
      case EVENT.getFeatures:
      case EVENT.getConfig:
        this.sound(this.devices.numberOf(low0, high0));
        break;
      case EVENT.handleCtrl: {
        const device = this.devices.numberOf(low0, high0);
        this.sound(device);
        this.name(device, this.queues.numberOf(low1, high1), CONTROLQ);
        this.handled = CONTROLQ;
        break;
      }
      case EVENT.txXfer:
      case EVENT.rxXfer:
        this.sound(this.notified);
        this.handled = event === EVENT.txXfer ? TXQ : RXQ;
        break;
      case EVENT.handleCode:
        this.infer(this.lastNameless, CONTROLQ);
        break;
      default:
        break;
    }
  }

  /** A chain was taken from `queue`: if nothing named that queue, the handler that runs does. */
  popped(queue: number): void {
    const isNamed = queue < 0 || (this.indexOf[queue] ?? UNKNOWN) !== UNKNOWN;
    this.lastNameless = isNamed ? UNKNOWN : queue;
    if (!isNamed && this.handled !== UNKNOWN) this.infer(queue, this.handled);
  }

  /** One more event of a device. */
  count(device: number): void {
    if (device >= 0) this.linesOf[device] = (this.linesOf[device] ?? 0) + 1;
  }

  lines(device: number): number {
    return this.linesOf[device] ?? 0;
  }

  deviceOfQueue(queue: number): number {
    return this.deviceOf[queue] ?? UNKNOWN;
  }

  isSound(device: number): boolean {
    return device === this.wanted || this.sounds.includes(device);
  }

  private sound(device: number): void {
    if (device >= 0 && !this.sounds.includes(device)) this.sounds.push(device);
  }

  private infer(queue: number, index: QueueIndex): void {
    if (queue < 0 || index >= QUEUE_COUNT) return;
    const device = this.deviceOf[queue] ?? UNKNOWN;
    if (device >= 0 && !this.isSound(device)) return;
    this.deviceOf[queue] = device >= 0 ? device : this.shown() >= 0 ? this.shown() : ANONYMOUS;
    this.indexOf[queue] = index;
    this.gradeOf[queue] = DERIVED;
    this.lastNameless = UNKNOWN;
  }
}
