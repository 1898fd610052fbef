// Times out of QEMU's log, as it comes: in pieces, with other devices in it.
import { describe, expect, test } from 'vitest';
import { type TraceTime, TraceTimes } from '../../../src-core/qemu/trace-times.ts';

const LINES = `3@1795348888.900000:virtio_queue_notify vdev 0xaa n 0 vq 0xa0
3@1795348888.900001:virtio_blk_handle_read whatever
3@1795348889.000000:virtio_queue_notify vdev 0xbb n 2 vq 0xb2
3@1795348889.000001:virtio_snd_handle_tx_xfer tx queue callback called
3@1795348889.000002:virtqueue_pop vq 0xb2 elem 0x1 in_num 1 out_num 2
3@1795348889.500000:virtqueue_fill vq 0xb2 elem 0x1 len 8 idx 0
3@1795348889.500001:virtqueue_flush vq 0xb2 count 2
3@1795348889.500002:virtio_notify vdev 0xbb vq 0xb2
4@1795348889.500003:virtqueue_pop vq 0xa0 elem 0x2 in_num 1 out_num 2
3@1795348889.600000:virtio_queue_notify vdev 0xbb n 2 vq 0xb2
`;

describe('times out of a log', () => {
  test('are those of the sound device alone, once a line has shown which it is', () => {
    expect(shortly(new TraceTimes().push(bytes(LINES)))).toEqual([
      'kick 2 @0',
      'popped 2 x1 @0.000002',
      'used 2 x2 @0.500001',
      'interrupt 2 @0.500002',
      'kick 2 @0.6',
    ]);
  });

  test('are the same however the file comes in', () => {
    const whole = shortly(new TraceTimes().push(bytes(LINES)));
    const times = new TraceTimes();
    const pieces = [...bytes(LINES)].flatMap((byte) => times.push(Uint8Array.of(byte)));
    expect(shortly(pieces)).toEqual(whole);
  });

  test('are read in the form of QEMU 10.1 and newer', () => {
    const text = LINES.replace(/3@(\d+)\.(\d+):/g, (_all, seconds, micros) => {
      const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
      return `${date}.${micros}Z `;
    });
    expect(shortly(new TraceTimes().push(bytes(text)))).toContain('used 2 x2 @0.500001');
  });

  test('are missing where QEMU writes none', () => {
    const times = new TraceTimes().push(bytes(LINES.replace(/\d@[\d.]+:/g, '')));
    expect(times).toHaveLength(5);
    expect(times.every(({ unixNs }) => unixNs === undefined)).toBe(true);
  });

  test('are all of them, however many come at once', () => {
    const pops = '3@1795348889.000002:virtqueue_pop vq 0xb2 elem 0x1 in_num 1 out_num 2\n'.repeat(
      9000,
    );
    expect(new TraceTimes().push(bytes(LINES + pops))).toHaveLength(9005);
  });

  test('survive garbage', () => {
    const times = new TraceTimes();
    for (let seed = 1; seed < 60; seed++) {
      const noise = Uint8Array.from({ length: 5000 }, (_none, at) => (at * seed * 7919) >> 3);
      expect(times.push(noise)).toEqual([]);
    }
    expect(times.unknownLines).toBeGreaterThan(0);
  });
});

describe('codes of control requests', () => {
  const handled = (code: number, more = '') =>
    [
      'virtio_queue_notify vdev 0xbb n 0 vq 0xb0',
      'virtio_snd_handle_ctrl snd 0xbb: handle ctrl event for queue 0xb0',
      'virtqueue_pop vq 0xb0 elem 0x1 in_num 1 out_num 1',
      `virtio_snd_handle_code ctrl code msg val = ${code} == VIRTIO_SND_R_PCM_SOMETHING`,
      ...(more === '' ? [] : [more]),
      'virtqueue_flush vq 0xb0 count 1',
    ].join('\n');
  const codes = (text: string, times = new TraceTimes()) =>
    times.push(bytes(`${text}\n`)).flatMap((time) => (time.kind === 'code' ? [time] : []));

  test('come with the stream that the handler names, and without where it names none', () => {
    const params = handled(
      257,
      'virtio_snd_handle_pcm_set_params VIRTIO_SND_PCM_SET_PARAMS called for stream 3',
    );
    const start = handled(
      260,
      'virtio_snd_handle_pcm_start_stop VIRTIO_SND_R_PCM_START called for stream 1',
    );
    const info = handled(
      256,
      'virtio_snd_handle_pcm_info VIRTIO_SND_R_PCM_INFO called for stream 1',
    );
    expect(codes([params, start, info, handled(258)].join('\n'))).toMatchObject([
      { code: 257, streamId: 3 },
      { code: 260, streamId: 1 },
      { code: 256, streamId: -1 },
      { code: 258, streamId: -1 },
    ]);
  });

  test('stand between what QEMU popped and what it returned', () => {
    const kinds = new TraceTimes().push(bytes(`${handled(258)}\n`)).map(({ kind }) => kind);
    expect(kinds).toEqual(['kick', 'popped', 'code', 'used']);
  });

  test('of another sound device are not taken', () => {
    const other = handled(259).replaceAll('0xb', '0xc');
    expect(codes([handled(258), other, handled(260)].join('\n')).map(({ code }) => code)).toEqual([
      258, 260,
    ]);
  });

  test('of two sound devices are those of the one whose queues are ours', () => {
    const isOurs = (queue: number, pointer: bigint) => queue === 0 && pointer === 0xb0n;
    const other = handled(259).replaceAll('0xb', '0xc');
    const times = new TraceTimes({ isOurs });
    expect(codes([other, other, handled(258)].join('\n'), times)).toMatchObject([{ code: 258 }]);
    expect(times.knowsDevice).toBe(true);
  });
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function shortly(times: readonly TraceTime[]): string[] {
  return times.map((time) => {
    const seconds = ((time.unixNs ?? Number.NaN) - 1_795_348_889e9) / 1e9;
    const count = 'count' in time ? ` x${time.count}` : '';
    return `${time.kind} ${time.queue}${count} @${Number(seconds.toFixed(6))}`;
  });
}
