/** Filters with a name, kept in the browser's storage. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { MessageFilter } from '../../src-core/contract-data.ts';

export interface SavedFilter {
  readonly name: string;
  readonly filter: MessageFilter;
}

interface Kept {
  readonly saved: readonly SavedFilter[];
}

const SAVED_AT_MOST = 100;

export const useSavedFilters = create<Kept>()(
  persist((): Kept => ({ saved: [] }), {
    name: 'ringside.saved-filters',
    version: 1,
    merge: (kept) => ({ saved: believedFilters(kept) }),
  }),
);

/** In place of one with the same name; the newest stands last. */
export function keepFilter(name: string, filter: MessageFilter): void {
  useSavedFilters.setState(({ saved }) => ({ saved: withFilter(saved, { name, filter }) }));
}

export function forgetFilter(name: string): void {
  useSavedFilters.setState(({ saved }) => ({
    saved: saved.filter((known) => known.name !== name),
  }));
}

export function withFilter(
  saved: readonly SavedFilter[],
  one: SavedFilter,
): readonly SavedFilter[] {
  const name = one.name.trim();
  if (name === '') return saved;
  const others = saved.filter((known) => known.name !== name);
  return [...others, { ...one, name }].slice(-SAVED_AT_MOST);
}

/** As words: `txq, rxq · stream 0 · latency > 1P`. */
export function filterWords(filter: MessageFilter, queueNames: readonly string[]): string {
  const { queues, streamId, problems, expression } = filter;
  return [
    ...(queues === undefined ? [] : [queues.map((queue) => queueNames[queue] ?? '').join(', ')]),
    ...(streamId === undefined ? [] : [`stream ${streamId}`]),
    ...(problems === true ? ['problems'] : []),
    ...(expression === undefined ? [] : [expression]),
  ].join(' · ');
}

/** What storage gives may be of another version, or somebody's hand. */
export function believedFilters(kept: unknown): readonly SavedFilter[] {
  const saved = (kept as Partial<Kept> | null | undefined)?.saved;
  if (!Array.isArray(saved)) return [];
  return saved.reduce<readonly SavedFilter[]>((good, one: unknown) => {
    const { name, filter } = (one ?? {}) as Partial<SavedFilter>;
    const believed = believedFilter(filter);
    if (typeof name !== 'string' || believed === undefined) return good;
    return withFilter(good, { name, filter: believed });
  }, []);
}

function believedFilter(filter: unknown): MessageFilter | undefined {
  if (typeof filter !== 'object' || filter === null) return undefined;
  const { queues, streamId, problems, expression } = filter as Partial<MessageFilter>;
  const areQueues = Array.isArray(queues) && queues.every(Number.isInteger);
  const believed = {
    ...(areQueues ? { queues } : {}),
    ...(Number.isInteger(streamId) ? { streamId } : {}),
    ...(problems === true ? { problems } : {}),
    ...(typeof expression === 'string' ? { expression } : {}),
  } as MessageFilter;
  return Object.keys(believed).length === 0 ? undefined : believed;
}
