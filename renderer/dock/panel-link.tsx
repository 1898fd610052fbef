/** Whether a panel goes along with the others, or has a selection, a cursor and a time range of its own. */
import { Link2, Link2Off } from 'lucide-react';
import type { ReactNode } from 'react';
import { panelEntry } from '../panels/panels.ts';
import { toggleLink, useLinks } from '../store/own-views.ts';
import { type PanelId, sharedView, ViewContext } from '../store/view.ts';
import { Button, IconButton } from '../ui/button.tsx';

interface PanelProps {
  readonly panel: string;
}

/** What is inside looks at the panel's view. */
export function PanelViewProvider({
  panel,
  children,
}: PanelProps & { readonly children: ReactNode }) {
  const view = useLinks(({ own }) => own[panel as PanelId]) ?? sharedView;
  return <ViewContext value={view}>{children}</ViewContext>;
}

/** In the row of tabs, for the panel in front. */
export function LinkButton({ panel }: PanelProps) {
  const entry = panelEntry(panel);
  const isUnlinked = useIsUnlinked(panel);
  if (entry?.canUnlink !== true) return null;
  const toggle = () => toggleLink(entry.id);
  if (!isUnlinked) {
    const label = `Unlink ${entry.title}: it keeps its selection, cursor and time range`;
    return <IconButton label={label} command="view.link" icon={<Link2 />} onClick={toggle} />;
  }
  const tip = `${entry.title} keeps its own selection, cursor and time range. Click to link it with the other panels again.`;
  return (
    <Button
      tone="quiet"
      className="dock-unlinked"
      icon={<Link2Off />}
      tip={tip}
      command="view.link"
      pressed
      onClick={toggle}
    >
      Unlinked
    </Button>
  );
}

/** Behind the title of an unlinked panel, also while another one is in front of it. */
export function UnlinkedGlyph({ panel }: PanelProps) {
  if (!useIsUnlinked(panel)) return null;
  return <Link2Off className="dock-tab-unlinked" role="img" aria-label="unlinked" />;
}

function useIsUnlinked(panel: string): boolean {
  return useLinks(({ own }) => own[panel as PanelId] !== undefined);
}
