/** Keys that the user gave to commands in place of their own. Kept between starts; what cannot be read is left out. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

export interface KeyChoices {
  /** By the command's id; an empty list: no key. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

const MAX_KEYS = 8;
const MAX_LENGTH = 60;

export const useKeyChoices = create<KeyChoices>()(
  persist((): KeyChoices => ({ keys: {} }), {
    name: 'ringside.keys',
    version: 1,
    storage: createJSONStorage(() => localStorage),
    merge: (kept, current) => ({ ...current, keys: readKeys(kept) }),
  }),
);

export function chooseKeys(id: string, keys: readonly string[]): void {
  useKeyChoices.setState(({ keys: before }) => ({ keys: { ...before, [id]: keys } }));
}

/** Back to the command's own keys; of all commands without `id`. */
export function resetKeys(id?: string): void {
  if (id === undefined) {
    useKeyChoices.setState({ keys: {} });
    return;
  }
  const { [id]: _gone, ...keys } = useKeyChoices.getState().keys;
  useKeyChoices.setState({ keys });
}

function readKeys(kept: unknown): KeyChoices['keys'] {
  const keys = (kept as { keys?: unknown } | null | undefined)?.keys;
  if (typeof keys !== 'object' || keys === null) return {};
  return Object.fromEntries(
    Object.entries(keys).flatMap(([id, list]) => (isKeyList(list) ? [[id, list]] : [])),
  );
}

function isKeyList(list: unknown): list is readonly string[] {
  return (
    Array.isArray(list) &&
    list.length <= MAX_KEYS &&
    list.every((key) => typeof key === 'string' && key !== '' && key.length <= MAX_LENGTH)
  );
}
