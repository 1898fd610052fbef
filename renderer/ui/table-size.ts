/** How much room a table has, and whether its columns have room in it. */
import { useEffect, useLayoutEffect, useState } from 'react';

/** Height of the element, as it is now. */
export function useHeight(element: { readonly current: HTMLElement | null }): number {
  const [heightPx, setHeight] = useState(0);
  useEffect(() => {
    const body = element.current;
    if (body === null) return;
    const measure = () => setHeight(body.clientHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(body);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return heightPx;
}

/** Width of the element, as it is now; 0 before it is known. */
export function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [widthPx, setWidth] = useState(0);
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    const measure = () => setWidth(box.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return widthPx;
}

/** On which sides there are columns out of view. */
export function useMore(
  element: { readonly current: HTMLElement | null },
  minWidthPx: number,
): 'left' | 'right' | 'both' | undefined {
  const [more, setMore] = useState<'left' | 'right' | 'both'>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other columns, other ends
  useEffect(() => {
    const wide = element.current;
    if (wide === null) return;
    const look = () => {
      const isLeft = wide.scrollLeft > 1;
      const isRight = wide.scrollLeft + wide.clientWidth < wide.scrollWidth - 1;
      setMore(isLeft && isRight ? 'both' : isLeft ? 'left' : isRight ? 'right' : undefined);
    };
    const observer = new ResizeObserver(look);
    observer.observe(wide);
    wide.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      wide.removeEventListener('scroll', look);
    };
  }, [element, minWidthPx]);
  return more;
}
