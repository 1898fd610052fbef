// What a watch says of itself: trust in parts of all bytes, and nothing about what was not asked.
import { describe, expect, test } from 'vitest';
import { watchLines } from '../../../../renderer/panels/inspector/watch-lines.ts';
import type { WatchStatus } from '../../../../src-core/qemu/watch-status.ts';

const WATCH: WatchStatus = {
  target: '/tmp/qmp.sock',
  qemuVersion: '10.0.2',
  devices: [],
  devicePath: '/machine/peripheral/snd0/virtio-backend',
  mustPick: false,
  missing: [],
  memory: 'memory is mapped',
  canReadMemory: true,
  toldRings: { chains: [], refused: [] },
  trace: 'times come from QEMU’s trace in /tmp/qemu.log',
  isPaused: false,
  sampling: { rateHz: 2, count: 10, busyPart: 0.004 },
  commands: { count: 74, p50Us: 1200, busyPart: 0.021 },
  trust: { exact: 0, unplaced: 0, changed: 0, raced: 0, late: 0 },
  assumedStreams: [],
};

describe('a watch', () => {
  test('says where its values come from, and which commands QEMU lacks', () => {
    const { source } = watchLines({ ...WATCH, missing: ['x-query-virtio-queue-element'] });
    expect(source[0]).toBe('QEMU 10.0.2 over /tmp/qmp.sock');
    expect(source.at(-1)).toBe('this QEMU does not have x-query-virtio-queue-element');
  });

  test('tells its payloads in parts, by how far they can be trusted', () => {
    const trust = { exact: 3_000, unplaced: 0, changed: 1_000, raced: 0, late: 0 };
    const lines = watchLines({ ...WATCH, trust, assumedStreams: [0] }).trust;
    expect(lines[0]).toMatch(/^75\.0 % \(3\.00?.kB\) as the device had it/);
    expect(lines[1]).toMatch(/^25\.0 %.*derived/);
    expect(lines[2]).toMatch(/stream 0 are assumed/);
    expect(watchLines(WATCH).trust).toEqual(['no payload was seen yet']);
  });

  test('says what it costs QEMU', () => {
    expect(watchLines(WATCH).cost).toEqual([
      '74 commands to QEMU, 1.2 ms each (median)',
      'QEMU was asked during 2.1 % of the time',
      'asked 2 times a second how many chains it holds: 0.4 % of the time (--rate)',
    ]);
    const never = { ...WATCH, sampling: { rateHz: 0, count: 0, busyPart: 0 } };
    expect(watchLines(never).cost.at(-1)).toMatch(/^QEMU is not asked/);
  });
});
