/** QMP sockets that this window was connected to, newest first. Kept between starts; what cannot be read is left out. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

export interface QemuSockets {
  readonly targets: readonly string[];
}

const MOST = 5;
const MAX_LENGTH = 300;

export const useQemuSockets = create<QemuSockets>()(
  persist((): QemuSockets => ({ targets: [] }), {
    name: 'ringside.qemu',
    version: 1,
    storage: createJSONStorage(() => localStorage),
    merge: (kept, current) => ({ ...current, targets: readTargets(kept) }),
  }),
);

export function keepSocket(target: string): void {
  useQemuSockets.setState(({ targets }) => ({
    targets: [target, ...targets.filter((known) => known !== target)].slice(0, MOST),
  }));
}

export function forgetSocket(target: string): void {
  useQemuSockets.setState(({ targets }) => ({
    targets: targets.filter((known) => known !== target),
  }));
}

function readTargets(kept: unknown): readonly string[] {
  const targets = (kept as { targets?: unknown } | null | undefined)?.targets;
  if (!Array.isArray(targets)) return [];
  const isTarget = (each: unknown): each is string =>
    typeof each === 'string' && each !== '' && each.length <= MAX_LENGTH;
  return [...new Set(targets.filter(isTarget))].slice(0, MOST);
}
