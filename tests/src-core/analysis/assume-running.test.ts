import { expect, test } from 'vitest';
import { Checker } from '../../../src-core/analysis/checker.ts';
import { Capture } from '../../../src-core/capture/capture.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import {
  PCM_HDR,
  PCM_STATUS,
  PCM_XFER,
  SND_HDR,
  VIRTIO_SND_R_PCM_START,
} from '../../../src-core/spec/sound.ts';
import { bytesOf, chainOf, FACTS } from '../capture/sample-capture.ts';
import { run, startHost } from '../host-harness.ts';

const OK = 0x8000;

/** A capture that begins in the middle of a playback; then comes START, twice. */
function midway(): { capture: Capture; store: MemoryStore } {
  const store = new MemoryStore(1 << 20);
  const capture = new Capture(FACTS, store);
  const write = PCM_XFER.write({ streamId: 0 });
  capture.append(10, {
    kind: 'popped',
    queue: 2,
    chain: chainOf(0, 20, 8),
    availIdx: 0,
    body: write,
  });
  const status = PCM_STATUS.write({ status: OK, latencyBytes: 0 });
  const back = { popped: 0, queue: 2, usedIdx: 0, writtenBytes: 8, reply: status };
  capture.append(20_000_000, { kind: 'used', ...back });
  for (const place of [0, 1]) {
    const body = PCM_HDR.write({ code: VIRTIO_SND_R_PCM_START, streamId: 0 });
    const popped = capture.entries;
    const chain = chainOf(place, 8, 4);
    const atNs = 30_000_000 + place * 1_000_000;
    capture.append(atNs, { kind: 'popped', queue: 0, chain, availIdx: place, body });
    const reply = SND_HDR.write({ code: OK });
    const used = { popped, queue: 0, usedIdx: place, writtenBytes: 4, reply };
    capture.append(atNs + 1000, { kind: 'used', ...used });
  }
  capture.flush();
  return { capture, store };
}

function found(assumeRunning: ReadonlySet<number>) {
  const said: [string, number, string | undefined][] = [];
  const { capture } = midway();
  const checker = new Checker(
    capture,
    ({ rule, atNs, grade }) => void said.push([rule, atNs, grade]),
    { assumeRunning },
  );
  while (checker.advance({ entries: 100 }));
  checker.finish();
  return said.filter(([rule]) => rule === 'VS-I-01');
}

test('what rests on an assumed state is graded assumed, and what is seen is not', () => {
  // the second START follows one that was seen
  expect(found(new Set())).toEqual([['VS-I-01', 31_001_000, undefined]]);
  expect(found(new Set([0]))).toEqual([
    ['VS-I-01', 30_001_000, 'assumed'],
    ['VS-I-01', 31_001_000, undefined],
  ]);
  expect(found(new Set([1]))).toHaveLength(1);
});

test('the host checks again, tells nothing twice, and says which states are assumed', async () => {
  const { store } = midway();
  const { clock, client } = startHost();
  await client.call('openCaptureBytes', { name: 'midway', bytes: bytesOf(store) });
  run(clock, 1000);
  const count = async () =>
    (await client.call('findings', {})).find(({ rule }) => rule === 'VS-I-01')?.count;
  expect(await count()).toBe(1);
  await client.call('assumeRunning', { streamId: 0 });
  run(clock, 1000);
  expect(await count()).toBe(2);
  expect((await client.call('rules', {}))?.progress).toBe(1);
  const [span] = await client.call('streamStates', { streamId: 0 });
  expect(span).toMatchObject({ state: 'running', fromNs: 0, isAssumed: true });
});
