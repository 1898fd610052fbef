import { describe, expect, test } from 'vitest';
import { guiltyOf, tourOf } from '../../../renderer/tour/tour-model.ts';
import type { FindingGroup } from '../../../src-core/contract-data.ts';

const group = (severity: FindingGroup['severity'], count: number): FindingGroup => ({
  ...{ rule: 'VS-P-01', section: '5.14.6.8', by: 'driver', severity, asks: 'It asks.', count },
  ...{ firstNs: 1e9, lastNs: 2e9, firstDetail: 'what was found' },
});
const scenario = { name: 'x', title: 'X', description: '', planted: 'It sleeps.' };

describe('the tour of a demo', () => {
  test('leads to the worst finding, and to the most frequent of those', () => {
    const worst = group('error', 2);
    expect(guiltyOf([group('warning', 90), group('error', 1), worst])).toBe(worst);
    expect(guiltyOf([])).toBeUndefined();
  });

  test('has three steps that end on the guilty message', () => {
    const row = { atNs: 1e9, index: 41 } as Parameters<typeof tourOf>[2];
    const steps = tourOf(scenario, group('error', 2), row);
    expect(steps?.map(({ show }) => show)).toEqual(['findings', 'message', 'inspector']);
    expect(steps?.[1].text).toContain('#41');
    expect(steps?.[2].text).toContain('what was found');
  });

  test('waits until what is planted has shown itself; a healthy scenario has a tour of its own', () => {
    expect(tourOf(scenario, undefined, undefined)).toBeUndefined();
    const { planted: _planted, ...healthy } = scenario;
    expect(tourOf(healthy, undefined, undefined)?.length).toBe(3);
  });
});
