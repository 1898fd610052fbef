/** A sink that asks late now and then, and then for everything that it missed: for demos and tests of blame. */
import type { Clock } from '../clock.ts';
import type { Stalls } from '../stalls.ts';
import type { Frames } from '../units.ts';
import type { AudioSink, OpenStream, Pull, SinkDescription, StreamIdentity } from './audio-io.ts';

const NO_PCM = new Uint8Array(0);

export class StallingSink implements AudioSink {
  private readonly sink: AudioSink;
  private readonly clock: Clock;
  private readonly stalls: Stalls;

  constructor(sink: AudioSink, clock: Clock, stalls: Stalls) {
    this.sink = sink;
    this.clock = clock;
    this.stalls = stalls;
  }

  get title(): string {
    return this.sink.title;
  }

  open(stream: StreamIdentity, pull: Pull): OpenStream {
    let owed: Frames = 0;
    let cancel: (() => void) | undefined;
    const inner = this.sink.open(stream, (frames) => {
      if (cancel !== undefined) {
        owed += frames;
        return NO_PCM;
      }
      const stallNs = this.stalls.take('sink');
      if (stallNs === 0) return pull(frames);
      owed = frames;
      cancel = this.clock.at(this.clock.nowNs() + stallNs, () => {
        cancel = undefined;
        pull(owed);
      });
      return NO_PCM;
    });
    const forget = () => {
      cancel?.();
      cancel = undefined;
    };
    return {
      start: () => inner.start(),
      stop: () => {
        forget();
        inner.stop();
      },
      delayFrames: () => inner.delayFrames(),
      close: () => {
        forget();
        inner.close();
      },
    };
  }

  describe(): SinkDescription {
    return this.sink.describe();
  }
}
