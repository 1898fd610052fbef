// D3: how evenly a real guest's periods come back, with a window open, beside QEMU's own device in the same rounds. The
// goal: a p99 of the distance from the due time of at most a tenth of QEMU's own, and no underrun.
//
// SECONDS=60 of play in each round, ROUNDS=1.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TXQ } from '../../src-core/spec/sound.ts';
import { NS_PER_MS } from '../../src-core/units.ts';
import { bootGuest, type Guest } from '../guest/boot-guest.ts';
import { readSession } from '../guest/recorded-session.ts';
import { guestReady } from '../guest/requirements.ts';
import { spawnDevice } from '../guest/ringside-process.ts';
import { returnsInTrace, type Stray, strayOf } from './pace-stray.ts';
import { openWindow } from './pace-window.ts';

const SECONDS = Number(process.env.SECONDS ?? 60);
const ROUNDS = Number(process.env.ROUNDS ?? 1);
const PERIOD_MS = 10;
const BUFFER_MS = 40;
const GOAL = 0.1;
/** Boot and the rest. */
const LIMIT_MS = (SECONDS + 60) * 1000;

interface Result extends Stray {
  /** Times that the guest's player ran dry. */
  readonly underruns: number;
  /** Whether it played to the end. */
  readonly isWhole: boolean;
  readonly window: string;
  /** Processor time that was used on this machine, by whomever, as a part of all that there was. */
  readonly busy: number;
}

await main();

async function main(): Promise<void> {
  const reason = guestReady();
  if (reason !== undefined) {
    console.log(`cannot run: ${reason}`);
    return;
  }
  console.log(
    `D3  stray of a return from its due time; periods of ${PERIOD_MS} ms, buffer of ${BUFFER_MS} ms, ${SECONDS} s`,
  );
  const ratios: number[] = [];
  let underruns = 0;
  let isWhole = true;
  for (let round = 0; round < ROUNDS; round++) {
    const own = await measureQemu();
    print("QEMU's own device", own);
    const ours = await measureRingside();
    print(`ringside (${ours.window})`, ours);
    ratios.push(ours.p99 / own.p99);
    underruns += ours.underruns;
    isWhole &&= ours.isWhole;
  }
  const ratio = ratios.sort((one, other) => one - other)[ratios.length >> 1] ?? Number.NaN;
  const isReached = ratio <= GOAL && underruns === 0 && isWhole;
  console.log(
    `  ratio of p99: ${ratio.toFixed(3)}, underruns: ${underruns}; goal: ${GOAL} and 0: ${isReached ? 'reached' : 'MISSED'}`,
  );
}

async function measureRingside(): Promise<Result> {
  const device = await spawnDevice({ sink: 'null', args: ['--once', '--serve'] });
  const window = openWindow(device.url);
  const busy = busyFromNow();
  try {
    const guest = bootGuest({
      runScript: play(),
      socketPath: device.socketPath,
      limitMs: LIMIT_MS,
    });
    await guest.waitFor(/guest 1: plays/, LIMIT_MS);
    const title = window === undefined ? 'no window: no Chromium' : await titleOf(window);
    await guest.exited;
    const { summary } = await device.end();
    const { entries } = readSession(device.capturePath);
    const returnsMs = entries.flatMap((entry) =>
      entry.kind === 'used' && entry.queue === TXQ ? [entry.atNs / NS_PER_MS] : [],
    );
    const told = summary.streams.flatMap(({ runs }) => runs).map((run) => run.underruns);
    return {
      ...strayOf(returnsMs, PERIOD_MS),
      underruns: Math.max(underrunsOf(guest), ...told),
      isWhole: isWhole(guest),
      window: title,
      busy: busy(),
    };
  } finally {
    await window?.close();
    await device.discard();
  }
}

async function measureQemu(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-pace-'));
  const log = join(folder, 'trace.log');
  const busy = busyFromNow();
  try {
    const guest = bootGuest({
      runScript: play(),
      ownDevice: { audiodev: 'none' },
      extraArgs: [
        ...['-msg', 'timestamp=on', '-D', log],
        ...['-trace', 'virtio_queue_notify', '-trace', 'virtqueue_fill'],
      ],
      limitMs: LIMIT_MS,
    });
    await guest.exited;
    const returnsMs = returnsInTrace(readFileSync(log, 'utf8'), TXQ);
    return {
      ...strayOf(returnsMs, PERIOD_MS),
      underruns: underrunsOf(guest),
      isWhole: isWhole(guest),
      window: '',
      busy: busy(),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Silence for so many seconds. */
function play(): string {
  const times = `--period-time=${PERIOD_MS * 1000} --buffer-time=${BUFFER_MS * 1000}`;
  return `mark plays; aplay -q -D hw:0,0 -t raw -f S16_LE -r 48000 -c 2 -d ${SECONDS} ${times} /dev/zero`;
}

function underrunsOf(guest: Guest): number {
  return guest.console.match(/underrun/g)?.length ?? 0;
}

/** A guest that gets no processor for a while takes its card for dead. */
function isWhole(guest: Guest): boolean {
  return /guest 1: run ended 0/.test(guest.console);
}

/** Gives what tells the part of processor time that was used since then. */
function busyFromNow(): () => number {
  const began = processorTimes();
  return () => {
    const now = processorTimes();
    return (now.used - began.used) / (now.all - began.all);
  };
}

function processorTimes(): { used: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, each) => sum + each.idle, 0);
  const used = times.reduce((sum, each) => sum + each.user + each.nice + each.sys + each.irq, 0);
  return { used, all: used + idle };
}

/** The page names itself when it has its session. */
async function titleOf(window: NonNullable<ReturnType<typeof openWindow>>): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const title = await window.title();
    if (/ringside/i.test(title)) return `window “${title}”`;
    await delay(500);
  }
  return 'window without a session';
}

function print(name: string, result: Result): void {
  const { returns, p50, p99, max, rate, underruns } = result;
  const times = [p50, p99, max].map((ms) => ms.toFixed(3)).join(' / ');
  console.log(
    `  ${name}: ${returns} returns, p50 / p99 / max ${times} ms, pace ${rate.toFixed(5)}, ${underruns} underruns${result.isWhole ? '' : ', GAVE UP'}; machine ${Math.round(100 * result.busy)} % busy`,
  );
}
