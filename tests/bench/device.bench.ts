// How fast the device is, against one in C that does no more than the guest can see. Both run in turn, several rounds, and
// what counts is the median of the rounds' ratios: absolute times drift with the machine.
//
//     D1  a control request, from the kick to the interrupt; guest and device on one processor
//     D2  output messages of 4 KiB, four in flight, every one of them recorded; on one processor
//     even pace: how far from its due time a period of 10 ms comes back; on two processors
//
// The first two are pinned to one processor: on two, the time that an idle one takes to wake hides everything else.
// With vhost-device-sound on the path, it runs in the same rounds.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDevice } from './device-process.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const root = process.cwd();
const cache = join(root, '.cache', 'bench');

/** The bundle of this file runs again as the device. */
const [mode, socketArgument = ''] = process.argv.slice(2);
if (mode === 'disk' || mode === 'nowhere') runDevice(socketArgument, mode);
else await main();

type Numbers = Readonly<Record<string, number>>;

interface Device {
  readonly name: string;
  readonly command: (socketPath: string) => readonly string[];
  /** Devices that are there only with luck. */
  readonly isOptional?: boolean;
}

interface Bench {
  readonly title: string;
  readonly driver: readonly string[];
  readonly devices: readonly Device[];
  readonly isPinned: boolean;
  readonly columns: readonly {
    readonly name: string;
    readonly key: string;
    readonly unit: string;
  }[];
}

async function main(): Promise<void> {
  if (process.platform !== 'linux') {
    console.log('not Linux: no guest can be attached here');
    return;
  }
  for (const name of ['guest-driver', 'device-limit']) compile(name);
  for (const bench of benches()) await run(bench);
}

function benches(): Bench[] {
  const limit = (pace: string): Device => ({
    name: 'C, the limit',
    command: (socketPath) => [join(cache, 'device-limit'), socketPath, pace],
  });
  const own = (name: string, ...args: string[]): Device => ({
    name,
    command: (socketPath) => [process.execPath, ...args, socketPath],
  });
  const cli = join(root, 'build', 'ringside.mjs');
  const ringside = own('ringside', cli, 'device', '--once', '--sink', 'null', '--socket');
  const bundle = process.argv[1] ?? '';
  const peer: Device = {
    name: 'vhost-device-sound',
    command: (socketPath) => ['vhost-device-sound', '--socket', socketPath, '--backend', 'null'],
    isOptional: true,
  };
  const p50 = { name: 'p50', key: 'p50', unit: 'µs' };
  const p99 = { name: 'p99', key: 'p99', unit: 'µs' };
  const tx = { name: 'messages', key: 'persecond', unit: '/s' };
  return [
    {
      title: 'D1  control request, kick to interrupt, one processor',
      driver: ['ctrl', '10000'],
      devices: [limit('null'), peer, ringside],
      isPinned: true,
      columns: [p50, p99],
    },
    {
      title: 'D2  output messages of 4 KiB, four in flight, one processor',
      driver: ['tx', '50000', '4096', '4'],
      devices: [
        limit('null'),
        peer,
        own('ringside, kept nowhere', bundle, 'nowhere'),
        own('ringside, kept on disk', bundle, 'disk'),
      ],
      isPinned: true,
      columns: [tx, p50, p99],
    },
    {
      title: 'even pace: distance from the due time, periods of 10 ms',
      driver: ['pace', '300', '1920', '4'],
      devices: [limit('audio'), ringside],
      isPinned: false,
      columns: [p50, p99],
    },
  ];
}

function compile(name: string): void {
  mkdirSync(cache, { recursive: true });
  const source = join(root, 'tests', 'bench', `${name}.c`);
  const args = ['-O2', '-Wall', '-Wextra', source, '-o', join(cache, name), '-lm'];
  const { status, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc cannot compile ${source}: ${stderr}`);
}

async function run(bench: Bench): Promise<void> {
  const devices = bench.devices.filter(({ isOptional, command }) => {
    return isOptional !== true || spawnSync('which', [command('')[0] ?? '']).status === 0;
  });
  const results = new Map<string, Numbers[]>(devices.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const device of devices) {
      results.get(device.name)?.push(await measure(device, bench));
    }
  }
  const base = results.get(devices[0]?.name ?? '') ?? [];
  console.log(`\n${bench.title}; ${ROUNDS} rounds`);
  for (const [name, rounds] of results) {
    const cells = bench.columns.map(({ name: column, key, unit }) => {
      const value = median(rounds.map((numbers) => numbers[key] ?? Number.NaN));
      const ratio = median(
        rounds.map((numbers, at) => (numbers[key] ?? 0) / (base[at]?.[key] ?? 0)),
      );
      return `${column} ${rounded(value)} ${unit} (${ratio.toFixed(2)}x)`.padEnd(30);
    });
    console.log(`  ${name.padEnd(24)} ${cells.join(' ')}`);
  }
}

/** One device, one guest: what the guest measured. */
async function measure(device: Device, bench: Bench): Promise<Numbers> {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-bench-'));
  const socketPath = join(folder, 's');
  const pin = bench.isPinned ? ['taskset', '-c', `${availableParallelism() - 1}`] : [];
  const [program = '', ...args] = [...pin, ...device.command(socketPath)];
  const running = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => running.on('exit', resolve));
  let said = '';
  running.stderr.on('data', (chunk) => {
    said += chunk;
  });
  try {
    await listening(running.stdout, socketPath);
    const driver = [...pin, join(cache, 'guest-driver'), socketPath, ...bench.driver];
    const { stdout, stderr, status } = spawnSync(driver[0] ?? '', driver.slice(1), {
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`${device.name}: guest ${stderr || status}, device ${said}`);
    const pairs = [...stdout.matchAll(/(\w+)=([\d.]+)/g)];
    return Object.fromEntries(pairs.map(([, key = '', value]) => [key, Number(value)]));
  } finally {
    const overdue = setTimeout(() => running.kill('SIGKILL'), 2000);
    await ended;
    clearTimeout(overdue);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Devices say when they listen, each in its own way; a socket that is there is one of them. */
function listening(output: NodeJS.ReadableStream, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const isThere = setInterval(() => {
      if (spawnSync('test', ['-S', socketPath]).status === 0) finish(resolve);
    }, 200);
    const late = setTimeout(() => finish(() => reject(new Error('no device listens'))), 10_000);
    const finish = (then: () => void): void => {
      clearInterval(isThere);
      clearTimeout(late);
      then();
    };
    output.on('data', (chunk) => {
      if (String(chunk).includes('READY')) finish(resolve);
    });
  });
}

function median(values: readonly number[]): number {
  const inOrder = [...values].sort((one, other) => one - other);
  return inOrder[Math.floor(inOrder.length / 2)] ?? Number.NaN;
}

function rounded(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
