/** The source that hears nothing, in any format. */
import type { Clock } from '../clock.ts';
import type {
  DescribedSource,
  OpenStream,
  Push,
  SourceDescription,
  StreamIdentity,
} from './audio-io.ts';
import { openPacedSource } from './paced-source.ts';
import { fillSilence } from './samples.ts';

export class SilenceSource implements DescribedSource {
  readonly title = 'silence';
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  open(stream: StreamIdentity, push: Push): OpenStream {
    return openPacedSource(this.clock, stream, push, (out) =>
      fillSilence(out, stream.params.format),
    );
  }

  describe(): SourceDescription {
    return { title: this.title, note: '', hostOverruns: 0 };
  }
}
