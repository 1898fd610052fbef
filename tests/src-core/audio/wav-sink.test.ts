import { describe, expect, test } from 'vitest';
import { byteSourceOf, MemoryFileStore } from '../../../src-core/audio/file-store.ts';
import { fromWav } from '../../../src-core/audio/wav-layout.ts';
import { parseWav } from '../../../src-core/audio/wav-parse.ts';
import { WavSink } from '../../../src-core/audio/wav-sink.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { FORMATS, frameBytesOf, type StreamParams } from '../../../src-core/spec/formats.ts';
import { NS_PER_MS } from '../../../src-core/units.ts';
import { countingPcm, paramsOf, streamOf } from './audio-rig.ts';

function setUp(capacityBytes = 1e7) {
  const clock = new ManualClock();
  const store = new MemoryFileStore(capacityBytes);
  return { clock, store, sink: new WavSink(clock, store, 'out') };
}

/** A pull that counts up, and what it has given. */
function counter(params: StreamParams, givesFrames = (asked: number) => asked) {
  const given = { frames: 0 };
  const pull = (asked: number) => {
    const pcm = countingPcm(params, givesFrames(asked), given.frames);
    given.frames += givesFrames(asked);
    return pcm;
  };
  return { pull, given };
}

/** The wire's bytes out of a WAV file in memory. */
function wireBytes(file: Uint8Array | undefined): Uint8Array {
  const found = parseWav(byteSourceOf(file ?? new Uint8Array(0)));
  if (found.kind === 'problem') throw new Error(found.detail);
  const data = (file ?? new Uint8Array(0)).slice(found.dataAt, found.dataAt + found.dataBytes);
  return fromWav(data, found.wireFormat);
}

describe('the WAV sink', () => {
  test('writes one file a run, named for stream and run, with exactly what was played', () => {
    const { clock, store, sink } = setUp();
    const params = paramsOf();
    const runs = [0, 1].map((run) => {
      const { pull, given } = counter(params);
      const stream = sink.open(streamOf({ streamId: 3, run }), pull);
      stream.start();
      clock.advance((25 + 10 * run) * NS_PER_MS);
      stream.close();
      return given.frames;
    });
    expect(runs).toEqual([960, 1440]);
    expect(store.names()).toEqual(['stream3-0.wav', 'stream3-1.wav']);
    expect(wireBytes(store.bytesOf('stream3-0.wav'))).toEqual(countingPcm(params, 960));
    expect(wireBytes(store.bytesOf('stream3-1.wav'))).toEqual(countingPcm(params, 1440));
    expect(sink.describe()).toEqual({
      title: 'wav:out',
      note: '',
      hostUnderruns: 0,
      files: [
        { streamId: 3, run: 0, path: 'stream3-0.wav' },
        { streamId: 3, run: 1, path: 'stream3-1.wav' },
      ],
    });
  });

  test('keeps every significant bit of every format', () => {
    for (const format of FORMATS.filter((item) => item.kind !== 'coded')) {
      const { clock, store, sink } = setUp();
      const words = { format: format.name, channels: 3, periodFrames: 480 };
      const params = paramsOf(words);
      const unused = format.containerBits - format.significantBits;
      const pull = (frames: number) => {
        const pcm = countingPcm(params, frames);
        // Padding bits as a guest leaves them: the sign, or 0.
        const bytes = format.containerBits / 8;
        for (let at = bytes - 1; unused > 0 && at < pcm.length; at += bytes) {
          const top = bytes - 1 - (unused >> 3);
          const shift = 24 + (unused & 7);
          const high = (pcm[at - bytes + 1 + top] ?? 0) << shift;
          const extended = format.kind === 'signed' ? high >> shift : high >>> shift;
          pcm[at - bytes + 1 + top] = extended;
          for (let byte = top + 1; byte < bytes; byte++) {
            pcm[at - bytes + 1 + byte] = extended >> 8;
          }
        }
        return pcm;
      };
      const stream = sink.open(streamOf(words), pull);
      stream.start();
      clock.advance(10 * NS_PER_MS);
      stream.close();
      const written = wireBytes(store.bytesOf('stream0-0.wav'));
      expect([format.name, written]).toEqual([format.name, pull(480)]);
    }
  });

  test('puts no silence where the guest was late', () => {
    const { clock, store, sink } = setUp();
    const params = paramsOf();
    const { pull } = counter(params, (asked) => asked / 2);
    const stream = sink.open(streamOf(), pull);
    stream.start();
    clock.advance(20 * NS_PER_MS);
    stream.close();
    expect(wireBytes(store.bytesOf('stream0-0.wav'))).toEqual(countingPcm(params, 480));
  });

  test('goes on in the same file after STOP and START', () => {
    const { clock, store, sink } = setUp();
    const params = paramsOf();
    const { pull } = counter(params);
    const stream = sink.open(streamOf(), pull);
    stream.start();
    clock.advance(10 * NS_PER_MS);
    stream.stop();
    clock.advance(100 * NS_PER_MS);
    stream.start();
    clock.advance(10 * NS_PER_MS);
    stream.close();
    expect(store.names()).toEqual(['stream0-0.wav']);
    expect(wireBytes(store.bytesOf('stream0-0.wav'))).toEqual(countingPcm(params, 960));
  });

  test('makes no file for a run that never starts', () => {
    const { store, sink } = setUp();
    sink.open(streamOf(), () => new Uint8Array(0)).close();
    expect(store.names()).toEqual([]);
    expect(sink.describe().files).toEqual([]);
  });

  test('leaves a file that plays when the process is killed: its header is a second old at most', () => {
    const { clock, store, sink } = setUp();
    const params = paramsOf();
    const { pull } = counter(params);
    sink.open(streamOf(), pull).start();
    clock.advance(2500 * NS_PER_MS);
    const frames = wireBytes(store.bytesOf('stream0-0.wav')).length / frameBytesOf(params);
    expect(frames).toBe(2 * 48000);
  });

  test('pads a file of an odd number of bytes', () => {
    const { clock, store, sink } = setUp();
    const words = { format: 'U8', channels: 1, periodFrames: 481 };
    const { pull } = counter(paramsOf(words));
    const stream = sink.open(streamOf(words), pull);
    stream.start();
    clock.advance(12 * NS_PER_MS);
    stream.close();
    const file = store.bytesOf('stream0-0.wav');
    expect(wireBytes(file)).toHaveLength(481);
    expect((file?.length ?? 1) % 2).toBe(0);
  });

  test('writes what no WAV can hold as it is, with a description beside it', () => {
    const { clock, store, sink } = setUp();
    const words = { format: 'DSD_U8', channels: 2, periodFrames: 480 };
    const { pull } = counter(paramsOf(words));
    const stream = sink.open(streamOf(words), pull);
    stream.start();
    clock.advance(10 * NS_PER_MS);
    stream.close();
    expect(store.names()).toEqual(['stream0-0.raw', 'stream0-0.json']);
    expect(store.bytesOf('stream0-0.raw')).toEqual(countingPcm(paramsOf(words), 480));
    const description = new TextDecoder().decode(store.bytesOf('stream0-0.json'));
    expect(JSON.parse(description)).toMatchObject({ format: 'VIRTIO_SND_PCM_FMT_DSD_U8' });
    expect(sink.describe().files[0]?.path).toBe('stream0-0.raw');
  });

  test('goes on at its pace when the disk is full, keeps what it has and says so once', () => {
    const { clock, store, sink } = setUp(5000);
    const params = paramsOf();
    const { pull, given } = counter(params);
    const stream = sink.open(streamOf(), pull);
    stream.start();
    clock.advance(100 * NS_PER_MS);
    stream.close();
    expect(given.frames).toBe(4800);
    expect(sink.describe().note).toBe('stream0-0.wav: no space left');
    expect(wireBytes(store.bytesOf('stream0-0.wav'))).toEqual(countingPcm(params, 960));
  });

  test('tells the first problems and counts the others', () => {
    const { sink } = setUp(0);
    for (let run = 0; run < 8; run++) sink.open(streamOf({ run }), () => new Uint8Array(0)).start();
    expect(sink.describe().note).toMatch(/stream0-4\.wav: no space left; and 3 more$/);
  });
});
