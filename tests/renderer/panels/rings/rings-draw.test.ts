import { describe, expect, test } from 'vitest';
import { DARK } from '../../../../renderer/palette.ts';
import { circleIn, drawCircle, slotAtPoint } from '../../../../renderer/panels/rings/rings-draw.ts';
import { ringPointers } from '../../../../renderer/panels/rings/rings-facts.ts';
import { linkPaths, tablePath } from '../../../../renderer/panels/rings/rings-links.ts';
import { SERVICE } from '../../../../renderer/panels/rings/rings-model.ts';
import { chainLinks, readSplitRing } from '../../../../renderer/panels/rings/rings-split.ts';
import { recordingContext } from '../../recording-context.ts';
import { splitView } from './ring-fixture.ts';

const geometry = {
  rowPx: 20,
  scrollPx: { avail: 100, descriptor: 100, used: 100 },
  heightPx: 200,
  edges: { avail: [0, 100], descriptor: [150, 400], used: [450, 600] },
} as const;

describe('links', () => {
  const link = { from: 'avail', to: 'descriptor', stage: SERVICE } as const;

  test('run from the right edge of one table to the left edge of the next', () => {
    const [path] = linkPaths([{ ...link, fromSlot: 5, toSlot: 9 }], geometry);
    expect(path?.d).toBe('M100 10C125 10 125 90 150 90');
    expect(path?.tip).toBe('M150 90l-5 -3.5v7z');
  });

  test('bend out at the side when both ends are in one table', () => {
    const [path] = linkPaths([{ ...link, from: 'descriptor', fromSlot: 5, toSlot: 6 }], geometry);
    expect(path?.d).toBe('M400 10C422 10 422 30 400 30');
  });

  test('leave by the edge when one end is out of view, and are gone when both are', () => {
    const [path] = linkPaths([{ ...link, fromSlot: 5, toSlot: 300 }], geometry);
    expect(path?.d).toContain('212');
    expect(path?.tip).toBeUndefined();
    expect(linkPaths([{ ...link, fromSlot: 200, toSlot: 300 }], geometry)).toEqual([]);
  });

  test('lead from a descriptor into the block of its indirect table while it is in view', () => {
    const block = { leftPx: 430, topPx: 11 };
    expect(tablePath(6, block, geometry)).toEqual({
      d: 'M400 30C415 30 415 11 430 11',
      tip: 'M430 11l-5 -3.5v7z',
    });
    expect(tablePath(60, block, geometry)).toBeUndefined();
  });
});

describe('the circle', () => {
  const ring = readSplitRing(
    splitView({
      descriptors: { 1: { flags: 1, next: 4 }, 4: {} },
      avail: [1],
      lastAvail: 1,
      inFlight: [1],
    }),
  );
  const size = { widthPx: 400, heightPx: 300 };
  const model = {
    ring,
    pointers: ringPointers(ring),
    selected: undefined,
    links: [],
    tableOf: -1,
    wrong: [],
    heat: new Float32Array(8),
  };

  test('draws a band of slots for each ring, and one label for indexes on one slot', () => {
    const { ctx, of, texts } = recordingContext();
    drawCircle(ctx, model, size, DARK);
    expect(of('arc').length).toBeGreaterThanOrEqual(16);
    expect(texts()).toContain('avail = last 1');
    expect(texts()).toContain('used 0');
    expect(texts()).toContain('1 in flight');
    expect(of('stroke').some(({ strokeStyle }) => strokeStyle === DARK.service)).toBe(true);
  });

  test('draws the chosen chain as arrows: into the ring, from next to next, and to its table', () => {
    const { ctx, of } = recordingContext();
    const chain = { ...model, links: chainLinks(ring, 1), tableOf: 4 };
    drawCircle(ctx, chain, size, DARK);
    expect(of('quadraticCurveTo').length).toBe(3);
    expect(of('fill').length).toBe(3);
  });

  test('draws a large ring in as many arcs as it has runs', () => {
    const { ctx, of } = recordingContext();
    const large = readSplitRing(splitView({ size: 32768 }));
    drawCircle(
      ctx,
      { ...model, ring: large, pointers: [], heat: new Float32Array(32768) },
      size,
      DARK,
    );
    expect(of('arc').length).toBe(3);
  });

  test('finds the slot under the pointer', () => {
    const circle = circleIn(size.widthPx, size.heightPx);
    if (circle === undefined) throw new Error('no circle');
    const { xPx, yPx, outerPx, bandPx } = circle;
    expect(slotAtPoint(circle, ring, xPx + 2, yPx - outerPx + 2)).toEqual({
      table: 'avail',
      slot: 0,
    });
    expect(slotAtPoint(circle, ring, xPx - 2, yPx - outerPx + bandPx + 5)).toEqual({
      table: 'descriptor',
      slot: 7,
    });
    expect(slotAtPoint(circle, ring, xPx - 2, yPx - outerPx + 2 * bandPx + 7)?.table).toBe('used');
    expect(slotAtPoint(circle, ring, xPx, yPx)).toBeUndefined();
  });

  test('stays away where there is no room', () => {
    const { ctx, of } = recordingContext();
    drawCircle(ctx, model, { widthPx: 90, heightPx: 60 }, DARK);
    expect(of('arc')).toEqual([]);
  });
});
