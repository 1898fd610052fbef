/** The times of a sound device's notifications and messages, and the codes of its control requests, out of the lines that QEMU's
 *  log back-end writes while it runs. Only what the rings cannot tell, or not any more, is taken. Lines of other programs and
 *  of other devices are passed over. */
import { LIMITS } from '../limits.ts';
import { CONTROLQ, QUEUE_COUNT } from '../spec/sound.ts';
import type { Bytes, Ns } from '../units.ts';

export type TraceTime =
  | { readonly kind: 'kick' | 'interrupt'; readonly queue: number; readonly unixNs: Ns | undefined }
  | {
      readonly kind: 'popped' | 'used';
      readonly queue: number;
      readonly unixNs: Ns | undefined;
      /** Messages that this line is about. */
      readonly count: number;
    }
  | {
      /** What a control request is, in the order in which they were popped. `streamId` is -1 where the trace names none. */
      readonly kind: 'code';
      readonly queue: number;
      readonly unixNs: Ns | undefined;
      readonly code: number;
      readonly streamId: number;
    };

export interface TraceTimesOptions {
  /** Whether QEMU's virtqueue at this address is that queue of the device that is watched. Absent: QEMU has one sound device,
   *  and its handlers' lines tell which that is. */
  readonly isOurs?: (queue: number, pointer: bigint) => boolean;
}

const LINE = /^(?:\d+@(\d+)\.(\d{6}):|(\d{4}-\d\d-\d\dT[\d:]+(?:\.\d+)?Z) )?([a-z_0-9]+) ?(.*)$/;
const NOTIFY = /^vdev (0x[0-9a-f]{1,16}) n (\d+) vq (0x[0-9a-f]{1,16})/;
const VDEV_VQ = /^vdev (0x[0-9a-f]+) vq (0x[0-9a-f]+)/;
const CTRL = /^snd (0x[0-9a-f]+): handle ctrl event for queue (0x[0-9a-f]+)/;
const VQ = /^vq (0x[0-9a-f]+)/;
const COUNT = / count (\d+)/;
const CODE = /val = (\d+)/;
const STREAM = /stream (\d+)/;
/** A line that goes on for longer is none of QEMU's trace. */
const LINE_BYTES: Bytes = 4096;
const HANDLED = 'virtio_snd_handle_';
/** Handlers of requests that name one stream. */
const OF_STREAM: ReadonlySet<string> = new Set([
  ...['virtio_snd_handle_pcm_set_params', 'virtio_snd_handle_pcm_start_stop'],
  'virtio_snd_handle_pcm_release',
]);

interface Candidate {
  readonly device: string;
  readonly queue: number;
}

type Code = TraceTime & { kind: 'code' };

export class TraceTimes {
  lines = 0;
  unknownLines = 0;
  private rest = '';
  private readonly decoder = new TextDecoder();
  private readonly isOurs: TraceTimesOptions['isOurs'];
  /** The sound device, once a line has shown which it is. */
  private device: string | undefined;
  private lastNotified: { readonly device: string; readonly time: TraceTime } | undefined;
  private readonly queueOf = new Map<string, number>();
  /** Queues of devices that are not known to be ours yet, or are not. */
  private readonly candidates = new Map<string, Candidate>();
  /** The control queue that is being handled is ours. */
  private isControlOurs = false;
  /** A request whose handler may name its stream yet. */
  private coded: Code | undefined;

  constructor({ isOurs }: TraceTimesOptions = {}) {
    this.isOurs = isOurs;
  }

  /** Whether a line has shown which device is the one that is watched. */
  get knowsDevice(): boolean {
    return this.device !== undefined;
  }

  /** The times in the lines that `bytes` complete. */
  push(bytes: Uint8Array): TraceTime[] {
    const text = this.rest + this.decoder.decode(bytes, { stream: true });
    const lines = text.split('\n');
    // What is longer than a line stays so, and is no line.
    this.rest = (lines.pop() ?? '').slice(0, LINE_BYTES + 1);
    const times: TraceTime[] = [];
    for (const line of lines) this.take(line, times);
    return times;
  }

  private take(line: string, times: TraceTime[]): void {
    const found = line.length > LINE_BYTES ? null : LINE.exec(line.trimEnd());
    if (found === null) {
      this.unknownLines++;
      return;
    }
    this.lines++;
    const [, seconds, micros, iso, name = '', text = ''] = found;
    const unixNs = unixNsOf(seconds, micros, iso);
    if (name.startsWith(HANDLED)) this.handled(name, text, unixNs, times);
    else if (name === 'virtio_queue_notify') this.notified(text, unixNs, times);
    else if (name === 'virtio_notify' || name === 'virtio_notify_irqfd') {
      const queue = this.queueOf.get(VDEV_VQ.exec(text)?.[2] ?? '');
      if (queue !== undefined) times.push({ kind: 'interrupt', queue, unixNs });
    } else if (name === 'virtqueue_pop' || name === 'virtqueue_flush') {
      const queue = this.queueOf.get(VQ.exec(text)?.[1] ?? '');
      if (queue === undefined) return;
      if (queue === CONTROLQ) this.tellCode(times);
      const count = name === 'virtqueue_pop' ? 1 : Number(COUNT.exec(text)?.[1] ?? 0);
      const kind = name === 'virtqueue_pop' ? 'popped' : 'used';
      times.push({ kind, queue, unixNs, count: Math.min(count, LIMITS.queueSize) });
    }
  }

  /** The handler's line follows its notification: so we learn which device is a sound device. */
  private handled(name: string, text: string, unixNs: Ns | undefined, times: TraceTime[]): void {
    if (name === 'virtio_snd_handle_ctrl') {
      const device = CTRL.exec(text)?.[1];
      this.tellCode(times);
      this.found(device, times);
      this.isControlOurs = device !== undefined && device === this.device;
    } else if (name === 'virtio_snd_handle_code') {
      this.tellCode(times);
      const code = Number(CODE.exec(text)?.[1]);
      const isCode = this.isControlOurs && Number.isSafeInteger(code);
      if (isCode) this.coded = { kind: 'code', queue: CONTROLQ, unixNs, code, streamId: -1 };
    } else if (OF_STREAM.has(name)) {
      const streamId = Number(STREAM.exec(text)?.[1] ?? -1);
      if (this.coded !== undefined) this.coded = { ...this.coded, streamId };
      this.tellCode(times);
    } else if (name.endsWith('_xfer') || name.endsWith('_event')) {
      this.found(this.lastNotified?.device, times);
    }
  }

  private tellCode(times: TraceTime[]): void {
    if (this.coded !== undefined) times.push(this.coded);
    this.coded = undefined;
  }

  /** `device` is a sound device: ours, where there is only one. */
  private found(device: string | undefined, times: TraceTime[]): void {
    if (device === undefined || this.device !== undefined || this.isOurs !== undefined) return;
    this.adopt(device, times);
  }

  private adopt(device: string, times: TraceTime[]): void {
    this.device = device;
    for (const [pointer, candidate] of this.candidates) {
      if (candidate.device === device) this.queueOf.set(pointer, candidate.queue);
    }
    this.candidates.clear();
    if (this.lastNotified?.device === device) times.push(this.lastNotified.time);
  }

  private notified(text: string, unixNs: Ns | undefined, times: TraceTime[]): void {
    const found = NOTIFY.exec(text);
    const queue = Number(found?.[2]);
    if (found === null || !(queue < QUEUE_COUNT)) return;
    const [, device = '', , pointer = ''] = found;
    const time = { kind: 'kick', queue, unixNs } as const;
    this.lastNotified = { device, time };
    if (this.device === undefined) {
      const isNew = !this.candidates.has(pointer);
      if (isNew && this.candidates.size < LIMITS.tracePointers) {
        this.candidates.set(pointer, { device, queue });
        if (this.isOurs?.(queue, BigInt(pointer)) === true) this.adopt(device, times);
      }
    } else if (device === this.device) {
      this.queueOf.set(pointer, queue);
      times.push(time);
    }
  }
}

function unixNsOf(seconds?: string, micros?: string, iso?: string): Ns | undefined {
  if (seconds !== undefined) return Number(seconds) * 1e9 + Number(micros) * 1000;
  if (iso === undefined) return undefined;
  const wholeNs = Date.parse(`${iso.slice(0, 19)}Z`) * 1e6;
  const fraction = /\.(\d+)Z$/.exec(iso)?.[1] ?? '0';
  return Number.isNaN(wholeNs) ? undefined : wholeNs + Math.round(Number(`0.${fraction}`) * 1e9);
}
