/** Views of single panels. A panel that is unlinked keeps a selection, a cursor and a time range to itself: it changes only
 *  by what is done in it, or by a command while it has the keys. All else, what the pointer is over included, stays shared. */
import { create, createStore } from 'zustand';
import { useSession } from './session.ts';
import { type PanelId, resetView, sharedView, type View, type ViewState } from './view.ts';

/** What an unlinked panel has of its own. */
const OWN = [
  'selection',
  'past',
  'future',
  'cursorNs',
  'heldEdge',
  'range',
  'follow',
  'queue',
  'streamId',
] as const satisfies readonly (keyof ViewState)[];
const isOwn = (key: string) => (OWN as readonly string[]).includes(key);
const SHARED = (Object.keys(sharedView.getState()) as (keyof ViewState)[]).filter(
  (key) => !isOwn(key),
);

interface Links {
  /** The views of the panels that are unlinked. */
  readonly own: Readonly<Partial<Record<PanelId, View>>>;
}

export const useLinks = create<Links>(() => ({ own: {} }));

/** The view that a panel looks at. */
export function viewOf(panel: PanelId): View {
  return useLinks.getState().own[panel] ?? sharedView;
}

/** The view of the panel that was used last: commands about the selection and the cursor mean it. */
export function activeView(): View {
  return viewOf(sharedView.getState().tab);
}

export function isUnlinked(panel: PanelId): boolean {
  return useLinks.getState().own[panel] !== undefined;
}

/** Gives the panel a view of its own, which begins as what it showed, or lets it follow the shared one again. */
export function toggleLink(panel: PanelId): void {
  const now = unlinkedPanels();
  setUnlinked(isUnlinked(panel) ? now.filter((other) => other !== panel) : [...now, panel]);
}

/** The panel keeps what `view` shows, whatever it kept before. */
export function pinView(panel: PanelId, view: View): void {
  const now = unlinkedPanels();
  setUnlinked(now.filter((other) => other !== panel));
  setUnlinked([...unlinkedPanels(), panel]);
  const { selection, range, cursorNs } = view.getState();
  viewOf(panel).setState({ selection, range, cursorNs, follow: false, past: [], future: [] });
}

export function unlinkedPanels(): readonly PanelId[] {
  return Object.keys(useLinks.getState().own) as PanelId[];
}

/** Exactly these are unlinked from now on; those that were already keep what they show. */
export function setUnlinked(panels: readonly PanelId[]): void {
  const { own } = useLinks.getState();
  const before = unlinkedPanels();
  if (panels.length === before.length && panels.every((panel) => before.includes(panel))) return;
  const now = Object.fromEntries(
    panels.map((panel) => [panel, own[panel] ?? makeView(sharedView)]),
  ) as Links['own'];
  useLinks.setState({ own: now });
  for (const panel of before) if (now[panel] === undefined) forget(own[panel]);
}

/** Hears the changes of whatever view the panel looks at. Call the result to stop. */
export function subscribeTo(
  panel: PanelId,
  listener: (now: ViewState, before: ViewState) => void,
): () => void {
  let stop = viewOf(panel).subscribe(listener);
  const stopLinks = useLinks.subscribe(({ own }, before) => {
    if (own[panel] === before.own[panel]) return;
    stop();
    stop = viewOf(panel).subscribe(listener);
  });
  return () => {
    stop();
    stopLinks();
  };
}

/** Runs `keep` for the shared view and for every other one as long as it is there. Call the result to stop all. */
export function forEachView(keep: (view: View) => () => void): () => void {
  const stops = new Map<View, () => void>([[sharedView, keep(sharedView)]]);
  const update = () => {
    const views = new Set<View>([sharedView, ...Object.values(useLinks.getState().own)]);
    for (const [view, stop] of stops) {
      if (views.has(view)) continue;
      stop();
      stops.delete(view);
    }
    for (const view of views) if (!stops.has(view)) stops.set(view, keep(view));
  };
  update();
  const stopLinks = useLinks.subscribe(update);
  return () => {
    stopLinks();
    for (const stop of stops.values()) stop();
  };
}

const mirrors = new WeakMap<View, () => void>();

/** A view that has its own of `OWN` and hands everything else to the shared one. */
function makeView(shared: View): View {
  const store = createStore<ViewState>(() => ({ ...shared.getState(), heldEdge: undefined }));
  const stop = shared.subscribe((now, before) => {
    const changed = SHARED.filter((key) => now[key] !== before[key]);
    if (changed.length === 0) return;
    store.setState(Object.fromEntries(changed.map((key) => [key, now[key]])));
  });
  const view: View = {
    ...store,
    setState: (change) => {
      const { own, rest } = split(typeof change === 'function' ? change(store.getState()) : change);
      store.setState(own);
      if (Object.keys(rest).length > 0) shared.setState(rest);
    },
  };
  mirrors.set(view, stop);
  return view;
}

function forget(view: View | undefined): void {
  if (view !== undefined) mirrors.get(view)?.();
}

function split(change: Partial<ViewState>): {
  readonly own: Partial<ViewState>;
  readonly rest: Partial<ViewState>;
} {
  const entries = Object.entries(change);
  return {
    own: Object.fromEntries(entries.filter(([key]) => isOwn(key))),
    rest: Object.fromEntries(entries.filter(([key]) => !isOwn(key))),
  };
}

useSession.subscribe(({ sessionId }, before) => {
  if (sessionId === before.sessionId) return;
  for (const view of Object.values(useLinks.getState().own)) resetView(view);
});
