/** The demo guest's applications: one that plays and one that records, woken by returned periods as `aplay` and `arecord` are. */
import { rateHzOf } from '../spec/formats.ts';
import { VIRTIO_SND_D_INPUT, VIRTIO_SND_D_OUTPUT } from '../spec/sound.ts';
import { NS_PER_S, type Ns } from '../units.ts';
import type { GuestKernel } from './demo-guest-kernel.ts';
import { encodeSamples, Music, type Part } from './demo-guest-music.ts';
import type { SoundCard } from './demo-guest-probe.ts';
import type { Program, Signal } from './demo-guest-program.ts';
import { GuestStream, type StreamPlan } from './demo-guest-stream.ts';

/** What a scenario has to work with. */
export interface Guest {
  readonly kernel: GuestKernel;
  readonly card: SoundCard;
  readonly seed: number;
  /** How long to go on; infinite: for ever. */
  readonly seconds: number;
  /** When `seconds` are over. */
  readonly untilNs: Ns;
  /** Jacks that are plugged, by id. */
  readonly plugged: Map<number, boolean>;
  /** A jack was plugged or unplugged. */
  readonly jackChanged: Signal;
  readonly streams: GuestStream[];
}

export interface PlayOptions {
  /** Periods to play at most. */
  readonly periods: number;
  /** Stops writing at this time in any case. */
  readonly untilNs: Ns;
  /** Ends without waiting until the last period has been played. */
  readonly isAbrupt?: boolean;
  /** How long the application sleeps before it writes period `number`. */
  readonly stallNs?: (number: number) => Ns;
  /** Writes period `number`; posts it unless given. */
  readonly write?: (number: number, pcm: Uint8Array) => void;
  /** The application wants silence: it stops the stream, and starts it again. */
  readonly isPaused?: () => boolean;
}

/** Linux gives up a write after ten seconds; a device that hangs for two is enough here. */
const PATIENCE_NS = 2 * NS_PER_S;

/** Opens the stream `nth` of its direction; `undefined`, with a note, when the device has none that can do what is planned. */
export function openStream(guest: Guest, plan: StreamPlan, nth = 0): GuestStream | undefined {
  const direction = plan.direction === 'output' ? VIRTIO_SND_D_OUTPUT : VIRTIO_SND_D_INPUT;
  const ids = guest.card.streams.flatMap((info, id) => (info.direction === direction ? [id] : []));
  const id = ids[nth] ?? -1;
  const info = guest.card.streams[id];
  const isOffered =
    info !== undefined &&
    ((info.formats >> BigInt(plan.format)) & 1n) === 1n &&
    ((info.rates >> BigInt(plan.rate)) & 1n) === 1n &&
    info.channelsMin <= plan.channels &&
    plan.channels <= info.channelsMax;
  if (!isOffered) {
    guest.kernel.note(`no ${plan.direction} stream ${nth} can do what this scenario plays`);
    return undefined;
  }
  const stream = new GuestStream(guest.kernel, id, info, plan);
  guest.streams.push(stream);
  return stream;
}

/** The whole life of a playback: SET_PARAMS to RELEASE. */
export function* playAll(
  guest: Guest,
  stream: GuestStream,
  part: Part,
  options: Partial<PlayOptions> = {},
): Program {
  if (!(yield* stream.setParams()) || !(yield* stream.prepare())) return;
  const music = musicFor(guest, stream, part);
  const periods = periodsIn(guest, stream);
  yield* play(guest.kernel, stream, music, {
    periods,
    untilNs: Number.POSITIVE_INFINITY,
    ...options,
  });
  yield* close(stream);
}

/** From the first write to the last period's return; the stream is prepared before, and left running. */
export function* play(
  kernel: GuestKernel,
  stream: GuestStream,
  music: Music,
  options: PlayOptions,
): Program {
  const { write = (_, pcm) => stream.postPeriod(pcm) } = options;
  let written = 0;
  const isOver = (): boolean =>
    written >= options.periods || kernel.clock.nowNs() >= options.untilNs;
  const fill = (): void => {
    for (; stream.free > 0 && !isOver(); written++) write(written, nextPeriod(stream, music));
  };
  fill();
  if (!(yield* stream.start())) return;
  while (!isOver()) {
    const isPaused = options.isPaused?.() ?? false;
    if (isPaused === stream.isRunning) {
      const isDone = yield* isPaused ? stream.stop() : stream.start();
      if (!isDone) return;
    } else if (stream.free === 0 || isPaused) {
      const before = stream.returned;
      yield kernel.either(stream.changed, PATIENCE_NS);
      const isHanging = stream.returned === before && stream.isRunning && !options.isPaused?.();
      if (isHanging) return;
      yield kernel.wakeUp();
    } else {
      const stallNs = options.stallNs?.(written) ?? 0;
      if (stallNs > 0) yield kernel.sleep(stallNs);
      fill();
    }
  }
  if (options.isAbrupt !== true && stream.isRunning) yield* stream.drained(PATIENCE_NS);
}

/** The whole life of a recording: messages first, then START. */
export function* recordAll(guest: Guest, stream: GuestStream): Program {
  const { kernel } = guest;
  if (!(yield* stream.setParams()) || !(yield* stream.prepare())) return;
  while (stream.free > 0) stream.post();
  if (yield* stream.start()) {
    const wanted = periodsIn(guest, stream);
    while (stream.returned < wanted) {
      const before = stream.returned;
      yield kernel.either(stream.changed, PATIENCE_NS);
      if (stream.returned === before) break;
      yield kernel.wakeUp();
      while (stream.free > 0) stream.post();
    }
  }
  yield* close(stream);
}

/** STOP and RELEASE, with whatever the device still has. */
export function* close(stream: GuestStream): Program {
  if (stream.isRunning) yield* stream.stop();
  yield* stream.release();
}

/** Runs programs side by side until the last has ended. */
export function* together(kernel: GuestKernel, programs: readonly Program[]): Program {
  yield (resume) => {
    let left = programs.length;
    for (const program of programs) {
      kernel.start(program, () => {
        left--;
        if (left === 0) resume();
      });
    }
  };
}

/** Whole periods that the guest's seconds come to, the last one filled up. */
export function periodsIn(guest: Guest, stream: GuestStream): number {
  return Math.ceil((guest.seconds * rateHzOf(stream.params.rate)) / stream.periodFrames);
}

export function musicFor(guest: Guest, stream: GuestStream, part: Part): Music {
  const { rate, channels } = stream.params;
  return new Music({ seed: guest.seed, rateHz: rateHzOf(rate), channels, part });
}

/** The next period of the music in the stream's format. */
export function nextPeriod(stream: GuestStream, music: Music): Uint8Array {
  const samples = new Float32Array(stream.periodFrames * stream.params.channels);
  music.fill(samples, stream.periodFrames);
  return encodeSamples(samples, stream.formatName);
}
