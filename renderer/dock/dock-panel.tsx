/** One panel in its place. It is there only while it can be seen: what is hidden asks the host for nothing. */
import type { IDockviewPanelProps } from 'dockview-react';
import { useEffect, useReducer, useState } from 'react';
import { loadPanels } from '../panels/lazy-panel.tsx';
import { panelEntry } from '../panels/panels.ts';
import { useAfterFirstTable } from '../store/first-table.ts';
import { PortalBoxProvider } from '../ui/portal-box.ts';
import { PanelBoundary } from './panel-boundary.tsx';
import { PanelViewProvider } from './panel-link.tsx';

/** The table is painted first; the others are put beside it. */
const FIRST = 'messages';
const LOAD_REST_AFTER_MS = 1000;
let isLoadingRest = false;

export function DockPanel({ api }: IDockviewPanelProps) {
  const isTurn = useTurn(api.id === FIRST);
  const isSeen = useIsSeen(api) && isTurn;
  const [box, setBox] = useState<HTMLElement | null>(null);
  const entry = panelEntry(api.id);
  const Panel = entry?.component;
  // moved into another window, the panel's own document is another one
  const body = box?.ownerDocument === document ? undefined : box?.ownerDocument.body;
  return (
    <div ref={setBox} className="dock-panel" data-dock-panel={api.id} tabIndex={-1}>
      {isSeen && Panel !== undefined ? (
        <PortalBoxProvider value={body}>
          <PanelBoundary title={entry?.title ?? api.id}>
            <PanelViewProvider panel={api.id}>
              <Panel />
            </PanelViewProvider>
          </PanelBoundary>
        </PortalBoxProvider>
      ) : null}
    </div>
  );
}

/** In front in its group, and its group not folded to a row of tabs. Renders again when it has moved, too. */
function useIsSeen(api: IDockviewPanelProps['api']): boolean {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const watch = () => {
      const group = api.group.api;
      return [api.onDidVisibilityChange(again), group.onDidCollapsedChange(again)];
    };
    let listeners = watch();
    const moved = api.onDidGroupChange(() => {
      for (const each of listeners) each.dispose();
      listeners = watch();
      again();
    });
    const placed = api.onDidLocationChange(again);
    again();
    return () => {
      for (const each of [...listeners, moved, placed]) each.dispose();
    };
  }, [api]);
  const isFolded = api.group.api.location.type === 'edge' && api.group.api.isCollapsed();
  return api.isVisible && !isFolded;
}

/** Once in the life of a page the panels wait for the first table, so that it does not wait for them. */
function useTurn(isFirst: boolean): boolean {
  const isAfter = useAfterFirstTable();
  useEffect(() => {
    if (!isAfter || isLoadingRest) return;
    isLoadingRest = true;
    setTimeout(() => void loadPanels(), LOAD_REST_AFTER_MS);
  }, [isAfter]);
  return isFirst || isAfter;
}
