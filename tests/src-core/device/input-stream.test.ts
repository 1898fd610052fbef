import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import { readLe32 } from '../../../src-core/spec/layout.ts';
import {
  RXQ,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_IO_ERR,
  VIRTIO_SND_S_OK,
} from '../../../src-core/spec/sound.ts';
import {
  FRAME_BYTES,
  Guest,
  INPUT,
  OUTPUT,
  PARAMS,
  PERIOD_FRAMES,
  type Posted,
  ramp,
  xfer,
} from './harness.ts';

const PERIOD = PARAMS.periodBytes;

function running(periods: number): { guest: Guest; messages: Posted[] } {
  const guest = new Guest();
  guest.prepare(INPUT);
  const messages = Array.from({ length: periods }, () => guest.listen(PERIOD));
  guest.command('START', INPUT);
  return { guest, messages };
}

function pcmOf(guest: Guest, posted: Posted, bytes = PERIOD): Uint8Array {
  return guest.read(posted.writableAt, bytes);
}

describe('recording', () => {
  test('fills messages in their order and returns each when it is full', () => {
    const { guest, messages } = running(3);
    expect(guest.push(ramp(400))).toBe(100);
    expect(messages.map(({ usedCount }) => usedCount)).toEqual([0, 0, 0]);
    expect(guest.push(ramp(2 * PERIOD, 400))).toBe(2 * PERIOD_FRAMES);
    expect(messages.map(({ usedCount, writtenBytes }) => [usedCount, writtenBytes])).toEqual([
      [1, PERIOD + 8],
      [1, PERIOD + 8],
      [0, 0],
    ]);
    const [first, second] = messages;
    expect(first && pcmOf(guest, first)).toEqual(ramp(PERIOD));
    expect(second && pcmOf(guest, second)).toEqual(ramp(PERIOD, PERIOD));
    expect(guest.rules()).toEqual([]);
  });

  test('tells what the source still holds as latency', () => {
    const { guest, messages } = running(1);
    const [source] = guest.source.opened;
    if (source === undefined) throw new Error('PREPARE opens the source');
    source.delay = 250;
    guest.push(ramp(PERIOD));
    expect(messages[0] && guest.status(messages[0])).toEqual({
      status: VIRTIO_SND_S_OK,
      latencyBytes: 250 * FRAME_BYTES,
    });
  });

  test('records the PCM as it was, whatever the source does with its bytes', () => {
    const { guest } = running(1);
    const pcm = ramp(400);
    guest.push(pcm);
    pcm.fill(0);
    const [moved] = guest.all('moved');
    expect(moved).toMatchObject({ track: 0, fromFrame: 0, frames: 100 });
    expect(moved?.pcm).toEqual(ramp(400));
  });

  test('takes whole frames only', () => {
    const { guest } = running(1);
    expect(guest.push(ramp(403))).toBe(100);
    expect(guest.push(ramp(3))).toBe(0);
    expect(guest.device.streams()[INPUT]?.movedFrames).toBe(100);
  });

  test('STOP keeps what is half full, START fills it up', () => {
    const { guest, messages } = running(1);
    guest.push(ramp(400));
    guest.command('STOP', INPUT);
    expect(guest.push(ramp(400))).toBe(0);
    expect(messages[0]?.usedCount).toBe(0);
    guest.command('START', INPUT);
    expect(guest.push(ramp(PERIOD - 400, 400))).toBe(PERIOD_FRAMES - 100);
    expect(messages[0] && pcmOf(guest, messages[0])).toEqual(ramp(PERIOD));
  });

  test('RELEASE returns short messages with what is in them, and the status in both places', () => {
    const { guest, messages } = running(2);
    guest.push(ramp(400));
    guest.command('STOP', INPUT);
    guest.command('RELEASE', INPUT);
    const [half, empty] = messages;
    if (half === undefined || empty === undefined) throw new Error('two were posted');
    expect([half.writtenBytes, empty.writtenBytes]).toEqual([408, 8]);
    expect(pcmOf(guest, half, 400)).toEqual(ramp(400));
    for (const [posted, recorded] of [
      [half, 400],
      [empty, 0],
    ] as const) {
      expect(guest.status(posted).status).toBe(VIRTIO_SND_S_OK);
      expect(readLe32(guest.reply(posted), recorded)).toBe(VIRTIO_SND_S_OK);
    }
    expect(guest.rules()).toEqual([]);
  });

  test('a message whose room is no whole number of frames comes back when no frame fits any more', () => {
    const guest = new Guest();
    guest.prepare(INPUT);
    const odd = guest.listen(PERIOD + 2);
    guest.command('START', INPUT);
    guest.push(ramp(PERIOD));
    expect([odd.usedCount, odd.writtenBytes]).toEqual([1, PERIOD + 8]);
    expect(guest.status(odd).status).toBe(VIRTIO_SND_S_OK);
    expect(guest.rules()).toEqual(['VS-R-16', 'VS-I-14']);
  });

  test('a message without room for PCM comes back in its turn', () => {
    const guest = new Guest();
    guest.prepare(INPUT);
    const first = guest.listen(PERIOD);
    const none = guest.listen(0);
    guest.command('START', INPUT);
    guest.push(ramp(PERIOD));
    expect([first.usedCount, none.usedCount, none.writtenBytes]).toEqual([1, 1, 8]);
  });

  test('VS-R-16: START without a message posted', () => {
    const { guest } = running(0);
    expect(guest.rules()).toEqual(['VS-R-16']);
  });

  test('VS-R-17: readable bytes behind the header are named and left alone', () => {
    const guest = new Guest();
    guest.prepare(INPUT);
    guest.post(RXQ, xfer(INPUT, ramp(4)), PERIOD + 8);
    guest.kick(RXQ);
    guest.command('START', INPUT);
    expect(guest.push(ramp(PERIOD))).toBe(PERIOD_FRAMES);
    expect(guest.rules()).toEqual(['VS-R-17']);
  });

  test('refusals are as in playback, with the status at the end of the room', () => {
    const guest = new Guest();
    const early = guest.listen(PERIOD);
    const wrong = guest.listen(PERIOD, OUTPUT);
    const unknown = guest.listen(PERIOD, 7);
    expect(guest.status(early).status).toBe(VIRTIO_SND_S_IO_ERR);
    expect(guest.status(wrong).status).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.status(unknown).status).toBe(VIRTIO_SND_S_BAD_MSG);
    const cramped = guest.post(RXQ, xfer(INPUT), 7);
    guest.kick(RXQ);
    expect([cramped.usedCount, cramped.writtenBytes]).toEqual([1, 0]);
    expect(guest.rules()).toEqual(['VS-I-29', 'VS-I-07', 'VS-I-06', 'VS-I-25']);
  });

  test('two streams are filled each from its own source', () => {
    const guest = new Guest({ topology: makeTopology({ capture: 2 }) });
    for (const stream of [1, 2]) guest.prepare(stream);
    const messages = [1, 2].map((stream) => guest.listen(PERIOD, stream));
    for (const stream of [1, 2]) guest.command('START', stream);
    guest.push(ramp(PERIOD, 50), 1);
    guest.push(ramp(PERIOD, 90), 0);
    expect(messages.map((posted) => pcmOf(guest, posted)[0])).toEqual([90, 50]);
  });
});
