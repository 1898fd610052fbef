/** Marks of the user's with their notes: the table, and how changes of a capture whose bytes take no more are kept until it
 *  is saved. */
import { LIMITS } from '../limits.ts';
import { NS_PER_S, type Ns } from '../units.ts';
import type { EntryBody, UserMark } from './entry.ts';

export type MarkEntry = EntryBody & { kind: 'mark' };

export class UserMarks {
  private readonly byId = new Map<number, UserMark>();
  private nextId = 1;
  /** Changes that are in no bytes yet, oldest first; one for each mark. */
  private readonly waiting = new Map<number, MarkEntry>();
  /** Of these, how many no save has written. */
  unsaved = 0;

  /** What an entry says holds from now on. What is too long or too much is left out. */
  take(entry: MarkEntry): void {
    const { id, fromNs, toNs, text, colour, removed } = entry;
    this.nextId = Math.max(this.nextId, id + 1);
    if (removed === true) {
      this.byId.delete(id);
      return;
    }
    if (!this.byId.has(id) && this.byId.size >= LIMITS.userMarks) return;
    const cut = text.slice(0, LIMITS.markLetters);
    const mark = { id, fromNs, toNs: Math.max(fromNs, toNs), text: cut };
    this.byId.set(id, { ...mark, colour: Math.floor(colour) % LIMITS.markColours });
  }

  /** Takes it, and keeps it for the next save. */
  takeWaiting(entry: MarkEntry): void {
    this.take(entry);
    if (!this.waiting.has(entry.id)) this.unsaved++;
    this.waiting.set(entry.id, entry);
  }

  freeId(): number {
    return this.nextId;
  }

  get(id: number): UserMark | undefined {
    return this.byId.get(id);
  }

  get count(): number {
    return this.byId.size;
  }

  /** By time. */
  list(): readonly UserMark[] {
    return [...this.byId.values()].sort((a, b) => a.fromNs - b.fromNs || a.id - b.id);
  }

  pending(): readonly MarkEntry[] {
    return [...this.waiting.values()];
  }

  /** A save has written what was waiting; a later one writes it again, since the bytes that are shown do not have it. */
  saved(): void {
    this.unsaved = 0;
  }
}

const encoder = new TextEncoder();
/** Comments of packets are read by people, in Wireshark's packet list. */
const COMMENT_LETTERS = 500;

/** The comment of the packet that holds the entry. */
export function commentOfMark({ id, fromNs, toNs, text, removed }: MarkEntry): Uint8Array {
  const place = toNs > fromNs ? `${seconds(fromNs)} to ${seconds(toNs)}` : seconds(fromNs);
  const what = removed === true ? 'taken out' : text.slice(0, COMMENT_LETTERS);
  return encoder.encode(`Mark ${id} at ${place}${what === '' ? '' : `: ${what}`}`);
}

function seconds(ns: Ns): string {
  return `${(ns / NS_PER_S).toFixed(6)} s`;
}
