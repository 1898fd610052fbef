/** What is selected, kept by an inspector of its own beside the first. */
import { openBelow } from '../../dock/dock-api.ts';
import { pinView } from '../../store/own-views.ts';
import { notify } from '../../store/session.ts';
import type { View } from '../../store/view.ts';

/** The keys stay where they are. */
export function pinSelection(view: View): void {
  if (view.getState().selection.kind === 'none') {
    const what = 'Select a message or an area first: a second inspector keeps it.';
    notify({ severity: 'info', code: 'nothing-to-pin', what });
    return;
  }
  openBelow('inspector-2', 'inspector');
  pinView('inspector-2', view);
}
