/** Writes traces for tests: a device's events in order, as log lines of any version or as a simple file of either byte
 *  order. */
import { SHAPE_OF } from '../../../../src-core/capture/importers/trace-events.ts';

export type Value = number | bigint | string;

export interface MadeEvent {
  readonly name: string;
  readonly values: readonly Value[];
  readonly text: string;
}

const hex = (value: Value) => `0x${BigInt(value).toString(16)}`;
const CODE_NAMES: Record<number, string> = {
  256: 'VIRTIO_SND_R_PCM_INFO',
  257: 'VIRTIO_SND_R_PCM_SET_PARAMS',
  258: 'VIRTIO_SND_R_PCM_PREPARE',
  259: 'VIRTIO_SND_R_PCM_RELEASE',
  260: 'VIRTIO_SND_R_PCM_START',
  261: 'VIRTIO_SND_R_PCM_STOP',
};

/** A virtio device in QEMU's memory, and what it is traced to do. */
export class MadeDevice {
  readonly events: MadeEvent[];
  readonly vdev: number;

  constructor(events: MadeEvent[] = [], vdev = 0x55cc_327e_48d0) {
    this.events = events;
    this.vdev = vdev;
  }

  vq(queue: number): number {
    return this.vdev + 0x81b0 + 0x98 * queue;
  }

  realize(): this {
    return this.say('virtio_snd_realize', [this.vdev], `snd ${hex(this.vdev)}: realize`);
  }

  status(status: number): this {
    return this.say(
      'virtio_set_status',
      [this.vdev, status],
      `vdev ${hex(this.vdev)} val ${status}`,
    );
  }

  kick(queue: number): this {
    const values = [this.vdev, queue, this.vq(queue)];
    return this.say(
      'virtio_queue_notify',
      values,
      `vdev ${hex(this.vdev)} n ${queue} vq ${hex(this.vq(queue))}`,
    );
  }

  handler(queue: 2 | 3): this {
    const name = queue === 2 ? 'tx' : 'rx';
    return this.say(`virtio_snd_handle_${name}_xfer`, [], `${name} queue callback called`);
  }

  pop(queue: number, elem: number, writable = 1, readable = 1): this {
    const pieces = `in_num ${writable} out_num ${readable}`;
    this.say(
      'virtqueue_alloc_element',
      [elem, 56, writable, readable],
      `elem ${hex(elem)} size 56 ${pieces}`,
    );
    const values = [this.vq(queue), elem, writable, readable];
    return this.say(
      'virtqueue_pop',
      values,
      `vq ${hex(this.vq(queue))} elem ${hex(elem)} ${pieces}`,
    );
  }

  fill(queue: number, elem: number, len: number): this {
    const values = [this.vq(queue), elem, len, 0];
    this.say(
      'virtqueue_fill',
      values,
      `vq ${hex(this.vq(queue))} elem ${hex(elem)} len ${len} idx 0`,
    );
    return this.say('virtqueue_flush', [this.vq(queue), 1], `vq ${hex(this.vq(queue))} count 1`);
  }

  notify(queue: number): this {
    const text = `vdev ${hex(this.vdev)} vq ${hex(this.vq(queue))}`;
    return this.say('virtio_notify', [this.vdev, this.vq(queue)], text);
  }

  code(code: number, streamId = 0): this {
    const name = CODE_NAMES[code] ?? 'invalid code';
    this.say('virtio_snd_handle_code', [code, name], `ctrl code msg val = ${code} == ${name}`);
    const stream = `called for stream ${streamId}`;
    if (code === 257) {
      this.say(
        'virtio_snd_handle_pcm_set_params',
        [streamId],
        `VIRTIO_SND_PCM_SET_PARAMS ${stream}`,
      );
    }
    if (code === 259) {
      this.say('virtio_snd_handle_pcm_release', [streamId], `VIRTIO_SND_PCM_RELEASE ${stream}`);
    }
    if (code >= 260) {
      this.say('virtio_snd_handle_pcm_start_stop', [name, streamId], `${name} ${stream}`);
    }
    return this;
  }

  /** A whole control request: kick, chain, code, answer, interrupt. */
  control(code: number, streamId = 0, elem = 0x55cc_3299_1200): this {
    this.kick(0);
    const text = `snd ${hex(this.vdev)}: handle ctrl event for queue ${hex(this.vq(0))}`;
    this.say('virtio_snd_handle_ctrl', [this.vdev, this.vq(0)], text);
    return this.pop(0, elem).code(code, streamId).fill(0, elem, 4).notify(0);
  }

  /** SET_PARAMS, PREPARE, START. */
  play(streamId = 0): this {
    return this.control(257, streamId).control(258, streamId).control(260, streamId);
  }

  say(name: string, values: readonly Value[], text: string): this {
    this.events.push({ name, values, text });
    return this;
  }
}

export type Stamp = 'none' | 'threaded' | 'iso';

/** As QEMU's log: `stepUs` from event to event. */
export function logText(
  events: readonly MadeEvent[],
  stamp: Stamp = 'threaded',
  stepUs = 1000,
): string {
  return events
    .map(({ name, text }, place) => `${stampText(stamp, place * stepUs)}${name} ${text}\n`)
    .join('');
}

function stampText(stamp: Stamp, us: number): string {
  const [seconds, rest] = [1_795_348_184 + Math.floor(us / 1e6), us % 1e6];
  if (stamp === 'none') return '';
  if (stamp === 'threaded') return `308@${seconds}.${String(rest).padStart(6, '0')}:`;
  const iso = new Date(seconds * 1000).toISOString().slice(0, 19);
  return rest === 0 ? `${iso}Z ` : `${iso}.${String(rest).padStart(6, '0')}Z `;
}

/** As a file of the simple back-end. An event named `lost` becomes a record of lost events. */
export function simpleTrace(events: readonly MadeEvent[], isLittle = true): Uint8Array {
  const bytes: number[] = [];
  const put = (value: Value, width: number) => {
    const digits = Array.from({ length: width }, (_, place) =>
      Number((BigInt.asUintN(64, BigInt(value)) >> BigInt(8 * place)) & 0xffn),
    );
    bytes.push(...(isLittle ? digits : digits.reverse()));
  };
  const letters = (text: string) => bytes.push(...[...text].map((letter) => letter.charCodeAt(0)));
  for (const word of [-1n, 0xf2b1_77cb_0aa4_29b4n, 4n]) put(word, 8);
  const names = [...new Set([...SHAPE_OF.keys(), ...events.map(({ name }) => name)])];
  names.forEach((name, id) => {
    put(0, 8);
    put(1000 + id, 8);
    put(name.length, 4);
    letters(name);
  });
  events.forEach(({ name, values }, place) => {
    const isText = (value: Value) => typeof value === 'string';
    const width = values.reduce(
      (sum: number, value) => sum + (isText(value) ? 4 + String(value).length : 8),
      0,
    );
    put(1, 8);
    put(name === 'lost' ? -2n : 1000 + names.indexOf(name), 8);
    put(8_000_000_000_000 + place * 1_000_000, 8);
    put(24 + width, 4);
    put(308, 4);
    for (const value of values) {
      if (typeof value !== 'string') put(value, 8);
      else {
        put(value.length, 4);
        letters(value);
      }
    }
  });
  return Uint8Array.from(bytes);
}
