// The pyramid of an hour of 48 kHz stereo S16, 345.6 M samples, beside the same in C (gcc -O3, with and without this machine's
// own vectors). The PCM is one chunk that is scanned again and again: 691 MB need not be held, and both sides do the same.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PeakPyramid } from '../../src-core/audio/peaks.ts';
import { FORMATS } from '../../src-core/spec/formats.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const RATE_HZ = 48_000;
const FRAMES = 3600 * RATE_HZ;
const FRAME_BYTES = 4;
const CHUNK_FRAMES = 1 << 20;
const PERIOD_FRAMES = 480;
const STEREO_S16 = { format: FORMATS.findIndex((format) => format?.name === 'S16'), channels: 2 };

const limits = [
  { title: 'C, gcc -O3', program: compileLimit('pyramid-limit', []) },
  { title: 'C, gcc -O3 -march=native', program: compileLimit('pyramid-native', ['-march=native']) },
];
const pcm = noise(CHUNK_FRAMES);
const forms = [
  { title: 'own, vectors, 4 MB at once', run: () => ownMs(true, CHUNK_FRAMES) },
  { title: 'own, vectors, periods of 10 ms', run: () => ownMs(true, PERIOD_FRAMES) },
  { title: 'own, plain, 4 MB at once', run: () => ownMs(false, CHUNK_FRAMES) },
  { title: 'own, plain, periods of 10 ms', run: () => ownMs(false, PERIOD_FRAMES) },
];

const rows = Array.from({ length: ROUNDS }, () => [
  ...limits.map(({ program }) => limitMs(program)),
  ...forms.map(({ run }) => run()),
]);
console.log(`W1 pyramid of an hour, 345.6 M samples; ms, ${ROUNDS} rounds (goal: 3x the C loop)`);
[...limits, ...forms].forEach(({ title }, place) => {
  const ms = median(rows.map((row) => row[place] ?? Number.NaN));
  const [plain, native] = [0, 1].map((base) =>
    median(rows.map((row) => (row[place] ?? Number.NaN) / (row[base] ?? Number.NaN))),
  );
  const ratios = `${plain?.toFixed(2)}x C, ${native?.toFixed(2)}x C native`;
  console.log(`  ${title.padEnd(32)} ${ms.toFixed(0).padStart(6)} (${ratios})`);
});

function compileLimit(name: string, flags: readonly string[]): string {
  const cache = join(process.cwd(), '.cache', 'bench');
  mkdirSync(cache, { recursive: true });
  const source = join(process.cwd(), 'tests', 'bench', 'pyramid-limit.c');
  const target = join(cache, name);
  const args = ['-O3', ...flags, source, '-o', target];
  const { status, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc cannot compile ${source}: ${stderr}`);
  return target;
}

function limitMs(program: string): number {
  const { stdout } = spawnSync(program, [`${FRAMES}`, `${CHUNK_FRAMES}`], { encoding: 'utf8' });
  return Number(/ms=([\d.]+)/.exec(stdout)?.[1]);
}

function noise(frames: number): Uint8Array {
  let state = 1;
  const words = Int16Array.from({ length: 2 * frames }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >> 16;
  });
  return new Uint8Array(words.buffer);
}

/** As many frames at once as the capture hands over. */
function ownMs(vectors: boolean, atOnce: number): number {
  const pyramid = new PeakPyramid(STEREO_S16, vectors);
  const from = performance.now();
  for (let frame = 0; frame < FRAMES; ) {
    const place = frame % CHUNK_FRAMES;
    const frames = Math.min(atOnce, FRAMES - frame, CHUNK_FRAMES - place);
    pyramid.append(pcm.subarray(place * FRAME_BYTES, (place + frames) * FRAME_BYTES), frame);
    frame += frames;
  }
  const { levels } = pyramid; // the upper ones are made when they are asked for
  const ms = performance.now() - from;
  if (levels.length < 9 || pyramid.endFrame !== FRAMES || pyramid.isFull)
    throw new Error('not all of it was taken in');
  return ms;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
