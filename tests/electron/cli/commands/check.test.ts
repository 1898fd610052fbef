import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RULE_IDS } from '../../../../src-core/spec/rules.ts';
import { captureFolder, ringsideOffline } from '../offline-rig.ts';

let clean: Awaited<ReturnType<typeof captureFolder>>;
let wrong: Awaited<ReturnType<typeof captureFolder>>;

beforeAll(async () => {
  [clean, wrong] = await Promise.all([captureFolder(), captureFolder('wrong-order', 2500)]);
});
afterAll(() => {
  clean.remove();
  wrong.remove();
});

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('ringside check', () => {
  test('of a clean capture says what it looked at, and ends with 0', async () => {
    const { code, out } = await ringsideOffline(['check', clean.file, '--fail-on', 'note']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /: no findings in \d+ messages\.\n\d+ rules ran, 0 could not, \d+ had nothing/,
    );
  });

  test('names what was broken, by whom and where, and ends with 1', async () => {
    const { code, out } = await ringsideOffline(['check', wrong.file]);
    expect(code).toBe(1);
    expect(out).toContain('error VS-I-01 × ');
    expect(out).toMatch(/ {4}\d\.\d{6} s, message \d+, stream 0: START in init\n/);
    expect((await ringsideOffline(['check', wrong.file, '--fail-on', 'never'])).code).toBe(0);
  });

  test('lists the table of rules', async () => {
    const { code, out } = await ringsideOffline(['check', '--rules', '--format', 'jsonl']);
    expect(code).toBe(0);
    expect(lines(out)).toHaveLength(RULE_IDS.length + 1);
    const text = await ringsideOffline(['check', '--rules']);
    expect(text.out).toContain('VQ-27 · error · driver · § 2.7.13.3.1\n');
    expect(text.out).toContain('  Cannot be observed: ');
  });

  test('tells the same twice, byte for byte', async () => {
    for (const format of ['text', 'jsonl', 'junit', 'sarif', 'md', 'github']) {
      const argv = ['check', wrong.file, '--format', format];
      expect((await ringsideOffline(argv)).out).toBe((await ringsideOffline(argv)).out);
    }
  });

  test('a known finding is told and does not count', async () => {
    const rules = lines((await ringsideOffline(['check', wrong.file, '--format', 'jsonl'])).out)
      .filter(({ kind }) => kind === 'finding')
      .map(({ rule }) => rule);
    const findings = [...new Set(rules)].map((rule) => ({
      rule,
      state: 'muted',
      reason: 'planted',
    }));
    const baseline = join(wrong.folder, 'known.json');
    writeFileSync(baseline, JSON.stringify({ schema: 'ringside.baseline/1', findings }));
    const told = await ringsideOffline([
      'check',
      wrong.file,
      '--baseline',
      baseline,
      '--fail-on',
      'note',
    ]);
    expect(told.code).toBe(0);
    expect(told.out).toContain(`no findings in`);
    expect(told.out).toContain(`${rules.length} known findings not counted.`);
    expect(told.out).toContain('[muted: planted]');
  });

  test('a baseline that is not right is refused with the place', async () => {
    const baseline = join(wrong.folder, 'bad.json');
    const findings = [{ rule: 'VS-X-99', state: 'muted', reason: 'x' }];
    writeFileSync(baseline, JSON.stringify({ schema: 'ringside.baseline/1', findings }));
    const { code, err } = await ringsideOffline(['check', wrong.file, '--baseline', baseline]);
    expect(code).toBe(3);
    expect(err).toContain('findings.0.rule: is no rule');
  });

  test('a cut capture that is clean ends with 5', async () => {
    const cut = join(clean.folder, 'cut.pcapng');
    writeFileSync(cut, clean.bytes.subarray(0, clean.bytes.length - 1001));
    expect((await ringsideOffline(['check', cut])).code).toBe(5);
  });

  test('needs a file', async () => {
    const { code, err } = await ringsideOffline(['check']);
    expect([code, err.includes('--rules')]).toEqual([2, true]);
  });
});

describe('for programs', () => {
  test('SARIF has a rule for each result, and levels that the format knows', async () => {
    const out = join(wrong.folder, 'x.sarif');
    const { code } = await ringsideOffline(['check', wrong.file, '--format', 'sarif', '-o', out]);
    expect(code).toBe(1);
    const { version, $schema, runs } = JSON.parse(readFileSync(out, 'utf8')) as Sarif;
    expect([version, $schema]).toEqual(['2.1.0', 'https://json.schemastore.org/sarif-2.1.0.json']);
    const [run] = runs;
    const { rules, name } = run?.tool.driver ?? { rules: [], name: '' };
    expect([name, rules.length]).toEqual(['ringside', RULE_IDS.length]);
    expect(run?.results.length).toBeGreaterThan(10);
    for (const { ruleId, ruleIndex, level, message, locations } of run?.results ?? []) {
      expect(rules[ruleIndex]?.id).toBe(ruleId);
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).not.toBe('');
      expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/x\.pcapng$/);
    }
  });

  test('JUnit is well-formed, counts right and skips what did not run', async () => {
    const { out } = await ringsideOffline(['check', wrong.file, '--format', 'junit']);
    const cases = elements(out, 'testcase');
    const [suite = ''] = elements(out, 'testsuite');
    const count = (name: string) => Number(new RegExp(`${name}="(\\d+)"`).exec(suite)?.[1]);
    expect(cases).toHaveLength(RULE_IDS.length);
    expect(count('tests')).toBe(RULE_IDS.length);
    expect(count('failures')).toBe(cases.filter((one) => one.includes('<failure ')).length);
    expect(count('skipped')).toBe(cases.filter((one) => one.includes('<skipped ')).length);
    expect(isWellFormed(out)).toBe(true);
  });

  test('GitHub gets one command a line', async () => {
    const { out } = await ringsideOffline(['check', wrong.file, '--format', 'github']);
    const commands = out.trim().split('\n').slice(0, -1);
    for (const line of commands)
      expect(line).toMatch(/^::(error|warning|notice) file=[^:]+,title=[^:]+::.+$/);
    expect(commands.length).toBeGreaterThan(10);
  });
});

interface Sarif {
  readonly version: string;
  readonly $schema: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { name: string; rules: readonly { id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly { physicalLocation: { artifactLocation: { uri: string } } }[];
    }[];
  }[];
}

function elements(text: string, name: string): string[] {
  const whole = new RegExp(`<${name} [^>]*?(?:/>|>[\\s\\S]*?</${name}>)`, 'g');
  return text.match(whole) ?? [];
}

/** Tags open and close in order, and no bare `&` or `<` stands in text. */
function isWellFormed(text: string): boolean {
  const open: string[] = [];
  const rest = text.replace(
    /<\?[^>]*\?>|<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
    (_all, end, name, _rest, self) => {
      if (name === undefined || self === '/') return '';
      if (end !== '/') open.push(String(name));
      else if (open.pop() !== name) open.push('wrong');
      return '';
    },
  );
  return open.length === 0 && !/[<>]|&(?!amp;|lt;|gt;|quot;)/.test(rest);
}
