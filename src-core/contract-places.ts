/** Places where something was found to look at before: traces and sockets of QEMUs. Types only. */
import type { Nothing } from './contract-nothing.ts';

export interface PlaceRequests {
  /** Newest first, a few of each kind. */
  places: { params: Nothing; result: readonly RecentPlace[] };
  forgetPlace: { params: Pick<RecentPlace, 'kind' | 'target'>; result: Nothing };
}

export interface RecentPlace {
  readonly kind: 'trace' | 'qemu';
  /** Path of the trace; of a QEMU its socket's path, or HOST:PORT. */
  readonly target: string;
  /** Of a trace: it was followed while it grew. */
  readonly isFollowed?: boolean;
}
