/** Where played PCM goes and where recorded PCM comes from. Both pull: the sound card's clock paces the device, as in
 *  hardware. They see PCM and parameters, never a state, a chain or a queue. */
import type { StreamParams } from '../spec/formats.ts';
import type { Frames } from '../units.ts';

export interface StreamIdentity {
  readonly streamId: number;
  /** Counts the PREPARE…RELEASE runs of this stream from 0. */
  readonly run: number;
  readonly params: StreamParams;
}

/** Called by a sink when it has room for `frames`. Gives at most so many, interleaved, whole frames, in the stream's wire
 *  format; fewer when the stream has no more now. The bytes are the sink's until the next call. */
export type Pull = (frames: Frames) => Uint8Array;

/** Called by a source when it has frames. Says how many were taken; the rest is lost (an overrun). */
export type Push = (pcm: Uint8Array) => Frames;

export interface OpenStream {
  /** START: the clock runs from now. */
  start(): void;
  /** STOP: no more calls until `start`. */
  stop(): void;
  /** Frames handed over and not yet heard (sink), or captured and not yet pushed (source). */
  delayFrames(): Frames;
  /** A sink: silence that it put in since it was opened, because the stream had nothing for it. Absent where it cannot tell. */
  silentFrames?(): Frames;
  /** Ends it; what the host still holds is played out in the background where the sink can. */
  close(): void;
}

export interface AudioSink {
  /** For people: `null`, `wav:DIR`, `native: default`. */
  readonly title: string;
  /** Never throws: a sink that cannot open falls back to the null sink's pace and says so in `describe`. */
  open(stream: StreamIdentity, pull: Pull): OpenStream;
  describe(): SinkDescription;
}

export interface AudioSource {
  readonly title: string;
  open(stream: StreamIdentity, push: Push): OpenStream;
}

export interface SinkDescription {
  readonly title: string;
  /** `converted from S24 96000 Hz to …`, or why the sink fell back; a sentence for people. Empty when all is plain. */
  readonly note: string;
  /** Times that the sound server ran dry. */
  readonly hostUnderruns: number;
  /** Streams that are not heard though they should be, and why; absent: none. */
  readonly unheard?: readonly { readonly streamId: number; readonly why: string }[];
  /** File that run `run` of stream `streamId` went to. */
  readonly files: readonly { streamId: number; run: number; path: string }[];
}

/** A source that says how it fares. Every source of this program is one. */
export interface DescribedSource extends AudioSource {
  describe(): SourceDescription;
}

export interface SourceDescription {
  readonly title: string;
  /** What was converted, what cannot be played, or why the source fell back; a sentence for people. Empty when all is plain. */
  readonly note: string;
  /** Times that the sound server's buffer was full. */
  readonly hostOverruns: number;
}
