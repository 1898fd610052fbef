// A guest that is stopped in mid-play: by QEMU's own control, and by a QEMU that gets no processor time.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LatencyAnalysis } from '../../src-core/analysis/latency-analysis.ts';
import type { RunSummary, Summary } from '../../src-core/contract-summary.ts';
import { NS_PER_MS } from '../../src-core/units.ts';
import { bootGuest, type Guest } from './boot-guest.ts';
import { readSession } from './recorded-session.ts';
import { guestReady } from './requirements.ts';
import { runOf, startDevice } from './ringside-device.ts';
import type { DeviceProcess } from './ringside-process.ts';
import { makeSound, samplesOfWav } from './sounds.ts';
import { testFolder } from './test-folder.ts';

/** A third of a second. */
const LONG = '--period-size=960 --buffer-size=15360';
/** 40 ms, shorter than a stop. The guest's kernel gives up on a card that is silent for 100 ms. */
const SHORT = '--period-size=480 --buffer-size=1920';

const sound = makeSound({ format: 'S16_LE', rateHz: 48_000, channels: 2, frames: 2 * 48_000 });

describe.skipIf(guestReady())('a guest that is stopped in mid-play', () => {
  test.each([
    ['split', ['INDIRECT_DESC', 'EVENT_IDX']],
    ['packed', ['INDIRECT_DESC', 'EVENT_IDX', 'RING_PACKED']],
  ])('by QMP goes on where it was (%s virtqueues)', async (_, ringFeatures) => {
    const { device, guest } = await playing(LONG, { ringFeatures });
    for (let times = 0; times < 2; times++) {
      await guest.qmp.execute('stop');
      await pause(500);
      await guest.qmp.execute('cont');
      await pause(200);
    }
    await guest.exited;
    expect(guest.qmp.events.filter((event) => event === 'RESUME')).toHaveLength(2);
    expect(guest.console).toMatch(/guest 1: played 0/);
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    const run = runOf(summary, 0, 0);
    // Its clock stood still as well: nothing was late.
    expect(run.underruns).toBe(0);
    expect(playedPcm([run]).equals(sound.pcm)).toBe(true);
  });

  test('for a moment by the machine has underruns, and loses nothing', async () => {
    const { device, guest } = await playing(SHORT);
    for (let times = 0; times < 3; times++) {
      stopFor(guest, 60);
      await pause(200);
    }
    await guest.exited;
    expect(guest.console).toMatch(/underrun!!!/);
    expect(guest.console).toMatch(/guest 1: played 0/);
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    const runs = runsOf(summary);
    expect(underrunsIn(runs)).toBeGreaterThan(0);
    expect(xrunsIn(device)).toBe(underrunsIn(runs));
    expect(playedPcm(runs).equals(sound.pcm)).toBe(true);
  });

  test('for long by the machine has an underrun, and plays on or again', async () => {
    const { device, guest } = await playing(LONG, { after: 'aplay -q -D hw:0,0 /in.wav' });
    stopFor(guest, 1000);
    await guest.exited;
    expect(guest.console).toMatch(/guest 1: run ended 0/);
    const { code, summary } = await device.end();
    expect({ code, violations: summary.violations }).toEqual({ code: 0, violations: [] });
    const runs = runsOf(summary);
    expect(underrunsIn(runs)).toBeGreaterThan(0);
    expectGuestBlamed(device);
    const heard = playedPcm(runs);
    const first = heard.subarray(0, heard.length - sound.pcm.length);
    expect(heard.subarray(first.length).equals(sound.pcm)).toBe(true);
    // After such a time the guest's kernel may have taken the card for dead, and the player ended.
    const hasGivenUp = /guest 1: played 1/.test(guest.console);
    if (!hasGivenUp) expect(first.length).toBe(sound.pcm.length);
    expect(first.equals(sound.pcm.subarray(0, first.length))).toBe(true);
  });
});

interface PlayOptions {
  readonly ringFeatures?: readonly string[];
  /** What the guest does then. */
  readonly after?: string;
}

/** A guest in the middle of playing the sound, with such a buffer. */
async function playing(
  sizes: string,
  { ringFeatures, after = '' }: PlayOptions = {},
): Promise<{ device: DeviceProcess; guest: Guest }> {
  const path = join(testFolder(), 'device.json');
  writeFileSync(path, JSON.stringify({ ringFeatures }));
  const device = await startDevice({ args: ['--once', '--config', path] });
  const play = `aplay -D hw:0,0 ${sizes} /in.wav`;
  const guest = bootGuest({
    runScript: `${play}; mark played $?; ${after}`,
    files: { '/in.wav': sound.wav },
    socketPath: device.socketPath,
  });
  await guest.waitFor(/Playing/, 100_000);
  await pause(700);
  return { device, guest };
}

/** Takes QEMU off the processor. Nothing else runs here meanwhile, so that it does not last longer than said. */
function stopFor(guest: Guest, ms: number): void {
  process.kill(guest.pid, 'SIGSTOP');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  process.kill(guest.pid, 'SIGCONT');
}

function runsOf(summary: Summary): readonly RunSummary[] {
  return summary.streams[0]?.runs ?? [];
}

function underrunsIn(runs: readonly RunSummary[]): number {
  return runs.reduce((sum, { underruns }) => sum + underruns, 0);
}

function xrunsIn(device: DeviceProcess): number {
  const { entries } = readSession(device.capturePath);
  // a machine that is too busy adds some of the host's own
  return entries.filter((entry) => entry.kind === 'xrun' && entry.side !== 'host').length;
}

/** `stats` on what was recorded names the guest for every gap, with the chain that proves it. */
function expectGuestBlamed({ capturePath }: DeviceProcess): void {
  const { capture } = readSession(capturePath);
  const analysis = new LatencyAnalysis(capture);
  while (analysis.follow(100_000, true));
  const gaps = analysis.blame.rows.filter(({ kind }) => kind === 'underrun');
  expect(gaps.length).toBeGreaterThan(0);
  for (const { owner, chain, excessNs, sentence } of gaps) {
    expect(owner, sentence).toBe('guest');
    expect(chain.length).toBeGreaterThan(0);
    expect(excessNs, sentence).toBeGreaterThan(100 * NS_PER_MS);
  }
}

/** What the runs played, one after the other. */
function playedPcm(runs: readonly RunSummary[]): Buffer {
  return Buffer.concat(runs.map(({ file }) => samplesOfWav(readFileSync(file ?? ''))));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
