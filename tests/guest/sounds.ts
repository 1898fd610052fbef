// Sound files for guests, made so that every sample matters: a tone with noise on it, different in each channel, in the
// formats that `aplay` reads from a WAV file.

/** ALSA's names. */
export type SoundFormat = 'U8' | 'S16_LE' | 'S24_3LE' | 'S32_LE' | 'FLOAT_LE';

export interface SoundShape {
  readonly format: SoundFormat;
  readonly rateHz: number;
  readonly channels: number;
  readonly frames: number;
  /** Another seed gives another sound of the same shape. */
  readonly seed?: number;
}

export interface Sound extends SoundShape {
  readonly frameBytes: number;
  /** Interleaved samples as they lie in the file and on the wire. */
  readonly pcm: Uint8Array;
  /** The whole file. */
  readonly wav: Uint8Array;
}

interface Encoding {
  /** The standard's name. */
  readonly wireName: string;
  readonly bytes: number;
  readonly tag: 1 | 3;
  readonly write: (view: DataView, at: number, value: number) => void;
}

export const ENCODINGS: Readonly<Record<SoundFormat, Encoding>> = {
  U8: {
    wireName: 'U8',
    bytes: 1,
    tag: 1,
    write: (view, at, value) => view.setUint8(at, 128 + Math.round(value * 127)),
  },
  S16_LE: {
    wireName: 'S16',
    bytes: 2,
    tag: 1,
    write: (view, at, value) => view.setInt16(at, Math.round(value * 0x7fff), true),
  },
  S24_3LE: {
    wireName: 'S24_3',
    bytes: 3,
    tag: 1,
    write: (view, at, value) => {
      const sample = Math.round(value * 0x7fffff);
      view.setUint16(at, sample & 0xffff, true);
      view.setInt8(at + 2, sample >> 16);
    },
  },
  S32_LE: {
    wireName: 'S32',
    bytes: 4,
    tag: 1,
    write: (view, at, value) => view.setInt32(at, Math.round(value * 0x7fff_ffff), true),
  },
  FLOAT_LE: {
    wireName: 'FLOAT',
    bytes: 4,
    tag: 3,
    write: (view, at, value) => view.setFloat32(at, value, true),
  },
};

const HEADER_BYTES = 44;
const TONE_HZ = 441;

export function makeSound(shape: SoundShape): Sound {
  const { format, rateHz, channels, frames, seed = 1 } = shape;
  const { bytes, write } = ENCODINGS[format];
  const pcm = new Uint8Array(frames * channels * bytes);
  const view = new DataView(pcm.buffer);
  const noise = noiseFrom(seed);
  let at = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let channel = 0; channel < channels; channel++) {
      const turns = (frame * TONE_HZ * (channel + 1)) / rateHz;
      write(view, at, 0.5 * Math.sin(2 * Math.PI * turns) + 0.4 * noise());
      at += bytes;
    }
  }
  return { ...shape, frameBytes: channels * bytes, pcm, wav: withHeader(shape, pcm) };
}

/** What a short name in a guest's file system says: `S16_LE-48000-2.wav`. */
export function soundName({ format, rateHz, channels }: SoundShape): string {
  return `${format}-${rateHz}-${channels}.wav`;
}

function withHeader({ format, rateHz, channels }: SoundShape, pcm: Uint8Array): Uint8Array {
  const { bytes, tag } = ENCODINGS[format];
  const wav = Buffer.alloc(HEADER_BYTES + pcm.length);
  wav.write('RIFF');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(tag, 20);
  wav.writeUInt16LE(channels, 22);
  wav.writeUInt32LE(rateHz, 24);
  wav.writeUInt32LE(rateHz * channels * bytes, 28);
  wav.writeUInt16LE(channels * bytes, 32);
  wav.writeUInt16LE(bytes * 8, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(pcm.length, 40);
  wav.set(pcm, HEADER_BYTES);
  return new Uint8Array(wav);
}

/** Numbers from -1 to 1, the same ones for the same seed (xorshift32). */
function noiseFrom(seed: number): () => number {
  let state = (seed * 0x9e37_79b9) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 0x8000_0000;
  };
}

/** The samples in a WAV file: its `data` chunk. Throws where there is none. */
export function samplesOfWav(file: Buffer): Buffer {
  let at = 12;
  while (at + 8 <= file.length) {
    const name = file.toString('latin1', at, at + 4);
    const bytes = file.readUInt32LE(at + 4);
    if (name === 'data') return file.subarray(at + 8, at + 8 + bytes);
    at += 8 + bytes + (bytes % 2);
  }
  throw new Error(`no samples in a WAV file of ${file.length} bytes`);
}
