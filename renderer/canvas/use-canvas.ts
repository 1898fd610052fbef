/** A canvas that fits its box at the screen's own resolution and is drawn at most once per animation frame, whatever
 *  happened meanwhile. `draw` is pure: it gets the context, the size in CSS pixels and the theme. */
import { type RefCallback, useCallback, useEffect, useRef, useState } from 'react';
import type { Theme } from '../palette.ts';
import { cancelPaint, paintWithRedraw } from '../store/redraw.ts';
import { useTheme } from '../theme.ts';

export interface CanvasSize {
  /** CSS pixels; the context is scaled, so draw in these. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly ratio: number;
}

export type Draw = (ctx: CanvasRenderingContext2D, size: CanvasSize, theme: Theme) => void;

export interface CanvasHandle {
  /** For `<canvas ref={…}>`. The canvas takes the size of its parent element. */
  readonly ref: RefCallback<HTMLCanvasElement>;
  readonly size: CanvasSize;
  /** Asks for a redraw outside of React's sight, as for the pointer's read-out. */
  readonly redraw: () => void;
}

const EMPTY: CanvasSize = { widthPx: 0, heightPx: 0, ratio: 1 };

/** Draws when `deps`, the size or the theme change. */
export function useCanvas(draw: Draw, deps: readonly unknown[]): CanvasHandle {
  const theme = useTheme();
  const [size, setSize] = useState(EMPTY);
  const now = useRef({ draw, theme, size });
  now.current = { draw, theme, size };
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const paintNow = useCallback(() => {
    if (canvas.current !== null) paint(canvas.current, now.current);
  }, []);
  const redraw = useCallback(() => paintWithRedraw(paintNow), [paintNow]);

  const ref = useCallback((element: HTMLCanvasElement | null) => {
    canvas.current = element;
    const box = element?.parentElement;
    if (box === null || box === undefined) return;
    const measure = () => setSize((before) => sizeOf(box, before));
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    return () => observer.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn depends on them
  useEffect(redraw, [redraw, size, theme, ...deps]);
  useEffect(() => () => cancelPaint(paintNow), [paintNow]);
  useFontsReady(redraw);
  return { ref, size, redraw };
}

/** Text drawn before the fonts have come is drawn again. */
function useFontsReady(redraw: () => void): void {
  useEffect(() => {
    const fonts = document.fonts as FontFaceSet | undefined;
    fonts?.addEventListener?.('loadingdone', redraw);
    return () => fonts?.removeEventListener?.('loadingdone', redraw);
  }, [redraw]);
}

function sizeOf(box: Element, before: CanvasSize): CanvasSize {
  const { clientWidth: widthPx, clientHeight: heightPx } = box;
  const ratio = globalThis.devicePixelRatio || 1;
  const isSame =
    before.widthPx === widthPx && before.heightPx === heightPx && before.ratio === ratio;
  return isSame ? before : { widthPx, heightPx, ratio };
}

function paint(
  canvas: HTMLCanvasElement,
  { draw, size, theme }: { draw: Draw; size: CanvasSize; theme: Theme },
): void {
  if (size.widthPx === 0 || size.heightPx === 0) return;
  const width = Math.round(size.widthPx * size.ratio);
  const height = Math.round(size.heightPx * size.ratio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  setStyle(canvas, 'width', `${size.widthPx}px`);
  setStyle(canvas, 'height', `${size.heightPx}px`);
  const ctx = canvas.getContext('2d', { alpha: false });
  if (ctx === null) return;
  ctx.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
  draw(ctx, size, theme);
}

function setStyle(canvas: HTMLCanvasElement, side: 'width' | 'height', text: string): void {
  if (canvas.style[side] !== text) canvas.style[side] = text;
}
