/** The QEMU that the start page is connecting to: until its sound device is watched the card shows how far it is, which devices it
 *  has, and why it cannot be watched. A session that somebody else began is none of the card's. */
import { create } from 'zustand';
import type { SessionStatus } from '../../src-core/contract-data.ts';

export interface QemuConnecting {
  readonly target: string | undefined;
  /** Its session goes away; until then it is not to be shown. */
  readonly isGivenUp: boolean;
}

const NOBODY: QemuConnecting = { target: undefined, isGivenUp: false };

export const useQemuConnecting = create<QemuConnecting>(() => NOBODY);

export function beginConnecting(target: string): void {
  useQemuConnecting.setState({ target, isGivenUp: false });
}

export function endConnecting(): void {
  useQemuConnecting.setState(NOBODY);
}

/** Whether this session has not come further than the card. */
export function isAtCard(
  { target }: Pick<QemuConnecting, 'target'>,
  status: SessionStatus | null | undefined,
): boolean {
  const watch = status?.watch;
  return watch !== undefined && watch.target === target && watch.devicePath === undefined;
}
