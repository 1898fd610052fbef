/** Marks of the user's. A live capture takes them in as entries; of one whose bytes take no more (an opened file, a trace)
 *  they are kept in memory, and a save writes them behind the rest. */
import { CaptureLog } from './capture/capture-log.ts';
import type { UserMark } from './capture/entry.ts';
import type { MarkEntry } from './capture/marks.ts';
import { MemoryStore } from './capture/store.ts';
import type { MarkRequests } from './contract-marks.ts';
import { type HostContext, NOTHING, nothingShown } from './host-context.ts';
import { HostError } from './host-error.ts';
import type { Shown } from './host-status.ts';
import { LIMITS } from './limits.ts';
import type { Handlers } from './rpc.ts';

export function markHandlers(host: HostContext): Pick<Handlers, keyof MarkRequests> {
  return {
    marks: () => host.shown()?.capture.story.userMarks.list() ?? [],
    addMark: ({ fromNs, toNs, text = '', colour = 0 }) => {
      const { userMarks } = host.capture().story;
      if (userMarks.count >= LIMITS.userMarks) throw tooMany();
      const id = userMarks.freeId();
      const from = time(fromNs);
      keep(host, { id, fromNs: from, toNs: time(toNs ?? from), text, colour });
      return { id };
    },
    editMark: ({ id, ...changes }) => {
      keep(host, { ...known(host, id), ...changes, id });
      return NOTHING;
    },
    removeMark: ({ id }) => {
      keep(host, known(host, id), true);
      return NOTHING;
    },
  };
}

/** What stands behind the bytes of a capture in a file that is saved now: changes of marks, as a section of its own, which
 *  is right whatever the file before it looks like. Empty when there are none. */
export function waitingMarkBytes({ capture }: Shown, firstSeq = capture.entries): Uint8Array {
  const waiting = capture.story.userMarks.pending();
  if (waiting.length === 0) return new Uint8Array();
  const store = new MemoryStore(Number.POSITIVE_INFINITY);
  const log = new CaptureLog(store, capture.facts);
  waiting.forEach((entry, place) => {
    log.append(firstSeq + place, capture.endNs, entry);
  });
  log.flush();
  return store.read(0, store.heldBytes());
}

function keep(host: HostContext, mark: UserMark, removed = false): void {
  const shown = host.shown();
  if (shown === undefined) throw nothingShown();
  const { capture, session } = shown;
  const entry = checked(mark, removed);
  if (session !== undefined && capture.unwritten === 0) {
    capture.append(capture.endNs, entry);
    if (!session.isRunning) capture.flush(); // nothing else will come and take it along
  } else {
    capture.story.userMarks.takeWaiting(entry);
  }
  host.changed();
}

function checked({ id, fromNs, toNs, text, colour }: UserMark, removed: boolean): MarkEntry {
  const [from, to] = [time(fromNs), time(toNs)];
  return {
    kind: 'mark',
    id,
    fromNs: Math.min(from, to),
    toNs: Math.max(from, to),
    text: String(text).slice(0, LIMITS.markLetters),
    colour: Math.abs(Math.floor(Number(colour) || 0)) % LIMITS.markColours,
    ...(removed ? { removed } : {}),
  };
}

/** Marks lie at whole nanoseconds, and not before the capture. */
function time(ns: unknown): number {
  const value = Math.round(Number(ns) || 0);
  return Number.isFinite(value) ? Math.max(0, value) : 0;
}

function known(host: HostContext, id: number): UserMark {
  const mark = host.capture().story.userMarks.get(id);
  if (mark !== undefined) return mark;
  throw new HostError(
    'no-such-mark',
    `There is no mark ${id}.`,
    'It may have been taken out in another window.',
  );
}

function tooMany(): HostError {
  const what = `The capture has ${LIMITS.userMarks} marks, and takes no more.`;
  return new HostError('too-many-marks', what, 'Take some out first (Ctrl+M lists them).');
}
