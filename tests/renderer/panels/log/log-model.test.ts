import { describe, expect, test } from 'vitest';
import { bugReport, logLines, withoutPaths } from '../../../../renderer/panels/log/log-model.ts';

const lines = logLines(
  [
    { seq: 1, atNs: 5e6, step: { what: 'status', status: 15 } },
    { seq: 2, atNs: 9e6, step: { what: 'note', detail: 'A front-end connected.' } },
  ],
  [{ id: 1, atNs: 7e6, severity: 'error', code: 'x', what: 'It broke.', action: 'Try again.' }],
);

describe('the log', () => {
  test('has set-up, notices and notes in the order of time', () => {
    expect(lines.map(({ from, level }) => `${from} ${level}`)).toEqual([
      'set-up step',
      'Ringside error',
      'transport info',
    ]);
    expect(lines[0]?.text).toContain('DRIVER_OK');
    expect(lines[1]?.text).toBe('It broke. Try again.');
  });

  test('becomes a bug report that says where it was when there is no session', () => {
    const report = bugReport({
      ...{ hello: undefined, status: null, findings: [], lines, browser: 'Some browser' },
    });
    for (const part of ['## What happened', 'Some browser', 'No session.', 'It broke.']) {
      expect(report).toContain(part);
    }
  });

  test.each([
    ['opened /home/me/secret plans/run.pcapng', 'opened …/secret plans/run.pcapng'],
    ['from file:///tmp/a/b.sock and ~/x/y.json', 'from …/b.sock and …/y.json'],
    ['C:\\Users\\me\\run.pcapng', '…/run.pcapng'],
    ['5.14.6.6.5.1 and 48000/2', '5.14.6.6.5.1 and 48000/2'],
  ])('without paths: %s', (text, without) => {
    expect(withoutPaths(text)).toBe(without);
  });
});
