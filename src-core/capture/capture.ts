/** The capture: an append-only log of entries and the tables that are derived from it. The only thing that views read.
 *  One writer; nothing on the screen side can name anything on the input side. */
import { ruleOf } from '../spec/rules.ts';
import { requestKind } from '../spec/sound.ts';
import { assert, type Bytes, type Frames, type Ns, type Seq } from '../units.ts';
import {
  type FileEnd,
  isRecordedPacket,
  type readEntries,
  readPacketEntry,
} from './capture-file.ts';
import { type CaptureFacts, CaptureLog } from './capture-log.ts';
import type { Entry, EntryBody } from './entry.ts';
import { MOVED_PCM_AT } from './entry-codec.ts';
import { MessageTable } from './messages.ts';
import { EPB_HEAD_BYTES } from './pcapng.ts';
import type { ByteStore } from './store.ts';
import { Story } from './story.ts';
import { Track } from './tracks.ts';

export class Capture {
  readonly facts: CaptureFacts;
  readonly messages = new MessageTable();
  readonly story = new Story();
  readonly tracks: Track[] = [];
  /** Place of the last `ring` entry of each queue; -1: none. */
  readonly ringAt: number[] = [-1, -1, -1, -1];
  entries = 0;
  endNs: Ns = 0;
  /** Entries that are in the tables and not yet in the bytes: of a trace, whose entries are made behind
   *  (`trace-writer.ts`). */
  unwritten = 0;
  private readonly log: CaptureLog;
  private readonly openTracks = new Map<number, Track>();
  private readonly runs = new Map<number, number>();

  /** `store` is empty for a new capture, or holds the bytes of a capture file whose entries are then adopted. */
  constructor(facts: CaptureFacts, store: ByteStore) {
    this.facts = facts;
    this.messages.stepNs = facts.trace?.stepNs ?? 1;
    this.log = new CaptureLog(store, facts);
  }

  /** Records one entry at `atNs`, which must not lie before the last one. Gives its number. */
  append(atNs: Ns, entry: EntryBody): Seq {
    assert(atNs >= this.endNs, 'a capture’s time never goes back');
    const seq = this.entries++;
    const at = this.log.append(seq, atNs, entry);
    this.derive(seq, atNs, entry, at);
    return seq;
  }

  /** Derives the tables from an entry whose bytes are written later, by `write`. */
  tell(atNs: Ns, entry: EntryBody): Seq {
    const seq = this.entries++;
    this.unwritten++;
    this.derive(seq, Math.max(atNs, this.endNs), entry, -1);
    return seq;
  }

  /** Writes the bytes of an entry that the tables have already. Gives the place of its block; -1: lost. */
  write(seq: Seq, atNs: Ns, entry: EntryBody): Bytes {
    this.unwritten--;
    return this.log.append(seq, atNs, entry);
  }

  /** Takes an entry that a file holds already, at its place in the bytes: for opening. False for one that cannot follow
   *  the last (a damaged file): it is left out. */
  adopt(entry: Entry, at: Bytes): boolean {
    if (entry.seq < this.entries || !(entry.atNs >= 0)) return false;
    this.entries = entry.seq + 1;
    this.derive(entry.seq, Math.max(entry.atNs, this.endNs), entry, at);
    return true;
  }

  flush(): boolean {
    return this.log.flush();
  }

  /** The bytes are given up; the tables stay readable. */
  close(): void {
    this.log.close();
  }

  /** Nothing more comes: hands over what is left, and counts what the store did not take. */
  finish(): void {
    this.log.finish();
  }

  heldBytes(): Bytes {
    return this.log.heldBytes();
  }

  lostEntries(): number {
    return this.log.lostEntries + this.story.lostEntries;
  }

  lastError(): string | undefined {
    return this.log.lastError();
  }

  readBytes(at: Bytes, bytes: Bytes): Uint8Array {
    return this.log.read(at, bytes);
  }

  /** The entry whose block begins at `at`; `undefined` when it was lost or is damaged. */
  entryAt(at: Bytes): Entry | undefined {
    if (at < 0) return undefined;
    const head = this.log.read(at, EPB_HEAD_BYTES);
    const widthBytes = isRecordedPacket(head);
    if (widthBytes === undefined) return undefined;
    return readPacketEntry(this.log.read(at, widthBytes), this.facts.startedAtUnixMs);
  }

  /** Takes recorded PCM into the tracks' pyramids, about `boundBytes` of it; true when there is more. */
  growPyramids(boundBytes: Bytes): boolean {
    const read = (at: Bytes, bytes: Bytes) => this.log.read(at, bytes);
    return this.tracks.filter((track) => track.growPyramid(read, boundBytes)).length > 0;
  }

  /** PCM of `frames` from `fromFrame` on, as far as the track has it without a gap. */
  pcm(track: Track, fromFrame: Frames, frames: Frames): Uint8Array {
    const { frameBytes } = track;
    const endFrame = Math.min(fromFrame + frames, track.frames);
    const pcm = new Uint8Array(Math.max(0, endFrame - fromFrame) * frameBytes);
    let frame = fromFrame;
    for (
      let place = track.placeOf(fromFrame);
      place < track.segments && frame < endFrame;
      place++
    ) {
      const segment = track.segment(place);
      if (segment.fromFrame > frame || segment.pcmAt < 0) break;
      const skip = frame - segment.fromFrame;
      const take = Math.min(segment.frames - skip, endFrame - frame);
      const at = segment.pcmAt + skip * frameBytes;
      pcm.set(this.log.read(at, take * frameBytes), (frame - fromFrame) * frameBytes);
      frame += take;
    }
    return pcm.subarray(0, (frame - fromFrame) * frameBytes);
  }

  /** The same as the guest had posted it. Where the capture does not say that messages were compared, nothing is known of
   *  that: check `track.comparesPosted`. */
  postedPcm(track: Track, fromFrame: Frames, frames: Frames): Uint8Array {
    const pcm = this.pcm(track, fromFrame, frames);
    const { frameBytes } = track;
    const endFrame = fromFrame + pcm.length / frameBytes;
    for (let place = track.changeAt(fromFrame); place < track.changes; place++) {
      const change = track.change(place);
      if (change.fromFrame >= endFrame) break;
      const entry = this.entryAt(change.at);
      if (entry?.kind !== 'posted') continue;
      const from = Math.max(fromFrame, change.fromFrame);
      const to = Math.min(endFrame, change.fromFrame + change.frames);
      const first = (from - change.fromFrame) * frameBytes;
      const piece = entry.pcm.subarray(first, first + (to - from) * frameBytes);
      pcm.set(piece, (from - fromFrame) * frameBytes);
    }
    return pcm;
  }

  private derive(seq: Seq, atNs: Ns, entry: EntryBody, at: Bytes): void {
    this.endNs = atNs;
    this.messages.add(seq, atNs, entry, at);
    switch (entry.kind) {
      case 'moved':
        this.moved(atNs, entry, at);
        break;
      case 'posted':
        this.changed(entry, at);
        break;
      case 'track':
        this.openTrack(atNs, entry);
        break;
      case 'ring':
        if (entry.queue < this.ringAt.length) this.ringAt[entry.queue] = at;
        break;
      case 'violation':
        this.violated(seq, atNs, entry);
        break;
      default:
        this.storyOf(seq, atNs, entry);
    }
  }

  private violated(seq: Seq, atNs: Ns, entry: EntryBody & { kind: 'violation' }): void {
    const { rule, streamId } = entry.violation;
    const row = entry.popped === undefined ? -1 : this.messages.rowOf(entry.popped);
    this.messages.blame(row, ruleOf(rule).severity);
    const command =
      rule === 'VS-I-01' ? requestKind(this.messages.code.get(row))?.command : undefined;
    if (command !== undefined && streamId !== undefined) this.story.refuse(streamId, command);
    this.story.add(seq, atNs, entry, row);
  }

  private storyOf(seq: Seq, atNs: Ns, entry: EntryBody): void {
    if (entry.kind === 'state' && (entry.to === 'released' || entry.to === 'init')) {
      this.closeTrack(entry.streamId, atNs);
    }
    let row = -1;
    if (entry.kind === 'xrun') {
      const track = this.tracks[entry.track];
      if (track !== undefined && entry.side === 'guest') {
        track.underrun(entry.atFrame, entry.missingFrames);
        row = track.segment(Math.min(track.placeOf(entry.atFrame), track.segments - 1)).row;
        this.messages.blame(row, 'warning');
      }
    }
    this.story.add(seq, atNs, entry, row);
  }

  private moved(atNs: Ns, entry: EntryBody & { kind: 'moved' }, at: Bytes): void {
    const track = this.tracks[entry.track];
    if (track === undefined) return;
    const row = Math.max(0, this.messages.rowOf(entry.popped));
    const pcmAt = at < 0 ? -1 : at + EPB_HEAD_BYTES + MOVED_PCM_AT;
    const { fromFrame, frames, delayFrames = -1 } = entry;
    track.add({ fromFrame, frames, row, atNs, pcmAt, delayFrames });
  }

  private changed(entry: EntryBody & { kind: 'posted' }, at: Bytes): void {
    const row = this.messages.rowOf(entry.popped);
    const track = this.tracks[entry.track];
    if (row < 0 || track === undefined) return;
    const fromFrame = this.messages.fromFrame.get(row);
    track.changed({ fromFrame, frames: this.messages.frames.get(row), row, at });
  }

  private openTrack(atNs: Ns, entry: EntryBody & { kind: 'track' }): void {
    const { track, streamId, direction, params, comparesPosted = false } = entry;
    if (track !== this.tracks.length) return; // they count up from 0: a file that says otherwise is damaged
    this.closeTrack(streamId, atNs);
    const run = this.runs.get(streamId) ?? 0;
    this.runs.set(streamId, run + 1);
    const opened = new Track(track, streamId, direction, run, params, atNs);
    opened.comparesPosted = comparesPosted;
    this.tracks.push(opened);
    this.openTracks.set(streamId, opened);
  }

  private closeTrack(streamId: number, atNs: Ns): void {
    const track = this.openTracks.get(streamId);
    if (track === undefined) return;
    track.isOpen = false;
    track.toNs = atNs;
    this.openTracks.delete(streamId);
  }
}

/** Takes up to `bound` entries of a file into `capture`; gives the file's end once it is reached. */
export function adoptSome(
  capture: Capture,
  entries: ReturnType<typeof readEntries>,
  bound: number,
): FileEnd | undefined {
  for (let count = 0; count < bound; count++) {
    const next = entries.next();
    if (next.done === true) return next.value;
    capture.adopt(next.value.entry, next.value.at);
  }
  return undefined;
}
