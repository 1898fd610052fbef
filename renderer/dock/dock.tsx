/** The panels in their places: every one can be resized, docked elsewhere, and torn off into a window of its own. Dockview
 *  does that; the layout is ours (`layout.ts`), and follows what the user does. */
import {
  type DockviewApi,
  DockviewReact,
  type DockviewReadyEvent,
  type DockviewTheme,
  type IDockviewPanelProps,
} from 'dockview-react';
import { useCallback, useEffect, useRef } from 'react';
import { PANELS } from '../panels/panels.ts';
import { setUnlinked, unlinkedPanels } from '../store/own-views.ts';
import { notify } from '../store/session.ts';
import { type PanelId, sharedView } from '../store/view.ts';
import { applyTheme, useTheme } from '../theme.ts';
import { addPanelWindow, onPanelWindows, panelWindows } from '../windows.ts';
import 'dockview-react/dist/styles/dockview.css';
import './dock.css';
import { firstLayout } from './built-in-layouts.ts';
import { lendDock, openPanel } from './dock-api.ts';
import { DockActions, DockTab } from './dock-header.tsx';
import { DockPanel } from './dock-panel.tsx';
import { tidyLayout } from './layout.ts';
import { PANEL_COMPONENT, toDockview } from './layout-dockview.ts';
import { LayoutKeeper } from './layout-keeper.ts';
import { currentLayout, useLayouts } from './layout-store.ts';

const THEME: DockviewTheme = {
  name: 'ringside',
  className: 'dock-theme',
  dndOverlayMounting: 'absolute',
  dndPanelOverlay: 'group',
  dndTabIndicator: 'line',
};
const COMPONENTS: Record<string, (props: IDockviewPanelProps) => React.ReactNode> = {
  [PANEL_COMPONENT]: DockPanel,
};
const KNOWN: ReadonlySet<string> = new Set(PANELS.map(({ id }) => id));
/** New panels open beside it, and those of windows come back to it. */
const HOME = 'messages';

export function Dock() {
  const box = useRef<HTMLDivElement>(null);
  const stop = useRef<() => void>(() => undefined);
  const onReady = useCallback(({ api }: DockviewReadyEvent) => {
    if (box.current !== null) stop.current = start(api, box.current);
  }, []);
  useEffect(() => () => stop.current(), []);
  useThemeInWindows();
  return (
    <div ref={box} className="dock">
      <DockviewReact
        theme={THEME}
        components={COMPONENTS}
        defaultTabComponent={DockTab}
        rightHeaderActionsComponent={DockActions}
        popoutUrl="popout.html"
        scrollbars="native"
        announcements={false}
        onReady={onReady}
      />
    </div>
  );
}

function start(api: DockviewApi, box: HTMLElement): () => void {
  const titles = new Map(PANELS.map(({ id, title }) => [id as string, title]));
  const grouped = api.onDidAddGroup(asGroup);
  const keeper = new LayoutKeeper(api, KNOWN);
  const showAgain = () => keeper.without(() => show(api, box));
  showAgain();
  const stops = [
    lendDock(api, (id) => titles.get(id) ?? id),
    () => keeper.stop(),
    () => grouped.dispose(),
    useLayouts.subscribe((now, before) => {
      if (now.applied !== before.applied) showAgain();
    }),
    sharedView.subscribe(({ asked }, before) => {
      if (asked !== before.asked) openPanel(asked.panel, HOME);
    }),
    watchWindows(api),
  ];
  const active = api.onDidActivePanelChange(({ panel }) => {
    if (panel !== undefined) sharedView.setState({ tab: panel.id as PanelId });
  });
  // one that was closed opens linked
  const removed = api.onDidRemovePanel(() => {
    setUnlinked(unlinkedPanels().filter((id) => api.getPanel(id) !== undefined));
  });
  return () => {
    active.dispose();
    removed.dispose();
    for (const each of stops) each();
  };
}

/** Puts the panels where the layout that is on has them; where that cannot be, where the first one has them. */
function show(api: DockviewApi, box: HTMLElement): void {
  const size = { widthPx: box.clientWidth, heightPx: box.clientHeight };
  const first = firstLayout().layout;
  for (const layout of [currentLayout(), first]) {
    const tidy = tidyLayout(layout, KNOWN);
    if (tidy === undefined) continue;
    try {
      api.fromJSON(toDockview(tidy, PANELS, size), { reuseExistingPanels: true });
      api.groups.forEach(asGroup);
      setUnlinked(
        PANELS.flatMap(({ id, canUnlink }) =>
          canUnlink === true && tidy.unlinked?.includes(id) ? [id] : [],
        ),
      );
      sharedView.setState({ hidden: tidy.hiddenTracks ?? [] });
      api.getEdgeGroup('bottom')?.setHeaderPosition('top');
      const home = api.getPanel(HOME);
      if (home?.api.isVisible === true) home.api.setActive();
      return;
    } catch (thrown) {
      const what = 'The layout cannot be shown; here is the first one.';
      notify({ severity: 'warning', code: 'bad-layout', what, raw: String(thrown) });
    }
  }
}

/** A group of panels is no landmark: each panel in it is one, under its own name. */
function asGroup({ element }: { readonly element: HTMLElement }): void {
  element.setAttribute('role', 'group');
}

/** Keys and colours go into every window that is torn off. */
function watchWindows(api: DockviewApi): () => void {
  const gone = new Map<Window, () => void>();
  const added = api.onDidAddPopoutGroup(({ window: torn }) => gone.set(torn, addPanelWindow(torn)));
  const removed = api.onDidRemovePopoutGroup(({ window: torn }) => {
    gone.get(torn)?.();
    gone.delete(torn);
  });
  const failed = api.onDidOpenPopoutWindowFail(() => {
    const what = 'The window could not be opened; the panel stays where it is.';
    const action = 'Allow this page to open windows, then tear the panel off again.';
    notify({ severity: 'warning', code: 'no-window', what, action });
  });
  return () => {
    for (const each of [added, removed, failed]) each.dispose();
    for (const remove of gone.values()) remove();
  };
}

function useThemeInWindows(): void {
  const theme = useTheme();
  useEffect(() => {
    const apply = () => {
      for (const { document } of panelWindows()) applyTheme(theme, document.documentElement);
    };
    apply();
    return onPanelWindows(apply);
  }, [theme]);
}
