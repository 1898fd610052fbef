/** What the user chose: selection, cursor, time range, follow, panel, theme. One selection, one cursor and one time
 *  range are shared by all panels, but for those that were unlinked (own-views.ts). What outlives a reload is kept in the
 *  browser's storage; capture data never is. */
import { createContext, useContext } from 'react';
import { createStore, useStore } from 'zustand';
import { createJSONStorage, type PersistStorage, persist } from 'zustand/middleware';
import type { MessageFilter } from '../../src-core/contract-data.ts';
import type { Ns, QueueIndex } from '../../src-core/units.ts';

/** Every panel that a layout may name; `panels/panels.ts` has those that there are. */
export type PanelId =
  | 'navigator'
  | 'timeline'
  | 'inspector'
  | 'inspector-2'
  | 'messages'
  | 'rings'
  | 'streams'
  | 'states'
  | 'waveform'
  | 'findings'
  | 'latency'
  | 'log';
export type AxisUnit = 'start' | 'wall' | 'frames' | 'periods' | 'ring';
export type ThemeChoice = 'dark' | 'light' | 'contrast' | 'system';

export type Selection =
  | { readonly kind: 'none' }
  | MessageSelection
  | { readonly kind: 'range'; readonly fromNs: Ns; readonly toNs: Ns };

export interface MessageSelection {
  readonly kind: 'message';
  readonly index: number;
  /** The panel that chose it, which need not scroll to it. */
  readonly by?: string;
  /** All that are selected when they are several, this one among them, in ascending order. */
  readonly also?: readonly number[];
  /** Of several: where they were begun. */
  readonly anchor?: number;
}

export interface TimeRange {
  readonly fromNs: Ns;
  readonly toNs: Ns;
}

/** Where the capture ended when the view was frozen. */
export interface Frozen {
  readonly messages: number;
  readonly entries: number;
  readonly endNs: Ns;
}

export interface ViewState {
  readonly selection: Selection;
  readonly cursorNs: Ns | undefined;
  /** Time under the pointer in any panel: the others mark it too. */
  readonly hoverNs: Ns | undefined;
  /** The message under the pointer in any panel: the others mark it too. */
  readonly hoverIndex: number | undefined;
  /** The stream that it belongs to, as far as the panel knows. */
  readonly hoverStreamId: number | undefined;
  readonly range: TimeRange;
  readonly follow: boolean;
  readonly frozen: Frozen | undefined;
  readonly filter: MessageFilter;
  readonly queue: QueueIndex;
  readonly streamId: number;
  /** Lanes of the timeline that stay on top, and those folded to a line, by `laneKey`. */
  readonly pinned: readonly string[];
  readonly folded: readonly string[];
  /** Lanes by `laneKey`, and tracks of all lanes by their kind, that the timeline does not show. Of the layout. */
  readonly hidden: readonly string[];
  /** The edge of the area that follows the pointer (keys 1 and 2), until the next click. */
  readonly heldEdge: 'from' | 'to' | undefined;
  /** In what the time axis counts, and from where. */
  readonly axisUnit: AxisUnit;
  readonly zeroNs: Ns;
  /** Rings are shown as they stood at the cursor while there is one and Follow is off; otherwise as they are now. */
  readonly ringAtCursor: boolean;
  /** The panel that was shown last. */
  readonly tab: PanelId;
  /** The panel that was asked for last, and how often panels were asked for: the dock brings it to the front. */
  readonly asked: { readonly panel: PanelId; readonly times: number };
  readonly themeChoice: ThemeChoice;
  /** Selections before and after this one (Alt+Left, Alt+Right). */
  readonly past: readonly Selection[];
  readonly future: readonly Selection[];
}

export const INITIAL_RANGE: TimeRange = { fromNs: 0, toNs: 2e9 };
const MAX_HISTORY = 100;

const fresh = {
  selection: { kind: 'none' },
  cursorNs: undefined,
  hoverNs: undefined,
  hoverIndex: undefined,
  hoverStreamId: undefined,
  range: INITIAL_RANGE,
  follow: true,
  frozen: undefined,
  filter: {},
  queue: 2,
  streamId: 0,
  heldEdge: undefined,
  folded: [],
  zeroNs: 0,
  past: [],
  future: [],
} as const satisfies Partial<ViewState>;

const initial: ViewState = {
  ...fresh,
  tab: 'messages',
  asked: { panel: 'messages', times: 0 },
  themeChoice: 'system',
  pinned: [],
  hidden: [],
  axisUnit: 'start',
  ringAtCursor: true,
};

type Kept = Pick<ViewState, 'themeChoice' | 'pinned' | 'axisUnit'>;

/** What panels look at and change: the shared view, or that of one panel alone. */
export interface View {
  readonly getState: () => ViewState;
  readonly getInitialState: () => ViewState;
  readonly setState: (
    change: Partial<ViewState> | ((now: ViewState) => Partial<ViewState>),
  ) => void;
  readonly subscribe: (listener: (now: ViewState, before: ViewState) => void) => () => void;
}

/** The view of all panels that are linked, and of everything that is no panel. */
export const sharedView: View = createStore<ViewState>()(
  persist((): ViewState => initial, {
    name: 'ringside.view',
    version: 2,
    migrate: (kept) => kept as Kept,
    storage: writeChangesOnly(createJSONStorage<Kept>(() => localStorage)),
    partialize: ({ themeChoice, pinned, axisUnit }): Kept => ({ themeChoice, pinned, axisUnit }),
  }),
);

/** The view of the panel that a component is in. */
export const ViewContext = createContext<View>(sharedView);

/** A part of what the panel looks at; the component renders again when that part changes. */
export function useView<T>(part: (view: ViewState) => T): T {
  return useStore(useContext(ViewContext), part);
}

/** The same view for handlers of events, which read and change it when something happens. */
export function usePanelView(): View {
  return useContext(ViewContext);
}

/** The time range moves sixty times a second while following: what is kept does not, and is not written each time. */
function writeChangesOnly(
  storage: PersistStorage<Kept> | undefined,
): PersistStorage<Kept> | undefined {
  if (storage === undefined) return undefined; // no storage here: nothing outlives a reload
  let written: Kept | undefined;
  return {
    ...storage,
    setItem: (name, value) => {
      const { state } = value;
      const isSame = (key: keyof Kept) => written?.[key] === state[key];
      if ((Object.keys(state) as (keyof Kept)[]).every(isSame)) return;
      written = state;
      return storage.setItem(name, value);
    },
  };
}

/** Another session: what was chosen in the old one means nothing now. */
export function resetView(view = sharedView): void {
  view.setState(fresh);
}

/** A capture in which nothing happens at first is shown from its first message on, unless the user moved already. */
export function showBeginning(firstNs: Ns): void {
  const { fromNs, toNs } = INITIAL_RANGE;
  if (sharedView.getState().range !== INITIAL_RANGE || firstNs < toNs) return;
  const beginNs = Math.max(0, firstNs - (toNs - fromNs) / 20);
  sharedView.setState({ range: { fromNs: beginNs, toNs: beginNs + toNs - fromNs } });
}

/** Selects, remembers what was selected before, and turns Follow off: what the user reads must not move. */
export function select(selection: Selection, view = sharedView): void {
  const { selection: before, past } = view.getState();
  if (isSameSelection(before, selection)) return;
  const follow = selection.kind === 'none' ? {} : { follow: false };
  view.setState({
    selection,
    past: before.kind === 'none' ? past : [...past, before].slice(-MAX_HISTORY),
    future: [],
    ...follow,
  });
}

export function selectMessage(index: number, by?: string, view = sharedView): void {
  select({ kind: 'message', index, ...(by === undefined ? {} : { by }) }, view);
}

/** The pointer is over a message, or over none: all panels that show it mark it, and nobody asks the host for anything. */
export function hoverMessage(index: number | undefined, streamId?: number): void {
  const hoverStreamId = index === undefined || streamId === -1 ? undefined : streamId;
  if (sharedView.getState().hoverIndex === index) return;
  sharedView.setState({ hoverIndex: index, hoverStreamId });
}

/** Grows or shrinks what is selected: no step of its own in the history. */
export function selectSeveral(selection: Omit<MessageSelection, 'kind'>, view = sharedView): void {
  view.setState({ selection: { kind: 'message', ...selection }, follow: false });
}

export function selectBack(view = sharedView): void {
  const { past, future, selection } = view.getState();
  const before = past.at(-1);
  if (before === undefined) return;
  view.setState({
    selection: withoutOrigin(before),
    past: past.slice(0, -1),
    future: [selection, ...future].slice(0, MAX_HISTORY),
    follow: false,
  });
}

export function selectForward(view = sharedView): void {
  const { past, future, selection } = view.getState();
  const [next, ...rest] = future;
  if (next === undefined) return;
  view.setState({
    selection: withoutOrigin(next),
    past: [...past, selection].slice(-MAX_HISTORY),
    future: rest,
    follow: false,
  });
}

/** Moves the time range by the user's hand: Follow goes off. */
export function moveRange(range: TimeRange, view = sharedView): void {
  view.setState({ range, follow: false });
}

export function setFollow(follow: boolean, view = sharedView): void {
  view.setState(follow ? { follow, frozen: undefined } : { follow });
}

/** Names a lane of the timeline: a queue, or a stream's messages on it. */
export function laneKey(queue: QueueIndex, streamId: number): string {
  return `${queue}/${streamId}`;
}

export function toggleLane(list: 'pinned' | 'folded' | 'hidden', key: string): void {
  const before = sharedView.getState()[list];
  const now = before.includes(key) ? before.filter((other) => other !== key) : [...before, key];
  sharedView.setState({ [list]: now });
}

/** Brings a panel to the front, wherever it is docked; one that is in no place of the layout gets one. */
export function showTab(tab: PanelId): void {
  sharedView.setState(({ asked }) => ({ tab, asked: { panel: tab, times: asked.times + 1 } }));
}

/** All messages that are selected; none when it is something else. */
export function selectedMessages({ selection }: ViewState): readonly number[] {
  if (selection.kind !== 'message') return [];
  return selection.also ?? [selection.index];
}

/** The message that is selected; `undefined` when it is something else. */
export function selectedMessage(view: ViewState): number | undefined {
  return view.selection.kind === 'message' ? view.selection.index : undefined;
}

function isSameSelection(left: Selection, right: Selection): boolean {
  if (left.kind === 'message' && right.kind === 'message') {
    return left.index === right.index && left.also === right.also;
  }
  if (left.kind === 'range' && right.kind === 'range') {
    return left.fromNs === right.fromNs && left.toNs === right.toNs;
  }
  return left.kind === 'none' && right.kind === 'none';
}

/** From the history every panel scrolls to it. */
function withoutOrigin(selection: Selection): Selection {
  if (selection.kind !== 'message') return selection;
  const { by: _gone, ...rest } = selection;
  return rest;
}
