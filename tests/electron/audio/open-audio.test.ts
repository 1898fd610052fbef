import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { listSinks, openAudio } from '../../../electron/audio/open-audio.ts';
import { wavHeader } from '../../../src-core/audio/wav.ts';
import { HostError } from '../../../src-core/host-error.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { formatId, joined, streamOf } from '../../src-core/audio/audio-rig.ts';
import { ClockLoop } from './fake-card.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringside-audio-'));
afterAll(() => rmSync(folder, { recursive: true }));

function open(sink: string, source: string, loop = new ClockLoop()) {
  return openAudio(loop, sink, source, () => {});
}

function refusal(sink: string, source: string): string {
  try {
    open(sink, source);
    return 'accepted';
  } catch (error) {
    return error instanceof HostError ? `${error.code}: ${error.message}` : String(error);
  }
}

describe('opening audio', () => {
  test('makes every sink and source by its words', () => {
    const file = join(folder, 'a.wav');
    const header = wavHeader({ format: formatId('S16'), rateHz: 48000, channels: 2 }, 8);
    writeFileSync(file, joined([header ?? new Uint8Array(0), new Uint8Array(8)]));
    for (const sink of ['null', `wav:${folder}/out`])
      expect(open(sink, 'silence').sink.title).toBe(sink);
    for (const source of ['silence', 'tone:440', `wav:${file}`, 'loopback', 'loopback:2']) {
      expect(open('null', source).source.title).toBe(source);
    }
    expect(open('native:x', 'native:y').sink.title).toBe('native: x');
    expect(open('native', 'native:y').source.title).toBe('native: y');
  });

  test('gives a monitor to the sink that is heard, and to no other', () => {
    expect(open('native', 'silence').monitor).toBeDefined();
    open('native', 'silence').monitor?.set(0.5, true);
    expect(open('null', 'silence').monitor).toBeUndefined();
  });

  test('lets loopback hear what goes to any sink', () => {
    const loop = new ClockLoop();
    const { sink, source } = open(`wav:${folder}/loop`, 'loopback', loop);
    const heard: number[] = [];
    const record = source.open(streamOf({ streamId: 1 }), (pcm) => {
      heard.push(...pcm);
      return pcm.length / 4;
    });
    const play = sink.open(streamOf(), (frames) => new Uint8Array(frames * 4).fill(5));
    record.start();
    play.start();
    loop.advance(100 * NS_PER_MS);
    expect(heard.filter((byte) => byte === 5).length).toBeGreaterThan(10_000);
    expect(readdirSync(join(folder, 'loop'))).toEqual(['stream0-0.wav']);
  });

  test('refuses what is none, with what to write instead', () => {
    expect(refusal('alsa', 'silence')).toBe(
      'bad-sink: "alsa" is not a sink: use native[:DEVICE], wav:DIR or null',
    );
    expect(refusal('null', 'tone')).toContain('bad-source: "tone" is not a source');
    writeFileSync(join(folder, 'text.wav'), 'this is text');
    expect(refusal('null', `wav:${folder}/text.wav`)).toMatch(
      /^source-file: .*text\.wav: not a WAV file: it does not begin with RIFF$/,
    );
    expect(refusal('null', `wav:${folder}/none.wav`)).toContain('cannot be read');
    expect(refusal(`wav:${folder}/text.wav/x`, 'silence')).toContain('sink-directory: ');
  });
});

test('the sinks to choose from begin with the default and end with none', () => {
  const specs = listSinks().map((sink) => sink.spec);
  expect(specs[0]).toBe('native');
  expect(specs.at(-1)).toBe('null');
  expect(new Set(specs).size).toBe(specs.length);
});
