// Sounds to compare: 16 bits, two channels, 48 kHz.

export const RATE_HZ = 48_000;

/** White noise; no frame is silent, and the channels differ. The same seed, the same noise. */
export function noise(frames: number, seed: number): Uint8Array {
  let state = seed * 2654435761 + 12345;
  const words = new Int16Array(2 * frames).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((state >>> 15) & 0x7fff) - 16_000 || 1;
  });
  return new Uint8Array(words.buffer);
}

/** Tones that rise and fall, other ones in each channel. */
export function music(frames: number): Uint8Array {
  const words = new Int16Array(2 * frames).map((_, place) => {
    const t = (place >> 1) / RATE_HZ;
    const isLeft = place % 2 === 0;
    const tones = isLeft ? [220, 277.18, 329.63, 1318.5] : [261.63, 392, 523.25, 987.77];
    const swell = 0.6 + 0.4 * Math.sin(2 * Math.PI * 1.7 * t + (isLeft ? 0 : 1));
    const sum = tones.reduce((all, hz, n) => all + Math.sin(2 * Math.PI * hz * t + n + 0.3) / 4, 0);
    return Math.round(22_000 * swell * sum);
  });
  return new Uint8Array(words.buffer);
}
