/** The row over a group of panels: their tabs, and the buttons of the one in front. */
import type { IDockviewHeaderActionsProps, IDockviewPanelHeaderProps } from 'dockview-react';
import { ChevronDown, ChevronUp, EllipsisVertical, Minimize2 } from 'lucide-react';
import { useEffect, useReducer } from 'react';
import { PANELS, panelEntry } from '../panels/panels.ts';
import { showTab } from '../store/view.ts';
import { IconButton } from '../ui/button.tsx';
import { Menu, MenuItem, MenuLine, SubMenu } from '../ui/menu.tsx';
import { PortalBoxProvider } from '../ui/portal-box.ts';
import { closePanel, takeBack, tearOff, toggleDrawer, toggleMaximized } from './dock-api.ts';
import { LinkButton, PanelViewProvider, UnlinkedGlyph } from './panel-link.tsx';

export function DockTab({ api }: IDockviewPanelHeaderProps) {
  const entry = panelEntry(api.id);
  const Badge = entry?.badge;
  return (
    <span className="dock-tab" title={entry?.purpose}>
      {entry?.title ?? api.title}
      {Badge === undefined ? null : <Badge />}
      <UnlinkedGlyph panel={api.id} />
    </span>
  );
}

export function DockActions({ activePanel, group, containerApi }: IDockviewHeaderActionsProps) {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const { api } = group;
    const listeners = [
      api.onDidCollapsedChange(again),
      api.onDidLocationChange(again),
      containerApi.onDidMaximizedGroupChange(again),
    ];
    return () => {
      for (const each of listeners) each.dispose();
    };
  }, [group, containerApi]);
  const place = group.api.location.type;
  const isFolded = place === 'edge' && group.api.isCollapsed();
  const id = activePanel?.id;
  const Actions = isFolded || id === undefined ? undefined : panelEntry(id)?.actions;
  const isMaximized = containerApi.hasMaximizedGroup() && group.api.isMaximized();
  const body = place === 'popout' ? group.element.ownerDocument.body : undefined;
  return (
    <PortalBoxProvider value={body}>
      <div className="dock-actions">
        {Actions === undefined || id === undefined ? null : (
          <PanelViewProvider panel={id}>
            <Actions />
          </PanelViewProvider>
        )}
        {isFolded || id === undefined ? null : <LinkButton panel={id} />}
        {isMaximized ? (
          <IconButton
            label="Back among the other panels"
            command="view.maximize"
            icon={<Minimize2 />}
            onClick={() => toggleMaximized(id)}
          />
        ) : null}
        {place === 'edge' ? (
          <IconButton
            label={isFolded ? 'Open the drawer' : 'Close the drawer'}
            command="view.drawer"
            icon={isFolded ? <ChevronUp /> : <ChevronDown />}
            onClick={toggleDrawer}
          />
        ) : null}
        {id === undefined ? null : <PanelMenu id={id} place={place} isMaximized={isMaximized} />}
      </div>
    </PortalBoxProvider>
  );
}

interface PanelMenuProps {
  readonly id: string;
  readonly place: 'grid' | 'floating' | 'popout' | 'edge';
  readonly isMaximized: boolean;
}

function PanelMenu({ id, place, isMaximized }: PanelMenuProps) {
  const title = panelEntry(id)?.title ?? id;
  const button = (
    <button type="button" className="dock-menu" aria-label={`Menu of the panel ${title}`}>
      <EllipsisVertical />
    </button>
  );
  return (
    <Menu trigger={button} align="end">
      {place === 'popout' ? (
        <MenuItem label="Back into the main window" onSelect={() => takeBack(id)} />
      ) : (
        <MenuItem label="Into a window of its own" onSelect={() => void tearOff(id)} />
      )}
      {place === 'grid' ? (
        <MenuItem
          label={isMaximized ? 'Back among the others' : 'Over all others'}
          onSelect={() => toggleMaximized(id)}
        />
      ) : null}
      <MenuItem label={`Close ${title}`} onSelect={() => closePanel(id)} />
      <MenuLine />
      <SubMenu label="Show a panel">
        {PANELS.map((panel) => (
          <MenuItem key={panel.id} label={panel.title} onSelect={() => showTab(panel.id)} />
        ))}
      </SubMenu>
    </Menu>
  );
}
