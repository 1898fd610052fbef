// QEMU's ftrace back-end: the same texts as in its log, behind another beginning.
import { describe, expect, test } from 'vitest';
import { sniff } from '../../../../src-core/capture/importers/sniff.ts';
import { captureLines, fixture, importTrace } from './trace-text.ts';

const STAMP = /^(\d+)@(\d+)\.(\d{6}):(.*)$/;
const BOOTED = 1_795_348_000;

/** The log as ftrace shows it. */
function asFtrace(line: (thread: string, seconds: string, text: string) => string): string {
  const lines = new TextDecoder().decode(fixture('qemu-10.0-timestamps.log')).trimEnd().split('\n');
  return `${lines
    .map((each) => {
      const [, thread = '', seconds, micros, text = ''] = STAMP.exec(each) ?? [];
      return line(thread, `${Number(seconds) - BOOTED}.${micros}`, text);
    })
    .join('\n')}\n`;
}

const plain = (thread: string, seconds: string, text: string) =>
  `  qemu-system-x86-${thread}   [001] .....   ${seconds}: tracing_mark_write: ${text}`;

/** What it tells but for when it began and on which lines. */
function story(trace: string | Uint8Array): string[] {
  const lines = captureLines(importTrace(trace).capture).slice(1);
  return lines.map((line) => line.replace(/^ +\d+(?= )/, ''));
}

describe('a trace in ftrace', () => {
  const log = story(fixture('qemu-10.0-timestamps.log'));
  const headed = `# tracer: nop
#
# entries-in-buffer/entries-written: 10/10   #P:4
#
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
#              | |         |   |||||     |         |
`;

  test.each([
    ['as tracefs shows it', headed + asFtrace(plain)],
    [
      'of an old kernel, without flags',
      asFtrace((thread, at, text) => `<...>-${thread} [000] ${at}: tracing_mark_write: ${text}`),
    ],
    [
      'with thread groups and names that have spaces, dashes and colons',
      asFtrace(
        (thread, at, text) =>
          `     CPU 0-1/KVM: -${thread}   (  ${thread}) [003] d..1.  ${at}: tracing_mark_write: ${text}`,
      ),
    ],
    [
      'without names of kernel functions',
      asFtrace(
        (thread, at, text) => `qemu-${thread} [001] ..... ${at}: 0xffffffff8a1b2c3d: ${text}`,
      ),
    ],
    [
      'as trace-cmd reports it',
      asFtrace(
        (thread, at, text) =>
          `qemu-system-x86-${thread} [001]  ${at}: print:                tracing_mark_write: ${text}`,
      ),
    ],
  ])('%s tells the same as a log', (_how, text) => {
    expect(sniff(new TextEncoder().encode(text))).toMatchObject({
      ...{ kind: 'ftrace', hasTimes: true, isDated: false },
    });
    expect(story(text)).toEqual(log);
  });

  test('has a time base of its own, in steps of a microsecond', () => {
    const { facts } = importTrace(asFtrace(plain)).capture;
    expect(facts.trace).toMatchObject({
      format: 'QEMU trace in ftrace',
      times: 'clock',
      stepNs: 1000,
    });
    expect(facts.startedAtUnixMs).toBe(1_790_000_000_000);
  });

  test('tells what was lost, and counts no heading among what is unknown', () => {
    const lines = asFtrace(plain).split('\n');
    const middle = [
      ...['CPU:0 [LOST 12 EVENTS]', 'CPU:1 [LOST EVENTS]', 'CPU:3 [5 EVENTS DROPPED]', ''],
      '          <idle>-0       [002] d..2.   500.000001: sched_switch: prev_comm=swapper/2',
    ];
    const head = '# entries-in-buffer/entries-written: 100/140   #P:4';
    const text = [head, ...lines.slice(0, 40), ...middle, ...lines.slice(40)].join('\n');
    const report = importTrace(text).report();
    expect(report).toMatchObject({ dropped: 12 + 1 + 5 + 40, unknown: 1, torn: 0 });
    expect(report.items.filter(({ kind }) => kind === 'dropped')).toHaveLength(4);
  });

  test('with a clock that counts has no times, and says so', () => {
    const text = asFtrace(
      (thread, _at, event) => `qemu-${thread} [001] ..... 123456789: tracing_mark_write: ${event}`,
    );
    const { facts } = importTrace(text).capture;
    expect(facts.trace).toMatchObject({ format: 'QEMU trace in ftrace without times' });
  });
});
