import { expect, test } from 'vitest';
import { openCapture } from '../../src-core/capture/capture-reader.ts';
import { memoryStoreOf } from '../../src-core/capture/store.ts';
import { run, startHost } from './host-harness.ts';

async function marked(): Promise<Uint8Array> {
  const { clock, client, files } = startHost();
  await client.call('startDemo', { scenario: 'clean', seconds: 1 });
  run(clock, 500);
  await client.call('addMark', { fromNs: 4e8, text: 'here it clicks' });
  const area = await client.call('addMark', { fromNs: 3e8, toNs: 1e8, text: 'area', colour: 3 });
  run(clock, 1500);
  await client.call('editMark', { id: area.id, text: 'the whole start' });
  const gone = await client.call('addMark', { fromNs: 5e8, text: 'wrong' });
  await client.call('removeMark', gone);
  await client.call('saveCapture', { path: 'a' });
  return files.get('a') ?? new Uint8Array();
}

const KEPT = [
  { id: 2, fromNs: 1e8, toNs: 3e8, text: 'the whole start', colour: 3 },
  { id: 1, fromNs: 4e8, toNs: 4e8, text: 'here it clicks', colour: 0 },
];

test('marks of a live session and of one that has ended are entries of the capture', async () => {
  const opened = openCapture(memoryStoreOf(await marked()));
  if ('error' in opened) throw new Error(opened.error);
  expect(opened.capture.story.userMarks.list()).toEqual(KEPT);
  expect(opened.end).toMatchObject({ holes: 0, cutAt: -1, damagedPackets: 0, absentEntries: 0 });
});

test('marks of an opened file wait for a save, which writes them behind what the file holds', async () => {
  const bytes = await marked();
  const { clock, client, files } = startHost();
  await client.call('openCaptureBytes', { name: 'a.pcapng', bytes });
  run(clock, 100);
  expect(await client.call('marks', {})).toEqual(KEPT);
  await client.call('addMark', { fromNs: 6e8, text: 'seen later' });
  await client.call('removeMark', { id: 1 });
  expect((await client.call('status', {}))?.unsavedMarks).toBe(2);
  await client.call('saveCapture', { path: 'b' });
  expect((await client.call('status', {}))?.unsavedMarks).toBeUndefined();
  const saved = files.get('b') ?? new Uint8Array();
  expect(saved.subarray(0, bytes.length)).toEqual(bytes);
  const again = openCapture(memoryStoreOf(saved));
  if ('error' in again) throw new Error(again.error);
  const later = { id: 4, fromNs: 6e8, toNs: 6e8, text: 'seen later', colour: 0 };
  expect(again.capture.story.userMarks.list()).toEqual([KEPT[0], later]);
  expect(again.end).toMatchObject({ holes: 0, cutAt: -1, absentEntries: 0, repeatedPackets: 0 });
});

test('a mark that is not there cannot be changed, and the answer says what to do', async () => {
  const { clock, client } = startHost();
  await client.call('startDemo', { scenario: 'clean' });
  run(clock, 100);
  await expect(client.call('editMark', { id: 9, text: 'x' })).rejects.toMatchObject({
    code: 'no-such-mark',
  });
});
