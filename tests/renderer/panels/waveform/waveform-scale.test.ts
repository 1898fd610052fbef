import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rangeAround } from '../../../../renderer/panels/waveform/waveform-data.ts';
import {
  fitFrames,
  followFrames,
  frameToPx,
  keepOverTrack,
  MIN_FRAMES,
  peaksQuery,
  pxToFrame,
  samplesQuery,
  showsSamples,
  spanOf,
  zoomFrames,
} from '../../../../renderer/panels/waveform/waveform-scale.ts';
import { LIMITS } from '../../../../src-core/limits.ts';

const scale = { fromFrame: 1000, toFrame: 11_000, leftPx: 50, widthPx: 1000 };

describe('frames and pixels', () => {
  test('go to and fro', () => {
    expect(frameToPx(scale, 1000)).toBe(50);
    expect(frameToPx(scale, 6000)).toBe(550);
    expect(pxToFrame(scale, 550)).toBe(6000);
  });

  test('single samples show when a frame is wider than a pixel', () => {
    expect(showsSamples(scale)).toBe(false);
    expect(showsSamples({ ...scale, toFrame: 1900 })).toBe(true);
  });
});

describe('zoom', () => {
  test('keeps the frame under the pointer where it is', () => {
    const range = zoomFrames(scale, 3000, 0.5, 100_000);
    expect(spanOf(range)).toBe(5000);
    expect((3000 - range.fromFrame) / 5000).toBeCloseTo(0.2);
  });

  test('ends at a few frames and at the whole track with some room', () => {
    expect(spanOf(zoomFrames(scale, 3000, 1e-9, 100_000))).toBe(MIN_FRAMES);
    expect(spanOf(zoomFrames(scale, 3000, 1e9, 100_000))).toBe(150_000);
  });

  test('any zoom and pan keeps a part of the track in view', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e7, max: 1e7, noNaN: true }),
        fc.nat(1_000_000),
        (from, span) => {
          const range = keepOverTrack({ fromFrame: from, toFrame: from + span + 16 }, 100_000);
          expect(range.toFrame).toBeGreaterThan(0);
          expect(range.fromFrame).toBeLessThan(100_000);
          expect(spanOf(range)).toBeCloseTo(span + 16, 3);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('follow', () => {
  test('keeps the end at the right edge and the span', () => {
    expect(followFrames({ fromFrame: 0, toFrame: 1000 }, 5000)).toEqual({
      fromFrame: 4000,
      toFrame: 5000,
    });
  });

  test('lets a short track begin at the left', () => {
    expect(followFrames({ fromFrame: 0, toFrame: 1000 }, 300)).toEqual({
      fromFrame: 0,
      toFrame: 1000,
    });
  });
});

describe('what is asked for', () => {
  test('is columns on a grid that does not move with the view', () => {
    const one = peaksQuery(scale, 7, 1_000_000);
    const other = peaksQuery({ ...scale, fromFrame: 1003, toFrame: 11_003 }, 7, 1_000_000);
    expect(one).toMatchObject({ track: 7, fromFrame: 0 });
    expect((one?.frames ?? 0) / (one?.columns ?? 1)).toBe(10);
    expect((other?.fromFrame ?? -1) % 10).toBe(0);
  });

  test('never begins before the track nor passes its end by more than a column', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 2e6, noNaN: true }),
        fc.double({ min: 16, max: 2e8, noNaN: true }),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (fromFrame, span, widthPx, total) => {
          const query = peaksQuery(
            { fromFrame, toFrame: fromFrame + span, leftPx: 0, widthPx },
            0,
            total,
          );
          if (query === undefined) return;
          const step = query.frames / query.columns;
          expect(Number.isInteger(step)).toBe(true);
          expect(query.fromFrame).toBeGreaterThanOrEqual(0);
          expect(query.fromFrame + query.frames).toBeLessThan(total + step);
          expect(query.columns).toBeLessThanOrEqual(LIMITS.pixelsPerRequest);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  test('is nothing where the track is not in view', () => {
    expect(peaksQuery({ ...scale, fromFrame: 90_000, toFrame: 91_000 }, 0, 5000)).toBeUndefined();
    expect(samplesQuery({ ...scale, fromFrame: 90_000, toFrame: 91_000 }, 0, 5000)).toBeUndefined();
  });

  test('single samples are asked for with a margin, within the track', () => {
    expect(samplesQuery({ ...scale, fromFrame: 10, toFrame: 110 }, 3, 120)).toEqual({
      track: 3,
      fromFrame: 0,
      frames: 120,
    });
  });
});

describe('a message that another panel chose', () => {
  test('leaves the view alone when it is in it', () => {
    const range = { fromFrame: 0, toFrame: 1000 };
    expect(rangeAround({ fromFrame: 100, toFrame: 200 }, range)).toBe(range);
  });

  test('comes to the middle, wholly, when it is not', () => {
    expect(
      rangeAround({ fromFrame: 5000, toFrame: 5200 }, { fromFrame: 0, toFrame: 1000 }),
    ).toEqual({
      fromFrame: 4600,
      toFrame: 5600,
    });
    const wide = rangeAround({ fromFrame: 5000, toFrame: 9000 }, { fromFrame: 0, toFrame: 1000 });
    expect(spanOf(wide)).toBe(6000);
  });

  test('and the whole of a track has a little room at its ends', () => {
    expect(fitFrames(1000)).toEqual({ fromFrame: -10, toFrame: 1010 });
  });
});
