/** Messages that are compared side by side. Another session empties the tray. */
import { create } from 'zustand';
import { notify, useSession } from '../../store/session.ts';

export const TRAY_MESSAGES = 4;

interface Tray {
  readonly indexes: readonly number[];
  /** Fields that are alike in all are shown too. */
  readonly showsAlike: boolean;
}

export const useTray = create<Tray>(() => ({ indexes: [], showsAlike: false }));

useSession.subscribe((now, before) => {
  if (now.sessionId !== before.sessionId) closeTray();
});

export function toggleInTray(index: number): void {
  const { indexes } = useTray.getState();
  if (indexes.includes(index)) {
    useTray.setState({ indexes: indexes.filter((other) => other !== index) });
  } else if (indexes.length < TRAY_MESSAGES) {
    useTray.setState({ indexes: [...indexes, index] });
  } else {
    const what = `The compare tray holds ${TRAY_MESSAGES} messages: take one out first, or close it with Esc.`;
    notify({ severity: 'info', code: 'tray-full', what });
  }
}

export function closeTray(): void {
  if (useTray.getState().indexes.length > 0) useTray.setState({ indexes: [] });
}
