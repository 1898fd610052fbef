/** The times of a sound device's notifications and messages, out of the lines that QEMU's log back-end writes while it runs. Only
 *  what the rings cannot tell is taken: when. Lines of other programs and of other devices are passed over. */
import { LIMITS } from '../limits.ts';
import { QUEUE_COUNT } from '../spec/sound.ts';
import type { Bytes, Ns } from '../units.ts';

export type TraceTime =
  | { readonly kind: 'kick' | 'interrupt'; readonly queue: number; readonly unixNs: Ns | undefined }
  | {
      readonly kind: 'popped' | 'used';
      readonly queue: number;
      readonly unixNs: Ns | undefined;
      /** Messages that this line is about. */
      readonly count: number;
    };

const LINE = /^(?:\d+@(\d+)\.(\d{6}):|(\d{4}-\d\d-\d\dT[\d:]+(?:\.\d+)?Z) )?([a-z_0-9]+) ?(.*)$/;
const NOTIFY = /^vdev (0x[0-9a-f]+) n (\d+) vq (0x[0-9a-f]+)/;
const VDEV_VQ = /^vdev (0x[0-9a-f]+) vq (0x[0-9a-f]+)/;
const CTRL = /^snd (0x[0-9a-f]+): handle ctrl event for queue (0x[0-9a-f]+)/;
const VQ = /^vq (0x[0-9a-f]+)/;
const COUNT = / count (\d+)/;
/** A line that goes on for longer is none of QEMU's trace. */
const LINE_BYTES: Bytes = 4096;
const HANDLED = 'virtio_snd_handle_';

export class TraceTimes {
  lines = 0;
  unknownLines = 0;
  private rest = '';
  private readonly decoder = new TextDecoder();
  /** The sound device, once a line has shown which it is. */
  private device: string | undefined;
  private lastNotified: string | undefined;
  private readonly queueOf = new Map<string, number>();
  /** Queues of devices that are not known to be ours yet. */
  private readonly candidates = new Map<
    string,
    { readonly device: string; readonly queue: number }
  >();

  /** The times in the lines that `bytes` complete. */
  push(bytes: Uint8Array): TraceTime[] {
    const text = this.rest + this.decoder.decode(bytes, { stream: true });
    const lines = text.split('\n');
    this.rest = (lines.pop() ?? '').slice(0, LINE_BYTES);
    const times: TraceTime[] = [];
    for (const line of lines.slice(0, LIMITS.traceLinesPerTurn)) this.take(line, times);
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
    if (name.startsWith(HANDLED)) this.handled(name, text);
    else if (name === 'virtio_queue_notify') this.notified(text, unixNs, times);
    else if (name === 'virtio_notify') {
      const queue = this.queueOf.get(VDEV_VQ.exec(text)?.[2] ?? '');
      if (queue !== undefined) times.push({ kind: 'interrupt', queue, unixNs });
    } else if (name === 'virtqueue_pop' || name === 'virtqueue_flush') {
      const queue = this.queueOf.get(VQ.exec(text)?.[1] ?? '');
      const count = name === 'virtqueue_pop' ? 1 : Number(COUNT.exec(text)?.[1] ?? 0);
      const kind = name === 'virtqueue_pop' ? 'popped' : 'used';
      if (queue !== undefined) times.push({ kind, queue, unixNs, count });
    }
  }

  /** The handler's line follows its notification: so we learn which device is a sound device. */
  private handled(name: string, text: string): void {
    const named = name === 'virtio_snd_handle_ctrl' ? CTRL.exec(text)?.[1] : undefined;
    const isTransfer = name.endsWith('_xfer') || name.endsWith('_event');
    const device = named ?? (isTransfer ? this.lastNotified : undefined);
    if (device === undefined || this.device !== undefined) return;
    this.device = device;
    for (const [pointer, candidate] of this.candidates) {
      if (candidate.device === device) this.queueOf.set(pointer, candidate.queue);
    }
    this.candidates.clear();
  }

  private notified(text: string, unixNs: Ns | undefined, times: TraceTime[]): void {
    const found = NOTIFY.exec(text);
    const queue = Number(found?.[2]);
    if (found === null || !(queue < QUEUE_COUNT)) return;
    const [, device = '', , pointer = ''] = found;
    this.lastNotified = device;
    if (this.device === undefined) {
      if (this.candidates.size < LIMITS.qemuDevices)
        this.candidates.set(pointer, { device, queue });
      return;
    }
    if (device !== this.device) return;
    this.queueOf.set(pointer, queue);
    times.push({ kind: 'kick', queue, unixNs });
  }
}

function unixNsOf(seconds?: string, micros?: string, iso?: string): Ns | undefined {
  if (seconds !== undefined) return Number(seconds) * 1e9 + Number(micros) * 1000;
  if (iso === undefined) return undefined;
  const wholeNs = Date.parse(`${iso.slice(0, 19)}Z`) * 1e6;
  const fraction = /\.(\d+)Z$/.exec(iso)?.[1] ?? '0';
  return Number.isNaN(wholeNs) ? undefined : wholeNs + Math.round(Number(`0.${fraction}`) * 1e9);
}
