/** The last few filters with the rows that they let through, for one capture at a time: shared by all who ask about rows. */
import type { Capture } from './capture/capture.ts';
import type { MessageFilter } from './contract-data.ts';
import type { HostContext } from './host-context.ts';
import { FilteredRows, filterKey, isEmptyFilter } from './views/filtered-rows.ts';

/** More than a window asks for at once: the filter, what is searched for, colour rules, steps. */
const FILTERS_KEPT = 40;
/** Rows that are looked at before other work gets a turn. */
const SLICE_ROWS = 200_000;

export class KeptFilters {
  private readonly host: HostContext;
  private readonly kept = new Map<string, FilteredRows>();
  private of: Capture | undefined;

  constructor(host: HostContext) {
    this.host = host;
  }

  filtered(filter: MessageFilter | undefined): FilteredRows | undefined {
    if (filter === undefined || isEmptyFilter(filter)) return undefined;
    const capture = this.host.capture();
    if (this.of !== capture) this.kept.clear();
    this.of = capture;
    const key = filterKey(filter);
    const known = this.kept.get(key) ?? new FilteredRows(capture, filter);
    this.kept.delete(key); // the newest stands last
    this.kept.set(key, known);
    const oldest = this.kept.keys().next().value;
    if (this.kept.size > FILTERS_KEPT && oldest !== undefined) this.kept.delete(oldest);
    if (known.extend(SLICE_ROWS)) this.host.changed();
    return known;
  }
}
