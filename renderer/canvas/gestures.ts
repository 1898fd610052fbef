/** Wheel, drag, click and hover on a canvas as what they mean: zoom, pan, select, point. The same in every panel:
 *
 *      wheel                 pan (both directions)      drag          select
 *      Ctrl+wheel, pinch     zoom at the pointer        Shift+drag    pan (middle button too)
 *                                                       Alt+drag      scrub, where a panel can; else select
 *
 *  Positions are CSS pixels from the element's top left corner. */
import { type RefObject, useEffect, useRef } from 'react';

export interface Point {
  readonly xPx: number;
  readonly yPx: number;
}

export interface GestureHandlers {
  /** `factor` under 1 goes nearer. */
  zoom?(atPx: number, factor: number): void;
  /** Content moves left for positive `byXPx`, up for positive `byYPx`. `isDrag`: by the hand, not by the wheel. */
  pan?(byXPx: number, byYPx: number, isDrag: boolean): void;
  /** Drag from `from` to `to`; `isDone` on release. */
  select?(from: Point, to: Point, isDone: boolean, event: PointerEvent): void;
  /** Alt+drag, from the press on; `isDone` on release. */
  scrub?(at: Point, isDone: boolean): void;
  /** Press and release without a drag. */
  click?(at: Point, event: PointerEvent): void;
  doubleClick?(at: Point, event: MouseEvent): void;
  /** `undefined` when the pointer has left. */
  hover?(at: Point | undefined, event: PointerEvent): void;
}

/** A press that moves less is a click. */
const DRAG_PX = 4;
const WHEEL_ZOOM = 0.0022;
const LINE_PX = 22;

/** Attaches for the life of the element; the handlers may change with every render. */
export function useGestures(
  element: RefObject<HTMLElement | null>,
  handlers: GestureHandlers,
): void {
  const now = useRef(handlers);
  now.current = handlers;
  useEffect(() => {
    if (element.current === null) return;
    return attachGestures(element.current, () => now.current);
  }, [element]);
}

/** Without React; returns what detaches. */
export function attachGestures(element: HTMLElement, handlers: () => GestureHandlers): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const drag = new Drag(element, handlers);
  element.addEventListener('wheel', (event) => onWheel(element, handlers(), event), {
    passive: false,
    signal,
  });
  element.addEventListener('pointerdown', (event) => drag.press(event), { signal });
  element.addEventListener('pointermove', (event) => drag.move(event), { signal });
  element.addEventListener('pointerup', (event) => drag.release(event), { signal });
  element.addEventListener('pointercancel', () => drag.cancel(), { signal });
  element.addEventListener('pointerleave', (event) => handlers().hover?.(undefined, event), {
    signal,
  });
  element.addEventListener(
    'dblclick',
    (event) => handlers().doubleClick?.(pointOf(element, event), event),
    { signal },
  );
  return () => stop.abort();
}

function onWheel(element: HTMLElement, handlers: GestureHandlers, event: WheelEvent): void {
  event.preventDefault();
  const unitPx = event.deltaMode === 1 ? LINE_PX : event.deltaMode === 2 ? 400 : 1;
  const byYPx = event.deltaY * unitPx;
  if (event.ctrlKey || event.metaKey) {
    handlers.zoom?.(pointOf(element, event).xPx, Math.exp(byYPx * WHEEL_ZOOM));
  } else if (event.shiftKey && event.deltaX === 0) {
    handlers.pan?.(byYPx, 0, false);
  } else {
    handlers.pan?.(event.deltaX * unitPx, byYPx, false);
  }
}

/** One press from down to up. */
class Drag {
  private readonly element: HTMLElement;
  private readonly handlers: () => GestureHandlers;
  private from: Point | undefined;
  private last: Point = { xPx: 0, yPx: 0 };
  private isPan = false;
  private isScrub = false;
  private isDragging = false;

  constructor(element: HTMLElement, handlers: () => GestureHandlers) {
    this.element = element;
    this.handlers = handlers;
  }

  press(event: PointerEvent): void {
    if (event.button > 1) return;
    this.from = pointOf(this.element, event);
    this.last = this.from;
    this.isPan = event.shiftKey || event.button === 1;
    this.isScrub = event.altKey && this.handlers().scrub !== undefined;
    this.isDragging = false;
    if (this.isScrub) this.handlers().scrub?.(this.from, false);
    if (event.button === 1) event.preventDefault();
    this.element.setPointerCapture?.(event.pointerId);
  }

  move(event: PointerEvent): void {
    const at = pointOf(this.element, event);
    if (this.from === undefined) {
      this.handlers().hover?.(at, event);
      return;
    }
    this.isDragging ||= Math.hypot(at.xPx - this.from.xPx, at.yPx - this.from.yPx) >= DRAG_PX;
    if (!this.isDragging) return;
    if (this.isScrub) this.handlers().scrub?.(at, false);
    else if (this.isPan)
      this.handlers().pan?.(this.last.xPx - at.xPx, this.last.yPx - at.yPx, true);
    else this.handlers().select?.(this.from, at, false, event);
    this.last = at;
  }

  release(event: PointerEvent): void {
    const { from } = this;
    if (from === undefined) return;
    this.from = undefined;
    const at = pointOf(this.element, event);
    if (this.isScrub) this.handlers().scrub?.(at, true);
    else if (!this.isDragging) this.handlers().click?.(at, event);
    else if (!this.isPan) this.handlers().select?.(from, at, true, event);
  }

  cancel(): void {
    if (this.isScrub && this.from !== undefined) this.handlers().scrub?.(this.from, true);
    this.from = undefined;
  }
}

function pointOf(element: HTMLElement, event: MouseEvent): Point {
  const box = element.getBoundingClientRect();
  return { xPx: event.clientX - box.left, yPx: event.clientY - box.top };
}
