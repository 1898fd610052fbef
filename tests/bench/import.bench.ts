/** Goals I1 to I3: ten million lines of a log into messages, beside a C loop that only parses them, a Python script, gawk, and
 *  whatever else reads such files on this machine. Whole processes, in turn, so that each ratio is taken inside one round.
 *
 *      RINGSIDE_BENCH_LINES=1000000 npm run bench -- import     a smaller one */
import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
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
  /** On all cores: what a busy machine leaves of a ratio. */
  readonly cpuSeconds: number[];
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

/** As a script reads a binary trace: record by record, each printed with its arguments by name. */
const PYTHON_SIMPLE = `
import struct, sys
ARGS = {
    'virtqueue_alloc_element': 'elem size in_num out_num', 'virtqueue_pop': 'vq elem in_num out_num',
    'virtqueue_fill': 'vq elem len idx', 'virtqueue_flush': 'vq count', 'virtio_notify': 'vdev vq',
    'virtio_queue_notify': 'vdev n vq', 'virtio_snd_handle_ctrl': 'vdev vq',
    'virtio_snd_handle_code': 'code $name', 'virtio_snd_handle_pcm_start_stop': '$code stream',
}
shapes = {name: [(a.lstrip('$'), a[0] == '$') for a in args.split()] for name, args in ARGS.items()}
names, last = {}, None
with open(sys.argv[1], 'rb') as trace:
    trace.read(24)
    while len(head := trace.read(8)) == 8:
        if head[0] == 0:
            number, length = struct.unpack('<QL', trace.read(12))
            names[number] = trace.read(length).decode()
            continue
        number, ns, length, process = struct.unpack('<QQLL', trace.read(24))
        body, at, said = trace.read(length - 24), 0, []
        for name, is_text in shapes.get(names[number], []):
            if is_text:
                size, = struct.unpack_from('<L', body, at)
                said.append('%s=%s' % (name, body[at + 4:at + 4 + size].decode()))
                at += 4 + size
            else:
                value, = struct.unpack_from('<Q', body, at)
                said.append('%s=0x%x' % (name, value))
                at += 8
        print(names[number], '%.3f' % ((ns - (last or ns)) / 1000), 'pid=%d' % process, *said)
        last = ns
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
    writeSimple(`${simple}.small`, Math.round(LINES / 10), SEED);
    const isPacked = spawnSync('gzip', ['-1', '-k', log]).status === 0;
    const jobs = makeJobs(folder, { log, small, simple, isPacked });
    for (let round = -1; round < ROUNDS; round++) for (const job of jobs) run(job, round >= 0);
    print(jobs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Inputs {
  readonly log: string;
  readonly small: string;
  readonly simple: string;
  readonly isPacked: boolean;
}

function makeJobs(folder: string, { log, small, simple, isPacked }: Inputs): Job[] {
  const limit = join(folder, 'import-limit');
  const source = join(root, 'tests', 'bench', 'import-limit.c');
  const compiled = spawnSync('gcc', ['-O3', '-march=native', source, '-o', limit]).status === 0;
  const script = join(folder, 'peer.py');
  writeFileSync(script, PYTHON);
  const simpleScript = join(folder, 'peer-simple.py');
  writeFileSync(simpleScript, PYTHON_SIMPLE);
  const hasPython = isThere('python3');
  const cli = join(root, 'build', 'ringside.mjs');
  const ringside = (name: string, file: string) =>
    job(name, process.execPath, [cli, 'import', file, '--json']);
  const simpleSmall = `${simple}.small`;
  return [
    ...(compiled ? [job('C loop, parse only', limit, [log])] : []),
    ringside('ringside import', log),
    ringside('ringside import, a tenth', small),
    ...(isPacked ? [job('gzip -d', 'gzip', ['-dc', `${log}.gz`])] : []),
    ...(isPacked ? [ringside('ringside import, gzip', `${log}.gz`)] : []),
    ringside('ringside import, simple v4', simple),
    ringside('ringside import, simple, a tenth', simpleSmall),
    ...(hasPython ? [job('Python script, a tenth', 'python3', [script, small])] : []),
    ...(hasPython
      ? [job('Python, simple v4, a tenth', 'python3', [simpleScript, simpleSmall])]
      : []),
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
  return { name, command, args, seconds: [], peakMiB: [], cpuSeconds: [] };
}

function isThere(command: string): boolean {
  return spawnSync('which', [command]).status === 0;
}

function run({ name, command, args, seconds, peakMiB, cpuSeconds }: Job, isCounted: boolean): void {
  const timed = existsSync('/usr/bin/time');
  const options: SpawnSyncOptionsWithStringEncoding = {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  };
  const began = performance.now();
  const { status, stderr } = timed
    ? spawnSync('/usr/bin/time', ['-f', '@@%M %U %S', command, ...args], options)
    : spawnSync(command, args, options);
  if (status !== 0) console.log(`${name} failed: ${stderr.slice(0, 200)}`);
  if (!isCounted) return;
  seconds.push((performance.now() - began) / 1000);
  const [, peak, user, system] = /@@(\d+) ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  peakMiB.push(Number(peak) / 1024);
  cpuSeconds.push(Number(user) + Number(system));
}

function print(jobs: readonly Job[]): void {
  console.log(`${LINES} lines, seed ${SEED}, median of ${ROUNDS} rounds`);
  for (const { name, seconds, peakMiB, cpuSeconds } of jobs) {
    console.log(
      `${name.padEnd(34)} ${median(seconds).toFixed(2)} s  cpu ${median(cpuSeconds).toFixed(2)} s  ${median(peakMiB).toFixed(0)} MiB`,
    );
  }
  const of = (name: string) => jobs.find((known) => known.name === name);
  const own = of('ringside import');
  const tenth = of('ringside import, a tenth');
  if (own === undefined || tenth === undefined) return;
  tell('I1 to the C loop', own, of('C loop, parse only'), 1, 'at most 1.5', false);
  // goals are of the whole file; the scripts, which take a time per line, get a tenth of it
  tell('I2 to the Python script', own, of('Python script, a tenth'), 10, 'at least 30', true);
  tell('  the same, a tenth each', tenth, of('Python script, a tenth'), 1, '', true);
  tell('I2 to gawk', own, of('gawk'), 1, '', true);
  tell('I2 to trace_processor', own, of('trace_processor'), 1, 'at least 20', true);
  const simple = of('ringside import, simple v4');
  const simpleTenth = of('ringside import, simple, a tenth');
  if (simple) tell('I2 to simpletrace.py', simple, of('simpletrace.py'), 1, 'at least 60', true);
  const peer = of('Python, simple v4, a tenth');
  if (simple) tell('I2 to Python, simple v4', simple, peer, 10, 'at least 60', true);
  if (simpleTenth) tell('  the same, a tenth each', simpleTenth, peer, 1, '', true);
  const packed = of('ringside import, gzip');
  if (packed) tell('gzip to gzip -d', packed, of('gzip -d'), 1, '', false);
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
  const ratio = (what: 'seconds' | 'cpuSeconds') =>
    median(
      own[what].map((seconds, round) => {
        const other = (peer[what][round] ?? Number.NaN) * scale;
        return isFaster ? other / seconds : seconds / other;
      }),
    ).toFixed(2);
  const wanted = goal === '' ? '' : ` (goal: ${goal})`;
  console.log(
    `${name.padEnd(28)} ${ratio('seconds')}${wanted}; by processor time ${ratio('cpuSeconds')}`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

main();
