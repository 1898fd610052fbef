/** Tracks: the PCM of each PREPARE…RELEASE run. Which message carried which frames, where in the capture's bytes they
 *  stand, and the pyramid that the waveform is drawn from. */
import { levelBytes } from '../audio/level-envelope.ts';
import { decodable, PeakPyramid } from '../audio/peaks.ts';
import { LIMITS } from '../limits.ts';
import { frameBytesOf, type StreamParams } from '../spec/formats.ts';
import type { Direction } from '../spec/sound.ts';
import type { Bytes, Frames, Ns, TrackId } from '../units.ts';
import { type Column, f64, firstAtLeast, i32, rising, u32 } from './columns.ts';

/** A stretch of PCM that changed hands at once. */
export interface Segment {
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly row: number;
  readonly atNs: Ns;
  /** Place of the PCM in the capture's bytes; -1 when lost. */
  readonly pcmAt: Bytes;
  /** Frames that the host held ahead of it; -1: not known. */
  readonly delayFrames: Frames;
}

/** A message that changed between being posted and being played, and where its `posted` entry stands. */
export interface PostedChange {
  readonly fromFrame: Frames;
  readonly frames: Frames;
  readonly row: number;
  readonly at: Bytes;
}

/** Where the guest left the sink without PCM. */
export interface TrackXrun {
  readonly atFrame: Frames;
  /** By the device's clock. */
  readonly missingFrames: Frames;
  /** By the sink's own count of the silence that it put in. */
  readonly silentFrames?: Frames;
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
  /** Every message was compared with what it held when it was popped. */
  comparesPosted = false;
  /** Messages that changed. */
  changes = 0;
  underruns = 0;
  /** One past the last frame. */
  frames: Frames = 0;
  segments = 0;
  /** Absent for formats that no wave can be drawn from. It follows behind: `growPyramid`. */
  readonly pyramid: PeakPyramid | undefined;
  /** Where the guest left the sink without PCM; the first `LIMITS.violationsPerRule`. */
  readonly xruns: TrackXrun[] = [];
  /** Silence that the sink put in of its own; likewise. */
  readonly hostGaps: TrackXrun[] = [];
  /** Segments that the pyramid has taken in. */
  private pyramidPlace = 0;
  private readonly segmentFrom = rising();
  private readonly segmentFrames = u32();
  private readonly segmentRow = u32();
  private readonly segmentNs = rising();
  private readonly segmentAt = rising(-1);
  private readonly segmentDelay = i32(-1);
  /** Place of the levels of PCM that was not kept; nearly always none, and then it takes no room. */
  private readonly segmentLevels = f64(-1);
  private readonly changeFrom = f64();
  private readonly changeFrames = u32();
  private readonly changeRow = u32();
  private readonly changeEntryAt = f64(-1);

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

  /** Takes in the next segment. */
  add(
    fromFrame: Frames,
    frames: Frames,
    row: number,
    atNs: Ns,
    pcmAt: Bytes,
    delayFrames = -1,
    levelsAt: Bytes = -1,
  ): void {
    const place = this.segments++;
    this.segmentFrom.set(place, fromFrame);
    this.segmentFrames.set(place, frames);
    this.segmentRow.set(place, row);
    this.segmentNs.set(place, atNs);
    this.segmentAt.set(place, pcmAt);
    if (delayFrames >= 0) this.segmentDelay.set(place, delayFrames);
    if (levelsAt >= 0) this.segmentLevels.set(place, levelsAt);
    this.frames = Math.max(this.frames, fromFrame + frames);
    this.toNs = atNs;
  }

  changed(change: PostedChange): void {
    const place = this.changes++;
    this.changeFrom.set(place, change.fromFrame);
    this.changeFrames.set(place, change.frames);
    this.changeRow.set(place, change.row);
    this.changeEntryAt.set(place, change.at);
  }

  change(place: number): PostedChange {
    return {
      fromFrame: this.changeFrom.get(place),
      frames: this.changeFrames.get(place),
      row: this.changeRow.get(place),
      at: this.changeEntryAt.get(place),
    };
  }

  /** Place of the changed message that holds `frame`, or of the first one behind it; `changes` when there is none. */
  changeAt(frame: Frames): number {
    return placeIn(this.changeFrom, this.changeFrames, this.changes, frame);
  }

  underrun({ atFrame, missingFrames, silentFrames }: TrackXrun): void {
    this.underruns++;
    if (this.xruns.length >= LIMITS.violationsPerRule) return;
    const counted = silentFrames === undefined ? {} : { silentFrames };
    this.xruns.push({ atFrame, missingFrames, ...counted });
  }

  /** The sink filled a gap that the guest did not leave. */
  hostGap(gap: TrackXrun): void {
    if (this.hostGaps.length < LIMITS.violationsPerRule) this.hostGaps.push(gap);
  }

  /** Takes what was recorded since the last call into the pyramid, at most about `boundBytes`; true when there is more.
   *  Apart from recording, so that finding peaks never holds up a guest. */
  growPyramid(read: (at: Bytes, bytes: Bytes) => Uint8Array, boundBytes: Bytes): boolean {
    if (this.pyramid === undefined) return false;
    let left = boundBytes;
    while (this.pyramidPlace < this.segments && left > 0) {
      const levelsAt = this.segmentLevels.get(this.pyramidPlace);
      const { fromFrame, frames, pcmAt } = this.segment(this.pyramidPlace++);
      const bytes = frames * this.frameBytes;
      if (pcmAt >= 0) this.pyramid.append(read(pcmAt, bytes), fromFrame);
      else if (levelsAt >= 0) {
        const levels = read(levelsAt, levelBytes(fromFrame, frames, this.params.channels));
        this.pyramid.appendLevels(levels, fromFrame, frames);
      }
      left -= bytes;
    }
    return this.pyramidPlace < this.segments;
  }

  segment(place: number): Segment {
    return {
      fromFrame: this.segmentFrom.get(place),
      frames: this.segmentFrames.get(place),
      row: this.segmentRow.get(place),
      atNs: this.segmentNs.get(place),
      pcmAt: this.segmentAt.get(place),
      delayFrames: this.segmentDelay.get(place),
    };
  }

  /** Place of the last segment that was handed over at `atNs` or before; -1 when there is none. */
  placeAt(atNs: Ns): number {
    return firstAtLeast(this.segmentNs, this.segments, atNs + 1) - 1;
  }

  rowOfSegment(place: number): number {
    return this.segmentRow.get(place);
  }

  /** Place of the segment that holds `frame`, or of the first one behind it; `segments` when there is none. */
  placeOf(frame: Frames): number {
    return placeIn(this.segmentFrom, this.segmentFrames, this.segments, frame);
  }
}

function placeIn(from: Column, frames: Column, count: number, frame: Frames): number {
  const next = firstAtLeast(from, count, frame);
  const before = next - 1;
  if (before < 0) return next;
  return from.get(before) + frames.get(before) > frame ? before : next;
}
