/** A stretch of a capture without its bulk: what a ring file keeps of the time between two triggers. Control messages, stream
 *  states, tracks, set-up, findings and marks stay, so that what is kept later can be understood; I/O messages, their PCM
 *  and notifications go, and a note stands in their place. */
import { readLe32 } from '../spec/layout.ts';
import { CONTROLQ } from '../spec/sound.ts';
import { NS_PER_S, type Ns, type Seq } from '../units.ts';
import {
  BODY_AT,
  KIND_NUMBERS,
  measureEntry,
  packetKind,
  packetSeq,
  writeEntry,
} from './entry-codec.ts';
import type { Epoch } from './epoch.ts';
import {
  EPB_HEAD_BYTES,
  packetBlockBytes,
  roundUp4,
  writePacketHead,
  writePacketTail,
} from './pcapng.ts';

/** One block that stays, and where it stood in the stretch. */
export interface KeptBlock {
  /** -1: written here, it stood nowhere. */
  readonly from: number;
  readonly bytes: Uint8Array;
}

const { kick, interrupt, popped, moved, used, ring, posted } = KIND_NUMBERS;
const BULK: ReadonlySet<number> = new Set([kick, interrupt, popped, moved, used, ring, posted]);
/** In a packet's data: the virtqueue. */
const QUEUE_AT = BODY_AT - 32 + 2;

/** `bytes`: whole blocks, as `CaptureLog` writes them. */
export function thinBlocks(bytes: Uint8Array, epoch: Epoch): KeptBlock[] {
  const kept: KeptBlock[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let gone: { seq: Seq; fromNs: Ns; toNs: Ns; entries: number; place: number } | undefined;
  for (let at = 0; at + EPB_HEAD_BYTES <= bytes.length; ) {
    const blockBytes = readLe32(bytes, at + 4);
    const packet = { view, dataFrom: at + EPB_HEAD_BYTES, dataBytes: readLe32(bytes, at + 20) };
    const kind = packetKind(packet);
    const isControl =
      bytes[packet.dataFrom + QUEUE_AT] === CONTROLQ && (kind === popped || kind === used);
    if (!BULK.has(kind) || isControl) {
      kept.push({ from: at, bytes: bytes.slice(at, at + blockBytes) });
    } else {
      const atNs = packetNs(bytes, at, epoch);
      gone ??= { seq: packetSeq(packet), fromNs: atNs, toNs: atNs, entries: 0, place: kept.length };
      gone.entries++;
      gone.toNs = atNs;
    }
    at += blockBytes;
  }
  if (gone === undefined) return kept;
  const { seq, fromNs, toNs, entries, place } = gone;
  const note = noteBlock(seq, fromNs, letGoNote({ entries, fromNs, toNs }), epoch);
  return [...kept.slice(0, place), { from: -1, bytes: note }, ...kept.slice(place)];
}

interface LetGo {
  readonly entries: number;
  readonly fromNs: Ns;
  readonly toNs: Ns;
}

function letGoNote({ entries, fromNs, toNs }: LetGo): string {
  const span = `${(fromNs / NS_PER_S).toFixed(3)} s to ${(toNs / NS_PER_S).toFixed(3)} s`;
  return `ring file: ${entries} entries from ${span} were let go, as asked`;
}

/** What a note of a ring file says was let go, to the millisecond; `undefined` for any other note. */
export function letGoOf(detail: string): LetGo | undefined {
  const said = /^ring file: (\d+) entries from ([\d.]+) s to ([\d.]+) s were let go/.exec(detail);
  if (said === null) return undefined;
  const [, entries, from, to] = said.map(Number);
  return { entries: entries ?? 0, fromNs: (from ?? 0) * NS_PER_S, toNs: (to ?? 0) * NS_PER_S };
}

function noteBlock(seq: Seq, atNs: Ns, detail: string, epoch: Epoch): Uint8Array {
  const entry = { kind: 'setup', step: { what: 'note', detail } } as const;
  const measured = measureEntry(entry);
  const bytes = new Uint8Array(packetBlockBytes(measured.dataBytes));
  const view = new DataView(bytes.buffer);
  writePacketHead(view, 0, epoch, atNs, measured.dataBytes);
  writeEntry(bytes, view, EPB_HEAD_BYTES, seq, entry, measured);
  const tailAt = EPB_HEAD_BYTES + roundUp4(measured.dataBytes);
  writePacketTail(view, tailAt, measured.dataBytes, false, seq, 0);
  return bytes;
}

/** Nanoseconds since `epoch` of the packet block at `at`. */
function packetNs(bytes: Uint8Array, at: number, epoch: Epoch): Ns {
  return (readLe32(bytes, at + 12) - epoch.high) * 2 ** 32 + readLe32(bytes, at + 16) - epoch.low;
}

/** Time of the first packet in whole blocks of ours. */
export function firstBlockNs(bytes: Uint8Array, epoch: Epoch): Ns {
  return packetNs(bytes, 0, epoch);
}
