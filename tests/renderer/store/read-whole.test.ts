import { expect, test } from 'vitest';
import { isReadWhole } from '../../../renderer/store/read-whole.ts';
import type { SessionStatus } from '../../../src-core/contract-data.ts';

const TRACE = { format: 'QEMU log', times: 'clock', stepNs: 1000, isFollowed: false } as const;

/** Of a status only what is looked at. */
function status(
  phase: SessionStatus['phase'],
  isTrace: boolean,
  isFollowed = false,
): SessionStatus {
  const trace = isTrace ? { trace: { ...TRACE, isFollowed, lines: 1, odd: 0 } } : {};
  return { phase, ...trace } as SessionStatus;
}

test('a capture that was opened has no end to follow, from its first message on', () => {
  for (const phase of ['loading', 'ended'] as const) {
    expect(isReadWhole({ kind: 'file', phase } as SessionStatus)).toBe(true);
  }
});

test('of live sessions only a trace that is read to its end has no end to follow', () => {
  for (const phase of ['loading', 'ended'] as const) {
    expect(isReadWhole(status(phase, true))).toBe(true);
  }
  for (const phase of ['waiting', 'loading', 'live'] as const) {
    expect(isReadWhole(status(phase, true, true))).toBe(false);
  }
  expect(isReadWhole(status('loading', false))).toBe(false);
  expect(isReadWhole(status('ended', false))).toBe(false);
});
