/** Opens a capture file: takes its packets into a capture's tables, in slices, straight from the bytes. Survives a file that
 *  is cut or damaged anywhere: what is readable is taken in, and each hole is told to the capture at its place. */
import type { Bytes, Seq } from '../units.ts';
import { Capture } from './capture.ts';
import { readFacts } from './capture-file.ts';
import { packetSeq } from './entry-codec.ts';
import { takePacket, type WalkedPacket } from './packet-intake.ts';
import { PacketWalk, type WalkedBytes } from './packet-walk.ts';
import type { ByteStore } from './store.ts';

/** An entry whose number or time is so far ahead of the last one is believed when the next one agrees: a single flipped bit
 *  must not make everything behind it look late. */
const JUMP_ENTRIES = 1 << 20;
const JUMP_NS = 60e9;
const LEFT_OUT_BOUND = 100_000;
/** Bytes that are read in one go by who has nothing else to do. */
const WHOLE_STEP_BYTES = 64 << 20;

/** Reads a whole capture file at once: for commands that run without a host, and tests. */
export function openCapture(
  store: ByteStore,
): { readonly capture: Capture; readonly end: ReadSoFar } | { readonly error: string } {
  const facts = readFacts(store);
  if ('error' in facts) return facts;
  const capture = new Capture(facts, store);
  const reader = new CaptureReader(capture, store);
  while (reader.readSome(WHOLE_STEP_BYTES));
  return { capture, end: reader.soFar() };
}

export interface ReadSoFar {
  /** Bytes read, of how many. */
  readonly doneBytes: Bytes;
  readonly totalBytes: Bytes;
  /** Stretches of damaged bytes, and bytes in them. */
  readonly holes: number;
  readonly holeBytes: Bytes;
  /** Where the file was cut off; -1 when it ends as it should. */
  readonly cutAt: Bytes;
  /** Packets with our tag that could not be understood. */
  readonly damagedPackets: number;
  /** Packets of other programs and interfaces. */
  readonly foreignPackets: number;
  /** Packets whose number had come already: of a second capture, or of one that was put out of order. */
  readonly repeatedPackets: number;
  /** Entries that were never recorded, or that somebody took out. */
  readonly absentEntries: number;
}

export class CaptureReader {
  private readonly capture: Capture;
  private readonly file: WalkedBytes;
  private readonly walk: PacketWalk;
  private holes = 0;
  private holeBytes = 0;
  private cutAt = -1;
  private damagedPackets = 0;
  private foreignPackets = 0;
  private repeatedPackets = 0;
  private absentEntries = 0;
  /** Damaged bytes since the last entry; entries that are missing at the next belong to them. */
  private openHoleAt = -1;
  private openHoleBytes = 0;
  private suspect: { packet: WalkedPacket; seq: Seq } | undefined;

  constructor(capture: Capture, file: WalkedBytes) {
    this.capture = capture;
    this.file = file;
    capture.isOpening = true;
    this.walk = new PacketWalk(file, capture.sections);
  }

  /** Takes in about `boundBytes` more; false when the end is reached. */
  readSome(boundBytes: Bytes): boolean {
    const { walk } = this;
    const endAt = walk.passedBytes() + boundBytes;
    while (walk.passedBytes() < endAt) {
      const step = walk.next();
      if (step === 'packet') this.packet();
      else if (step === 'hole') this.hole();
      else if (step === 'end') {
        this.end();
        return false;
      }
    }
    return true;
  }

  soFar(): ReadSoFar {
    const { holes, holeBytes, cutAt, damagedPackets, repeatedPackets, absentEntries } = this;
    return {
      doneBytes: this.walk.passedBytes(),
      totalBytes: this.file.heldBytes(),
      ...{ holes, holeBytes, cutAt, damagedPackets, repeatedPackets, absentEntries },
      foreignPackets: this.foreignPackets + this.walk.foreignPackets,
    };
  }

  private packet(): void {
    const { walk, capture } = this;
    const said = packetSeq(walk);
    if (said < 0) {
      if (said === NOT_OURS) this.foreignPackets++;
      else this.damagedPackets++;
      return;
    }
    const { section } = walk;
    if (section.seqBase === undefined) {
      const goesOn = said >= capture.entries;
      section.seqBase = goesOn ? 0 : capture.entries;
      section.trackBase = goesOn ? 0 : capture.tracks.length;
    }
    const seq = said + section.seqBase;
    if (this.suspect !== undefined) this.judge(seq);
    const isFirst = capture.entries === 0;
    const leapsAhead = seq - capture.entries > JUMP_ENTRIES || walk.atNs - capture.endNs > JUMP_NS;
    if (leapsAhead && !isFirst) this.suspect = { packet: copyOf(walk), seq };
    else this.take(walk, seq);
  }

  /** The suspect packet is right when the next one goes on from it. */
  private judge(nextSeq: Seq): void {
    const { suspect, walk } = this;
    this.suspect = undefined;
    if (suspect === undefined) return;
    const { seq, packet } = suspect;
    const agrees =
      nextSeq > seq &&
      nextSeq - seq <= JUMP_ENTRIES &&
      walk.atNs >= packet.atNs &&
      walk.atNs - packet.atNs <= JUMP_NS;
    if (agrees) this.take(packet, seq);
    else this.takeDoubtful(packet, seq);
  }

  /** A packet that the next one contradicts: where its number goes on from the last one, only its time is wrong. */
  private takeDoubtful(packet: WalkedPacket, seq: Seq): void {
    const { capture } = this;
    if (seq === capture.entries) this.take({ ...packet, atNs: capture.endNs }, seq);
    else this.leaveOut(packet);
  }

  private leaveOut(packet: WalkedPacket): void {
    this.damagedPackets++;
    if (this.capture.leftOut.size < LEFT_OUT_BOUND) this.capture.leftOut.add(packet.at);
  }

  private take(packet: WalkedPacket, seq: Seq): void {
    const { capture } = this;
    if (seq < capture.entries || !(packet.atNs >= 0)) {
      this.repeatedPackets++;
      return;
    }
    const absent = seq - capture.entries;
    if (this.openHoleAt >= 0) this.tellHole(absent);
    else if (capture.entries > 0) this.absentEntries += absent;
    if (!takePacket(capture, packet, seq)) this.damagedPackets++;
  }

  private hole(): void {
    const { holeAt, holeBytes } = this.walk;
    this.holes++;
    this.holeBytes += holeBytes;
    if (this.openHoleAt < 0) this.openHoleAt = holeAt;
    this.openHoleBytes += holeBytes;
    if (holeAt + holeBytes >= this.file.heldBytes()) this.cutAt = holeAt;
  }

  private tellHole(entries: number): void {
    this.capture.hole(this.openHoleAt, this.openHoleBytes, entries);
    this.openHoleAt = -1;
    this.openHoleBytes = 0;
  }

  private end(): void {
    const { suspect } = this;
    this.suspect = undefined;
    if (suspect !== undefined) {
      if (suspect.seq === this.capture.entries) this.take(suspect.packet, suspect.seq);
      else this.leaveOut(suspect.packet);
    }
    this.capture.isOpening = false;
    if (this.openHoleAt >= 0) this.tellHole(0);
  }
}

const NOT_OURS = -1;

function copyOf(walk: PacketWalk): WalkedPacket {
  const { at, atNs, dataBytes, section, dataFrom } = walk;
  const bytes = walk.bytes.slice(dataFrom, dataFrom + dataBytes);
  return { at, atNs, dataBytes, section, bytes, view: new DataView(bytes.buffer), dataFrom: 0 };
}
