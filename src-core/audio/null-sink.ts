/** The sink without a sound card: takes what a card would take, when it would take it, and drops it. Also the pace that
 *  every other sink falls back to, so that a guest never hangs. */
import type { Clock } from '../clock.ts';
import { frameBytesOf } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import type { AudioSink, OpenStream, Pull, SinkDescription, StreamIdentity } from './audio-io.ts';
import { Pacer, paceOf } from './pacer.ts';

export class NullSink implements AudioSink {
  readonly title = 'null';
  private readonly clock: Clock;
  private skips = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  open(stream: StreamIdentity, pull: Pull): OpenStream {
    const onSkip = () => {
      this.skips++;
    };
    const frameBytes = frameBytesOf(stream.params) || 1;
    let silentFrames: Frames = 0;
    const onDue = (frames: Frames) => {
      silentFrames += Math.max(0, frames - pull(frames).length / frameBytes);
    };
    const paced = pacedStream(new Pacer(this.clock, paceOf(stream.params), onDue, onSkip));
    return { ...paced, silentFrames: () => silentFrames };
  }

  /** A host underrun is here a clock that came more than a buffer too late. */
  describe(): SinkDescription {
    return { title: this.title, note: '', hostUnderruns: this.skips, files: [] };
  }
}

/** A stream that a pacer drives and that holds nothing back. `onClose` runs once. */
export function pacedStream(pacer: Pacer, onClose: () => void = () => {}): OpenStream {
  let isOpen = true;
  return {
    start: () => {
      if (isOpen) pacer.start();
    },
    stop: () => pacer.stop(),
    delayFrames: () => 0,
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      pacer.stop();
      onClose();
    },
  };
}
