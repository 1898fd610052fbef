/** What leaves an unlinked panel on purpose. */
import { isUnlinked, viewOf } from './own-views.ts';
import { notify } from './session.ts';
import { type PanelId, select, sharedView, showTab, type View } from './view.ts';

/** Brings a panel to the front for what was just selected in `view`. From an unlinked panel the selection goes to all that
 *  are linked; a panel that is unlinked itself keeps what it shows, and is said to. */
export function showSelected(panel: PanelId, view: View): void {
  if (view !== sharedView) select(view.getState().selection);
  showTab(panel);
  if (!isUnlinked(panel) || viewOf(panel) === view) return;
  const title = `${panel.charAt(0).toUpperCase()}${panel.slice(1)}`;
  const what = `${title} is unlinked: it keeps what it shows.`;
  const action = 'Link it again to see what is selected elsewhere.';
  notify({ severity: 'info', code: 'unlinked', what, action });
}
