/** Reading a capture file: its facts, and its entries one after the other. Survives a file that is cut or damaged: what is
 *  readable is given, the rest is named. */
import { LIMITS } from '../limits.ts';
import { readLe32 } from '../spec/layout.ts';
import type { Bytes } from '../units.ts';
import type { CaptureFacts, TraceFacts } from './capture-log.ts';
import type { Entry } from './entry.ts';
import { readEntry } from './entry-codec.ts';
import {
  BLOCK_ENHANCED_PACKET,
  EPB_HEAD_BYTES,
  EPB_TAIL_BYTES,
  epochOf,
  packetData,
  packetNs,
  readBlockHead,
  sectionComment,
} from './pcapng.ts';

/** Whatever gives bytes of a file: part of `ByteStore`. */
export interface ReadableBytes {
  heldBytes(): Bytes;
  read(at: Bytes, bytes: Bytes): Uint8Array;
}

/** Largest block that is believed: the largest payload with room for what surrounds it. */
const BLOCK_BOUND_BYTES = LIMITS.payloadBytes + (1 << 20);
const WINDOW_BYTES = 1 << 20;
const HEAD_BYTES = 1 << 16;

/** What stands at the start of a capture of ours, or a sentence that says why this is none. */
export function readFacts(file: ReadableBytes): CaptureFacts | { readonly error: string } {
  const comment = sectionComment(file.read(0, HEAD_BYTES));
  if (comment === undefined) {
    return { error: 'this is not a pcapng file that Ringside wrote' };
  }
  try {
    const facts = JSON.parse(comment) as Record<string, unknown>;
    if (facts.ringside !== 1) {
      return { error: 'this pcapng file was written by another program or version' };
    }
    return {
      application: 'Ringside',
      title: String(facts.title),
      startedAtUnixMs: Number(facts.startedAtUnixMs) || 0,
      simulated: facts.simulated === true,
      ...traceOf(facts.trace),
    };
  } catch {
    return { error: 'this pcapng file has no facts of a Ringside capture in its section header' };
  }
}

function traceOf(told: unknown): { readonly trace?: TraceFacts } {
  if (typeof told !== 'object' || told === null) return {};
  const { format, times, stepNs } = told as Record<string, unknown>;
  const known = times === 'clock' || times === 'arrival' ? times : 'order';
  return { trace: { format: String(format), times: known, stepNs: Number(stepNs) || 1000 } };
}

export interface ReadEntry {
  readonly entry: Entry;
  readonly at: Bytes;
}

export interface FileEnd {
  /** First byte that could not be read as a block; the file's size when all could. */
  readonly at: Bytes;
  /** Packets that are not ours or damaged inside. */
  readonly skipped: number;
  /** A sentence; absent when the file is whole. */
  readonly damage?: string;
}

/** Goes through the file's blocks. Yields after each entry; returns how the file ends. */
export function* readEntries(
  file: ReadableBytes,
  startedAtUnixMs: number,
): Generator<ReadEntry, FileEnd> {
  let windowAt = 0;
  let window = file.read(0, WINDOW_BYTES);
  let at = 0;
  let skipped = 0;
  const sizeBytes = file.heldBytes();
  while (at < sizeBytes) {
    if (at + 8 > windowAt + window.length) [windowAt, window] = [at, file.read(at, WINDOW_BYTES)];
    const head = readBlockHead(window, at - windowAt, BLOCK_BOUND_BYTES);
    if (head === undefined) return { at, skipped, damage: damageAt(at, sizeBytes) };
    if (at + head.widthBytes > windowAt + window.length) {
      [windowAt, window] = [at, file.read(at, Math.max(WINDOW_BYTES, head.widthBytes))];
    }
    const block = window.subarray(at - windowAt, at - windowAt + head.widthBytes);
    if (
      block.length < head.widthBytes ||
      readLe32(block, head.widthBytes - 4) !== head.widthBytes
    ) {
      return { at, skipped, damage: damageAt(at, sizeBytes) };
    }
    if (head.type === BLOCK_ENHANCED_PACKET) {
      const entry = readPacketEntry(block, startedAtUnixMs);
      if (entry === undefined) skipped++;
      else yield { entry, at };
    }
    at += head.widthBytes;
  }
  return { at, skipped };
}

/** Width of the packet block whose head this is; `undefined` when it is no packet block. */
export function isRecordedPacket(head: Uint8Array): Bytes | undefined {
  const block = readBlockHead(head, 0, BLOCK_BOUND_BYTES);
  return block?.type === BLOCK_ENHANCED_PACKET ? block.widthBytes : undefined;
}

/** The entry in one whole packet block. */
export function readPacketEntry(block: Uint8Array, startedAtUnixMs: number): Entry | undefined {
  if (block.length < EPB_HEAD_BYTES + EPB_TAIL_BYTES) return undefined;
  const dataBytes = readLe32(block, 20);
  if (EPB_HEAD_BYTES + dataBytes > block.length) return undefined;
  return readEntry(packetData(block, 0), packetNs(block, 0, epochOf(startedAtUnixMs)));
}

function damageAt(at: Bytes, sizeBytes: Bytes): string {
  return `the file is cut or damaged at byte ${at} of ${sizeBytes}; everything before it is shown`;
}
