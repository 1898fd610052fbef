import { describe, expect, test } from 'vitest';
import { type Axis, axisTicks, axisTitle, nextUnit } from '../../../renderer/canvas/time-axis.ts';

const scale = { fromNs: 1e9, toNs: 2e9, leftPx: 0, widthPx: 1000 };
const axis: Axis = {
  unit: 'start',
  zeroNs: 0,
  startedAtUnixMs: 0,
  frameNs: 1e9 / 48000,
  periodNs: 20e6,
};
const labels = (more: Partial<Axis>) =>
  axisTicks(scale, { ...axis, ...more }).map(({ label }) => label.replace(/[\u2009\s]/g, ' '));

describe('the time axis', () => {
  test('counts seconds since the start, or from a zero of one’s own, before it too', () => {
    expect(labels({})[0]).toBe('1.0 s');
    expect(labels({ zeroNs: 1.5e9 })[0]).toBe('−0.4 s');
    expect(axisTitle({ ...axis, zeroNs: 5 })).toBe('time from 0');
  });

  test('counts whole frames and periods of the stream', () => {
    expect(labels({ unit: 'frames' })[0]).toBe('50 000 fr');
    expect(labels({ unit: 'periods' })).toEqual(['50 P', '60 P', '70 P', '80 P', '90 P', '100 P']);
    const near = { ...scale, toNs: 1e9 + 10_000 };
    expect(axisTicks(near, { ...axis, unit: 'frames' }).length).toBeLessThanOrEqual(1);
  });

  test('says so when no stream has frames, and counts time then', () => {
    expect(axisTitle({ ...axis, unit: 'frames', frameNs: undefined })).toContain('no stream');
    expect(labels({ unit: 'frames', frameNs: undefined })[0]).toBe('1.0 s');
  });

  test('counts the avail index of a queue where its messages are, and leaves out what is too near', () => {
    const places = [512, 1024, 1030, 1536].map((index) => ({ atNs: 1e9 + index * 5e5, index }));
    const ring = { queueName: 'txq', places };
    expect(labels({ unit: 'ring', ring })).toEqual(['512', '1 024', '1 536']);
    expect(axisTitle({ ...axis, unit: 'ring', ring })).toBe('avail idx, txq');
  });

  test('goes round through its units', () => {
    const units = ['start', 'wall', 'frames', 'periods', 'ring'] as const;
    expect(units.map(nextUnit)).toEqual([...units.slice(1), 'start']);
  });
});
