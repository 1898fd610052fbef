/** A sine of one frequency at half of full scale, alike in every channel, whose phase comes from the frame's number: it has
 *  no drift and no break, and the same frame has the same value in every run. */
import type { Clock } from '../clock.ts';
import { formatName, rateHzOf } from '../spec/formats.ts';
import type {
  DescribedSource,
  OpenStream,
  Push,
  SourceDescription,
  StreamIdentity,
} from './audio-io.ts';
import { isDecodable } from './decode.ts';
import { encodeFrames } from './encode.ts';
import { openPacedSource } from './paced-source.ts';

/** -6.02 dBFS: audible, and far from every clipping. */
export const TONE_AMPLITUDE = 0.5;

/** Value of frame `frame` of a tone. Exact for as many frames as a double counts, when `hz` is a whole number. */
export function toneAt(frame: number, hz: number, rateHz: number): number {
  const turns = ((frame * hz) % rateHz) / rateHz;
  return TONE_AMPLITUDE * Math.sin(2 * Math.PI * turns);
}

export class ToneSource implements DescribedSource {
  readonly title: string;
  private readonly clock: Clock;
  private readonly hz: number;
  private note = '';

  constructor(clock: Clock, hz: number) {
    this.title = `tone:${hz}`;
    this.clock = clock;
    this.hz = hz;
  }

  open(stream: StreamIdentity, push: Push): OpenStream {
    const rateHz = rateHzOf(stream.params.rate);
    this.note = this.noteFor(stream, rateHz);
    let first = 0;
    return openPacedSource(this.clock, stream, push, (out, frames) => {
      const from = first;
      encodeFrames(out, stream.params, (frame) => toneAt(from + frame, this.hz, rateHz));
      first += frames;
    });
  }

  describe(): SourceDescription {
    return { title: this.title, note: this.note, hostOverruns: 0 };
  }

  private noteFor(stream: StreamIdentity, rateHz: number): string {
    const { format } = stream.params;
    if (!isDecodable(format)) {
      return `stream ${stream.streamId} hears silence: a tone cannot be written as ${formatName(format)}`;
    }
    if (2 * this.hz < rateHz) return '';
    return `stream ${stream.streamId} hears an alias: ${this.hz} Hz is not below half of ${rateHz} Hz`;
  }
}
