import { expect, test } from 'vitest';
import { CONTROLQ, VIRTIO_SND_R_PCM_PREPARE } from '../../../src-core/spec/sound.ts';
import { ConversationList } from '../../../src-core/views/conversations.ts';
import { fieldList, messageCells } from '../../../src-core/views/message-cells.ts';
import { demoCapture } from '../analysis/demo-capture.ts';

test('conversations are runs of streams and control exchanges in the order of time', async () => {
  const capture = await demoCapture('clean', 900);
  const { messages } = capture;
  const list = new ConversationList(capture);
  while (list.extend(50));
  const { rows, total } = list.slice(0, 10_000);
  expect(rows.length).toBe(total);
  const runs = rows.filter(({ kind }) => kind === 'lifecycle');
  expect(runs.length).toBe(capture.tracks.length);
  const times = rows.map(({ fromNs }) => fromNs);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  for (const run of runs) {
    if (run.kind !== 'lifecycle') continue;
    const own = Array.from({ length: messages.rows }, (_, row) => row).filter(
      (row) => messages.track.get(row) === run.track,
    );
    expect(run.messages).toBe(own.length);
    expect(run.index).toBe(own[0]);
  }
});

test('each slice is part of the whole, and each message leads to its conversation', async () => {
  const capture = await demoCapture('clean', 900);
  const { messages } = capture;
  const list = new ConversationList(capture);
  while (list.extend(1000));
  const { rows, total } = list.slice(0, 10_000);
  for (let first = 0; first < total; first++) {
    expect(list.slice(first, 2).rows).toEqual(rows.slice(first, first + 2));
  }
  for (let row = 0; row < messages.rows; row++) {
    const found = rows[list.placeOf(row)];
    const track = messages.track.get(row);
    if (track >= 0) expect(found).toMatchObject({ kind: 'lifecycle', track });
    else if (
      messages.queue.get(row) === CONTROLQ &&
      messages.code.get(row) !== VIRTIO_SND_R_PCM_PREPARE
    ) {
      expect(found).toMatchObject({ kind: 'exchange', index: row });
    }
  }
});

test('fields of chosen messages come as text, neighbours or not', async () => {
  const capture = await demoCapture('clean', 900);
  const names = ['queue', 'frames', 'nonsense', 'finding', 'latency'];
  const last = capture.messages.rows - 1;
  const apart = messageCells(capture, [last, 0, 5, 6], names);
  const each = [last, 0, 5, 6].map((row) => messageCells(capture, [row], names)[0]);
  expect(apart).toEqual(each);
  expect(apart[0]?.texts[2]).toBe('');
  expect(messageCells(capture, [1e9], names)).toEqual([
    { index: 1e9, texts: ['', '', '', '', ''] },
  ]);
  expect(fieldList().find(({ name }) => name === 'frames')?.doc).toContain('frames');
});
