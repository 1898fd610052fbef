/** What is looked at first is painted first: everything that can wait asks here for its turn. Once in the life of a page. */
import { useEffect, useState } from 'react';

/** Where no table comes (another layout, an empty session) the rest comes after that time. */
const LONGEST_MS = 300;
const IDLE_MS = 100;

let isPainted = false;
let tell: () => void = () => undefined;
const painted = new Promise<void>((resolve) => {
  tell = resolve;
});

/** The first table has its rows. */
export function tellFirstTable(): void {
  tell();
}

/** False until the first table was painted, then true for ever. */
export function useAfterFirstTable(): boolean {
  const [isAfter, setIsAfter] = useState(isPainted);
  useEffect(() => {
    if (isAfter) return;
    let isGone = false;
    const timer = setTimeout(tellFirstTable, LONGEST_MS);
    void painted.then(() =>
      afterRedraw(() => {
        isPainted = true;
        if (!isGone) setIsAfter(true);
      }),
    );
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [isAfter]);
  return isAfter;
}

/** Behind the next redraw, and behind what else waits for it. */
function afterRedraw(then: () => void): void {
  requestAnimationFrame(() => {
    if ('requestIdleCallback' in window) requestIdleCallback(then, { timeout: IDLE_MS });
    else setTimeout(then);
  });
}
