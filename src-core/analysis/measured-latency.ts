/** What was ahead of a message when it came back, as measured: what `latency_bytes` would say if it were Ringside's. Spec:
 *  5.14.6.8 (virtio_snd_pcm_status) */
import type { MessageTable } from '../capture/messages.ts';
import type { Track } from '../capture/tracks.ts';
import type { Bytes, Frames, Ns } from '../units.ts';
import { lastSegmentAt, postedAt } from './ownership.ts';

/** Bytes of its run that were queued behind it when it was returned. */
export function queuedBytes(messages: MessageTable, track: Track, row: number): Bytes {
  const end = messages.fromFrame.get(row) + messages.frames.get(row);
  return Math.max(0, postedAt(messages, track, returnedNs(messages, row)) - end) * track.frameBytes;
}

/** Bytes that the sink held ahead of the frames that it took with it; `undefined` where the capture does not tell. */
export function sinkBytes(messages: MessageTable, track: Track, row: number): Bytes | undefined {
  const end = messages.fromFrame.get(row) + messages.frames.get(row);
  return heldBytes(track, returnedNs(messages, row), end);
}

/** Both; NaN where the sink is not known, or nothing of it moved. */
export function measuredBytes(
  messages: MessageTable,
  track: Track | undefined,
  row: number,
): Bytes {
  const isBack = !Number.isNaN(messages.usedAfterNs.get(row));
  if (track?.direction !== 'output' || !isBack || !(messages.frames.get(row) > 0)) {
    return Number.NaN;
  }
  return queuedBytes(messages, track, row) + (sinkBytes(messages, track, row) ?? Number.NaN);
}

function returnedNs(messages: MessageTable, row: number): Ns {
  return messages.poppedNs.get(row) + messages.usedAfterNs.get(row);
}

function heldBytes(track: Track, atNs: Ns, endFrame: Frames): Bytes | undefined {
  let place = lastSegmentAt(track, atNs);
  while (place > 0 && track.segment(place).fromFrame >= endFrame) place--;
  const { delayFrames } = track.segment(Math.max(0, place));
  return delayFrames < 0 ? undefined : delayFrames * track.frameBytes;
}
