/** Tracks: the PCM of each PREPARE…RELEASE run. Which message carried which frames, where in the capture's bytes they
 *  stand, and the pyramid that the waveform is drawn from. */
import { decodable, PeakPyramid } from '../audio/peaks.ts';
import { frameBytesOf, type StreamParams } from '../spec/formats.ts';
import type { Direction } from '../spec/sound.ts';
import type { Bytes, Frames, Ns, TrackId } from '../units.ts';
import { f64, firstAtLeast, u32 } from './columns.ts';

/** A stretch of PCM that changed hands at once. */
export interface Segment {
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly row: number;
  readonly atNs: Ns;
  /** Place of the PCM in the capture's bytes; -1 when lost. */
  readonly pcmAt: Bytes;
}

export class Track {
  readonly track: TrackId;
  readonly streamId: number;
  readonly direction: Direction;
  readonly run: number;
  readonly params: StreamParams;
  readonly frameBytes: Bytes;
  readonly fromNs: Ns;
  toNs: Ns;
  isOpen = true;
  underruns = 0;
  /** One past the last frame. */
  frames: Frames = 0;
  segments = 0;
  /** Absent for formats that no wave can be drawn from. */
  readonly pyramid: PeakPyramid | undefined;
  private readonly segmentFrom = f64();
  private readonly segmentFrames = u32();
  private readonly segmentRow = u32();
  private readonly segmentNs = f64();
  private readonly segmentAt = f64(-1);

  constructor(
    track: TrackId,
    streamId: number,
    direction: Direction,
    run: number,
    params: StreamParams,
    fromNs: Ns,
  ) {
    this.track = track;
    this.streamId = streamId;
    this.direction = direction;
    this.run = run;
    this.params = params;
    this.frameBytes = frameBytesOf(params);
    this.fromNs = fromNs;
    this.toNs = fromNs;
    this.pyramid = decodable(params.format) ? new PeakPyramid(params) : undefined;
  }

  add(segment: Segment, pcm: Uint8Array): void {
    const place = this.segments++;
    this.segmentFrom.set(place, segment.fromFrame);
    this.segmentFrames.set(place, segment.frames);
    this.segmentRow.set(place, segment.row);
    this.segmentNs.set(place, segment.atNs);
    this.segmentAt.set(place, segment.pcmAt);
    this.frames = Math.max(this.frames, segment.fromFrame + segment.frames);
    this.toNs = segment.atNs;
    this.pyramid?.append(pcm, segment.fromFrame);
  }

  segment(place: number): Segment {
    return {
      fromFrame: this.segmentFrom.get(place),
      frames: this.segmentFrames.get(place),
      row: this.segmentRow.get(place),
      atNs: this.segmentNs.get(place),
      pcmAt: this.segmentAt.get(place),
    };
  }

  /** Place of the segment that holds `frame`, or of the first one behind it; `segments` when there is none. */
  placeOf(frame: Frames): number {
    const next = firstAtLeast(this.segmentFrom, this.segments, frame);
    const before = next - 1;
    if (before < 0) return next;
    const endsAt = this.segmentFrom.get(before) + this.segmentFrames.get(before);
    return endsAt > frame ? before : next;
  }
}
