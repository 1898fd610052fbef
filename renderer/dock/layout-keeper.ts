/** Writes down how the user leaves the layout that is on, a moment after each change; what the dock does when it takes a
 *  layout anew is no change of the user's. */
import type { DockviewApi } from 'dockview-react';
import { unlinkedPanels, useLinks } from '../store/own-views.ts';
import { sharedView } from '../store/view.ts';
import { type Layout, sameLayout, tidyLayout } from './layout.ts';
import { fromDockview } from './layout-dockview.ts';
import { keepLayout, unchangedLayout, useLayouts } from './layout-store.ts';

/** Dockview tells of a change in a later turn of the event loop, and of sizes only after they have settled. */
const KEEP_AFTER_MS = 400;

export class LayoutKeeper {
  private readonly api: DockviewApi;
  /** Every panel that there is, open or not. */
  private readonly known: ReadonlySet<string>;
  private readonly stops: readonly (() => void)[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** The layout that was changed and is not written down yet. */
  private pending: string | undefined;
  private quietUntilMs = 0;

  constructor(api: DockviewApi, known: ReadonlySet<string>) {
    this.api = api;
    this.known = known;
    const listener = api.onDidLayoutChange(() => this.want());
    const tracks = sharedView.subscribe((now, before) => {
      if (now.hidden !== before.hidden) this.want();
    });
    // a reload right after a change does not wait for the moment after it
    const leave = () => this.keep();
    window.addEventListener('pagehide', leave);
    this.stops = [
      () => listener.dispose(),
      useLinks.subscribe(() => this.want()),
      tracks,
      () => window.removeEventListener('pagehide', leave),
    ];
  }

  /** Runs what changes the layout without the user. */
  without(change: () => void): void {
    this.keep();
    this.quietUntilMs = performance.now() + KEEP_AFTER_MS;
    change();
  }

  stop(): void {
    this.keep();
    for (const each of this.stops) each();
  }

  private want(): void {
    if (performance.now() < this.quietUntilMs) return;
    this.pending = useLayouts.getState().active;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), KEEP_AFTER_MS);
  }

  private keep(): void {
    clearTimeout(this.timer);
    const id = this.pending;
    this.pending = undefined;
    if (id === undefined) return;
    const layout = this.read();
    if (layout === undefined) return;
    const before = tidyLayout(unchangedLayout(id), this.known);
    keepLayout(id, before !== undefined && sameLayout(before, layout) ? undefined : layout);
  }

  private read(): Layout | undefined {
    const placed = fromDockview(this.api.toJSON(), 'messages');
    const unlinked = unlinkedPanels();
    const { hidden: hiddenTracks } = sharedView.getState();
    if (placed === undefined || unlinked.length + hiddenTracks.length === 0) return placed;
    return tidyLayout({ ...placed, unlinked, hiddenTracks }, this.known);
  }
}
