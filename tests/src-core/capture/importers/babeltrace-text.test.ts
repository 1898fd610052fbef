// What babeltrace2 prints of a trace of QEMU's `ust` back-end tells the same story as a log.
import { describe, expect, test } from 'vitest';
import { sniff } from '../../../../src-core/capture/importers/sniff.ts';
import { captureLines, fixture, importTrace } from './trace-text.ts';

const STAMP = /^(\d+)@(\d+)\.(\d{6}):([a-z_0-9]+) ?(.*)$/;
/** Arguments of events by name, in the order in which the log has them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  virtio_queue_notify: ['vdev', 'n', 'vq'],
  virtqueue_pop: ['vq', 'elem', 'in_num', 'out_num'],
  virtqueue_fill: ['vq', 'elem', 'len', 'idx'],
  virtio_notify: ['vdev', 'vq'],
  virtio_set_status: ['vdev', 'val'],
  virtio_snd_realize: ['snd'],
  virtio_snd_unrealize: ['snd'],
  virtio_snd_get_features: ['vdev', 'features'],
  virtio_snd_get_config: ['vdev', 'jacks', 'streams', 'chmaps'],
  virtio_snd_handle_ctrl: ['vdev', 'vq'],
  virtio_snd_handle_pcm_info: ['stream'],
  virtio_snd_handle_pcm_set_params: ['stream'],
  virtio_snd_handle_pcm_release: ['stream'],
  virtio_snd_pcm_stream_flush: ['stream'],
};

function fieldsOf(name: string, text: string): string {
  const values = [...text.matchAll(/(?<=[ =])(0x[0-9a-f]+|\d+)(?=[ ,:]|$)/g)].map(([value]) =>
    value.startsWith('0x') ? `0x${value.slice(2).toUpperCase()}` : value,
  );
  if (name === 'virtio_snd_handle_code') {
    return `val = ${values[0]}, code = "${/== (\S+)/.exec(text)?.[1]}"`;
  }
  if (name === 'virtio_snd_handle_pcm_start_stop') {
    return `code = "${text.split(' ')[0]}", stream = ${values.at(-1)}`;
  }
  return (NAMES[name] ?? []).map((field, place) => `${field} = ${values[place]}`).join(', ');
}

function asBabeltrace(stamp: (seconds: number, ns: string) => string): string {
  const lines = new TextDecoder().decode(fixture('qemu-10.0-timestamps.log')).trimEnd().split('\n');
  return `${lines
    .map((line) => {
      const [, thread, seconds, micros, name = '', text = ''] = STAMP.exec(` ${line}`.trim()) ?? [];
      const context = `{ cpu_id = 1 }, { vpid = 7, vtid = ${thread} }`;
      return `[${stamp(Number(seconds), `${micros}000`)}] (+0.000001000) host qemu:${name}: ${context}, { ${fieldsOf(name, ` ${text}`.slice(name === 'virtio_snd_handle_pcm_start_stop' ? 1 : 0))} }`;
    })
    .join('\n')}\n`;
}

const ofDay = (seconds: number, ns: string) =>
  `${new Date(seconds * 1000).toISOString().slice(11, 19)}.${ns}`;

describe('a trace as babeltrace2 prints it', () => {
  const log = captureLines(importTrace(fixture('qemu-10.0-timestamps.log')).capture);

  test.each([
    ['with times of the day', asBabeltrace(ofDay), false],
    [
      'with dates',
      asBabeltrace(
        (seconds, ns) =>
          `${new Date(seconds * 1000).toISOString().slice(0, 10)} ${ofDay(seconds, ns)}`,
      ),
      true,
    ],
    ['with seconds', asBabeltrace((seconds, ns) => `${seconds}.${ns}`), true],
  ])('%s tells the same as a log', (_how, text, isDated) => {
    expect(sniff(new TextEncoder().encode(text))).toMatchObject({ kind: 'babeltrace', isDated });
    const lines = captureLines(importTrace(text).capture);
    expect(lines.slice(1)).toEqual(log.slice(1));
    if (isDated) expect(lines[0]?.split('began ')[1]).toBe(log[0]?.split('began ')[1]);
  });

  test('tells what LTTng lost, and what is missing in a line', () => {
    const text = asBabeltrace(ofDay).split('\n');
    const odd = [
      '[warning] Tracer discarded 12 events between [08:15:30.000000000] and [08:15:31.000000000]',
      '[08:15:30.123456789] (+?.?????????) host qemu:virtqueue_pop: { cpu_id = 0 }, { vq = 0x55CC327E48D0',
      '[08:15:30.123456789] (+0.000000001) host syscall_entry_read: { cpu_id = 0 }, { fd = 3 }',
    ];
    const report = importTrace(
      [...text.slice(0, 40), ...odd, ...text.slice(40)].join('\n'),
    ).report();
    expect(report).toMatchObject({ dropped: 12, unknown: 1, torn: 1 });
  });
});

test.each([
  ['a stream', [0xc1, 0x1f, 0xfc, 0xc1, 0, 0]],
  ['packed metadata', [0x57, 0x1d, 0xd1, 0x75, 0, 0]],
  ['metadata', [...'/* CTF 1.8 */'].map((letter) => letter.charCodeAt(0))],
])('%s of a binary CTF trace is answered with what to do', (_what, bytes) => {
  expect(sniff(Uint8Array.from(bytes))).toMatchObject({
    kind: 'unknown',
    action: expect.stringContaining('babeltrace2'),
  });
});
