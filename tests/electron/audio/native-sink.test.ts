import { describe, expect, test } from 'vitest';
import { listDevices } from '../../../electron/audio/native-devices.ts';
import { NativeNotes } from '../../../electron/audio/native-notes.ts';
import { NativeSink } from '../../../electron/audio/native-sink.ts';
import { NativeSource } from '../../../electron/audio/native-source.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { streamOf } from '../../src-core/audio/audio-rig.ts';
import { ClockLoop } from './fake-card.ts';

const ABSENT = 'ringside-has-no-such-device';

describe('the native sink without its device', () => {
  test('runs every stream at the pace of the clock, and says why once', () => {
    const loop = new ClockLoop();
    const notes: string[] = [];
    const sink = new NativeSink(loop, { device: ABSENT, onNote: (note) => notes.push(note) });
    const asked: number[] = [];
    const pull = (frames: number) => {
      asked.push(frames);
      return new Uint8Array(0);
    };
    const streams = [0, 1].map((streamId) => sink.open(streamOf({ streamId }), pull));
    for (const stream of streams) stream.start();
    loop.advance(20 * NS_PER_MS);
    expect(asked).toEqual([480, 480, 480, 480]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^stream 0 is not heard and runs at the clock's pace: /);
    const { title, note, hostUnderruns, files } = sink.describe();
    expect(title).toBe(`native: ${ABSENT}`);
    expect(note.split('; ')).toHaveLength(2);
    expect([hostUnderruns, files]).toEqual([0, []]);
  });

  test('takes any volume', () => {
    const sink = new NativeSink(new ClockLoop());
    sink.setVolume(7);
    sink.setVolume(-1);
    sink.setMuted(true);
    expect(sink.title).toBe('native: default');
  });
});

describe('the native source without its device', () => {
  test('hears silence at the pace of the clock, and says why', () => {
    const loop = new ClockLoop();
    const notes: string[] = [];
    const source = new NativeSource(loop, { device: ABSENT, onNote: (note) => notes.push(note) });
    const heard: number[] = [];
    const stream = source.open(streamOf({ format: 'U8', channels: 1 }), (pcm) => {
      heard.push(...pcm);
      return pcm.length;
    });
    stream.start();
    loop.advance(10 * NS_PER_MS);
    expect(heard).toEqual(new Array(480).fill(0x80));
    expect(notes).toHaveLength(1);
    expect(source.describe().note).toMatch(/^stream 0 hears silence at the clock's pace: /);
  });
});

describe('notes', () => {
  test('are one a stream, told once each, and gone when there is nothing to say', () => {
    const told: string[] = [];
    const notes = new NativeNotes((note) => told.push(note));
    notes.set(0, 'is odd');
    notes.set(1, 'is odd');
    notes.set(0, 'is even');
    expect(told).toEqual(['stream 0 is odd', 'stream 0 is even']);
    expect(notes.text()).toBe('stream 0 is even; stream 1 is odd');
    notes.set(0, '');
    expect(notes.text()).toBe('stream 1 is odd');
    new NativeNotes(undefined).set(0, 'is unheard of');
  });
});

describe('the list of devices', () => {
  test('begins with the default and names no converter of ALSA', () => {
    for (const direction of ['Output', 'Input'] as const) {
      const names = listDevices(direction).map((device) => device.name);
      expect(names.indexOf('default')).toBeLessThanOrEqual(0);
      expect(names).not.toContain('null');
      expect(names).not.toContain('upmix');
    }
  });
});
