/** The sink that keeps what was played: one file a run, named `stream<id>-<run>.wav`, holding the stream's own samples bit for
 *  bit and nothing else (no silence where the guest was late). Formats that a WAV cannot hold (ADPCM, DSD, IEC 958) go to
 *  `stream<id>-<run>.raw`, with a `.json` beside it that says what they are. The clock paces it, as the null sink. */
import type { Clock } from '../clock.ts';
import { LIMITS } from '../limits.ts';
import { rateHzOf } from '../spec/formats.ts';
import { type Bytes, type Frames, NS_PER_S, type Ns } from '../units.ts';
import type { AudioSink, OpenStream, Pull, SinkDescription, StreamIdentity } from './audio-io.ts';
import { type FileProblem, type FileStore, problem, type WritableFile } from './file-store.ts';
import { pacedStream } from './null-sink.ts';
import { Pacer, paceOf } from './pacer.ts';
import { rawDescription, type WavParams, wavHeader } from './wav.ts';
import { toWav, wavLayoutOf } from './wav-layout.ts';

/** How often the header of a growing file is brought up to date, so that a killed process leaves one that plays. */
const HEADER_EVERY_NS: Ns = NS_PER_S;
/** Problems told one by one in `describe`. */
const TOLD_PROBLEMS = 5;

export class WavSink implements AudioSink {
  readonly title: string;
  private readonly clock: Clock;
  private readonly store: FileStore;
  private readonly files: { streamId: number; run: number; path: string }[] = [];
  private readonly problems: string[] = [];
  private untoldProblems = 0;
  private skips = 0;

  /** `directory` is for the title only; `store` puts the files there. */
  constructor(clock: Clock, store: FileStore, directory: string) {
    this.title = `wav:${directory}`;
    this.clock = clock;
    this.store = store;
  }

  /** A run has its file from its first START on; one that never starts has none. */
  open(stream: StreamIdentity, pull: Pull): OpenStream {
    const recording = new Recording(this.clock, stream);
    const onDue = (frames: Frames) => this.report(recording.append(pull(frames)));
    const onSkip = () => {
      this.skips++;
    };
    const pacer = new Pacer(this.clock, paceOf(stream.params), onDue, onSkip);
    const paced = pacedStream(pacer, () => this.report(recording.finish()));
    const start = () => {
      if (!recording.isBegun) this.begin(stream, recording);
      paced.start();
    };
    return { ...paced, start };
  }

  describe(): SinkDescription {
    const more = this.untoldProblems > 0 ? [`and ${this.untoldProblems} more`] : [];
    return {
      title: this.title,
      note: [...this.problems, ...more].join('; '),
      hostUnderruns: this.skips,
      files: this.files,
    };
  }

  private begin(stream: StreamIdentity, recording: Recording): void {
    if (this.files.length >= LIMITS.wavFiles) {
      recording.isBegun = true;
      this.report(
        problem(
          `run ${stream.run} of stream ${stream.streamId} has no file: there are ${LIMITS.wavFiles}`,
        ),
      );
      return;
    }
    this.report(recording.begin(this.store));
    if (recording.path === undefined) return;
    this.files.push({ streamId: stream.streamId, run: stream.run, path: recording.path });
  }

  private report(found: FileProblem | undefined): void {
    if (found === undefined) return;
    if (this.problems.length < TOLD_PROBLEMS) this.problems.push(found.detail);
    else this.untoldProblems++;
  }
}

/** One file while it is written. After a problem it takes no more and keeps what it has. */
class Recording {
  isBegun = false;
  private readonly clock: Clock;
  private readonly name: string;
  private readonly params: WavParams;
  private file: WritableFile | undefined;
  private problem: FileProblem | undefined;
  private dataBytes: Bytes = 0;
  private headerAtNs: Ns = 0;

  constructor(clock: Clock, stream: StreamIdentity) {
    this.clock = clock;
    this.name = `stream${stream.streamId}-${stream.run}`;
    const { format, rate, channels } = stream.params;
    this.params = { format, rateHz: rateHzOf(rate), channels };
  }

  get path(): string | undefined {
    return this.file?.path;
  }

  /** Creates the file. */
  begin(store: FileStore): FileProblem | undefined {
    this.isBegun = true;
    const header = wavHeader(this.params, 0);
    const file = store.create(`${this.name}.${header === undefined ? 'raw' : 'wav'}`);
    if (file.kind === 'problem') return file;
    this.file = file;
    this.headerAtNs = this.clock.nowNs();
    this.problem = header === undefined ? this.writeDescription(store) : file.write(header);
    return this.problem;
  }

  /** Gives the problem that this call met first, if any. */
  append(pcm: Uint8Array): FileProblem | undefined {
    const { file } = this;
    if (file === undefined || this.problem !== undefined || pcm.length === 0) return undefined;
    const layout = wavLayoutOf(this.params.format);
    this.problem = file.write(layout === undefined ? pcm : toWav(pcm, layout));
    if (this.problem !== undefined) return this.problem;
    this.dataBytes += pcm.length;
    if (this.clock.nowNs() - this.headerAtNs < HEADER_EVERY_NS) return undefined;
    this.headerAtNs = this.clock.nowNs();
    this.problem = this.writeHeader(file);
    return this.problem;
  }

  /** Brings header and length in order and closes the file. A problem that was told before is not told again. */
  finish(): FileProblem | undefined {
    const { file } = this;
    if (file === undefined) return undefined;
    this.file = undefined;
    const found = [this.pad(file), this.writeHeader(file), file.close()];
    return this.problem === undefined ? found.find((item) => item !== undefined) : undefined;
  }

  /** A chunk of odd length is followed by one byte that it does not count. */
  private pad(file: WritableFile): FileProblem | undefined {
    const isOddWav = this.dataBytes % 2 === 1 && wavLayoutOf(this.params.format) !== undefined;
    return isOddWav && this.problem === undefined ? file.write(new Uint8Array(1)) : undefined;
  }

  private writeHeader(file: WritableFile): FileProblem | undefined {
    const header = wavHeader(this.params, this.dataBytes);
    return header === undefined ? undefined : file.writeAt(0, header);
  }

  private writeDescription(store: FileStore): FileProblem | undefined {
    const file = store.create(`${this.name}.json`);
    if (file.kind === 'problem') return file;
    const written = file.write(new TextEncoder().encode(rawDescription(this.params)));
    return written ?? file.close();
  }
}
