/** Everything that is known about one message, read back from the capture's bytes. */
import type { Capture } from '../capture/capture.ts';
import type { RecordedChain } from '../capture/entry.ts';
import { tracedChain } from '../capture/entry-chains.ts';
import type { FindingRow, MessageDetail } from '../contract-data.ts';
import { findingRow } from './finding-row.ts';
import { columnsOf } from './message-slice.ts';

const PCM_PREVIEW_BYTES = 4096;
const NO_BYTES = new Uint8Array();

export function messageDetail(capture: Capture, index: number): MessageDetail | null {
  const { messages } = capture;
  const row = Math.floor(Number(index));
  if (!(row >= 0 && row < messages.rows)) return null;
  const popped = capture.entryAt(messages.poppedAt.get(row));
  const used = capture.entryAt(messages.usedAt.get(row));
  const moved = movedOf(capture, row);
  const track = capture.tracks[messages.track.get(row)];
  return {
    index: row,
    row: columnsOf(messages, new Float64Array([row]), messages.rows, row),
    availIdx: popped?.kind === 'popped' ? popped.availIdx : 0,
    usedIdx: used?.kind === 'used' ? used.usedIdx : 0,
    chain: popped?.kind === 'popped' ? popped.chain : chainOf(capture, row),
    body: popped?.kind === 'popped' ? popped.body : NO_BYTES,
    reply: used?.kind === 'used' ? used.reply : NO_BYTES,
    moved,
    pcm: pcmOf(capture, row),
    violations: findingsOf(capture, row),
    ...(track === undefined ? {} : { params: track.params }),
  };
}

/** Of a message whose entry is lost, or not made yet: what the table knows. */
function chainOf({ messages }: Capture, row: number): RecordedChain {
  const head = messages.head.get(row);
  const isTraced = messages.line.get(row) > 0;
  if (!isTraced) {
    const nothing = { readable: [], writable: [], readableBytes: 0, writableBytes: 0 };
    return { head, ...nothing, indirect: false, ringSlots: 0 };
  }
  return tracedChain({
    readable: messages.readable.get(row),
    writable: messages.writable.get(row),
    line: messages.line.get(row),
    streamId: messages.streamId.get(row),
    streamGrade: messages.streamGrade(row),
  });
}

function movedOf(capture: Capture, row: number): MessageDetail['moved'] {
  const { messages } = capture;
  const track = capture.tracks[messages.track.get(row)];
  if (track === undefined) return [];
  const moved = [];
  const endFrame = messages.fromFrame.get(row) + messages.frames.get(row);
  for (let place = track.placeOf(messages.fromFrame.get(row)); place < track.segments; place++) {
    const segment = track.segment(place);
    if (segment.fromFrame >= endFrame || moved.length >= 1000) break;
    const { atNs, fromFrame, frames } = segment;
    if (segment.row === row) moved.push({ atNs, track: track.track, fromFrame, frames });
  }
  return moved;
}

function pcmOf(capture: Capture, row: number): Uint8Array {
  const { messages } = capture;
  const track = capture.tracks[messages.track.get(row)];
  if (track === undefined || track.frameBytes === 0) return NO_BYTES;
  const previewFrames = Math.floor(PCM_PREVIEW_BYTES / track.frameBytes);
  const frames = Math.min(messages.frames.get(row), previewFrames);
  return capture.pcm(track, messages.fromFrame.get(row), frames);
}

function findingsOf(capture: Capture, row: number): FindingRow[] {
  if (capture.messages.severity.get(row) === 0) return [];
  const rows: FindingRow[] = [];
  for (const tally of capture.story.tallies.values()) {
    for (const finding of tally.findings) {
      const shown = findingRow(capture, finding);
      if (shown.index === row) rows.push(shown);
    }
  }
  return rows;
}
