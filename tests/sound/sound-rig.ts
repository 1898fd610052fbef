// A native sink or source on the poll loop of this process, driven for as long as a test needs.
import type { PollLoop } from '../../electron/native/poll-loop.ts';
import type { AudioSink, StreamIdentity } from '../../src-core/audio/audio-io.ts';
import { encodeFrames } from '../../src-core/audio/encode.ts';
import { TONE_AMPLITUDE, toneAt } from '../../src-core/audio/tone-source.ts';
import { frameBytesOf, rateHzOf } from '../../src-core/spec/formats.ts';
import { NS_PER_MS } from '../../src-core/units.ts';

export const TONE_HZ = 441;
/** As `toneAt` has it. */
export const FULL_TONE = TONE_AMPLITUDE;

/** Turns the loop until `isDone`, or for `longestMs`. */
export function turnUntil(loop: PollLoop, isDone: () => boolean, longestMs: number): void {
  const endNs = loop.nowNs() + longestMs * NS_PER_MS;
  while (!isDone() && loop.nowNs() < endNs) loop.turn(Math.max(0, endNs - loop.nowNs()));
}

export function turnFor(loop: PollLoop, ms: number): void {
  turnUntil(loop, () => false, ms);
}

export interface Playing {
  /** When each question came, in milliseconds since START, and how many frames it was for. */
  readonly asks: { readonly ms: number; readonly frames: number }[];
  given(): number;
  /** Frames that the stream has from now on: none while 0. */
  setReady(frames: number): void;
  stop(): void;
  close(): void;
  delayFrames(): number;
}

/** Starts a stream that plays a tone in its own format, for as many frames as it is told. */
export function playTone(
  loop: PollLoop,
  sink: AudioSink,
  stream: StreamIdentity,
  frames: number,
  hz = TONE_HZ,
): Playing {
  const { params } = stream;
  const rateHz = rateHzOf(params.rate);
  const asks: { ms: number; frames: number }[] = [];
  let ready = frames;
  let given = 0;
  const opened = sink.open(stream, (wanted) => {
    asks.push({ ms: (loop.nowNs() - startNs) / NS_PER_MS, frames: wanted });
    const count = Math.min(wanted, ready);
    const pcm = new Uint8Array(count * frameBytesOf(params));
    encodeFrames(pcm, params, (frame) => toneAt(given + frame, hz, rateHz));
    given += count;
    ready -= count;
    return pcm;
  });
  const startNs = loop.nowNs();
  opened.start();
  return {
    asks,
    given: () => given,
    setReady: (count) => {
      ready = count;
    },
    stop: () => opened.stop(),
    close: () => opened.close(),
    delayFrames: () => opened.delayFrames(),
  };
}
