/** What a capture file says of itself, and its entries one after the other. Any pcapng file will do that has packets of ours
 *  in it, whatever other programs did to it, and whatever part of it is left. */
import type { Bytes } from '../units.ts';
import type { CaptureFacts, ExcerptFacts, TraceFacts } from './capture-log.ts';
import type { Entry } from './entry.ts';
import { packetSeq, readEntry } from './entry-codec.ts';
import { PacketWalk, type WalkedBytes } from './packet-walk.ts';
import { sectionComments } from './pcapng.ts';
import { type Section, Sections } from './sections.ts';

export type ReadableBytes = WalkedBytes;

const HEAD_BYTES = 1 << 16;
/** How far the first packet of ours is looked for. */
const SEARCH_BYTES = 256 * 1024 * 1024;

/** What stands in a capture of ours, or a sentence that says why this is none. Facts that the file has lost are made up
 *  from its first packet. */
export function readFacts(file: ReadableBytes): CaptureFacts | { readonly error: string } {
  const sections = new Sections(0);
  const walk = new PacketWalk(file, sections);
  let said: CaptureFacts | undefined = commentedFacts(file, 0);
  let section = walk.section;
  while (walk.passedBytes() < SEARCH_BYTES) {
    const step = walk.next();
    if (step === 'end') break;
    if (walk.section !== section) said ??= commentedFacts(file, walk.section.at);
    section = walk.section;
    if (step !== 'packet' || packetSeq(walk) < 0) continue;
    return factsFrom(said, Math.floor(walk.atNs / 1_000_000));
  }
  if (said !== undefined) return said;
  const isPcapng = walk.holeAt > 0 || walk.holeBytes === 0;
  return {
    error: isPcapng
      ? 'this file holds no packet of Ringside'
      : 'this is not a pcapng file that Ringside wrote',
  };
}

/** A file whose times were moved begins where its first packet is. */
function factsFrom(said: CaptureFacts | undefined, firstUnixMs: number): CaptureFacts {
  if (said === undefined) {
    const title = 'A capture that lost its title';
    return { application: 'Ringside', title, startedAtUnixMs: firstUnixMs, simulated: false };
  }
  return firstUnixMs < said.startedAtUnixMs ? { ...said, startedAtUnixMs: firstUnixMs } : said;
}

function commentedFacts(file: ReadableBytes, at: Bytes): CaptureFacts | undefined {
  for (const comment of sectionComments(file.read(at, HEAD_BYTES))) {
    try {
      const facts = JSON.parse(comment) as Record<string, unknown> | null;
      if (facts?.ringside !== 1) continue;
      return {
        application: 'Ringside',
        title: String(facts.title),
        startedAtUnixMs: Math.max(0, Number(facts.startedAtUnixMs) || 0),
        simulated: facts.simulated === true,
        ...(facts.modified === true ? { modified: true } : {}),
        ...traceOf(facts.trace),
        ...excerptOf(facts.excerpt),
      };
    } catch {
      // somebody else's comment
    }
  }
  return undefined;
}

function traceOf(told: unknown): { readonly trace?: TraceFacts } {
  if (typeof told !== 'object' || told === null) return {};
  const { format, times, stepNs } = told as Record<string, unknown>;
  const known = times === 'clock' || times === 'arrival' ? times : 'order';
  return { trace: { format: String(format), times: known, stepNs: Number(stepNs) || 1000 } };
}

function excerptOf(told: unknown): { readonly excerpt?: ExcerptFacts } {
  if (typeof told !== 'object' || told === null) return {};
  const { fromNs, toNs, filter } = told as Record<string, unknown>;
  const excerpt = {
    ...(typeof fromNs === 'number' ? { fromNs } : {}),
    ...(typeof toNs === 'number' ? { toNs } : {}),
    ...(typeof filter === 'string' ? { filter } : {}),
  };
  return { excerpt };
}

export interface ReadEntry {
  readonly entry: Entry;
  readonly at: Bytes;
}

export interface FileEnd {
  /** Bytes that were read. */
  readonly at: Bytes;
  /** Packets that are not ours or damaged inside. */
  readonly skipped: number;
  /** A sentence; absent when the file is whole. */
  readonly damage?: string;
}

/** Goes through the file's entries as they stand there: for tests and scripts. `CaptureReader` opens a capture. */
export function* readEntries(
  file: ReadableBytes,
  startedAtUnixMs: number,
): Generator<ReadEntry, FileEnd> {
  const walk = new PacketWalk(file, new Sections(startedAtUnixMs));
  let skipped = 0;
  let damage: string | undefined;
  for (let step = walk.next(); step !== 'end'; step = walk.next()) {
    if (step === 'hole') {
      damage ??= `${walk.holeBytes} bytes from byte ${walk.holeAt} on are damaged or cut off`;
    }
    if (step !== 'packet') continue;
    const { dataFrom, dataBytes, at, atNs } = walk;
    const entry = readEntry(walk.bytes.slice(dataFrom, dataFrom + dataBytes), atNs);
    if (entry === undefined) skipped++;
    else yield { entry, at };
  }
  return { at: walk.passedBytes(), skipped, ...(damage === undefined ? {} : { damage }) };
}

/** The entry as the capture numbers it: sections that were joined all begin at 0 in the file. */
export function inSection(entry: Entry, section: Section): Entry {
  const { seqBase = 0, trackBase } = section;
  if (seqBase === 0 && trackBase === 0) return entry;
  const popped =
    'popped' in entry && entry.popped !== undefined ? entry.popped + seqBase : undefined;
  return {
    ...entry,
    seq: entry.seq + seqBase,
    ...(popped === undefined ? {} : { popped }),
    ...('track' in entry ? { track: entry.track + trackBase } : {}),
  } as Entry;
}
