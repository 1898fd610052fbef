/** Where the window was, kept in a file between two runs. Whatever the file says, the window comes up on a screen that is
 *  there and large enough to work in. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  /** Of the window when it is not maximized; absent: let the desktop place it. */
  readonly place?: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
  readonly isMaximized: boolean;
}

export const LEAST_WIDTH = 1100;
export const LEAST_HEIGHT = 700;
const USUAL: WindowState = { width: 1440, height: 900, isMaximized: false };
/** At least so much of the window has to be on a screen, so that it can be taken hold of. */
const LEAST_VISIBLE = 100;

/** The state that `path` holds, fitted to screens with these work areas. */
export function readWindowState(path: string, workAreas: readonly Bounds[]): WindowState {
  let kept: unknown;
  try {
    kept = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return USUAL; // first run, or a damaged file: nothing that anyone would miss
  }
  return fitWindowState(kept, workAreas);
}

export function fitWindowState(kept: unknown, workAreas: readonly Bounds[]): WindowState {
  if (typeof kept !== 'object' || kept === null) return USUAL;
  const { x, y, width, height, isMaximized } = kept as Record<string, unknown>;
  if (!isLength(width) || !isLength(height)) return USUAL;
  const size = {
    width: Math.max(width, LEAST_WIDTH),
    height: Math.max(height, LEAST_HEIGHT),
    isMaximized: isMaximized === true,
  };
  if (!isCoordinate(x) || !isCoordinate(y)) return size;
  const isVisible = workAreas.some((area) => overlaps({ x, y, ...size }, area));
  return isVisible ? { place: { x, y }, ...size } : size;
}

/** A window that cannot be remembered is no reason to complain. */
export function keepWindowState(path: string, bounds: Bounds, isMaximized: boolean): void {
  const { x, y, width, height } = bounds;
  try {
    writeFileSync(path, JSON.stringify({ x, y, width, height, isMaximized }));
  } catch {
    // a read-only or full disk
  }
}

function overlaps(window: Bounds, area: Bounds): boolean {
  const shared = (at: number, length: number, areaAt: number, areaLength: number) =>
    Math.min(at + length, areaAt + areaLength) - Math.max(at, areaAt);
  return (
    window.y >= area.y - 1 && // the title bar, by which one moves it
    shared(window.x, window.width, area.x, area.width) >= LEAST_VISIBLE &&
    shared(window.y, window.height, area.y, area.height) >= LEAST_VISIBLE
  );
}

function isCoordinate(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) < 1e6;
}

function isLength(value: unknown): value is number {
  return isCoordinate(value) && value > 0;
}
