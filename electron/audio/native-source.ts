/** The source that records from the host: ALSA's default input on Linux, and so PipeWire and PulseAudio. Where that cannot be
 *  had, streams hear silence at the clock's pace and the source says why, once. */
import type {
  DescribedSource,
  OpenStream,
  Push,
  SourceDescription,
  StreamIdentity,
} from '../../src-core/audio/audio-io.ts';
import { SilenceSource } from '../../src-core/audio/silence-source.ts';
import type { EventLoop } from '../event-loop.ts';
import { CAPTURE, libasound } from '../native/libasound.ts';
import { openPcm } from './alsa-open.ts';
import { NativeCapture } from './native-capture.ts';
import { NativeNotes, type NativeOptions, UNHEARD_ELSEWHERE } from './native-notes.ts';

export class NativeSource implements DescribedSource {
  readonly title: string;
  private readonly loop: EventLoop;
  private readonly device: string;
  private readonly notes: NativeNotes;
  private readonly silence: SilenceSource;
  private overruns = 0;

  constructor(loop: EventLoop, options: NativeOptions = {}) {
    this.loop = loop;
    this.device = options.device ?? 'default';
    this.title = `native: ${this.device}`;
    this.notes = new NativeNotes(options.onNote);
    this.silence = new SilenceSource(loop);
  }

  open(stream: StreamIdentity, push: Push): OpenStream {
    const alsa = libasound();
    if (typeof alsa === 'string') {
      return this.silent(stream, push, process.platform === 'linux' ? alsa : UNHEARD_ELSEWHERE);
    }
    const pcm = openPcm(alsa, this.device, CAPTURE, stream.params);
    if (pcm.kind === 'failure') return this.silent(stream, push, pcm.reason);
    this.notes.set(stream.streamId, pcm.note);
    return new NativeCapture(this.loop, alsa, pcm, stream, push, {
      onOverrun: () => {
        this.overruns++;
      },
      onLost: (reason) => this.noteSilent(stream, reason),
    });
  }

  describe(): SourceDescription {
    return { title: this.title, note: this.notes.text(), hostOverruns: this.overruns };
  }

  private silent(stream: StreamIdentity, push: Push, reason: string): OpenStream {
    this.noteSilent(stream, reason);
    return this.silence.open(stream, push);
  }

  private noteSilent(stream: StreamIdentity, reason: string): void {
    this.notes.set(stream.streamId, `hears silence at the clock's pace: ${reason}`);
  }
}
