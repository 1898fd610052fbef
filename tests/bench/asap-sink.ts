/** A sink that takes everything the moment it is told to look: with it a bench sees how fast the device is, not how fast
 *  music is. */
import type {
  AudioSink,
  OpenStream,
  Pull,
  SinkDescription,
  StreamIdentity,
} from '../../src-core/audio/audio-io.ts';

/** More frames than a guest of the benches ever has posted. */
const ALL_FRAMES = 65_536;

export class AsapSink implements AudioSink {
  readonly title = 'asap';
  private readonly pulls = new Set<Pull>();

  /** Takes what the streams have now. */
  drain(): void {
    for (const pull of this.pulls) pull(ALL_FRAMES);
  }

  open(_: StreamIdentity, pull: Pull): OpenStream {
    const stop = (): void => {
      this.pulls.delete(pull);
    };
    return {
      start: () => {
        this.pulls.add(pull);
      },
      stop,
      delayFrames: () => 0,
      close: stop,
    };
  }

  describe(): SinkDescription {
    return { title: this.title, note: '', hostUnderruns: 0, files: [] };
  }
}
