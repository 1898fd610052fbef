/** Where the window had its parts when it was left, so that the next one begins with them in their places. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Tab {
  readonly title: string;
  readonly leftPx: number;
  readonly isFront: boolean;
}

export interface Shape {
  /** Of the window; in one of another size the parts are elsewhere. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly groups: readonly (Box & { readonly tabs: readonly Tab[] })[];
  /** The rows of the message table, its heading included. */
  readonly table: Box;
}

const KEY = 'ringside.first-view';
const MAX_GROUPS = 16;

/** Keeps it when the page is left. */
export function keepShape(): () => void {
  const keep = () => {
    if (document.querySelector('.dv-groupview') === null) return; // left before the app was there
    const shape = measure();
    if (shape === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(shape));
  };
  window.addEventListener('pagehide', keep);
  return () => window.removeEventListener('pagehide', keep);
}

/** `undefined` where there was no message table, or the window has another size now. */
export function readShape(): Shape | undefined {
  try {
    const shape: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (!isShape(shape)) return undefined;
    const fits = shape.widthPx === window.innerWidth && shape.heightPx === window.innerHeight;
    return fits ? shape : undefined;
  } catch {
    return undefined; // damaged, or no storage: the window comes all at once
  }
}

function measure(): Shape | undefined {
  const table = document.querySelector(
    '[data-panel="messages"] [role="grid"][aria-label="Messages"]',
  );
  if (table === null) return undefined;
  const groups = [...document.querySelectorAll('.dv-groupview')].slice(0, MAX_GROUPS);
  return {
    widthPx: window.innerWidth,
    heightPx: window.innerHeight,
    groups: groups.map((group) => {
      const tabs = [...group.querySelectorAll('.dv-tab')].map((tab) => ({
        title: tab.querySelector('.dock-tab')?.firstChild?.textContent ?? '',
        leftPx: tab.getBoundingClientRect().left,
        isFront: tab.classList.contains('dv-active-tab'),
      }));
      return { ...boxOf(group), tabs };
    }),
    table: boxOf(table),
  };
}

function boxOf(element: Element): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height };
}

function isShape(value: unknown): value is Shape {
  if (typeof value !== 'object' || value === null) return false;
  const { widthPx, heightPx, groups, table } = value as Partial<Shape>;
  const areNumbers = typeof widthPx === 'number' && typeof heightPx === 'number';
  return areNumbers && isBox(table) && Array.isArray(groups) && groups.every(isGroup);
}

function isGroup(value: unknown): boolean {
  return isBox(value) && Array.isArray((value as { tabs?: unknown }).tabs);
}

function isBox(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { left, top, width, height } = value as Partial<Box>;
  return [left, top, width, height].every((side) => typeof side === 'number');
}
