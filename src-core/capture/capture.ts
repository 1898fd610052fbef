/** The capture: an append-only log of entries and the tables that are derived from it. The only thing that views read.
 *  One writer; nothing on the screen side can name anything on the input side. */

import type { Grade } from '../spec/grades.ts';
import { readLe32 } from '../spec/layout.ts';
import { ruleOf } from '../spec/rules.ts';
import { QUEUE_NAMES, requestKind } from '../spec/sound.ts';
import { assert, type Bytes, type Frames, type Ns, type Seq, type TrackId } from '../units.ts';
import { inSection } from './capture-file.ts';
import { type CaptureFacts, CaptureLog } from './capture-log.ts';
import type { Entry, EntryBody } from './entry.ts';
import { MOVED_PCM_AT, readEntry } from './entry-codec.ts';
import { Keeping } from './keeping.ts';
import { poppedFacts, usedFacts } from './message-facts.ts';
import { MessageTable } from './messages.ts';
import { PacketWalk } from './packet-walk.ts';
import { EPB_HEAD_BYTES } from './pcapng.ts';
import { QueueSamples } from './queue-samples.ts';
import { RingPlaces } from './ring-places.ts';
import { Sections } from './sections.ts';
import type { ByteStore } from './store.ts';
import { type Finding, Story } from './story.ts';
import { Track } from './tracks.ts';
import { levelsAt, withoutSound } from './withheld.ts';

export class Capture {
  readonly facts: CaptureFacts;
  readonly messages = new MessageTable();
  readonly story = new Story();
  readonly tracks: Track[] = [];
  /** Snapshots of each virtqueue. */
  readonly samples = new QueueSamples();
  readonly rings = QUEUE_NAMES.map(() => new RingPlaces());
  entries = 0;
  endNs: Ns = 0;
  /** Entries that are in the tables and not yet in the bytes: of a trace, whose entries are made behind
   *  (`trace-writer.ts`). */
  unwritten = 0;
  /** Of the file that it is or came from. */
  readonly sections: Sections;
  private readonly log: CaptureLog;
  /** Places of packets of a file that were not believed, though they look right. */
  readonly leftOut = new Set<Bytes>();
  /** A file is still being read into it. */
  isOpening = false;
  readonly keeping = new Keeping();
  private isFinished = false;
  private readonly openTracks = new Map<number, Track>();
  private readonly runs = new Map<number, number>();

  /** `store` is empty for a new capture, or holds the bytes of a capture file whose entries are then adopted. */
  constructor(facts: CaptureFacts, store: ByteStore) {
    this.facts = facts;
    this.messages.stepNs = facts.trace?.stepNs ?? 1;
    this.sections = new Sections(facts.startedAtUnixMs);
    this.log = new CaptureLog(store, facts);
  }

  /** Records one entry at `atNs`, which must not lie before the last one. Gives its number. */
  append(atNs: Ns, entry: EntryBody): Seq {
    assert(atNs >= this.endNs, 'a capture’s time never goes back');
    const seq = this.entries++;
    this.endNs = atNs;
    const kept = this.keeping.withholdsPcm() ? withoutSound(entry, this.tracks) : entry;
    const at = this.log.append(seq, atNs, kept);
    this.story.taken(atNs, at >= 0);
    this.derive(seq, atNs, kept, at);
    return seq;
  }

  /** Looks how much can be kept. A change is recorded where it is made. */
  private watchDisk(): void {
    if (this.isFinished) return;
    for (const why of this.keeping.look(this.log)) {
      this.append(this.endNs, { kind: 'dropped', entries: 0, pcmBytes: 0, why });
    }
  }

  /** Bytes that will still be taken; absent when that is not known. */
  leftBytes(): Bytes | undefined {
    return this.log.leftBytes();
  }

  /** Derives the tables from an entry whose bytes are written later, by `write`. */
  tell(atNs: Ns, entry: EntryBody): Seq {
    const seq = this.entries++;
    this.unwritten++;
    this.endNs = Math.max(atNs, this.endNs);
    this.story.taken(this.endNs, true);
    this.derive(seq, this.endNs, entry, -1);
    return seq;
  }

  /** Writes the bytes of an entry that the tables have already. Gives the place of its block; -1: lost. */
  write(seq: Seq, atNs: Ns, entry: EntryBody): Bytes {
    this.unwritten--;
    return this.log.append(seq, atNs, entry);
  }

  /** An entry that a file holds already comes next: for opening (`CaptureReader`). Gives its time, which never goes back.
   *  What it says then goes to `derive`, or to `moved` and the message table directly. */
  begin(seq: Seq, atNs: Ns): Ns {
    this.entries = seq + 1;
    if (atNs > this.endNs) this.endNs = atNs;
    this.story.taken(this.endNs, true);
    return this.endNs;
  }

  /** A stretch of a file could not be read; `entries` are missing before the next one. */
  hole(at: Bytes, bytes: Bytes, entries: number): void {
    this.story.hole(this.endNs, at, bytes, entries);
  }

  /** False while entries may be missing only because a file is still being opened. */
  isWhole(): boolean {
    return !this.isOpening;
  }

  flush(): boolean {
    this.watchDisk();
    return this.log.flush();
  }

  /** The bytes are given up; the tables stay readable. */
  close(): void {
    this.log.close();
  }

  /** Nothing more comes: hands over what is left, and counts what the store did not take. */
  finish(): void {
    this.isFinished = true;
    this.log.finish();
    this.log.settle();
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

  /** The same into the start of `into`; gives how many bytes. */
  readBytesInto(at: Bytes, into: Uint8Array): Bytes {
    return this.log.readInto(at, into);
  }

  /** The entry whose block begins at `at`; `undefined` when it was lost or is damaged. */
  entryAt(at: Bytes): Entry | undefined {
    if (at < 0) return undefined;
    const walk = new PacketWalk(this.blockAt(at), this.sections, at);
    if (walk.next() !== 'packet') return undefined;
    const { bytes, dataFrom, dataBytes, atNs, section } = walk;
    const entry = readEntry(bytes.subarray(dataFrom, dataFrom + dataBytes), atNs);
    return entry === undefined ? undefined : inSection(entry, section);
  }

  /** Bytes of the one block at `at`, as if the file ended behind it. */
  private blockAt(at: Bytes) {
    const isBigEndian = this.sections.of(at).isBigEndian;
    const head = this.log.read(at, BLOCK_HEAD_BYTES);
    const said = isBigEndian
      ? [...head].slice(4).reduce((sum, byte) => sum * 256 + byte, 0)
      : readLe32(head, 4);
    const end = Math.min(at + said, this.log.heldBytes());
    return { heldBytes: () => end, read: (from: Bytes) => this.log.read(from, end - from) };
  }

  /** Takes recorded PCM into the tracks' pyramids, about `boundBytes` of it; true when there is more. */
  growPyramids(boundBytes: Bytes): boolean {
    this.messages.density.grow(DENSITY_BLOCKS);
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
      const read = this.log.read(at, take * frameBytes);
      pcm.set(read, (frame - fromFrame) * frameBytes);
      frame += Math.floor(read.length / frameBytes);
      if (read.length < take * frameBytes) break; // a ring file let it go
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
      if (entry.pcm.length === 0) return pcm.subarray(0, (from - fromFrame) * frameBytes);
      const to = Math.min(endFrame, change.fromFrame + change.frames);
      const first = (from - change.fromFrame) * frameBytes;
      const piece = entry.pcm.subarray(first, first + (to - from) * frameBytes);
      pcm.set(piece, (from - fromFrame) * frameBytes);
    }
    return pcm;
  }

  /** Takes what an analysis found in the entries up to now into the tables, as if the device had told it. False when it
   *  is known already. */
  conclude(finding: Omit<Finding, 'seq' | 'row'>): boolean {
    const row = finding.evidence[0] ?? -1;
    const isNew = this.story.conclude({ ...finding, seq: this.entries, row });
    if (isNew) this.messages.blame(row, ruleOf(finding.rule).severity);
    return isNew;
  }

  /** What an entry adds to the tables. `at`: place of its block; -1 when it is lost. */
  derive(seq: Seq, atNs: Ns, entry: EntryBody, at: Bytes): void {
    switch (entry.kind) {
      case 'kick':
        this.messages.kicked(entry.queue, atNs, entry.waitedNs);
        break;
      case 'interrupt':
        this.messages.interrupted(entry.queue, atNs);
        break;
      case 'told': {
        const { popped, code, streamId, grade } = entry;
        this.messages.told(this.messages.rowOf(popped), code, streamId, grade ?? 'observed');
        break;
      }
      case 'popped':
        if (entry.chain.traced !== undefined) {
          const grade = entry.grade ?? 'observed';
          this.messages.poppedTraced(seq, atNs, entry.queue, grade, entry.chain.traced, at);
        } else {
          this.messages.popped(seq, atNs, poppedFacts(entry), at);
          this.looked(seq, 'popped', entry.grade);
        }
        break;
      case 'used':
        this.messages.used(atNs, usedFacts(entry), at);
        this.looked(entry.popped, 'used', entry.grade);
        break;
      case 'moved': {
        const pcmAt = at < 0 ? -1 : at + PCM_AT;
        const pcmBytes = (entry.withheld ?? entry.pcm).length;
        this.moved({ ...entry, isWithheld: entry.withheld !== undefined, atNs, pcmAt, pcmBytes });
        this.looked(entry.popped, 'moved', entry.grade);
        break;
      }
      case 'posted':
        this.changed(entry, at);
        break;
      case 'track':
        this.openTrack(atNs, entry);
        break;
      case 'ring':
        this.rings[entry.queue]?.add({ atNs, at, rows: this.messages.rows });
        break;
      case 'violation':
        this.violated(seq, atNs, entry);
        break;
      case 'sample':
        this.samples.add(entry.queue, atNs, entry.inUse);
        break;
      default:
        this.storyOf(seq, atNs, entry);
    }
  }

  /** An entry about the message `popped` is less than certain, or certain when the grade is absent. */
  looked(popped: Seq, kind: 'popped' | 'moved' | 'used', grade: Grade | undefined): void {
    if (grade !== undefined) this.messages.looked(this.messages.rowOf(popped), kind, grade);
  }

  /** PCM changed hands; it, or what stands in its place, is at `pcmAt` of the capture's bytes (-1: nowhere). */
  moved(said: MovedFacts): void {
    const { popped, atNs, fromFrame, frames, delayFrames = -1 } = said;
    const track = this.tracks[said.track];
    const row = this.messages.moved(popped, atNs, said.track, fromFrame, frames);
    if (track === undefined) return;
    this.story.moved(track.streamId, atNs, said.isWithheld ? frames * track.frameBytes : 0);
    const { isWithheld, pcmBytes } = said;
    const isThere = !isWithheld && frames * track.frameBytes <= pcmBytes;
    const pcmAt = isThere ? said.pcmAt : -1;
    const { channels } = track.params;
    const levels = isWithheld ? levelsAt(said.pcmAt, pcmBytes, fromFrame, frames, channels) : -1;
    track.add(fromFrame, frames, Math.max(0, row), atNs, pcmAt, delayFrames, levels);
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
    if (entry.kind === 'state' || entry.kind === 'xrun') this.messages.idle.happened(atNs);
    if (entry.kind === 'setup') this.messages.depth.setUp(entry.step);
    if (entry.kind === 'state' && (entry.to === 'released' || entry.to === 'init')) {
      this.closeTrack(entry.streamId, atNs);
    }
    let row = -1;
    if (entry.kind === 'xrun') {
      const track = this.tracks[entry.track];
      if (entry.side === 'host' && entry.silentFrames !== undefined) track?.hostGap(entry);
      if (track !== undefined && entry.side === 'guest') {
        track.underrun(entry);
        row = track.segment(Math.min(track.placeOf(entry.atFrame), track.segments - 1)).row;
        this.messages.blame(row, 'warning');
      }
    }
    this.story.add(seq, atNs, entry, row);
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

const PCM_AT = EPB_HEAD_BYTES + MOVED_PCM_AT;
const BLOCK_HEAD_BYTES = 8;
/** Blocks of the timeline's density that are summed up in one go: a millisecond or so. */
const DENSITY_BLOCKS = 64;

export interface MovedFacts {
  readonly popped: Seq;
  readonly atNs: Ns;
  readonly track: TrackId;
  readonly fromFrame: Frames;
  readonly frames: Frames;
  /** Of the PCM or, where that was withheld, of what stands in its place. */
  readonly pcmAt: Bytes;
  readonly pcmBytes: Bytes;
  /** Only its hash and levels were kept. */
  readonly isWithheld: boolean;
  /** Frames that the host held ahead; absent: not known. */
  readonly delayFrames?: Frames;
}
