import { expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { CaptureReader } from '../../../src-core/capture/capture-reader.ts';
import { IdleTimes } from '../../../src-core/capture/idle.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { FACTS, story } from './sample-capture.ts';

/** When the last message of the story moved on. */
const LAST_NS = 410;

test('more than two seconds without anything are told, once', () => {
  const idle = new IdleTimes();
  for (const atNs of [5e9, 5e9, 7e9, 9.1e9, 8e9, 9.2e9, 20e9]) idle.happened(atNs);
  expect([...idle.all()]).toEqual([7e9, 9.1e9, 9.2e9, 20e9]);
});

test('they have a bound', () => {
  const idle = new IdleTimes();
  for (let at = 0; at < LIMITS.idleTimes + 5; at++) idle.happened(at * 3e9);
  expect(idle.all().length).toBe(2 * LIMITS.idleTimes);
});

test('a capture has the same ones live and opened again; what is only sampled is no traffic', () => {
  const store = new MemoryStore(1 << 20);
  const live = new Capture(FACTS, store);
  for (const [atNs, body] of story()) live.append(atNs, body);
  live.append(3e9, { kind: 'sample', queue: 2, takenIdx: 1, usedIdx: 0, inUse: 1 });
  live.append(6e9, { kind: 'kick', queue: 2 });
  live.finish();
  expect([...live.messages.idle.all()]).toEqual([LAST_NS, 6e9]);
  const opened = new Capture(FACTS, store);
  const reader = new CaptureReader(opened, store);
  while (reader.readSome(1 << 20));
  expect([...opened.messages.idle.all()]).toEqual([LAST_NS, 6e9]);
});
