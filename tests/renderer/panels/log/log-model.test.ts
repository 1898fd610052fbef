import { describe, expect, test } from 'vitest';
import {
  bugReport,
  foundIn,
  logLines,
  partsOf,
  withoutMachine,
} from '../../../../renderer/panels/log/log-model.ts';
import { goneText, redact } from '../../../../renderer/panels/log/redact.ts';

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

  test('is searched whatever the case, and what is found is marked', () => {
    expect(foundIn(lines, 'IT BROKE').map(({ id }) => id)).toEqual(['notice-1']);
    expect(foundIn(lines, '  ')).toEqual([]);
    expect(partsOf('a.b A.B axb', 'a.b')).toEqual(['', 'a.b', ' ', 'A.B', ' axb']);
    expect(partsOf('plain', '')).toEqual(['plain']);
  });

  test('says in the report what was left out, and a fence in it ends nothing', () => {
    const told = logLines(
      [],
      [{ id: 1, atNs: 0, severity: 'error', code: 'x', what: 'No ``` in /home/eve/x.sock.' }],
    );
    const report = bugReport({
      ...{ hello: undefined, status: null, findings: [], lines: told, browser: 'Some browser' },
    });
    expect(report.match(/^````$/gm)).toHaveLength(2);
    const without = withoutMachine(report, { names: ['eve'], paths: [] });
    expect(without).toContain('No ``` in [path 1 .sock].');
    expect(without).toMatch(
      /## Left out\n\n1 path left out; the same number stands for the same\.\n$/,
    );
    expect(without).not.toContain('eve');
    expect(withoutMachine(report, undefined)).toMatch(/are in this report\.\n$/);
  });
});

const known = {
  names: ['alice', 'Jürgen', 'lab-7', 'lab-7.corp.example', 'root', 'a', 'x+y(1)'],
  paths: ['/run/user/1000/my guest.sock', '/home/alice', 'relative/never'],
};
const without = (text: string) => redact(text, known).text;

describe('a text without the machine', () => {
  test.each([
    ['opened /home/me/secret plans/run.pcapng', 'opened [path 1 .pcapng]'],
    ['from file:///tmp/a/b%20c.sock and ~/x/y.json', 'from [path 1 .sock] and [path 2 .json]'],
    ['C:\\Users\\Jane Doe\\run.pcapng is gone.', '[path 1 .pcapng] is gone.'],
    ['\\\\server\\share\\x.wav', '[path 1 .wav]'],
    ['opened "/mnt/My Disk/a, b (2)/x"', 'opened "[path 1]"'],
    ['“/srv/ä ö/ü.pcapng” and ‘no path’', '“[path 1 .pcapng]” and ‘no path’'],
    ['-chardev socket,id=c0,path=/tmp/a.sock', '-chardev socket,id=c0,path=[path 1 .sock]'],
    ['listens at /run/user/1000/my guest.sock now', 'listens at [path 1 .sock] now'],
    ['my guest.sock: no such file', '[path 1 .sock]: no such file'],
    ['unix:@/tmp/abstract, (/etc/x): ok', 'unix:@[path 1], ([path 2]): ok'],
    ['/a/b twice: /a/b, /a/c', '[path 1] twice: [path 1], [path 2]'],
    ['at f (file:///C:/Users/me/app/dist/cli.js:12:3)', 'at f ([path 1 .js]:12:3)'],
    ['http://127.0.0.1:4711/?token=s3cr3t. Done', '[address 1] Done'],
    ['ALICE on Lab-7.corp.example, lab-7', '[name 2] on [name 1], [name 3]'],
    ['Ju\u0308rgen und Jürgens', '[name 1] und Jürgens'],
    ['malice, alice2 and x+y(1)', 'malice, alice2 and [name 1]'],
  ])('%s', (text, wanted) => {
    expect(without(text)).toBe(wanted);
  });

  test.each([
    '5.14.6.6.5.1 and 48000/2, tx/rx, and/or, 7.8 ms · 0.73 P, 1 / 2',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120',
    '- VQ-05 error by the driver, 3 times: root a device-writable one',
    '## Log',
  ])('leaves alone: %s', (text) => {
    expect(without(text)).toBe(text);
  });

  test('says how many are gone', () => {
    expect(goneText(redact('/a/b /a/b /c/d alice http://x/y', known))).toBe(
      '2 paths, 1 name of the user or the machine, 1 address left out; the same number stands for the same.',
    );
    expect(goneText(redact('nothing', known))).toMatch(/^There were no/);
  });

  test('takes no time that grows with what is hostile', () => {
    const hostile = `${'/a '.repeat(20_000)}${'\\\\'.repeat(20_000)}${'~'.repeat(20_000)}`;
    expect(redact(hostile, known).text.length).toBeGreaterThan(0);
  }, 5000);
});
