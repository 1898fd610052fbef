/** A layout as dockview reads and writes it. Pure. */
import type { SerializedDockview } from 'dockview-react';
import type { Drawer, Layout, LayoutNode } from './layout.ts';

export interface BoxPx {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What dockview has to know of each panel. */
export interface DockPanel {
  readonly id: string;
  readonly title: string;
  readonly minWidthPx?: number | undefined;
  readonly minHeightPx?: number | undefined;
}

/** The name of the one component that shows every panel. */
export const PANEL_COMPONENT = 'panel';
const DRAWER_GROUP = 'drawer';
export const HEADER_PX = 28;
const LEAST_WIDTH_PX = 160;
const LEAST_HEIGHT_PX = 90;

type Grid = SerializedDockview['grid']['root'];
interface Group {
  readonly id: string;
  readonly views: string[];
  readonly activeView?: string;
}

/** For `fromJSON`. Panels that are not among `panels` must have been taken out. */
export function toDockview(
  { root, drawer }: Layout,
  panels: readonly DockPanel[],
  { widthPx, heightPx }: BoxPx,
): SerializedDockview {
  const ids = { next: 1 };
  // dockview's root is always a split; rows and columns alternate below it
  const split = root.kind === 'tabs' ? ({ kind: 'row', children: [root], size: 1 } as const) : root;
  const isRow = split.kind === 'row';
  const data = shareOut(split.children, isRow ? widthPx : heightPx).map(([child, sizePx]) =>
    toGrid(child, sizePx, isRow ? heightPx : widthPx, ids),
  );
  const shown = new Set([...groupPanels(root), ...drawer.panels]);
  return {
    grid: {
      root: { type: 'branch', data, size: isRow ? heightPx : widthPx },
      width: widthPx,
      height: heightPx,
      orientation: (isRow ? 'HORIZONTAL' : 'VERTICAL') as SerializedDockview['grid']['orientation'],
    },
    panels: Object.fromEntries(
      panels.filter(({ id }) => shown.has(id)).map((panel) => [panel.id, toPanel(panel)]),
    ),
    ...(drawer.panels.length === 0 ? {} : { edgeGroups: { bottom: toEdge(drawer) } }),
  };
}

/** From `toJSON`. Panels in windows of their own come last in the group of `homes`' first panel that there is, so that
 *  they are there at the next start, when no window may be opened. */
export function fromDockview(dock: SerializedDockview, home: string): Layout | undefined {
  const root = fromGrid(
    dock.grid.root,
    dock.grid.orientation === ('HORIZONTAL' as SerializedDockview['grid']['orientation']),
  );
  const edge = dock.edgeGroups?.bottom;
  const group = edge?.group as Group | undefined;
  const drawer: Drawer = {
    panels: group?.views ?? [],
    active: group?.activeView,
    heightPx: Math.max(1, Math.round(edge?.size ?? 240)),
    isOpen: edge !== undefined && edge.collapsed !== true,
  };
  if (root === undefined) return undefined;
  const placed = new Set([...groupPanels(root), ...drawer.panels]);
  const away = Object.keys(dock.panels).filter((id) => !placed.has(id));
  return { root: away.length === 0 ? root : addTo(root, home, away), drawer };
}

function toPanel({ id, title, minWidthPx, minHeightPx }: DockPanel) {
  return {
    id,
    title,
    contentComponent: PANEL_COMPONENT,
    minimumWidth: minWidthPx ?? LEAST_WIDTH_PX,
    minimumHeight: minHeightPx ?? LEAST_HEIGHT_PX,
  };
}

function toEdge({ panels, active, heightPx, isOpen }: Drawer) {
  return {
    size: heightPx,
    visible: true,
    collapsed: !isOpen,
    minimumSize: HEADER_PX + LEAST_HEIGHT_PX,
    collapsedSize: HEADER_PX,
    group: { id: DRAWER_GROUP, views: [...panels], activeView: activeOf(panels, active) },
  };
}

function toGrid(node: LayoutNode, sizePx: number, acrossPx: number, ids: { next: number }): Grid {
  if (node.kind === 'tabs') {
    const activeView = activeOf(node.panels, node.active);
    const data = { id: `group-${ids.next++}`, views: [...node.panels], activeView };
    return { type: 'leaf', data, size: sizePx } as Grid;
  }
  const data = shareOut(node.children, acrossPx).map(([child, childPx]) =>
    toGrid(child, childPx, sizePx, ids),
  );
  return { type: 'branch', data, size: sizePx } as Grid;
}

function fromGrid(grid: Grid, isRow: boolean): LayoutNode | undefined {
  const size = Math.max(1, Math.round(grid.size ?? 1));
  if (grid.type === 'leaf') {
    const { views, activeView } = grid.data as Group;
    return views.length === 0
      ? undefined
      : { kind: 'tabs', panels: views, active: activeView, size };
  }
  const children = (grid.data as Grid[]).flatMap((child) => fromGrid(child, !isRow) ?? []);
  const [only] = children;
  if (only === undefined) return undefined;
  return children.length === 1
    ? { ...only, size }
    : { kind: isRow ? 'row' : 'column', children, size };
}

function shareOut(children: readonly LayoutNode[], px: number): readonly [LayoutNode, number][] {
  const all = children.reduce((sum, { size }) => sum + size, 0);
  return children.map((child) => [child, Math.round((child.size / all) * px)]);
}

function activeOf(panels: readonly string[], active: string | undefined): string {
  return active !== undefined && panels.includes(active) ? active : (panels[0] ?? '');
}

function groupPanels(node: LayoutNode): readonly string[] {
  return node.kind === 'tabs' ? node.panels : node.children.flatMap(groupPanels);
}

function addTo(node: LayoutNode, home: string, panels: readonly string[]): LayoutNode {
  const hasHome = groupPanels(node).includes(home);
  if (node.kind === 'tabs') return { ...node, panels: [...node.panels, ...panels] };
  const at = hasHome ? node.children.findIndex((child) => groupPanels(child).includes(home)) : 0;
  const children = node.children.map((child, place) =>
    place === at ? addTo(child, home, panels) : child,
  );
  return { ...node, children };
}
