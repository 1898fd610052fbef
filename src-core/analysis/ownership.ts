/** Who holds a stream's frames at a moment: the device's queue and the sink. Straight out of the columns; nothing is kept.
 *
 *      posted(t)  frames of the run's messages popped by then        device = posted - moved
 *      moved(t)   frames that had changed hands by then              sink   = what it held when frames last moved, played on */
import type { Capture } from '../capture/capture.ts';
import type { MessageTable } from '../capture/messages.ts';
import type { Track } from '../capture/tracks.ts';
import { rateHzOf } from '../spec/formats.ts';
import { RXQ, TXQ } from '../spec/sound.ts';
import { type Frames, NS_PER_S, type Ns } from '../units.ts';

/** Messages behind a row that are looked at for one that has moved: as many as a queue holds in practice. */
const NEAR_ROWS = 4096;

export interface Held {
  readonly device: Frames;
  readonly sink: Frames;
}

export function queueOf(track: Track): number {
  return track.direction === 'output' ? TXQ : RXQ;
}

/** Frames that the device and the sink hold at `atNs`; zeros outside the run. */
export function heldAt(capture: Capture, track: Track, atNs: Ns): Held {
  if (atNs < track.fromNs || (!track.isOpen && atNs > track.toNs)) return { device: 0, sink: 0 };
  const place = lastSegmentAt(track, atNs);
  const moved = place < 0 ? 0 : track.segment(place).fromFrame + track.segment(place).frames;
  const posted = postedAt(capture.messages, track, atNs);
  const device = Math.max(0, posted - moved);
  return { device, sink: place < 0 ? 0 : sinkAt(capture, track, place, atNs) };
}

/** Place of the last segment that moved at or before `atNs`; -1 when none had. */
export function lastSegmentAt(track: Track, atNs: Ns): number {
  let low = 0;
  let high = track.segments;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (track.segment(middle).atNs <= atNs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Frames that the host held ahead of a segment: recorded, or what the device told in `latency_bytes` beyond its queue. */
export function delayBefore(capture: Capture, track: Track, place: number): Frames {
  const { delayFrames } = track.segment(place);
  if (delayFrames >= 0) return delayFrames;
  return derivedDelay(capture, track, place) ?? 0;
}

/** Frames of a run posted by `atNs`, messages of a queue being consumed in their order. */
export function postedAt(messages: MessageTable, track: Track, atNs: Ns): Frames {
  const end = messages.rowAt(atNs + 1);
  return postedBefore(messages, track, end);
}

/** Frames of the run's messages in rows before `endRow`. */
export function postedBefore(messages: MessageTable, track: Track, endRow: number): Frames {
  let waiting = 0;
  const queue = queueOf(track);
  const last = Math.max(0, endRow - NEAR_ROWS);
  for (let row = endRow - 1; row >= last; row--) {
    if (messages.poppedNs.get(row) < track.fromNs) break;
    if (messages.queue.get(row) !== queue) continue;
    if (messages.streamId.get(row) !== track.streamId) continue;
    const known = messages.track.get(row);
    const frames = payloadFrames(messages, track, row);
    if (known === track.track) return messages.fromFrame.get(row) + frames + waiting;
    waiting += frames;
  }
  return waiting;
}

export function payloadFrames(messages: MessageTable, track: Track, row: number): Frames {
  return Math.floor(messages.payloadBytes.get(row) / track.frameBytes);
}

export function trackRateHz(track: Track): number {
  return rateHzOf(track.params.rate);
}

export function trackPeriodNs(track: Track): Ns {
  const frames = track.params.periodBytes / track.frameBytes;
  const rateHz = trackRateHz(track);
  return rateHz > 0 ? (frames * NS_PER_S) / rateHz : 0;
}

/** Frames that underruns left out before a frame: the clock went on without them. */
export function missingFrames(track: Track): (frame: Frames) => Frames {
  const ends: Frames[] = [];
  const sums: Frames[] = [];
  for (const { atFrame, missingFrames: missing } of track.xruns) {
    ends.push(atFrame);
    sums.push((sums.at(-1) ?? 0) + missing);
  }
  return (frame) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle] ?? 0) <= frame) low = middle + 1;
      else high = middle;
    }
    return sums[low - 1] ?? 0;
  };
}

/** What the sink still holds: what it had when frames last moved, and those, less what it has played since. All segments of
 *  one moment were taken at once, behind the same delay. */
function sinkAt(capture: Capture, track: Track, place: number, atNs: Ns): Frames {
  if (track.direction === 'input') return 0;
  const last = track.segment(place);
  let first = place;
  while (first > 0 && track.segment(first - 1).atNs === last.atNs) first--;
  const taken = last.fromFrame + last.frames - track.segment(first).fromFrame;
  const playedSince = ((atNs - last.atNs) * trackRateHz(track)) / NS_PER_S;
  return Math.max(0, delayBefore(capture, track, first) + taken - playedSince);
}

function derivedDelay(capture: Capture, track: Track, place: number): Frames | undefined {
  const { messages } = capture;
  const { row, atNs } = track.segment(place);
  const used = messages.usedAfterNs.get(row);
  const bytes = messages.latencyBytes.get(row);
  if (Number.isNaN(used) || bytes === 0) return undefined;
  const posted = postedAt(messages, track, atNs);
  const behind = posted - (messages.fromFrame.get(row) + messages.frames.get(row));
  const delay = bytes / track.frameBytes - behind;
  // more than a second is not a delay: the number means something else
  return delay >= 0 && delay <= trackRateHz(track) ? Math.round(delay) : undefined;
}
