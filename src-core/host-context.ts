/** What the parts of a host share: the session that is shown, and how to say that something changed. */
import type { Capture } from './capture/capture.ts';
import type { Notice } from './contract.ts';
import type { Nothing } from './contract-nothing.ts';
import type { HostPorts } from './host-ports.ts';
import type { Shown } from './host-status.ts';
import { RemoteError } from './rpc.ts';

export const NOTHING: Nothing = {};

export interface HostContext {
  readonly ports: HostPorts;
  readonly monitor: { readonly volume: number; readonly muted: boolean };
  /** `undefined` before the first session and after it was closed. */
  shown(): Shown | undefined;
  /** The capture that is shown; throws RemoteError `no-session` when there is none. */
  capture(): Capture;
  nextSessionId(): number;
  /** Ends what runs; what was captured stays. */
  endSession(detail: string): Nothing;
  /** Replaces what is shown; the capture before is given up. */
  show(shown: Shown): void;
  /** Puts it among the recent captures. */
  remember(shown: Shown, path: string): void;
  /** Views pull again. */
  changed(): void;
  notice(notice: Notice): void;
}

export function nothingShown(): RemoteError {
  return new RemoteError(
    'no-session',
    'there is no session to show',
    'Start a demo or attach a guest.',
  );
}
