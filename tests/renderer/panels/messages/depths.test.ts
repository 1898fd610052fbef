import { expect, test } from 'vitest';
import { comparedFields } from '../../../../renderer/panels/messages/compare-model.ts';
import {
  conversationStatus,
  conversationTitle,
  isBad,
} from '../../../../renderer/panels/messages/conversations-model.ts';
import {
  EVENT_KINDS,
  eventAt,
  eventRow,
  lineOf,
} from '../../../../renderer/panels/messages/events-model.ts';
import { runText } from '../../../../renderer/panels/messages/messages-columns.tsx';
import { RowCache } from '../../../../renderer/panels/messages/messages-model.ts';
import type { Conversation } from '../../../../src-core/contract-messages.ts';
import { CONTROLQ } from '../../../../src-core/spec/sound.ts';
import { columnsOf, messageRow } from '../../message-fixture.ts';

const params = {
  bufferBytes: 3840,
  periodBytes: 1920,
  features: 0,
  channels: 2,
  format: 5,
  rate: 7,
};

test('each message has five event lines, and what was not seen says why', () => {
  expect(eventAt(lineOf(7))).toEqual({ row: 7, nth: 1 });
  const row = messageRow({ poppedNs: 100, usedNs: 400, firstNs: 300, lastNs: 300, frames: 480 });
  const events = EVENT_KINDS.map((_, nth) => eventRow(row, nth));
  expect(events.map(({ sinceNs }) => sinceNs)).toEqual([
    Number.NaN,
    Number.NaN,
    200,
    100,
    Number.NaN,
  ]);
  expect(events[0]?.text).toContain('not announced');
  expect(events[2]?.text).toContain('480 frames');
  expect(eventRow(messageRow({ queue: CONTROLQ }), 2).text).toBe('carries no PCM');
});

test('a run says how many it is and a bound that holds', () => {
  expect(runText({ runMessages: 4812, runLongestNs: 4_000_000 }, params)).toMatch(
    /^× 4.812, all under 0\.41 periods$/,
  );
  expect(runText({ runMessages: 3, runLongestNs: Number.NaN }, params)).toBe('× 3');
  expect(runText({ runMessages: 3, runLongestNs: 2e6 }, undefined)).toContain('all within');
});

test('Δ counts from start, from end, or between returns', () => {
  const rows = [
    messageRow({ index: 0, poppedNs: 100, usedNs: 300 }),
    messageRow({ index: 1, poppedNs: 350, usedNs: 700 }),
  ];
  const slice = columnsOf(rows);
  const cache = new RowCache();
  const deltas = (['start', 'gap', 'stage'] as const).map((mode) => {
    cache.take(slice, mode);
    return cache.at(1)?.sinceNs;
  });
  expect(deltas).toEqual([250, 50, 400]);
  expect(cache.at(0)?.sinceNs).toBeNaN();
});

test('conversations are told in words', () => {
  const run: Conversation = {
    kind: 'lifecycle',
    ...{ index: 9, track: 0, streamId: 0, direction: 'output', run: 0, params },
    ...{ fromNs: 0, toNs: 1e9, isOpen: true, messages: 3, frames: 9, underruns: 0 },
    ...{ blamed: 0, severity: 0 },
  };
  expect(conversationTitle(run)).toMatch(/^▤ Playback, run 1: S16 · 2 ch · 48.kHz$/);
  expect(conversationStatus(run)).toBe('▶ goes on');
  expect(conversationStatus({ ...run, underruns: 2 })).toMatch(/^2.underruns$/);
  const exchange: Conversation = {
    kind: 'exchange',
    ...{ index: 1, queue: CONTROLQ, streamId: 0, code: 0x0104, status: 0x8001 },
    ...{ fromNs: 0, toNs: 10, severity: 0 },
  };
  expect(conversationTitle(exchange)).toBe('PCM_START');
  expect(conversationStatus(exchange)).toBe('BAD_MSG');
  expect(isBad(exchange)).toBe(true);
});

test('compared are fields that somebody has; those that are alike only when asked for', () => {
  const field = (name: string) => ({ name, doc: '', unit: '', isNumber: true, grade: 'observed' });
  const cells = [
    { index: 4, texts: ['1', 'tx', ''] },
    { index: 2, texts: ['2', 'tx', ''] },
  ];
  const fields = ['seq', 'queue', 'finding'].map(field);
  expect(comparedFields(fields, [2, 4], cells, false)).toEqual([
    { name: 'seq', doc: '', texts: ['2', '1'], differs: true },
  ]);
  expect(comparedFields(fields, [2, 4], cells, true).map(({ name }) => name)).toEqual([
    'seq',
    'queue',
  ]);
});
