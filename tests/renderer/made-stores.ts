/** The zustand stores that the renderer's modules make, so that a test file can begin with what they were made with. */
import type * as zustand from 'zustand';
import type { StateCreator, StoreApi } from 'zustand';

const made = new Set<StoreApi<unknown>>();

/** zustand, with the stores that are made while a module loads remembered. */
export function remembering(actual: typeof zustand): typeof zustand {
  const remember = (make: (initial: StateCreator<unknown>) => StoreApi<unknown>) => {
    const making = (initial: StateCreator<unknown>) => {
      const store = make(initial);
      made.add(store);
      return store;
    };
    return (initial?: StateCreator<unknown>) => (initial === undefined ? making : making(initial));
  };
  return {
    ...actual,
    create: remember(actual.create as never) as never,
    createStore: remember(actual.createStore as never) as never,
  };
}

export function renewStores(): void {
  for (const store of made) store.setState(store.getInitialState(), true);
}
