/** What goes wrong in traces of users' machines, one at a time. */
import { expect, test } from 'vitest';
import type { TraceImport } from '../../../../src-core/capture/importers/trace-import.ts';
import { gradeIn } from '../../../../src-core/spec/grades.ts';
import { logText, MadeDevice, simpleTrace } from './trace-maker.ts';
import { importTrace } from './trace-text.ts';

/** A playback of two messages, four times over. */
function playback(device = new MadeDevice()): MadeDevice {
  device.realize().status(15).kick(3).kick(2).kick(1).kick(0).play();
  for (let round = 0; round < 4; round++) {
    device.kick(2).handler(2).pop(2, 0x7000, 1, 2).pop(2, 0x7100, 1, 3);
    device.fill(2, 0x7000, 8).notify(2).fill(2, 0x7100, 8).notify(2);
  }
  return device.control(261).control(259);
}

function kinds({ capture }: TraceImport): string[] {
  const { messages } = capture;
  return Array.from({ length: messages.rows }, (_, row) => {
    const stream = messages.streamId.get(row);
    const grade = gradeIn(messages.grades.get(row), 'stream');
    const isBack = !Number.isNaN(messages.usedAfterNs.get(row));
    return `${messages.queue.get(row)} ${stream} ${grade}${isBack ? '' : ' open'}`;
  });
}

test('every version’s stamps, and none at all, give the same messages', () => {
  const { events } = playback();
  const wanted = kinds(importTrace(logText(events)));
  expect(wanted).toHaveLength(13);
  expect(wanted.slice(0, 4)).toEqual([
    '0 0 observed',
    '0 0 derived',
    '0 0 observed',
    '2 0 derived',
  ]);
  for (const stamp of ['none', 'iso'] as const) {
    expect(kinds(importTrace(logText(events, stamp)))).toEqual(wanted);
  }
  const iso = importTrace(logText(events, 'iso', 250_000)).capture;
  const threaded = importTrace(logText(events, 'threaded', 250_000)).capture;
  expect(iso.facts).toEqual(threaded.facts);
  expect(iso.endNs).toBe(threaded.endNs);
});

test('a simple trace of either byte order gives the same messages as the log', () => {
  const { events } = playback();
  const wanted = kinds(importTrace(logText(events)));
  for (const isLittle of [true, false]) {
    const imported = importTrace(simpleTrace(events, isLittle));
    expect(kinds(imported)).toEqual(wanted);
    expect(imported.report()).toMatchObject({ lines: events.length, unknown: 0, torn: 0 });
    expect(imported.capture.facts.trace).toMatchObject({ times: 'clock', stepNs: 1 });
  }
});

test('events that QEMU lost are counted where they are missing', () => {
  const { events } = playback();
  const holed = [
    ...events.slice(0, 20),
    { name: 'lost', values: [7], text: '' },
    ...events.slice(27),
  ];
  const report = importTrace(simpleTrace(holed)).report();
  expect(report.dropped).toBe(7);
  expect(report.items.map(({ kind, line }) => [kind, line])).toContainEqual(['dropped', 21]);
});

test('QEMU’s own notifications at DRIVER_OK are no kicks', () => {
  const { capture } = importTrace(logText(playback().events));
  expect([0, 1, 2, 3].map((queue) => capture.messages.kicksOf(queue).kicks)).toEqual([5, 0, 4, 0]);
});

test('an element that is used again while it is open closes the first message as lost', () => {
  const device = new MadeDevice().realize().play();
  device.kick(2).pop(2, 0x7000).pop(2, 0x7000).fill(2, 0x7000, 8);
  const imported = importTrace(logText(device.events));
  expect(kinds(imported).slice(3)).toEqual(['2 0 derived open', '2 0 derived']);
  expect(imported.report().lost).toBe(1);
  expect(imported.capture.story.marks.map(({ kind }) => kind)).toContain('reset');
});

test('a trace that begins in the middle of a stream assumes the stream, and says so', () => {
  const { events } = playback();
  const middle = events.slice(
    events.findIndex(({ name }) => name === 'virtio_snd_handle_tx_xfer') + 5,
  );
  const imported = importTrace(logText(middle));
  expect(kinds(imported)[0]).toBe('2 0 assumed');
  expect(imported.capture.story.states[0]).toMatchObject({ streamId: 0, state: 'running' });
  expect(imported.report().headless).toBeGreaterThan(0);
});

test('a queue whose notification is missing is known by the handler that runs', () => {
  const { events } = playback();
  const mute = events.filter(({ name }) => name !== 'virtio_queue_notify');
  const imported = importTrace(logText(mute));
  expect(kinds(imported)).toEqual(kinds(importTrace(logText(events))));
  const { messages } = imported.capture;
  expect(gradeIn(messages.grades.get(3), 'queue')).toBe('derived');
});

test('with two running playback streams a message’s stream is unknown', () => {
  const device = new MadeDevice().realize();
  device.say(
    'virtio_snd_get_config',
    [device.vdev, 0, 4, 0],
    `snd 0x${device.vdev.toString(16)}: get_config jacks=0 streams=4 chmaps=0`,
  );
  device.play(0).play(1).kick(2).pop(2, 0x7000).fill(2, 0x7000, 8);
  expect(kinds(importTrace(logText(device.events))).at(-1)).toBe('2 -1 unavailable');
});

test('of two sound devices the first is shown, or the one that was asked for; the other is counted', () => {
  const events = playback().events;
  const second = playback(new MadeDevice(events, 0x55cc_4000_0000));
  const first = importTrace(logText(second.events));
  expect(first.capture.messages.rows).toBe(13);
  expect(first.report().devices).toEqual([
    { address: '0x55cc327e48d0', shown: true, lines: expect.any(Number) },
    { address: '0x55cc40000000', shown: false, lines: expect.any(Number) },
  ]);
  const device = { low: 0x4000_0000, high: 0x55cc };
  const other = importTrace(logText(second.events), { device });
  expect(other.capture.messages.rows).toBe(13);
  expect(other.capture.messages.line.get(0)).toBeGreaterThan(events.length / 2);
});

test('lines of a disk, of other programs, and halves of lines are counted and stop nothing', () => {
  const disk = new MadeDevice([], 0x55cc_5000_0000);
  disk.kick(0).pop(0, 0x9000, 1, 2).fill(0, 0x9000, 513).notify(0);
  const lines = logText([...disk.events, ...playback().events]).split('\n');
  lines.splice(
    9,
    0,
    'qemu-system-x86_64: warning: something else',
    'virtio_blk_req_complete vdev 0x1 req 0x2 status 0',
  );
  lines.splice(30, 0, '308@1795348184.000123:virtqueue_pop vq 0x55cc327eca80 elem 0x55');
  const imported = importTrace(lines.join('\n').slice(0, -20));
  expect(imported.capture.messages.rows).toBe(13);
  expect(imported.report()).toMatchObject({ unknown: 2, torn: 2, otherDevices: 4 });
  expect(imported.report().items.map(({ line }) => line)).toEqual([10, 11, 31, lines.length - 1]);
});

test('times that go back a little are held, and a clock that is set goes on from where it was', () => {
  const lines = logText(playback().events).split('\n');
  const swap = lines.findIndex((line) => line.includes(':virtio_notify')) + 1;
  [lines[swap], lines[swap - 1]] = [lines[swap - 1] ?? '', lines[swap] ?? ''];
  const back = lines.map((line, place) =>
    place < 60 ? line : line.replace('@1795348184', '@1795340000'),
  );
  const { capture, report } = ((imported) => ({
    capture: imported.capture,
    report: imported.report(),
  }))(importTrace(back.join('\n')));
  expect(capture.messages.rows).toBe(13);
  expect(report.clock).toBe(2);
  expect(capture.endNs).toBeLessThan(1e9);
});

test('a reset forgets what is open, and the streams with it', () => {
  const device = new MadeDevice().realize().status(15).play().kick(2).pop(2, 0x7000).status(0);
  const { capture } = importTrace(logText(device.events));
  expect(capture.story.stateAt(0, Number.POSITIVE_INFINITY)).toBe('init');
  expect(capture.story.marks.map(({ text }) => text)).toContain('the driver reset the device');
});

test('commands out of order are findings, though QEMU obeys them', () => {
  const device = new MadeDevice().realize().control(257).control(260).control(260).control(259);
  const { capture } = importTrace(logText(device.events));
  const found = capture.story.tallies.get('VS-I-01');
  expect(found?.findings.map(({ row }) => row)).toEqual([1, 2, 3]);
  expect(capture.story.refused.get(0)).toEqual({
    'params>START': 1,
    'running>START': 1,
    'running>RELEASE': 1,
  });
});

test('an underrun is suspected when nothing is posted for long, and then PCM goes on', () => {
  const device = new MadeDevice().realize().play();
  for (let round = 0; round < 6; round++) device.kick(2).pop(2, 0x7000).fill(2, 0x7000, 8);
  for (let wait = 0; wait < 40; wait++) device.say('audio_timer_stop', [], '');
  device.kick(2).pop(2, 0x7000).fill(2, 0x7000, 8);
  const { capture } = importTrace(logText(device.events));
  const [found] = capture.story.tallies.get('VS-P-01')?.findings ?? [];
  expect(found).toMatchObject({
    row: 8,
    streamId: 0,
    grade: 'derived',
    detail: expect.stringContaining('nothing was posted for 44.0 ms'),
  });
});

/** Two messages always wait, each for 20 ms: a message lasts 10 ms. `pause` stands before the last return. */
function steady(pause: (device: MadeDevice) => void = () => undefined): MadeDevice {
  const device = new MadeDevice().realize().kick(2).play().pop(2, 0x7000).pop(2, 0x7100);
  for (let round = 0; round < 8; round++) {
    const element = round % 2 === 0 ? 0x7000 : 0x7100;
    if (round === 7) pause(device);
    device.say('audio_timer_stop', [], '').say('audio_timer_stop', [], '');
    device.fill(2, element, 8).notify(2).kick(2).handler(2).pop(2, element);
  }
  return device;
}

function stalls({ capture }: TraceImport) {
  return capture.story.tallies.get('VS-P-09')?.findings ?? [];
}

test('a steady stream has no stall; one whose messages wait in vain has', () => {
  expect(stalls(importTrace(logText(steady().events)))).toEqual([]);
  const held = steady((device) => {
    for (let wait = 0; wait < 200; wait++) device.kick(1);
  });
  const imported = importTrace(logText(held.events));
  const [found, ...more] = stalls(imported);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ streamId: 0, grade: 'derived' });
  expect(found?.detail).toMatch(
    /^suspected on stream 0: nothing came back for 20\d\.0 ms though 2 messages waited; a message lasts about 9\.0 ms/,
  );
  expect(found?.detail).not.toContain('stood still');
  expect(imported.capture.story.tallies.has('VS-P-01')).toBe(false);
});

test('a stall without a line of anything says that QEMU stood still', () => {
  const lines = logText(
    steady((device) => device.say('audio_timer_stop', [], 'mark')).events,
  ).split('\n');
  const mark = lines.findIndex((line) => line.endsWith('mark'));
  const later = lines.map((line, place) =>
    place < mark ? line : line.replace(/@(\d+)/, (_, seconds) => `@${Number(seconds) + 3}`),
  );
  const [found] = stalls(importTrace(later.join('\n')));
  expect(found?.detail).toMatch(
    /nothing came back for 30\d\d\.0 ms .*: QEMU or the guest stood still as a whole$/,
  );
});

test('a recording that never gives a message back is told at its STOP', () => {
  const device = new MadeDevice().realize().kick(3).play(1).pop(3, 0x7000, 2).pop(3, 0x7100, 2);
  for (let wait = 0; wait < 700; wait++) device.say('audio_timer_stop', [], '');
  device.control(261, 1);
  const [found] = stalls(importTrace(logText(device.events)));
  expect(found).toMatchObject({ row: 3, streamId: 1, grade: 'assumed' });
  expect(found?.detail).toContain('from START to STOP though 2 messages waited');
});

test('returns of messages that the trace does not show are told in the story and the report', () => {
  const { events } = playback();
  const pops = events.findIndex(({ name }) => name === 'virtio_snd_handle_tx_xfer');
  const middle = importTrace(logText(events.slice(pops + 5)));
  const why = 'taken before the trace began';
  expect(middle.report().items.map(({ text }) => text)).toContain(
    `a message of the txq came back, ${why}`,
  );
  const notes = ({ capture }: TraceImport) => JSON.stringify(capture.story.setup);
  expect(notes(middle)).toContain(`the txq returns messages ${why}`);
  const holed = events.filter((_, place) => place < pops || place > pops + 4);
  expect(notes(importTrace(logText(holed)))).toContain(
    'the txq returns messages whose taking is missing',
  );
});
