import { describe, expect, test } from 'vitest';
import { SCENARIOS, scenarioByName } from '../../../src-core/transport/scenarios.ts';

describe('the table of scenarios', () => {
  test('has each name once and finds it', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
    for (const scenario of SCENARIOS) expect(scenarioByName(scenario.name)).toBe(scenario);
    expect(scenarioByName('nothing')).toBeUndefined();
  });

  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    '%s is described in sentences and has streams',
    (_, { description, planted, topology, jackEvents }) => {
      expect(description).toMatch(/^[A-Z].*\.$/);
      expect(planted ?? 'Nothing.').toMatch(/^[A-Z].*\.$/);
      const { streams, jacks } = topology();
      expect(streams.length).toBeGreaterThan(0);
      for (const { jackId } of jackEvents) expect(jackId).toBeLessThan(jacks.length);
      expect(jackEvents).toEqual([...jackEvents].sort((left, right) => left.atNs - right.atNs));
    },
  );
});
