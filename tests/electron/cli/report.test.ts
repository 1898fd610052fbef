import { describe, expect, test } from 'vitest';
import { qemuText, summaryText } from '../../../electron/cli/report.ts';
import type { Summary } from '../../../src-core/contract-summary.ts';

const SUMMARY: Summary = {
  version: '1.2.3',
  messages: { control: 12, event: 0, tx: 1188, rx: 0 },
  streams: [
    {
      id: 0,
      direction: 'output',
      runs: [
        {
          ...{
            format: 'S16',
            rateHz: 48_000,
            channels: 2,
            bufferBytes: 65_536,
            periodBytes: 16_384,
          },
          ...{ frames: 96_000, sha256: 'ab'.repeat(32), file: 'out/stream0-0.wav', underruns: 1 },
        },
      ],
    },
    { id: 1, direction: 'input', runs: [] },
  ],
  violations: [],
  dropped: 0,
};

describe('the summary for people', () => {
  test('tells messages, runs and violations', () => {
    expect(summaryText(SUMMARY)).toBe(
      [
        'messages    control 12, event 0, tx 1 188, rx 0',
        'stream 0    output, 1 run',
        '            S16, 2 channels, 48 000 Hz: 96 000 frames (2.000 s), 1 underrun, out/stream0-0.wav, sha256 abababababab…',
        'stream 1    input, 0 runs',
        'violations  none',
        '',
      ].join('\n'),
    );
  });

  test('tells what was broken and what was lost', () => {
    const text = summaryText({
      ...SUMMARY,
      violations: [
        { rule: 'VR-x', section: '2.7.5', by: 'driver', count: 3, detail: 'a loop' },
        { rule: 'VR-y', section: '2.7.6', by: 'device', count: 1, detail: 'an index' },
      ] as unknown as Summary['violations'],
      dropped: 2,
    });
    expect(text).toContain('violations  3 × VR-x (section 2.7.5, driver): a loop\n');
    expect(text).toContain('            1 × VR-y (section 2.7.6, device): an index\n');
    expect(text).toContain('lost        2 records\n');
  });
});

test('QEMU’s arguments can be pasted as one command', () => {
  expect(qemuText(['-a b', '-c d'])).toBe('  -a b \\\n  -c d\n');
});
