/** The sink that plays on the host's sound server: ALSA's default device on Linux, and so PipeWire and PulseAudio. Where that
 *  cannot be had, streams run at the clock's pace and the sink says why, once. Volume and mute are the monitor's: they change
 *  what is heard, never what is captured. */
import type {
  AudioSink,
  OpenStream,
  Pull,
  SinkDescription,
  StreamIdentity,
} from '../../src-core/audio/audio-io.ts';
import { NullSink } from '../../src-core/audio/null-sink.ts';
import type { EventLoop } from '../event-loop.ts';
import { libasound, PLAYBACK } from '../native/libasound.ts';
import { openPcm } from './alsa-open.ts';
import { NativeNotes, type NativeOptions, UNHEARD_ELSEWHERE } from './native-notes.ts';
import { NativePlayback } from './native-playback.ts';

export class NativeSink implements AudioSink {
  readonly title: string;
  private readonly loop: EventLoop;
  private readonly device: string;
  private readonly notes: NativeNotes;
  private readonly silentSink: NullSink;
  private readonly unheardStreams = new Map<number, string>();
  private volume = 1;
  private isMuted = false;
  private underruns = 0;

  constructor(loop: EventLoop, options: NativeOptions = {}) {
    this.loop = loop;
    this.device = options.device ?? 'default';
    this.title = `native: ${this.device}`;
    this.notes = new NativeNotes(options.onNote);
    this.silentSink = new NullSink(loop);
  }

  open(stream: StreamIdentity, pull: Pull): OpenStream {
    const alsa = libasound();
    if (typeof alsa === 'string') {
      return this.unheard(stream, pull, process.platform === 'linux' ? alsa : UNHEARD_ELSEWHERE);
    }
    const pcm = openPcm(alsa, this.device, PLAYBACK, stream.params);
    if (pcm.kind === 'failure') return this.unheard(stream, pull, pcm.reason);
    this.notes.set(stream.streamId, pcm.note);
    this.unheardStreams.delete(stream.streamId);
    return new NativePlayback(this.loop, alsa, pcm, stream, pull, {
      gain: () => this.gain(),
      onUnderrun: () => {
        this.underruns++;
      },
      onLost: (reason) => this.noteUnheard(stream, reason),
    });
  }

  /** 0…1, as a slider has it: the amplitude is its cube, about what the ear takes for even steps. 1 leaves samples untouched. */
  setVolume(volume: number): void {
    this.volume = Math.max(0, Math.min(1, volume));
  }

  setMuted(isMuted: boolean): void {
    this.isMuted = isMuted;
  }

  describe(): SinkDescription {
    const hostUnderruns = this.underruns + this.silentSink.describe().hostUnderruns;
    const unheard = [...this.unheardStreams].map(([streamId, why]) => ({ streamId, why }));
    const told = unheard.length === 0 ? {} : { unheard };
    return { title: this.title, note: this.notes.text(), hostUnderruns, files: [], ...told };
  }

  private gain(): number {
    return this.isMuted ? 0 : this.volume ** 3;
  }

  private unheard(stream: StreamIdentity, pull: Pull, reason: string): OpenStream {
    this.noteUnheard(stream, reason);
    return this.silentSink.open(stream, pull);
  }

  private noteUnheard(stream: StreamIdentity, reason: string): void {
    this.unheardStreams.set(stream.streamId, reason);
    this.notes.set(stream.streamId, `is not heard and runs at the clock's pace: ${reason}`);
  }
}
