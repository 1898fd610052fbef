// A sink and a source that are worked by hand: the test asks and offers in their place.
import type {
  AudioSink,
  AudioSource,
  OpenStream,
  Pull,
  Push,
  StreamIdentity,
} from '../../../src-core/audio/audio-io.ts';

/** A stream as the device opened it, to be asked and told by hand. */
export class HandStream implements OpenStream {
  readonly identity: StreamIdentity;
  readonly pull: Pull;
  readonly push: Push;
  readonly calls: string[] = [];
  delay = 0;

  constructor(identity: StreamIdentity, io: { pull?: Pull; push?: Push }) {
    this.identity = identity;
    this.pull = io.pull ?? (() => new Uint8Array(0));
    this.push = io.push ?? (() => 0);
  }

  start(): void {
    this.calls.push('start');
  }

  stop(): void {
    this.calls.push('stop');
  }

  delayFrames(): number {
    return this.delay;
  }

  close(): void {
    this.calls.push('close');
  }
}

export class HandSink implements AudioSink {
  readonly title = 'by hand';
  readonly opened: HandStream[] = [];

  open(identity: StreamIdentity, pull: Pull): OpenStream {
    const stream = new HandStream(identity, { pull });
    this.opened.push(stream);
    return stream;
  }

  describe() {
    return { title: this.title, note: '', hostUnderruns: 0, files: [] };
  }
}

export class HandSource implements AudioSource {
  readonly title = 'by hand';
  readonly opened: HandStream[] = [];

  open(identity: StreamIdentity, push: Push): OpenStream {
    const stream = new HandStream(identity, { push });
    this.opened.push(stream);
    return stream;
  }
}
