/** The source that plays a WAV file from its beginning in every run, and silence behind its end. Samples go through untouched
 *  when the stream has the file's format; another format or number of channels is converted, and said. Nothing is resampled:
 *  a stream of another rate hears silence and is told why, rather than a tone that is wrong. */
import type { Clock } from '../clock.ts';
import { formatName, frameBytesOf, rateHzOf, type StreamParams } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import type {
  DescribedSource,
  OpenStream,
  Push,
  SourceDescription,
  StreamIdentity,
} from './audio-io.ts';
import { isDecodable } from './decode.ts';
import { convertFrames, isSameLayout, layoutText } from './encode.ts';
import type { ByteSource } from './file-store.ts';
import { openPacedSource } from './paced-source.ts';
import { fillSilence, type SampleLayout } from './samples.ts';
import { fromWav } from './wav-layout.ts';
import type { WavFile } from './wav-parse.ts';

export class WavSource implements DescribedSource {
  readonly title: string;
  /** What the file holds: a device that offers this rate and format alone gets it bit for bit. */
  readonly wav: WavFile;
  private readonly clock: Clock;
  private readonly file: ByteSource;
  private note: string;

  /** `name` is for people. */
  constructor(clock: Clock, name: string, file: ByteSource, wav: WavFile) {
    this.title = `wav:${name}`;
    this.wav = wav;
    this.clock = clock;
    this.file = file;
    this.note = wav.note;
  }

  open(stream: StreamIdentity, push: Push): OpenStream {
    const plan = planOf(this.wav, stream.params);
    const told = plan.note === '' ? '' : `stream ${stream.streamId} ${plan.note}`;
    this.note = [this.wav.note, told].filter((part) => part !== '').join('; ');
    let next: Frames = 0;
    return openPacedSource(this.clock, stream, push, (out, frames) => {
      const taken = plan.isSilent ? 0 : this.copy(next, frames, out, stream.params);
      fillSilence(out.subarray(taken * frameBytesOf(stream.params)), stream.params.format);
      next += frames;
    });
  }

  describe(): SourceDescription {
    return { title: this.title, note: this.note, hostOverruns: 0 };
  }

  /** Writes frames of the file from `first` on into `out`; says how many there were. */
  private copy(first: Frames, frames: Frames, out: Uint8Array, params: StreamParams): Frames {
    const { wav } = this;
    const wanted = Math.max(0, Math.min(frames, wav.frames - first)) * wav.frameBytes;
    if (wanted === 0) return 0;
    const data = this.file.read(wav.dataAt + first * wav.frameBytes, wanted);
    const there = Math.floor(data.length / wav.frameBytes);
    const to = { pcm: out, layout: params };
    if (isSameLayout(params, wireLayout(wav))) {
      convertFrames({ pcm: fromWav(data, wav.wireFormat), layout: params }, to, there);
    } else convertFrames({ pcm: data, layout: wav }, to, there);
    return there;
  }
}

function wireLayout(wav: WavFile): SampleLayout {
  return { format: wav.wireFormat, channels: wav.channels };
}

/** Whether a stream hears the file, and what is to be said about it. */
function planOf(wav: WavFile, params: StreamParams): { isSilent: boolean; note: string } {
  const rateHz = rateHzOf(params.rate);
  if (rateHz !== wav.rateHz) {
    const note = `hears silence: the file has ${wav.rateHz} Hz and is not resampled to ${rateHz} Hz`;
    return { isSilent: true, note };
  }
  if (!isDecodable(params.format)) {
    const note = `hears silence: ${formatName(wav.format)} cannot be converted to ${formatName(params.format)}`;
    return { isSilent: true, note };
  }
  if (isSameLayout(params, wireLayout(wav)) || isSameLayout(params, wav)) {
    return { isSilent: false, note: '' };
  }
  const note = `is converted from ${layoutText(wireLayout(wav))} to ${layoutText(params)}`;
  return { isSilent: false, note };
}
