/** What the demo guest does in each scenario. */
import { FORMATS, formatByName, frameBytesOf, RATES_HZ } from '../spec/formats.ts';
import { assert, NS_PER_MS, NS_PER_S, type Ns } from '../units.ts';
import { faultPlanter } from './demo-guest-faults.ts';
import {
  afterRelease,
  beforeParams,
  beforePrepare,
  misbehave,
  whileRunning,
} from './demo-guest-misorders.ts';
import {
  close,
  type Guest,
  musicFor,
  nextPeriod,
  openStream,
  play,
  playAll,
  recordAll,
  together,
} from './demo-guest-player.ts';
import type { Program } from './demo-guest-program.ts';
import type { StreamPlan } from './demo-guest-stream.ts';

export type Run = (guest: Guest) => Program;

const NEVER = Number.POSITIVE_INFINITY;
/** As a desktop's sound server plays: periods of 20 ms, and the longest buffer that Linux's driver offers. */
const USUAL = plan('output', 'S16', 48000, 2, 960, 8);
/** As a call does: 10 ms, four of them. */
const TIGHT = plan('output', 'S16', 48000, 2, 480, 4);
/** As software instruments do: 1 ms, with a buffer of 32 ms. */
const SHORT = plan('output', 'S16', 48000, 2, 48, 32);

export function* playMusic(guest: Guest): Program {
  const stream = openStream(guest, USUAL);
  if (stream !== undefined) yield* playAll(guest, stream, 'band');
}

export function* record(guest: Guest): Program {
  const stream = openStream(guest, { ...USUAL, direction: 'input' });
  if (stream !== undefined) yield* recordAll(guest, stream);
}

export function* playAndRecord(guest: Guest): Program {
  yield* together(guest.kernel, [playMusic(guest), record(guest)]);
}

export function* playTwo(guest: Guest): Program {
  const first = openStream(guest, USUAL);
  const second = openStream(guest, plan('output', 'FLOAT', 44100, 1, 2205, 3), 1);
  if (first === undefined || second === undefined) return;
  yield* together(guest.kernel, [
    playAll(guest, first, 'band'),
    later(guest, 400 * NS_PER_MS, playAll(guest, second, 'bells')),
  ]);
}

/** As `playMusic`, with a buffer that forgives little. */
export function* playTight(guest: Guest): Program {
  const stream = openStream(guest, TIGHT);
  if (stream !== undefined) yield* playAll(guest, stream, 'band');
}

export function* playShort(guest: Guest): Program {
  const stream = openStream(guest, SHORT);
  if (stream !== undefined) yield* playAll(guest, stream, 'band');
}

/** A period at each of its due times, whatever came back: half the buffer at first. What finds no place is dropped. */
export function* playByOwnClock(guest: Guest): Program {
  const { kernel } = guest;
  const stream = openStream(guest, USUAL);
  if (stream === undefined || !(yield* stream.setParams()) || !(yield* stream.prepare())) return;
  const music = musicFor(guest, stream, 'band');
  const write = (): void => stream.postPeriod(nextPeriod(stream, music));
  while (stream.posted < stream.periods / 2) write();
  const startNs = kernel.clock.nowNs();
  if (!(yield* stream.start())) return;
  for (let due = 1; kernel.clock.nowNs() < guest.untilNs; due++) {
    yield kernel.sleep(Math.max(0, startNs + due * stream.periodNs - kernel.clock.nowNs()));
    if (stream.free > 0) write();
    else kernel.note('the guest has no place for a period that came, and drops it');
  }
  yield* stream.drained(NS_PER_S);
  yield* close(stream);
}

/** Every second and a half or so the application sleeps for longer than its buffer lasts. */
export function* playTooLate(guest: Guest): Program {
  const stream = openStream(guest, TIGHT);
  if (stream === undefined) return;
  const { random } = guest.kernel;
  let nextStall = 120;
  const stallNs = (number: number): Ns => {
    if (number < nextStall) return 0;
    nextStall = number + Math.round(random.between(110, 190));
    return stream.periods * stream.periodNs + random.between(25, 120) * NS_PER_MS;
  };
  yield* playAll(guest, stream, 'band', { periods: NEVER, untilNs: guest.untilNs, stallNs });
}

/** The application sleeps where the plan of stalls says so; other stages stall by themselves. */
export function* playWithStalls(guest: Guest): Program {
  const stream = openStream(guest, TIGHT);
  if (stream === undefined) return;
  const stallNs = (): Ns => guest.kernel.stalls?.take('guest') ?? 0;
  yield* playAll(guest, stream, 'band', { periods: NEVER, untilNs: guest.untilNs, stallNs });
}

/** A second of sound, then STOP and RELEASE while the device still has the whole buffer; again and again. */
export function* releaseEarly(guest: Guest): Program {
  const { kernel, untilNs } = guest;
  const stream = openStream(guest, USUAL);
  if (stream === undefined || !(yield* stream.setParams())) return;
  const music = musicFor(guest, stream, 'band');
  while (kernel.clock.nowNs() < untilNs && (yield* stream.prepare())) {
    yield* play(kernel, stream, music, { periods: 50, untilNs, isAbrupt: true });
    yield* close(stream);
    yield kernel.sleep(300 * NS_PER_MS);
  }
}

/** Some periods are posted half empty and completed later: soon, which nobody hears, or so late that they have been played
 *  with a hole in them and their memory holds the next lap's period, which is spoilt too. */
export function* writeLate(guest: Guest): Program {
  const stream = openStream(guest, USUAL);
  if (stream === undefined) return;
  const { kernel } = guest;
  const half = stream.params.periodBytes / 2;
  const lates: readonly Ns[] = [5 * NS_PER_MS, stream.periods * stream.periodNs + 5 * NS_PER_MS];
  const write = (number: number, pcm: Uint8Array): void => {
    if (number % 24 !== 12) {
      stream.postPeriod(pcm);
      return;
    }
    const lateNs = lates[Math.floor(number / 24) % lates.length] ?? 0;
    const lateMs = Math.round(lateNs / NS_PER_MS);
    kernel.note(`the guest writes into period ${number}, ${lateMs} ms after it was posted`);
    stream.writePeriod(number, 0, pcm.subarray(0, half));
    stream.writePeriod(number, half, new Uint8Array(half));
    stream.post();
    kernel.after(lateNs, () => stream.writePeriod(number, half, pcm.subarray(half)));
  };
  yield* playAll(guest, stream, 'band', { write });
}

/** Good periods, and every quarter of a second a chain or a message that breaks a rule. */
export function* playAmongFaults(guest: Guest): Program {
  const stream = openStream(guest, USUAL);
  if (stream === undefined) return;
  const plant = faultPlanter(guest.kernel, stream.id, frameBytesOf(stream.params));
  const write = (number: number, pcm: Uint8Array): void => {
    stream.postPeriod(pcm);
    if (number % 12 === 8) plant();
  };
  yield* playAll(guest, stream, 'band', { write });
}

/** A second of good sound after everything that can be asked wrongly; again and again. */
export function* askWrongly(guest: Guest): Program {
  const { kernel, untilNs } = guest;
  const stream = openStream(guest, USUAL);
  if (stream === undefined) return;
  const music = musicFor(guest, stream, 'band');
  yield* misbehave(kernel, beforeParams(kernel, stream));
  while (kernel.clock.nowNs() < untilNs) {
    if (!(yield* stream.setParams())) return;
    yield* misbehave(kernel, beforePrepare(stream));
    if (!(yield* stream.prepare())) return;
    yield* together(kernel, [
      play(kernel, stream, music, { periods: 50, untilNs: NEVER }),
      later(guest, NS_PER_S / 3, misbehave(kernel, whileRunning(stream))),
    ]);
    yield* close(stream);
    yield* misbehave(kernel, afterRelease(stream));
  }
}

/** Plays while headphones (jack 0) are plugged, as a phone does. */
export function* playWhilePlugged(guest: Guest): Program {
  const stream = openStream(guest, USUAL);
  if (stream === undefined) return;
  const listen = (): void => {
    guest.jackChanged.once(() => {
      stream.changed.fire();
      listen();
    });
  };
  listen();
  const isPaused = (): boolean => guest.plugged.get(0) === false;
  yield* playAll(guest, stream, 'band', { periods: NEVER, untilNs: guest.untilNs, isPaused });
}

function* later(guest: Guest, ns: Ns, program: Program): Program {
  yield guest.kernel.sleep(ns);
  yield* program;
}

function plan(
  direction: StreamPlan['direction'],
  formatName: string,
  rateHz: number,
  channels: number,
  periodFrames: number,
  periods: number,
): StreamPlan {
  const format = formatByName(formatName)?.id ?? FORMATS.length;
  const rate = (RATES_HZ as readonly number[]).indexOf(rateHz);
  assert(format < FORMATS.length && rate >= 0, 'scenarios use what the standard has');
  return { direction, format, rate, channels, periodFrames, periods };
}
