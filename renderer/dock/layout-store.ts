/** Which layout is on, how the user has changed each, and those that they saved under a name. Kept between starts; what
 *  cannot be read any more is left out. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { BUILT_IN_LAYOUTS, builtInLayout, firstLayout } from './built-in-layouts.ts';
import { type Layout, parseLayout } from './layout.ts';

export interface NamedLayout {
  readonly id: string;
  readonly title: string;
  readonly isOwn: boolean;
  /** Changed since it was chosen first (built in) or saved (own). */
  readonly isChanged: boolean;
}

export interface LayoutState {
  readonly active: string;
  /** Layouts as they were left, by id, where they differ from what they began as. */
  readonly changed: Readonly<Record<string, Layout>>;
  /** The user's own, by id, as they were saved. */
  readonly own: Readonly<Record<string, { readonly title: string; readonly layout: Layout }>>;
  /** Counts up when the dock has to take the layout anew. */
  readonly applied: number;
}

type Kept = Pick<LayoutState, 'active' | 'changed' | 'own'>;

const VERSION = 1;
const MAX_OWN = 30;
const initial: LayoutState = { active: firstLayout().id, changed: {}, own: {}, applied: 0 };

export const useLayouts = create<LayoutState>()(
  persist((): LayoutState => initial, {
    name: 'ringside.layouts',
    version: VERSION,
    storage: createJSONStorage<Kept>(() => localStorage),
    partialize: ({ active, changed, own }): Kept => ({ active, changed, own }),
    // another version's layouts are not understood here: begin anew
    migrate: () => initial,
    merge: (kept, current) => ({ ...current, ...readKept(kept) }),
  }),
);

/** The layout that is on, as it was left. */
export function currentLayout(): Layout {
  const { active } = useLayouts.getState();
  return layoutOf(active) ?? firstLayout().layout;
}

export function layoutOf(id: string): Layout | undefined {
  const { changed } = useLayouts.getState();
  return changed[id] ?? originalOf(id);
}

export function titleOf(id: string): string {
  return useLayouts.getState().own[id]?.title ?? builtInLayout(id)?.title ?? id;
}

/** Built-in ones first. */
export function namedLayouts({ changed, own }: LayoutState): readonly NamedLayout[] {
  const isChanged = (id: string) => changed[id] !== undefined;
  return [
    ...BUILT_IN_LAYOUTS.map(({ id, title }) => ({
      ...{ id, title, isOwn: false, isChanged: isChanged(id) },
    })),
    ...Object.entries(own).map(([id, { title }]) => ({
      ...{ id, title, isOwn: true, isChanged: isChanged(id) },
    })),
  ];
}

/** Shows another layout; says whether there is one of that name. */
export function chooseLayout(id: string): boolean {
  if (layoutOf(id) === undefined) return false;
  useLayouts.setState(({ applied }) => ({ active: id, applied: applied + 1 }));
  return true;
}

/** How the user has left a layout; `undefined` when it is as it began. */
export function keepLayout(id: string, layout: Layout | undefined): void {
  const { [id]: _before, ...rest } = useLayouts.getState().changed;
  useLayouts.setState({ changed: layout === undefined ? rest : { ...rest, [id]: layout } });
}

/** What a layout began as. */
export function unchangedLayout(id: string): Layout {
  return originalOf(id) ?? firstLayout().layout;
}

/** Back to what it began as. */
export function resetLayout(id = useLayouts.getState().active): void {
  const { changed, applied } = useLayouts.getState();
  const { [id]: _gone, ...rest } = changed;
  useLayouts.setState({ changed: rest, applied: applied + 1 });
}

/** Saves a layout under a name, in place of one of the user's own with that name, and shows it. */
export function saveLayout(title: string, layout: Layout): void {
  const { own, changed, applied } = useLayouts.getState();
  const id = `own-${title.trim().toLowerCase().replace(/\s+/g, '-')}`;
  const { [id]: _before, ...rest } = own;
  const kept = Object.entries(rest).slice(-(MAX_OWN - 1));
  const { [id]: _change, ...unchanged } = changed;
  useLayouts.setState({
    own: { ...Object.fromEntries(kept), [id]: { title: title.trim(), layout } },
    changed: unchanged,
    active: id,
    applied: applied + 1,
  });
}

export function deleteLayout(id: string): void {
  const { own, changed, active, applied } = useLayouts.getState();
  const { [id]: _own, ...restOwn } = own;
  const { [id]: _change, ...restChanged } = changed;
  useLayouts.setState({
    own: restOwn,
    changed: restChanged,
    ...(active === id ? { active: firstLayout().id, applied: applied + 1 } : {}),
  });
}

/** `overview`, `Glitch hunt` or a name of the user's own; `undefined` when it names none. */
export function findLayout(text: string): string | undefined {
  const wanted = text.trim().toLowerCase();
  const all = namedLayouts(useLayouts.getState());
  return all.find(({ id, title }) => id === wanted || title.toLowerCase() === wanted)?.id;
}

function originalOf(id: string): Layout | undefined {
  return useLayouts.getState().own[id]?.layout ?? builtInLayout(id)?.layout;
}

/** What is kept in the browser may be of any age and may have been damaged: each layout that cannot be read is left out. */
function readKept(kept: unknown): Partial<Kept> {
  if (typeof kept !== 'object' || kept === null) return {};
  const { active, changed, own } = kept as Record<string, unknown>;
  const goodOwn = readRecord(own, (value) => {
    const { title, layout } = (value ?? {}) as Record<string, unknown>;
    const parsed = parseLayout(layout);
    return typeof title === 'string' && parsed !== undefined
      ? { title, layout: parsed }
      : undefined;
  });
  const isKnown = (id: string) => goodOwn[id] !== undefined || builtInLayout(id) !== undefined;
  return {
    own: goodOwn,
    changed: readRecord(changed, parseLayout),
    active: typeof active === 'string' && isKnown(active) ? active : firstLayout().id,
  };
}

function readRecord<T>(value: unknown, read: (entry: unknown) => T | undefined): Record<string, T> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([id, entry]) => {
      const good = read(entry);
      return good === undefined ? [] : [[id, good]];
    }),
  );
}
