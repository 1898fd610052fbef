import { describe, expect, test } from 'vitest';
import { hashPcm } from '../../../src-core/audio/pcm-hash.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { DemoRig } from '../transport/demo-rig.ts';
import { FRAME_BYTES, Guest, OUTPUT, PARAMS, PERIOD_FRAMES, ramp } from './harness.ts';

const PERIOD = PARAMS.periodBytes;
const HEADER = 4;

function entriesOf<K extends Guest['entries'][number]['kind']>(guest: Guest, kind: K) {
  return guest.entries.filter(
    (entry): entry is Extract<Guest['entries'][number], { kind: K }> => entry.kind === kind,
  );
}

describe('a message that is written after it was posted', () => {
  test('is told with the exact bytes, both versions and the time in which it happened', () => {
    const guest = new Guest();
    guest.prepare();
    const posted = guest.play(ramp(PERIOD));
    guest.command('START');
    guest.clock.advance(2 * NS_PER_MS);
    guest.ram.write(BigInt(posted.readableAt + HEADER + 500), new Uint8Array(40).fill(0xee));
    guest.clock.advance(3 * NS_PER_MS);
    guest.pull(PERIOD_FRAMES);
    const [entry, ...more] = entriesOf(guest, 'posted');
    expect(more).toEqual([]);
    const consumed = ramp(PERIOD).fill(0xee, 500, 540);
    expect(entry?.ranges).toEqual([{ fromByte: 500, toByte: 540, withinNs: 5 * NS_PER_MS }]);
    expect(entry?.pcm).toEqual(ramp(PERIOD));
    expect(entry?.postedHash).toBe(hashPcm(ramp(PERIOD)));
    expect(entry?.consumedHash).toBe(hashPcm(consumed));
    const [moved] = entriesOf(guest, 'moved');
    expect(entry).toMatchObject({ popped: moved?.popped, track: moved?.track });
    expect(entriesOf(guest, 'violation').map(({ violation }) => violation)).toEqual([
      {
        rule: 'VS-P-03',
        detail: 'bytes 500…539 of 1920 changed within 5.000 ms after the message was popped',
        queue: 2,
        streamId: OUTPUT,
      },
    ]);
  });

  test('is told once when it is played in pieces, and only bytes that were played count', () => {
    const guest = new Guest();
    guest.prepare();
    const posted = guest.play(ramp(PERIOD));
    guest.command('START');
    const poke = (at: number) =>
      guest.ram.write(BigInt(posted.readableAt + HEADER + at), Uint8Array.of(0xee, 0xee, 0xee));
    guest.pull(100);
    poke(8); // played already: nobody hears it
    guest.clock.advance(NS_PER_MS);
    poke(600);
    guest.pull(100);
    guest.clock.advance(NS_PER_MS);
    poke(1500);
    guest.pull(280);
    expect(entriesOf(guest, 'posted').map(({ ranges }) => ranges)).toEqual([
      [
        { fromByte: 600, toByte: 603, withinNs: NS_PER_MS },
        { fromByte: 1500, toByte: 1503, withinNs: 2 * NS_PER_MS },
      ],
    ]);
  });

  test('has a bounded number of ranges; the last takes the rest', () => {
    const guest = new Guest();
    guest.prepare();
    const posted = guest.play(new Uint8Array(PERIOD));
    guest.command('START');
    for (let at = 0; at < PERIOD; at += 40) {
      guest.ram.write(BigInt(posted.readableAt + HEADER + at), Uint8Array.of(1));
    }
    guest.pull(PERIOD_FRAMES);
    const ranges = entriesOf(guest, 'posted')[0]?.ranges ?? [];
    expect(ranges).toHaveLength(LIMITS.changedRanges);
    expect(ranges.at(-1)).toMatchObject({ fromByte: 15 * 40, toByte: 47 * 40 + 1 });
  });

  test('is not looked for when the device is told so', () => {
    const guest = new Guest({ device: { comparesPosted: false } });
    guest.prepare();
    const posted = guest.play(ramp(PERIOD));
    guest.command('START');
    guest.ram.write(BigInt(posted.readableAt + HEADER), Uint8Array.of(9, 9, 9, 9));
    guest.pull(PERIOD_FRAMES);
    expect(entriesOf(guest, 'posted')).toEqual([]);
    expect(entriesOf(guest, 'track')[0]).not.toHaveProperty('comparesPosted');
  });
});

test('messages that are not written late leave no trace, however they are cut and whatever ends them', () => {
  const guest = new Guest();
  guest.prepare(OUTPUT, { channels: 1, format: 11, periodBytes: 999, bufferBytes: 1998 });
  for (let count = 0; count < 8; count++) guest.play(ramp(999, count));
  guest.command('START');
  for (const frames of [1, 77, 256, 400, 333, 333]) guest.pull(frames);
  guest.command('STOP');
  guest.command('RELEASE');
  expect(entriesOf(guest, 'posted')).toEqual([]);
  expect(entriesOf(guest, 'violation')).toEqual([]);
});

test('a hand-over tells what the sink held ahead of it', () => {
  const guest = new Guest();
  guest.prepare();
  for (let count = 0; count < 3; count++) guest.play(ramp(PERIOD));
  guest.command('START');
  const [opened] = guest.sink.opened;
  if (opened !== undefined) opened.delay = 700;
  guest.pull(PERIOD_FRAMES + 20);
  const delays = entriesOf(guest, 'moved').map(({ delayFrames }) => delayFrames);
  expect(delays).toEqual([700, 700 + PERIOD_FRAMES]);
});

describe('the demo', () => {
  test('“late-write” gives one finding for each message that is written late, with its range', () => {
    const rig = new DemoRig('late-write').run(10);
    const halfBytes = (960 * FRAME_BYTES) / 2;
    const notes = rig.of('setup').filter(({ step }) => JSON.stringify(step).includes('ms after'));
    const found = rig.of('posted');
    expect(notes.length).toBeGreaterThan(10);
    expect(found).toHaveLength(notes.length);
    expect(rig.broken()).toEqual({ 'VS-P-03': notes.length });
    for (const { ranges, pcm } of found) {
      expect(pcm).toHaveLength(2 * halfBytes);
      expect(ranges).toHaveLength(1);
      // the first and the last sample may happen to be the same
      expect(ranges[0]?.toByte).toBeGreaterThan(2 * halfBytes - 2 * FRAME_BYTES);
      expect(ranges[0]?.toByte).toBeLessThanOrEqual(2 * halfBytes);
      expect(ranges[0]?.fromByte).toBeGreaterThanOrEqual(halfBytes);
      expect(ranges[0]?.fromByte).toBeLessThan(halfBytes + 2 * FRAME_BYTES);
    }
  });

  test.each(['clean', 'packed', 'two-streams', 'underrun', 'release-pending'])(
    '“%s” has none',
    (name) => {
      const rig = new DemoRig(name).run(10);
      expect(rig.of('posted')).toEqual([]);
      expect(rig.broken()['VS-P-03']).toBeUndefined();
    },
  );
});
