import { describe, expect, test } from 'vitest';
import { RULE_IDS, type RuleId, ruleOf } from '../../../src-core/spec/rules.ts';
import { CONTROL_CASES } from './cases-control.ts';
import { IO_CASES } from './cases-io.ts';
import { RING_CASES } from './cases-rings.ts';
import { check } from './check-rig.ts';
import { Exchange } from './exchange.ts';

/** Rules that only who walks the rings, or the sink itself, can see: told by the device, tried in its own tests. */
const BY_RECORDER: readonly RuleId[] = [
  ...(['VQ-02', 'VQ-05', 'VQ-08', 'VQ-10', 'VQ-11', 'VQ-15', 'VQ-P07'] as const),
  ...(['VS-P-01', 'VS-P-02', 'VS-P-03'] as const),
];
/** Content of PCM: looked at by the detectors of sound. */
const BY_SOUND: readonly RuleId[] = ['VS-P-04', 'VS-P-05', 'VS-P-06', 'VS-P-07'];

const CASES = { ...CONTROL_CASES, ...IO_CASES, ...RING_CASES };

describe('an exchange that breaks exactly one rule', () => {
  test.each(Object.entries(CASES))('breaks %s and nothing else', (rule, run) => {
    const exchange = new Exchange();
    const options = run(exchange) ?? {};
    const { counts } = check(exchange.capture, options);
    expect(Object.keys(counts)).toEqual([rule]);
  });

  test('there is one for every rule that can be observed', () => {
    const tried = new Set<string>([...Object.keys(CASES), ...BY_RECORDER, ...BY_SOUND]);
    const missing = RULE_IDS.filter((id) => ruleOf(id).unseen === undefined && !tried.has(id));
    expect(missing).toEqual([]);
  });
});

describe('an exchange that breaks nothing', () => {
  test('plays from set-up to RELEASE', () => {
    const exchange = new Exchange();
    exchange.prepared().play(40).command('STOP').command('RELEASE').ring(0).ring(2);
    expect(check(exchange.capture).found).toEqual([]);
  });

  test('records', () => {
    const exchange = new Exchange();
    exchange.prepared(1);
    const posted = [exchange.post(1), exchange.post(1)];
    exchange.command('START', 1);
    for (const seq of posted) exchange.move(seq).done(seq, { queue: 3 });
    exchange.command('STOP', 1).command('RELEASE', 1);
    expect(check(exchange.capture).found).toEqual([]);
  });
});
