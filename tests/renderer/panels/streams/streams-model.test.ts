import { describe, expect, test } from 'vitest';
import {
  emptyReason,
  fillOf,
  formatWords,
  lifecycleOf,
  movedText,
  offerRows,
  paramRows,
  shortParams,
} from '../../../../renderer/panels/streams/streams-model.ts';
import type { StreamStatus } from '../../../../src-core/contract-data.ts';
import { formatByName, RATES_HZ, type StreamParams } from '../../../../src-core/spec/formats.ts';

const params: StreamParams = {
  format: formatByName('S16')?.id ?? -1,
  rate: RATES_HZ.indexOf(48000),
  channels: 2,
  bufferBytes: 7680,
  periodBytes: 1920,
  features: 0,
};

function streamOf(part: Partial<StreamStatus> = {}): StreamStatus {
  return {
    streamId: 0,
    direction: 'output',
    state: 'running',
    params,
    runs: 1,
    guestFrames: 480,
    deviceFrames: 1440,
    deviceMessages: 3,
    sinkFrames: 960,
    movedFrames: 48_000,
    underruns: 0,
    transitions: {},
    refused: {},
    formats: [5, 4],
    rates: [7, 6, 14],
    channelsMin: 1,
    channelsMax: 2,
    ...part,
  };
}

describe('the lifecycle of a stream', () => {
  const lifecycle = lifecycleOf(
    streamOf({
      transitions: {
        'init>params': 1,
        'params>prepared': 2,
        'running>init': 3,
        'running>params': 1,
      },
      refused: { 'running>RELEASE': 4, 'running>PREPARE': 1, 'nonsense>START': 1 },
    }),
  );

  test('has an edge for every command that the standard allows, with its count', () => {
    const edge = (from: string, to: string) =>
      lifecycle.edges.find((one) => one.from === from && one.to === to);
    expect(lifecycle.edges.length).toBe(12);
    expect(edge('params', 'prepared')).toMatchObject({ command: 'PREPARE', count: 2 });
    expect(edge('stopped', 'released')).toMatchObject({ command: 'RELEASE', count: 0 });
  });

  test('lists refused attempts at the state in which they came', () => {
    expect(lifecycle.refused.get('running')).toEqual([
      { command: 'RELEASE', count: 4 },
      { command: 'PREPARE', count: 1 },
    ]);
    expect(lifecycle.refused.size).toBe(1);
  });

  test('counts resets, and names what was taken though there is no edge', () => {
    expect(lifecycle.resets).toBe(3);
    expect(lifecycle.unexpected).toEqual(['running → params ×1']);
  });
});

describe('where the buffer is', () => {
  test('is parts of the whole in frames and ms', () => {
    const fill = fillOf(streamOf());
    expect(fill.bufferFrames).toBe(1920);
    expect(fill.parts.map(({ owner, text }) => [owner, text])).toEqual([
      ['guest', '480 frames · 10.0\u2009ms'],
      ['device', '1\u2009440 frames · 30.0\u2009ms'],
      ['sink', '960 frames · 20.0\u2009ms'],
    ]);
    expect(fill.parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  test('is never wider than the bar, which is as long as the buffer at least', () => {
    expect(fillOf(streamOf({ guestFrames: 0, deviceFrames: 0, sinkFrames: 10 })).scaleFrames).toBe(
      1920,
    );
  });

  test('has a tick for each period, and none where they cannot be told apart', () => {
    expect(fillOf(streamOf({ sinkFrames: 0 })).periodTicks).toEqual([0.25, 0.5, 0.75, 1]);
    const many = { ...params, bufferBytes: 4 * 48_000, periodBytes: 4 * 48 };
    expect(fillOf(streamOf({ params: many })).periodTicks).toEqual([]);
  });

  test('says how long it lasts', () => {
    expect(fillOf(streamOf()).aheadNs).toBe(50e6);
  });

  test('is frames alone while the parameters are not known', () => {
    const { params: _, ...unknown } = streamOf();
    const fill = fillOf(unknown);
    expect(fill.parts[1]?.text).toBe('1\u2009440 frames');
    expect(fill.aheadNs).toBeNaN();
    expect(emptyReason(unknown)).toContain('No SET_PARAMS');
  });

  test('of a capture stream names the source', () => {
    expect(fillOf(streamOf({ direction: 'input' })).parts.map(({ label }) => label)).toEqual([
      'guest',
      'device',
      'source',
    ]);
  });

  test('that is empty says why', () => {
    const nothing = { guestFrames: 0, deviceFrames: 0, sinkFrames: 0, movedFrames: 0 };
    expect(emptyReason(streamOf({ ...nothing, state: 'prepared' }))).toBe(
      'Stream prepared, no frames yet.',
    );
    expect(emptyReason(streamOf({ ...nothing, state: 'released' }))).toContain('Released');
    expect(emptyReason(streamOf())).toBeUndefined();
  });
});

describe('in words', () => {
  const row = (rows: readonly { label: string; value: string }[], label: string) =>
    rows.find((one) => one.label === label);

  test('sizes are bytes, frames and ms', () => {
    expect(row(paramRows(params), 'period')?.value).toBe(
      '1\u2009920 B · 480 frames · 10.0\u2009ms',
    );
  });

  test('a period that does not divide the buffer is named with its clause', () => {
    const found = row(paramRows({ ...params, periodBytes: 1000 }), 'period');
    expect(found).toMatchObject({ value: '1\u2009000 B · 250 frames · 5.21\u2009ms' });
    expect(found).toHaveProperty('problem', expect.stringContaining('5.14.6.6.3.2'));
    expect(row(paramRows({ ...params, periodBytes: 0 }), 'period')).toHaveProperty('problem');
  });

  test('formats say how many bits are in how many', () => {
    expect(formatWords(formatByName('S24')?.id ?? -1)).toBe('S24 (24 bits in 32)');
    expect(formatWords(params.format)).toBe('S16 (16 bits)');
    expect(formatWords(77)).toBe('format 77');
  });

  test('what is on offer is sorted by rate', () => {
    expect(offerRows(streamOf()).map(({ value }) => value)).toEqual([
      'S16 U8',
      '12 44.1 48 kHz',
      '1 to 2',
    ]);
  });

  test('features and short forms', () => {
    expect(row(paramRows({ ...params, features: 0b10100 }), 'features')?.value).toBe(
      'MSG_POLLING, EVT_XRUNS',
    );
    expect(shortParams(params)).toBe('S16 · 2 ch · 48\u2009kHz');
    expect(shortParams(undefined)).toBe('');
    expect(movedText(streamOf())).toContain('handed over since PREPARE');
    expect(movedText(streamOf({ direction: 'input' }))).toContain('recorded');
  });
});
