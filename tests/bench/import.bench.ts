/** Goals I1 to I3: ten million lines of a log into messages, beside a C loop that only parses them, a Python script, gawk, and
 *  whatever else reads such files on this machine. Whole processes, in turn, so that each ratio is taken inside one round.
 *
 *      RINGSIDE_BENCH_LINES=1000000 npm run bench -- import     a smaller one */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLog, writeSimple } from './trace-generator.ts';

const LINES = Number(process.env.RINGSIDE_BENCH_LINES ?? 10_000_000);
const ROUNDS = 3;
const SEED = 12_345;
const root = process.cwd();

interface Job {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly seconds: number[];
  readonly peakMiB: number[];
}

const PYTHON = `
import re, sys
line_re = re.compile(r'^(?:(\\d+)@(\\d+\\.\\d+):)?(\\w+) ?(.*)$')
value_re = re.compile(r'(?<=[ =])(?:0x([0-9a-f]+)|(\\d+))')
rows = []
for line in open(sys.argv[1]):
    m = line_re.match(line)
    rows.append((float(m.group(2) or 0), m.group(3), value_re.findall(' ' + m.group(4))))
print(len(rows))
`;

const GAWK = `
BEGIN { FS = "[@: ]" }
{ n[$3]++; if ($3 == "virtqueue_fill") { lat += $2 - t[$7] } else if ($3 == "virtqueue_pop") t[$7] = $2 }
END { for (e in n) print e, n[e] }
`;

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-import-'));
  try {
    const log = join(folder, 'log.txt');
    const small = join(folder, 'small.txt');
    const simple = join(folder, 'simple.bin');
    writeLog(log, LINES, SEED);
    writeLog(small, Math.round(LINES / 10), SEED);
    writeSimple(simple, LINES, SEED);
    const jobs = makeJobs(folder, log, small, simple);
    for (let round = -1; round < ROUNDS; round++) for (const job of jobs) run(job, round >= 0);
    print(jobs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeJobs(folder: string, log: string, small: string, simple: string): Job[] {
  const limit = join(folder, 'import-limit');
  const source = join(root, 'tests', 'bench', 'import-limit.c');
  const compiled = spawnSync('gcc', ['-O3', '-march=native', source, '-o', limit]).status === 0;
  const script = join(folder, 'peer.py');
  writeFileSync(script, PYTHON);
  const cli = join(root, 'build', 'ringside.mjs');
  const ringside = (name: string, file: string) =>
    job(name, process.execPath, [cli, 'import', file, '--json']);
  const python = (file: string) => [script, file];
  return [
    ...(compiled ? [job('C loop, parse only', limit, [log])] : []),
    ringside('ringside import', log),
    ringside('ringside import, a tenth', small),
    ringside('ringside import, simple v4', simple),
    ...(isThere('python3') ? [job('Python script, a tenth', 'python3', python(small))] : []),
    ...(isThere('gawk') ? [job('gawk', 'gawk', [GAWK, log])] : []),
    ...peerFromEnvironment('RINGSIDE_SIMPLETRACE', 'simpletrace.py', simple),
    ...peerFromEnvironment('RINGSIDE_TRACE_PROCESSOR', 'trace_processor', log),
  ];
}

/** A peer that this machine has where a variable says: a command, to which the file is added. */
function peerFromEnvironment(variable: string, name: string, file: string): Job[] {
  const [command, ...args] = (process.env[variable] ?? '').split(' ').filter((word) => word !== '');
  return command === undefined ? [] : [job(name, command, [...args, file])];
}

function job(name: string, command: string, args: readonly string[]): Job {
  return { name, command, args, seconds: [], peakMiB: [] };
}

function isThere(command: string): boolean {
  return spawnSync('which', [command]).status === 0;
}

function run({ name, command, args, seconds, peakMiB }: Job, isCounted: boolean): void {
  const timed = existsSync('/usr/bin/time');
  const began = performance.now();
  const { status, stderr } = timed
    ? spawnSync('/usr/bin/time', ['-f', '@@%M', command, ...args], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      })
    : spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) console.log(`${name} failed: ${stderr.slice(0, 200)}`);
  if (!isCounted) return;
  seconds.push((performance.now() - began) / 1000);
  peakMiB.push(Number(/@@(\d+)/.exec(stderr)?.[1] ?? Number.NaN) / 1024);
}

function print(jobs: readonly Job[]): void {
  console.log(`${LINES} lines, seed ${SEED}, median of ${ROUNDS} rounds`);
  for (const { name, seconds, peakMiB } of jobs) {
    console.log(
      `${name.padEnd(28)} ${median(seconds).toFixed(2)} s  ${median(peakMiB).toFixed(0)} MiB`,
    );
  }
  const of = (name: string) => jobs.find((known) => known.name === name);
  const own = of('ringside import');
  const tenth = of('ringside import, a tenth');
  if (own === undefined || tenth === undefined) return;
  tell('I1 to the C loop', own, of('C loop, parse only'), 1, 'at most 1.5', false);
  tell('I2 to the Python script', tenth, of('Python script, a tenth'), 1, 'at least 30', true);
  tell('I2 to gawk', own, of('gawk'), 1, '', true);
  tell('I2 to trace_processor', own, of('trace_processor'), 1, 'at least 20', true);
  const simple = of('ringside import, simple v4');
  if (simple) tell('I2 to simpletrace.py', simple, of('simpletrace.py'), 1, 'at least 60', true);
  const slope = ((median(own.peakMiB) - median(tenth.peakMiB)) * 2 ** 20) / (0.9 * LINES);
  console.log(`I3 bytes an event            ${slope.toFixed(1)} (goal: at most 48)`);
}

function tell(
  name: string,
  own: Job,
  peer: Job | undefined,
  scale: number,
  goal: string,
  isFaster: boolean,
): void {
  if (peer === undefined) return;
  const ratios = own.seconds.map((seconds, round) => {
    const other = (peer.seconds[round] ?? Number.NaN) * scale;
    return isFaster ? other / seconds : seconds / other;
  });
  console.log(
    `${name.padEnd(28)} ${median(ratios).toFixed(2)}${goal === '' ? '' : ` (goal: ${goal})`}`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

main();
