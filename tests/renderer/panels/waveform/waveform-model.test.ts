import { describe, expect, test } from 'vitest';
import {
  channelName,
  frameAtTime,
  gainText,
  lanesOf,
  lanesOverflow,
  messageOfFrame,
  noWaveReason,
  pieceAt,
  readOut,
  ribbonParts,
  showsBorders,
  stepGain,
  timeOfFrame,
  trackTime,
  trackTitle,
  trackToShow,
} from '../../../../renderer/panels/waveform/waveform-model.ts';
import { bordersOf, formatId, trackOf } from './track-fixture.ts';

const borders = bordersOf(
  [0, 480, 10, 1.1e9],
  [480, 200, 11, 1.11e9],
  [680, 280, 11, 1.115e9],
  [2000, 480, 14, 1.5e9],
);
const track = trackOf();

describe('which message carried a frame', () => {
  test('is found at both ends of its piece', () => {
    expect([0, 479, 480, 959].map((frame) => messageOfFrame(borders, frame))).toEqual([
      10, 10, 11, 11,
    ]);
  });

  test('is none in a gap, past the end, and before anything is known', () => {
    expect(pieceAt(borders, 960)).toBe(-1);
    expect(messageOfFrame(borders, 2480)).toBe(-1);
    expect(messageOfFrame(undefined, 0)).toBe(-1);
  });

  test('pieces of one message are one part of the ribbon', () => {
    expect(ribbonParts(borders)).toEqual([
      { fromFrame: 0, toFrame: 480, index: 10 },
      { fromFrame: 480, toFrame: 960, index: 11 },
      { fromFrame: 2000, toFrame: 2480, index: 14 },
    ]);
  });

  test('is asked for only where messages are wide enough to see', () => {
    const scale = { fromFrame: 0, toFrame: 48_000, leftPx: 0, widthPx: 1000 };
    expect(showsBorders(track, scale)).toBe(true);
    expect(showsBorders(track, { ...scale, toFrame: 480_000 })).toBe(false);
  });
});

describe('when a frame was handed over', () => {
  test('counts from its piece', () => {
    expect(timeOfFrame(track, borders, 504)).toEqual({ atNs: 1.11e9 + 5e5, isDerived: false });
  });

  test('is estimated from the begin of the track where no piece is known', () => {
    expect(timeOfFrame(track, undefined, 48_000)).toEqual({ atNs: 2e9, isDerived: true });
  });

  test('and the other way round', () => {
    expect(frameAtTime(track, borders, 1.11e9 + 5e5)).toBeCloseTo(504);
    expect(frameAtTime(track, borders, 1.5e9)).toBe(2000);
  });

  test('no frame belongs to a time before the first piece or long after one', () => {
    expect(frameAtTime(track, borders, 1e9)).toBeUndefined();
    expect(frameAtTime(track, borders, 1.4e9)).toBeUndefined();
    expect(frameAtTime(track, undefined, 1e9)).toBeUndefined();
  });
});

describe('lanes', () => {
  test('share the height under ruler and ribbon', () => {
    const lanes = lanesOf(2, 340);
    expect(lanes.map(({ title }) => title)).toEqual(['FL', 'FR']);
    expect(lanes[0]?.heightPx).toBe(lanes[1]?.heightPx);
    expect(lanesOverflow(lanes, 340)).toBe(0);
  });

  test('keep a least height and scroll when there are many', () => {
    const lanes = lanesOf(18, 300);
    expect(Math.min(...lanes.map(({ heightPx }) => heightPx))).toBeGreaterThanOrEqual(30);
    expect(lanesOverflow(lanes, 300)).toBeGreaterThan(300);
  });

  test('are numbered where no usual order is known', () => {
    expect(channelName(3, 18)).toBe('ch 3');
    expect(channelName(0, 1)).toBe('MONO');
  });
});

describe('vertical zoom', () => {
  test('goes in steps of two between full scale and far in', () => {
    expect(stepGain(1, 1)).toBe(2);
    expect(stepGain(1, -1)).toBe(1);
    expect(stepGain(4096, 1)).toBe(4096);
    expect(gainText(8)).toBe('-18.1 dBFS');
  });
});

describe('in words', () => {
  test('a frame is its samples as integer, hex and level', () => {
    const pcm = new Uint8Array([0x00, 0x40, 0x4c, 0xfb]);
    const samples = { fromFrame: 7, frames: 1, params: track.params, pcm };
    expect(readOut(track, 7, samples).values).toEqual([
      { channel: 'FL', text: '16384  0x4000  -6.0 dBFS' },
      { channel: 'FR', text: '-1204  0xfb4c  -28.7 dBFS' },
    ]);
  });

  test('a frame whose samples have not come is a dash, never an old value', () => {
    const pcm = new Uint8Array(4);
    const samples = { fromFrame: 7, frames: 1, params: track.params, pcm };
    expect(readOut(track, 8, samples).values[0]?.text).toBe('–');
    expect(readOut(track, 8, null).values[0]?.text).toBe('–');
  });

  test('a time in the track has minutes, seconds and microseconds', () => {
    expect(trackTime(track, 48_000 * 62 + 24)).toBe('1:02.000\u2009500');
  });

  test('a track has stream, run, format, length, and whether it still grows', () => {
    expect(trackTitle(trackOf({ run: 1, open: true }))).toBe(
      'Stream 0 playback · run 2 · S16 2 ch 48\u2009kHz · 10.0\u2009s · live',
    );
  });

  test('a coded format says why it has no wave', () => {
    expect(noWaveReason(formatId('S16'))).toBeUndefined();
    expect(noWaveReason(formatId('MU_LAW'))).toBeUndefined();
    expect(noWaveReason(formatId('IMA_ADPCM'))).toContain('compressed');
    expect(noWaveReason(formatId('DSD_U8'))).toContain('one-bit');
    expect(noWaveReason(formatId('IEC958_SUBFRAME'))).toContain('subframes');
    expect(noWaveReason(99)).toContain('not in the standard');
  });
});

describe('the track to show', () => {
  const tracks = [trackOf({ track: 0 }), trackOf({ track: 1 }), trackOf({ track: 2, frames: 0 })];

  test('is the chosen one while it is there', () => {
    expect(trackToShow(tracks, 0)?.track).toBe(0);
  });

  test('else the newest with PCM, else the newest', () => {
    expect(trackToShow(tracks, undefined)?.track).toBe(1);
    expect(trackToShow(tracks, 9)?.track).toBe(1);
    expect(trackToShow(tracks.slice(2), undefined)?.track).toBe(2);
    expect(trackToShow([], undefined)).toBeUndefined();
  });
});
