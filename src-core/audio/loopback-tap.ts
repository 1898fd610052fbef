/** A tap on a sink: what playback streams hand to the sink is kept for a moment, for capture streams to record. The sink sees
 *  exactly what it would see without the tap.
 *
 *      playback stream ──pull──► tap ──► sink
 *                                 └─ ring ──► loopback source ──push──► capture stream
 */
import { LIMITS } from '../limits.ts';
import { frameBytesOf, rateHzOf } from '../spec/formats.ts';
import type { Frames } from '../units.ts';
import type { AudioSink, OpenStream, Pull, SinkDescription, StreamIdentity } from './audio-io.ts';
import type { SampleLayout } from './samples.ts';

/** Kept at least, so that long periods fit. */
const KEPT_BUFFERS = 2;
const KEPT_SECONDS = 1;

export class LoopbackTap implements AudioSink {
  private readonly inner: AudioSink;
  private tracks: LoopbackTrack[] = [];

  constructor(inner: AudioSink) {
    this.inner = inner;
  }

  get title(): string {
    return this.inner.title;
  }

  open(stream: StreamIdentity, pull: Pull): OpenStream {
    const track = new LoopbackTrack(stream);
    this.tracks = [...this.tracks.filter((kept) => kept.streamId !== stream.streamId), track];
    const opened = this.inner.open(stream, (frames) => {
      const pcm = pull(frames);
      track.append(pcm);
      return pcm;
    });
    return {
      start: () => {
        track.isRunning = true;
        opened.start();
      },
      stop: () => {
        track.isRunning = false;
        opened.stop();
      },
      delayFrames: () => opened.delayFrames(),
      ...(opened.silentFrames === undefined
        ? {}
        : { silentFrames: () => opened.silentFrames?.() ?? 0 }),
      close: () => {
        track.isRunning = false;
        opened.close();
      },
    };
  }

  describe(): SinkDescription {
    return this.inner.describe();
  }

  /** The latest run of stream `streamId`; without an id the run that was opened last among those that run, else last of all. */
  track(streamId?: number): LoopbackTrack | undefined {
    if (streamId !== undefined) return this.tracks.find((track) => track.streamId === streamId);
    return this.tracks.findLast((track) => track.isRunning) ?? this.tracks.at(-1);
  }
}

/** What one run has played, its newest frames kept in a ring. */
export class LoopbackTrack {
  isRunning = false;
  readonly streamId: number;
  readonly layout: SampleLayout;
  readonly rateHz: number;
  readonly periodFrames: Frames;
  readonly frameBytes: number;
  /** Frames that were played so far. */
  playedFrames: Frames = 0;
  private readonly capacityFrames: Frames;
  private ring = new Uint8Array(0);

  constructor(stream: StreamIdentity) {
    const { params } = stream;
    this.streamId = stream.streamId;
    this.layout = { format: params.format, channels: params.channels };
    this.rateHz = rateHzOf(params.rate);
    this.frameBytes = frameBytesOf(params) || 1;
    this.periodFrames = Math.max(1, Math.floor(params.periodBytes / this.frameBytes));
    const wantedBytes = Math.max(
      KEPT_BUFFERS * params.bufferBytes,
      KEPT_SECONDS * this.rateHz * this.frameBytes,
    );
    this.capacityFrames = Math.max(
      1,
      Math.floor(Math.min(wantedBytes, LIMITS.loopbackBytes) / this.frameBytes),
    );
  }

  /** The oldest frame that is still kept. */
  get oldestFrame(): Frames {
    return Math.max(0, this.playedFrames - this.capacityFrames);
  }

  append(pcm: Uint8Array): void {
    if (this.ring.length === 0) this.ring = new Uint8Array(this.capacityFrames * this.frameBytes);
    const frames = Math.floor(pcm.length / this.frameBytes);
    const kept = Math.min(frames, this.capacityFrames);
    this.playedFrames += frames - kept;
    let from = (frames - kept) * this.frameBytes;
    const end = frames * this.frameBytes;
    while (from < end) {
      const at = (this.playedFrames % this.capacityFrames) * this.frameBytes;
      const part = pcm.subarray(from, Math.min(end, from + this.ring.length - at));
      this.ring.set(part, at);
      this.playedFrames += part.length / this.frameBytes;
      from += part.length;
    }
  }

  /** A copy of `frames` frames from `first` on; all of them have to be kept still. */
  read(first: Frames, frames: Frames): Uint8Array {
    const out = new Uint8Array(frames * this.frameBytes);
    for (let done = 0; done < frames; ) {
      const slot = (first + done) % this.capacityFrames;
      const part = Math.min(frames - done, this.capacityFrames - slot);
      const at = slot * this.frameBytes;
      out.set(this.ring.subarray(at, at + part * this.frameBytes), done * this.frameBytes);
      done += part;
    }
    return out;
  }
}
