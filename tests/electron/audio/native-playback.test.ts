import { describe, expect, test } from 'vitest';
import { openPcm } from '../../../electron/audio/alsa-open.ts';
import { NativePlayback } from '../../../electron/audio/native-playback.ts';
import { PLAYBACK } from '../../../electron/native/libasound.ts';
import { frameBytesOf } from '../../../src-core/spec/formats.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { paramsOf, streamOf } from '../../src-core/audio/audio-rig.ts';
import { ClockLoop, FakeCard, type FakeCardWords } from './fake-card.ts';

const mono8 = { format: 'U8', channels: 1, rateHz: 8000 as const };
const SILENCE = 0x80;
/** Frames of 10 ms, and of the card's buffer. */
const PERIOD = 80;
const BUFFER = 400;

function setUp(words: FakeCardWords & { readonly format?: string } = {}) {
  const loop = new ClockLoop();
  const shape = { ...mono8, format: words.format ?? 'U8' };
  const stream = streamOf(shape);
  const card = new FakeCard(
    loop,
    words.accepts === undefined ? frameBytesOf(stream.params) : 2,
    words,
  );
  const asks: { ms: number; frames: number }[] = [];
  const told: string[] = [];
  const guest = { has: Number.POSITIVE_INFINITY, given: 0, gain: 1, onAsk: () => {} };
  const pcm = openPcm(card, 'default', PLAYBACK, stream.params);
  if (pcm.kind === 'failure') throw new Error(pcm.reason);
  const pull = (frames: number) => {
    asks.push({ ms: Math.round(loop.nowNs() / NS_PER_MS), frames });
    guest.onAsk();
    const count = Math.min(frames, guest.has);
    guest.has -= count;
    const bytes = Uint8Array.from({ length: count }, (_, i) => ((guest.given + i) % 100) + 1);
    guest.given += count;
    return bytes;
  };
  const playback = new NativePlayback(loop, card, pcm, stream, pull, {
    gain: () => guest.gain,
    onUnderrun: () => told.push('underrun'),
    onLost: (reason) => told.push(`lost: ${reason}`),
  });
  const run = (ms: number) => loop.advance(ms * NS_PER_MS);
  return { loop, card, asks, told, guest, playback, run };
}

/** What the guest gave, as it has to be heard: counting, in one piece. */
function counting(frames: number, from = 0): number[] {
  return Array.from({ length: frames }, (_, i) => ((from + i) % 100) + 1);
}

function withoutSilence(bytes: readonly number[]): number[] {
  return bytes.filter((byte) => byte !== SILENCE);
}

describe('playback on a card', () => {
  test('asks in the rhythm of the card from START on, and plays all behind a lead of silence', () => {
    const { card, asks, guest, playback, run } = setUp();
    playback.start();
    run(1000);
    const frames = asks.reduce((sum, ask) => sum + ask.frames, 0);
    expect(Math.max(...asks.map((ask) => ask.frames))).toBeLessThan(2 * PERIOD);
    expect(frames).toBe(guest.given);
    expect(Math.abs(frames - 8000)).toBeLessThanOrEqual(2 * PERIOD);
    expect(card.written.slice(0, BUFFER - PERIOD).every((byte) => byte === SILENCE)).toBe(true);
    expect(card.written.slice(BUFFER - PERIOD)).toEqual(counting(frames));
  });

  test('says how long what was handed over takes to be heard, silence not counted', () => {
    const { playback, run } = setUp({ serverFrames: 1000 });
    expect(playback.delayFrames()).toBe(0);
    playback.start();
    run(500);
    expect(playback.delayFrames()).toBeGreaterThan(1000 + BUFFER - 2 * PERIOD);
    expect(playback.delayFrames()).toBeLessThanOrEqual(1000 + BUFFER);
    playback.stop();
    run(5000);
    expect(playback.delayFrames()).toBe(0);
  });

  test('lets nobody hear that a guest was a little late', () => {
    const { card, guest, playback, run, told } = setUp();
    playback.start();
    run(100);
    guest.has = 0;
    run(20);
    guest.has = Number.POSITIVE_INFINITY;
    run(100);
    expect(card.written.slice(BUFFER - PERIOD)).toEqual(counting(guest.given));
    expect(told).toEqual([]);
  });

  test('keeps the card going with silence while the guest has nothing, and no longer', () => {
    const { card, guest, playback, run, told } = setUp();
    playback.start();
    run(100);
    guest.has = 0;
    run(1000);
    expect(card.isRunning).toBe(true);
    const before = guest.given;
    guest.has = Number.POSITIVE_INFINITY;
    run(100);
    expect(told).toEqual([]);
    expect(withoutSilence(card.written)).toEqual(counting(guest.given));
    expect(guest.given - before).toBeGreaterThanOrEqual(800);
  });

  test('plays what it has when it is stopped, then stops the card and asks no more', () => {
    const { card, asks, guest, playback, run } = setUp();
    playback.start();
    run(200);
    playback.stop();
    const asked = asks.length;
    run(20);
    expect(card.isRunning).toBe(true);
    run(200);
    expect(card.isRunning).toBe(false);
    expect(asks).toHaveLength(asked);
    expect(withoutSilence(card.written)).toEqual(counting(guest.given));
    expect(card.calls).toEqual(['open default', 'drop']);
  });

  test('goes on without a break of its own when it is started again while it ends', () => {
    const { card, guest, playback, run } = setUp();
    playback.start();
    run(200);
    playback.stop();
    run(10);
    playback.start();
    run(200);
    expect(withoutSilence(card.written)).toEqual(counting(guest.given));
    expect(card.calls).not.toContain('drop');
  });

  test('begins again after a rest', () => {
    const { card, guest, playback, run } = setUp();
    playback.start();
    run(100);
    playback.stop();
    run(1000);
    playback.start();
    run(100);
    expect(card.isRunning).toBe(true);
    expect(withoutSilence(card.written)).toEqual(counting(guest.given));
  });

  test('closes in the background, when all was heard', () => {
    const { card, asks, playback, run } = setUp();
    playback.start();
    run(100);
    playback.close();
    expect(card.calls).not.toContain('close');
    const asked = asks.length;
    playback.start();
    run(1000);
    expect(card.calls).toEqual(['open default', 'drop', 'close']);
    expect(asks).toHaveLength(asked);
    playback.close();
    run(1000);
    expect(card.calls.filter((call) => call === 'close')).toHaveLength(1);
  });

  test('closes at once what never played', () => {
    const { card, playback } = setUp();
    playback.close();
    expect(card.calls).toEqual(['open default', 'close']);
  });

  test('may be closed in the middle of its own question', () => {
    const { card, guest, playback, run } = setUp();
    guest.onAsk = () => playback.close();
    playback.start();
    run(1000);
    expect(card.calls.filter((call) => call === 'close')).toHaveLength(1);
  });
});

describe('a card in trouble', () => {
  test('that ran dry because the host was late is counted and begins again', () => {
    const { loop, card, guest, playback, run, told } = setUp();
    playback.start();
    run(100);
    // Time passes without the loop: what a stalled thread sees.
    const late = loop.nowNs() + 300 * NS_PER_MS;
    const { nowNs } = loop;
    loop.nowNs = () => Math.max(late, nowNs.call(loop));
    run(400);
    expect(told).toEqual(['underrun']);
    expect(card.isRunning).toBe(true);
    expect(withoutSilence(card.written)).toEqual(counting(guest.given));
  });

  test('that goes away is replaced by the clock', () => {
    const { card, asks, playback, run, told } = setUp();
    playback.start();
    run(100);
    card.isGone = true;
    run(20);
    expect(told).toEqual(['lost: No such device']);
    const asked = asks.length;
    run(1000);
    expect(asks.length - asked).toBe(100);
    expect(playback.delayFrames()).toBe(0);
    playback.stop();
    run(1000);
    expect(asks.length - asked).toBe(100);
    playback.start();
    run(100);
    expect(asks.length - asked).toBe(110);
    playback.close();
    run(1000);
    expect(asks.length - asked).toBe(110);
  });

  test('that takes nothing for seconds is taken for gone: the guest goes on', () => {
    const { card, asks, playback, run, told } = setUp();
    playback.start();
    run(100);
    card.isStuck = true;
    run(3000);
    expect(told).toEqual([]);
    run(3000);
    expect(told).toEqual(['lost: no sound was taken for 4 seconds']);
    const asked = asks.length;
    run(1000);
    expect(asks.length - asked).toBe(100);
  });

  test('that takes everything at once is not taken for a clock', () => {
    const { card, guest, playback, run, told } = setUp();
    card.isEndless = true;
    playback.start();
    run(3000);
    expect(told).toEqual(['lost: it takes sound faster than it can be played']);
    expect(guest.given).toBeLessThan(3000 * 8 + 8000 + 2 * BUFFER);
  });
});

describe('the monitor', () => {
  test('changes what is heard evenly, and never the bytes of the stream', () => {
    const { card, guest, playback, run } = setUp();
    playback.start();
    run(100);
    guest.gain = 0;
    run(100);
    const before = card.written.length;
    run(100);
    expect(card.written.slice(before).every((byte) => byte === SILENCE)).toBe(true);
    guest.gain = 1;
    run(100);
    expect(card.written.at(-1)).toBe(((guest.given - 1) % 100) + 1);
  });
});

describe('a format that the card does not take', () => {
  test('is converted on the way', () => {
    const takesS16 = (params: { format: number }) => params.format === 2;
    const { card, guest, playback, run } = setUp({ format: 'S8', accepts: takesS16 });
    playback.start();
    run(100);
    const samples = new Int16Array(Uint8Array.from(card.written).buffer).slice(BUFFER - PERIOD);
    expect([...samples]).toEqual(counting(guest.given).map((value) => value * 256));
    expect(paramsOf(mono8).format).toBe(4);
  });
});
