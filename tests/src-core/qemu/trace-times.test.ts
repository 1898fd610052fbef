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
    expect(times).toHaveLength(4);
    expect(times.every(({ unixNs }) => unixNs === undefined)).toBe(true);
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
