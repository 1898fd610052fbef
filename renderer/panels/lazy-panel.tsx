/** Panels whose code comes when they are first seen, so that the first table does not wait for it. */
import { type ComponentType, useEffect, useState } from 'react';
import { Skeleton } from '../ui/skeleton.tsx';

const loaders: (() => Promise<unknown>)[] = [];

/** A panel that stands for the one that `load` brings; until that is there it draws the skeleton. */
export function lazyPanel(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | undefined;
  const fetchCode = async () => {
    loaded ??= await load();
    return loaded;
  };
  loaders.push(fetchCode);
  return function LazyPanel() {
    const [Panel, setPanel] = useState(() => loaded);
    const [thrown, setThrown] = useState<unknown>();
    useEffect(() => {
      if (Panel === undefined) fetchCode().then((code) => setPanel(() => code), setThrown);
    }, [Panel]);
    if (thrown !== undefined) throw thrown; // the panel's boundary says so
    return Panel === undefined ? <Skeleton what="The panel" /> : <Panel />;
  };
}

/** Fetches what is left, so that a tab opens at once. For when there is nothing better to do. */
export async function loadPanels(): Promise<void> {
  await Promise.allSettled(loaders.map((load) => load()));
}
