import { describe, expect, test } from 'vitest';
import { counted, fitStatusLine, grouped, statusLine } from '../../electron/status-line.ts';
import type { SessionStatus, StreamStatus } from '../../src-core/contract-data.ts';

const STREAM: StreamStatus = {
  ...{ streamId: 0, direction: 'output', state: 'running', runs: 1 },
  params: { format: 5, rate: 7, channels: 2, bufferBytes: 16384, periodBytes: 4096, features: 0 },
  ...{ guestFrames: 0, deviceFrames: 2048, deviceMessages: 2, sinkFrames: 2752 },
  ...{ movedFrames: 0, underruns: 0, transitions: {}, refused: {} },
  ...{ formats: [], rates: [], channelsMin: 1, channelsMax: 2 },
};

const STATUS: SessionStatus = {
  ...{ sessionId: 1, kind: 'demo', title: '', simulated: true, phase: 'live', sentence: '' },
  ...{ startedAtUnixMs: 0, endNs: 3_725e9, entries: 0, messages: 0 },
  counts: { control: 12, event: 64, tx: 12_345, rx: 0 },
  ...{ lostEntries: 0, lostPcmBytes: 0, captureBytes: 0 },
  ...{ offeredFeatures: 0n, acceptedFeatures: 0n, deviceStatus: 0, qemuArguments: [] },
  ...{ queues: [], streams: [STREAM], jacks: [], chmaps: [] },
  findings: { error: 0, warning: 0, note: 0 },
  sink: { title: '', note: '', hostUnderruns: 0 },
  monitor: { volume: 1, muted: false },
  kickCost: { p50Us: 0, p99Us: 0, count: 0 },
};

describe('the status line', () => {
  test('says phase, time, messages and how far ahead each busy stream is', () => {
    expect(statusLine(STATUS)).toBe(
      '● live 1:02:05 · tx 12 345 rx 0 ctl 12 ev 64 · ▶0 running 100.0 ms ahead',
    );
  });

  test('names what is wrong, and leaves out what is not', () => {
    const line = statusLine({
      ...STATUS,
      streams: [
        { ...STREAM, underruns: 2 },
        { ...STREAM, streamId: 1, state: 'released' },
      ],
      findings: { error: 1, warning: 3, note: 9 },
      sink: { title: '', note: '', hostUnderruns: 1 },
      lostEntries: 7,
    });
    expect(line).toContain('▶0 running 100.0 ms ahead ✕ 2 underruns');
    expect(line).not.toContain('▶1');
    expect(line).toContain('✕ 1 error · ! 3 warnings · 1 host underrun · ▨ lost 7 entries');
  });

  test('many streams are counted, not listed', () => {
    const streams = Array.from({ length: 64 }, (_, streamId) => ({ ...STREAM, streamId }));
    expect(statusLine({ ...STATUS, streams })).toContain(
      '▶2 running 100.0 ms ahead · and 61 streams',
    );
  });

  test('parameters with an unknown rate give no division by zero', () => {
    const params = { ...STREAM.params, rate: 250 } as NonNullable<StreamStatus['params']>;
    expect(statusLine({ ...STATUS, streams: [{ ...STREAM, params }] })).toContain('0.0 ms ahead');
  });

  test('is cut before it wraps', () => {
    expect(fitStatusLine('abcdefghij', 11)).toBe('abcdefghij');
    expect(fitStatusLine('abcdefghij', 10)).toBe('abcdefgh…');
    expect(fitStatusLine('abcdefghij', 1)).toBe('…');
  });
});

test('numbers are grouped and nouns counted', () => {
  expect([grouped(0), grouped(999), grouped(1000), grouped(1_234_567)]).toEqual([
    ...['0', '999', '1 000', '1 234 567'],
  ]);
  expect([counted(1, 'run'), counted(0, 'run'), counted(2000, 'run')]).toEqual([
    ...['1 run', '0 runs', '2 000 runs'],
  ]);
});
