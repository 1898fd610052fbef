/** What every source without a sound card does: at each step of the clock it makes the frames that have elapsed and hands
 *  them over. What is not taken is lost, as on a card, and the source goes on behind it. */
import type { Clock } from '../clock.ts';
import { LIMITS } from '../limits.ts';
import { frameBytesOf } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import type { OpenStream, Push, StreamIdentity } from './audio-io.ts';
import { pacedStream } from './null-sink.ts';
import { Pacer, paceOf } from './pacer.ts';

/** Fills all of `out` with the next frames of the stream's layout; `frames` is how many fit. */
export type Generate = (out: Uint8Array, frames: Frames) => void;

/** Opens a stream that `generate` feeds, at most `LIMITS.framesPerPush` frames a call. */
export function openPacedSource(
  clock: Clock,
  stream: StreamIdentity,
  push: Push,
  generate: Generate,
): OpenStream {
  const frameBytes = frameBytesOf(stream.params);
  let scratch = new Uint8Array(0);
  const pacer = new Pacer(clock, paceOf(stream.params), (due) => {
    for (let left = due; left > 0 && frameBytes > 0; ) {
      const frames = Math.min(left, LIMITS.framesPerPush);
      if (scratch.length < frames * frameBytes) scratch = new Uint8Array(frames * frameBytes);
      const out = scratch.subarray(0, frames * frameBytes);
      generate(out, frames);
      push(out);
      left -= frames;
    }
  });
  return pacedStream(pacer, () => {
    scratch = new Uint8Array(0);
  });
}
