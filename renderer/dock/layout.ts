/** Where the panels are: a tree of rows, columns and tab groups, and the drawer under them. This is what is kept between
 *  starts, saved under a name and handed to others as JSON; dockview's own format stays inside layout-dockview.ts. */
import * as v from 'valibot';

export interface TabsNode {
  readonly kind: 'tabs';
  readonly panels: readonly string[];
  /** The panel in front; the first when absent. */
  readonly active?: string | undefined;
  /** Share among its siblings; any unit. */
  readonly size: number;
}

export interface SplitNode {
  /** A row has its children side by side, a column on top of each other. */
  readonly kind: 'row' | 'column';
  readonly children: readonly LayoutNode[];
  readonly size: number;
}

export type LayoutNode = TabsNode | SplitNode;

export interface Drawer {
  readonly panels: readonly string[];
  readonly active?: string | undefined;
  readonly heightPx: number;
  readonly isOpen: boolean;
}

export interface Layout {
  readonly root: LayoutNode;
  readonly drawer: Drawer;
  /** Panels with a selection, a cursor and a time range of their own; none when absent. */
  readonly unlinked?: readonly string[] | undefined;
  /** Lanes and tracks that the timeline does not show; none when absent. */
  readonly hiddenTracks?: readonly string[] | undefined;
}

/** A layout as a file: `version` says how to read it. */
export interface LayoutFile {
  readonly ringsideLayout: 1;
  readonly title: string;
  readonly layout: Layout;
}

const MAX_DEPTH = 8;
const MAX_CHILDREN = 24;
const MAX_TITLE = 60;
const MAX_HIDDEN = 200;
const DRAWER_PX = 220;
/** Sizes that differ by less were moved by rounding or by the window, not by a hand. */
const SAME_SHARE = 0.04;

const name = v.pipe(v.string(), v.maxLength(40));
const size = v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(100_000));
const panels = v.pipe(v.array(name), v.maxLength(MAX_CHILDREN));

const tabsSchema = v.object({
  kind: v.literal('tabs'),
  panels,
  active: v.optional(name),
  size,
});

function nodeSchema(depth: number): v.GenericSchema<LayoutNode> {
  if (depth === 0) return tabsSchema;
  const children = v.lazy(() => nodeSchema(depth - 1));
  return v.union([
    tabsSchema,
    v.object({
      kind: v.picklist(['row', 'column']),
      children: v.pipe(v.array(children), v.maxLength(MAX_CHILDREN)),
      size,
    }),
  ]);
}

const layoutSchema = v.object({
  root: nodeSchema(MAX_DEPTH),
  drawer: v.object({ panels, active: v.optional(name), heightPx: size, isOpen: v.boolean() }),
  unlinked: v.optional(panels),
  hiddenTracks: v.optional(v.pipe(v.array(name), v.maxLength(MAX_HIDDEN))),
});

const fileSchema = v.object({
  ringsideLayout: v.literal(1),
  title: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(MAX_TITLE)),
  layout: layoutSchema,
});

/** `undefined` when it is no layout, whatever it is instead. */
export function parseLayout(value: unknown): Layout | undefined {
  const parsed = v.safeParse(layoutSchema, value);
  return parsed.success ? parsed.output : undefined;
}

/** `undefined` when the text is no layout of a version that is known here. */
export function parseLayoutFile(text: string): LayoutFile | undefined {
  try {
    const parsed = v.safeParse(fileSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined; // no JSON
  }
}

export function layoutFileText(title: string, layout: Layout): string {
  const file: LayoutFile = { ringsideLayout: 1, title, layout };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** The layout without panels that are not `known`, each panel once, without empty groups and splits of one. When nothing is
 *  left, `undefined`. */
export function tidyLayout(layout: Layout, known: ReadonlySet<string>): Layout | undefined {
  const seen = new Set<string>();
  const root = tidyNode(layout.root, known, seen);
  if (root === undefined) return undefined;
  const inDrawer = take(layout.drawer.panels, known, seen);
  const drawer = {
    ...layout.drawer,
    panels: inDrawer,
    active: front(inDrawer, layout.drawer.active),
  };
  const unlinked = layout.unlinked?.filter((panel) => seen.has(panel)) ?? [];
  const { hiddenTracks = [] } = layout;
  return {
    ...{ root, drawer },
    ...(unlinked.length === 0 ? {} : { unlinked }),
    ...(hiddenTracks.length === 0 ? {} : { hiddenTracks }),
  };
}

/** The same panels in the same places, sizes within a few percent, the same ones unlinked, the same tracks. */
export function sameLayout(left: Layout, right: Layout): boolean {
  const [a, b] = [left.drawer, right.drawer];
  return (
    sameNode(left.root, right.root) &&
    sorted(left.unlinked) === sorted(right.unlinked) &&
    sorted(left.hiddenTracks) === sorted(right.hiddenTracks) &&
    a.panels.join() === b.panels.join() &&
    (a.panels.length === 0 || (a.isOpen === b.isOpen && isNear(a.heightPx, b.heightPx)))
  );
}

/** Every panel that the layout shows somewhere. */
export function panelsOf({ root, drawer }: Layout): readonly string[] {
  return [...panelsUnder(root), ...drawer.panels];
}

export function tabs(size: number, ...panels: string[]): TabsNode {
  return { kind: 'tabs', panels, active: panels[0], size };
}

export function row(size: number, ...children: LayoutNode[]): SplitNode {
  return { kind: 'row', children, size };
}

export function column(size: number, ...children: LayoutNode[]): SplitNode {
  return { kind: 'column', children, size };
}

export function drawer(panels: readonly string[], isOpen = false, heightPx = DRAWER_PX): Drawer {
  return { panels, active: panels[0], heightPx, isOpen };
}

function sorted(panels: readonly string[] = []): string {
  return [...panels].sort().join();
}

function sameNode(left: LayoutNode, right: LayoutNode): boolean {
  if (left.kind === 'tabs' || right.kind === 'tabs') {
    return (
      left.kind === 'tabs' &&
      right.kind === 'tabs' &&
      left.panels.join() === right.panels.join() &&
      (left.active ?? left.panels[0]) === (right.active ?? right.panels[0])
    );
  }
  if (left.kind !== right.kind || left.children.length !== right.children.length) return false;
  const all = [left, right].map(({ children }) =>
    children.reduce((sum, { size }) => sum + size, 0),
  );
  const [leftAll = 1, rightAll = 1] = all;
  return left.children.every((child, at) => {
    const other = right.children[at];
    if (other === undefined) return false;
    return isNear(child.size / leftAll, other.size / rightAll) && sameNode(child, other);
  });
}

function isNear(left: number, right: number): boolean {
  return Math.abs(left - right) <= SAME_SHARE * Math.max(left, right);
}

function panelsUnder(node: LayoutNode): readonly string[] {
  return node.kind === 'tabs' ? node.panels : node.children.flatMap(panelsUnder);
}

function tidyNode(
  node: LayoutNode,
  known: ReadonlySet<string>,
  seen: Set<string>,
): LayoutNode | undefined {
  if (node.kind === 'tabs') {
    const kept = take(node.panels, known, seen);
    return kept.length === 0
      ? undefined
      : { ...node, panels: kept, active: front(kept, node.active) };
  }
  const children = node.children.flatMap((child): readonly LayoutNode[] => {
    const tidy = tidyNode(child, known, seen);
    if (tidy === undefined) return [];
    // a row in a row is one row
    return tidy.kind === node.kind ? spread(tidy) : [tidy];
  });
  const [only] = children;
  if (only === undefined) return undefined;
  return children.length === 1 ? { ...only, size: node.size } : { ...node, children };
}

function spread({ children, size }: SplitNode): readonly LayoutNode[] {
  const all = children.reduce((sum, child) => sum + child.size, 0);
  return children.map((child) => ({ ...child, size: (child.size / all) * size }));
}

function front(panels: readonly string[], active: string | undefined): string | undefined {
  return active !== undefined && panels.includes(active) ? active : panels[0];
}

function take(
  panels: readonly string[],
  known: ReadonlySet<string>,
  seen: Set<string>,
): readonly string[] {
  return panels.filter((panel) => {
    if (!known.has(panel) || seen.has(panel)) return false;
    seen.add(panel);
    return true;
  });
}
