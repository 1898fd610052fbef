/** What the second inspector was pinned to, over a reload of the window: it comes back while the session is the same, and else it
 *  is said what it was. Kept in the tab's own storage. */
import { useEffect, useState } from 'react';
import { useLinks } from '../../store/own-views.ts';
import { useSession } from '../../store/session.ts';
import { type Selection, usePanelView, useView } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';

const KEY = 'ringside.pinned';
/** Of more the leading one alone is kept. */
const MOST_MESSAGES = 500;

interface KeptPin {
  readonly session: string;
  readonly title: string;
  readonly selection: Selection;
}

/** Keeps the pin and brings it back; a sentence where it cannot. */
export function useKeptPin(): string | undefined {
  const view = usePanelView();
  const selection = useView((look) => look.selection);
  const isPinned = useLinks(({ own }) => own['inspector-2'] !== undefined);
  const session = useSession(({ status }) => status && nameOf(status));
  const title = useSession(({ status }) => status?.title ?? '');
  const [lost, setLost] = useState<KeptPin>();
  useEffect(() => {
    if (!isPinned || session === undefined || session === null) return;
    if (selection.kind !== 'none') {
      setLost(undefined);
      keep({ session, title, selection: bounded(selection) });
      return;
    }
    const kept = keptPin();
    if (kept === undefined) return;
    if (kept.session === session) view.setState({ selection: kept.selection, follow: false });
    else setLost(kept);
  }, [isPinned, session, title, selection, view]);
  return selection.kind === 'none' && lost !== undefined ? lostText(lost) : undefined;
}

/** The same capture of the same start, in whatever order sessions were opened. */
function nameOf(status: { readonly startedAtUnixMs: number; readonly title: string }): string {
  return `${status.startedAtUnixMs} ${status.title}`;
}

function lostText({ selection, title }: KeptPin): string {
  const what =
    selection.kind === 'message' ? `message #${formatCount(selection.index)}` : 'an area';
  return `It was pinned to ${what} of “${title}”, which is not the session that is shown. Select something and pin it again.`;
}

function bounded(selection: Selection): Selection {
  if (selection.kind !== 'message' || (selection.also?.length ?? 0) <= MOST_MESSAGES) {
    return selection;
  }
  return { kind: 'message', index: selection.index };
}

function keep(pin: KeptPin): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(pin));
  } catch {
    // no storage here, or no room in it: the pin ends with the page
  }
}

export function keptPin(): KeptPin | undefined {
  try {
    return believedPin(JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
  } catch {
    return undefined;
  }
}

/** What storage gives may be of another version, or somebody's hand. */
export function believedPin(kept: unknown): KeptPin | undefined {
  const { session, title, selection } = (kept ?? {}) as Partial<Record<keyof KeptPin, unknown>>;
  if (typeof session !== 'string' || typeof title !== 'string') return undefined;
  const { kind, index, also, fromNs, toNs } = (selection ?? {}) as Record<string, unknown>;
  if (kind === 'message' && isPlace(index)) {
    const several = Array.isArray(also) && also.every(isPlace) ? { also } : {};
    return { session, title, selection: { kind, index, ...several } };
  }
  if (kind === 'range' && isPlace(fromNs) && isPlace(toNs)) {
    return { session, title, selection: { kind, fromNs, toNs } };
  }
  return undefined;
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
