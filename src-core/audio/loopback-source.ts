/** The source that records what a playback stream plays. It stays one capture period and one playback period behind, so that
 *  two streams that are both handed over in periods give one unbroken record; when playback ends, what is left comes without
 *  that wait. Formats are converted, and said; a different rate gives silence, and that is said. */
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
import type { LoopbackTap, LoopbackTrack } from './loopback-tap.ts';
import { openPacedSource } from './paced-source.ts';
import { fillSilence } from './samples.ts';

export class LoopbackSource implements DescribedSource {
  readonly title: string;
  private readonly clock: Clock;
  private readonly tap: LoopbackTap;
  private readonly streamId: number | undefined;
  private note = '';
  private overruns = 0;

  /** Listens to playback stream `streamId`, or to the one that plays when none is named. */
  constructor(clock: Clock, tap: LoopbackTap, streamId?: number) {
    this.title = streamId === undefined ? 'loopback' : `loopback:${streamId}`;
    this.clock = clock;
    this.tap = tap;
    this.streamId = streamId;
  }

  open(stream: StreamIdentity, push: Push): OpenStream {
    const { params } = stream;
    let reader = new Reader(this.tap.track(this.streamId), 'now');
    this.note = noteFor(stream, reader.track);
    return openPacedSource(this.clock, stream, push, (out, frames) => {
      const track = this.tap.track(this.streamId);
      if (track !== reader.track && !reader.hasMore) {
        reader = new Reader(track, 'beginning');
        this.note = noteFor(stream, track);
      }
      const taken = reader.take(out, frames, params);
      if (reader.hasLost()) this.overruns++;
      fillSilence(out.subarray(taken * frameBytesOf(params)), params.format);
    });
  }

  /** Overruns: times that playback ran so far ahead of this clock that frames were skipped. */
  describe(): SourceDescription {
    return { title: this.title, note: this.note, hostOverruns: this.overruns };
  }
}

/** Where a capture stream stands in a track. */
class Reader {
  readonly track: LoopbackTrack | undefined;
  private next: Frames;
  private isFlowing = false;
  private lost = false;

  constructor(track: LoopbackTrack | undefined, from: 'now' | 'beginning') {
    this.track = track;
    this.next = track === undefined ? 0 : from === 'now' ? track.playedFrames : track.oldestFrame;
  }

  get hasMore(): boolean {
    return this.track !== undefined && this.next < this.track.playedFrames;
  }

  /** Whether frames were overwritten unread since the last call. */
  hasLost(): boolean {
    const { lost } = this;
    this.lost = false;
    return lost;
  }

  /** Writes up to `frames` frames into `out`; says how many. */
  take(out: Uint8Array, frames: Frames, params: StreamParams): Frames {
    const { track } = this;
    if (track === undefined || !canHear(track, params)) return 0;
    const wait = frames + track.periodFrames;
    if (this.next < track.oldestFrame) {
      this.lost = true;
      this.next = Math.max(track.oldestFrame, track.playedFrames - wait);
    }
    const ready = track.playedFrames - this.next;
    if (track.isRunning && !this.isFlowing && ready < wait) return 0;
    const taken = Math.min(ready, frames);
    this.isFlowing = taken === frames;
    const from = { pcm: track.read(this.next, taken), layout: track.layout };
    convertFrames(from, { pcm: out, layout: params }, taken);
    this.next += taken;
    return taken;
  }
}

function canHear(track: LoopbackTrack, params: StreamParams): boolean {
  if (track.rateHz !== rateHzOf(params.rate)) return false;
  const areReadable = isDecodable(track.layout.format) && isDecodable(params.format);
  return areReadable || isSameLayout(track.layout, params);
}

function noteFor(stream: StreamIdentity, track: LoopbackTrack | undefined): string {
  const { streamId, params } = stream;
  if (track === undefined || isSameLayout(track.layout, params)) {
    return track === undefined || canHear(track, params) ? '' : rateNote(streamId, track, params);
  }
  if (track.rateHz !== rateHzOf(params.rate)) return rateNote(streamId, track, params);
  if (!canHear(track, params)) {
    return `stream ${streamId} hears silence: ${formatName(track.layout.format)} cannot be converted to ${formatName(params.format)}`;
  }
  return `stream ${streamId} is converted from ${layoutText(track.layout)} to ${layoutText(params)}`;
}

function rateNote(streamId: number, track: LoopbackTrack, params: StreamParams): string {
  return `stream ${streamId} hears silence: stream ${track.streamId} plays at ${track.rateHz} Hz and is not resampled to ${rateHzOf(params.rate)} Hz`;
}
