/** What can be done to the panels from outside of the dock. The dock that is on the page lends its hand; without one nothing
 *  happens. */
import type { DockviewApi, IDockviewPanel } from 'dockview-react';
import { panelWindows } from '../windows.ts';
import { PANEL_COMPONENT } from './layout-dockview.ts';

let api: DockviewApi | undefined;
let titles: (id: string) => string = (id) => id;

/** Call the result to take it back. */
export function lendDock(lent: DockviewApi, titleOf: (id: string) => string): () => void {
  api = lent;
  titles = titleOf;
  return () => {
    if (api === lent) api = undefined;
  };
}

export function isDockShown(): boolean {
  return api !== undefined;
}

/** Brings the panel to the front; one that is nowhere opens beside `home`, or where the first group is. */
export function openPanel(id: string, home = 'messages'): void {
  if (api === undefined) return;
  const panel = api.getPanel(id) ?? addPanel(api, id, home);
  if (panel.group.api.location.type === 'edge' && panel.group.api.isCollapsed()) {
    panel.group.api.expand();
  }
  panel.api.setActive();
}

/** Shows it under `home`, or where it is already, and leaves the keys where they are. */
export function openBelow(id: string, home: string): void {
  if (api === undefined || api.getPanel(id)?.api.isVisible === true) return;
  const before = api.activePanel;
  const referencePanel = api.getPanel(home);
  if (api.getPanel(id) !== undefined || referencePanel === undefined) openPanel(id);
  else {
    const position = { referencePanel, direction: 'below' } as const;
    api.addPanel({ id, title: titles(id), component: PANEL_COMPONENT, position });
  }
  before?.api.setActive();
}

export function closePanel(id: string): void {
  const panel = api?.getPanel(id);
  if (panel !== undefined) api?.removePanel(panel);
}

export function isPanelOpen(id: string): boolean {
  return api?.getPanel(id) !== undefined;
}

/** Opens it, or closes it when it is in front. */
export function togglePanel(id: string): void {
  const panel = api?.getPanel(id);
  if (panel?.api.isVisible === true) closePanel(id);
  else openPanel(id);
}

/** Opens the drawer, or closes it to its row of tabs. */
export function toggleDrawer(): void {
  const drawer = api?.getEdgeGroup('bottom');
  if (drawer === undefined) return;
  if (drawer.isCollapsed()) drawer.expand();
  else drawer.collapse();
}

/** One panel over all others, or back to how it was. */
export function toggleMaximized(id: string | undefined): void {
  if (api === undefined) return;
  if (api.hasMaximizedGroup()) {
    api.exitMaximizedGroup();
    return;
  }
  const panel = id === undefined ? api.activePanel : api.getPanel(id);
  if (panel !== undefined) api.maximizeGroup(panel);
}

/** Into a window of its own; resolves to false when none may be opened. */
export function tearOff(id: string): Promise<boolean> {
  const panel = api?.getPanel(id);
  if (api === undefined || panel === undefined) return Promise.resolve(false);
  return api.addPopoutGroup(panel);
}

/** Back from its window to where it was. */
export function takeBack(id: string): void {
  const panel = api?.getPanel(id);
  if (panel === undefined || panel.group.api.location.type !== 'popout') return;
  panel.group.api.getWindow().close();
}

/** The panel in front in the group that was used last. */
export function activePanelId(): string | undefined {
  return api?.activePanel?.id;
}

/** Moves the keyboard's focus to the next panel that is in front, in the order of the window. */
export function cycleFocus(by: 1 | -1): void {
  const shown = (api?.panels ?? []).filter(({ api: { isVisible } }) => isVisible);
  const inOrder = shown.map((panel) => ({ panel, box: boxOf(panel) })).sort(byPlace);
  if (inOrder.length === 0) return;
  const at = inOrder.findIndex(({ panel }) => hasFocus(panel));
  const from = at < 0 && by < 0 ? 0 : at;
  const next = inOrder[(from + by + inOrder.length) % inOrder.length];
  if (next !== undefined) focusPanel(next.panel.id);
}

/** The panel's table or canvas gets the keys; where there is none, the panel itself. */
export function focusPanel(id: string): void {
  openPanel(id);
  requestAnimationFrame(() => focusInside(id, WAIT_REDRAWS));
}

/** A panel that is shown for the first time fetches its code before it has a table or a canvas. */
const WAIT_REDRAWS = 90;

function focusInside(id: string, redraws: number): void {
  const panel = panelWindows()
    .map(({ document }) => document.querySelector<HTMLElement>(`[data-dock-panel="${id}"]`))
    .find((element) => element !== null);
  if (panel === undefined || panel === null) return;
  const first = panel.querySelector<HTMLElement>(
    '[role=grid],[role=tree],canvas[tabindex],[role=tablist] [aria-selected=true]',
  );
  if (first !== null) {
    first.focus();
    return;
  }
  if (redraws === WAIT_REDRAWS) panel.focus();
  // as long as nobody has taken the focus elsewhere meanwhile
  else if (panel.ownerDocument.activeElement !== panel) return;
  if (redraws > 0) requestAnimationFrame(() => focusInside(id, redraws - 1));
}

function addPanel(dock: DockviewApi, id: string, home: string): IDockviewPanel {
  const beside =
    dock.getPanel(home) ?? dock.panels.find(({ group }) => isDocked(group.api.location));
  return dock.addPanel({
    id,
    title: titles(id),
    component: PANEL_COMPONENT,
    ...(beside === undefined ? {} : { position: { referencePanel: beside, direction: 'within' } }),
  });
}

function isDocked(location: { readonly type: string }): boolean {
  return location.type === 'grid';
}

function hasFocus(panel: IDockviewPanel): boolean {
  return panelWindows().some(({ document }) => {
    const focused = document.hasFocus() ? document.activeElement : null;
    return focused !== null && panel.group.element.contains(focused);
  });
}

function boxOf(panel: IDockviewPanel): DOMRect {
  return panel.group.element.getBoundingClientRect();
}

/** Left to right, then top to bottom; what begins less than a header apart is on one line. */
function byPlace(a: { box: DOMRect }, b: { box: DOMRect }): number {
  return Math.abs(a.box.left - b.box.left) > 8 ? a.box.left - b.box.left : a.box.top - b.box.top;
}
