/** Which dialog is open: at most one. */
import { create } from 'zustand';

export type DialogId =
  | 'keys'
  | 'rebind'
  | 'palette'
  | 'places'
  | 'layouts'
  | 'go-to'
  | 'save'
  | 'stop'
  | 'device'
  | 'marks'
  | 'layers';

export const useDialogs = create<{ readonly open: DialogId | undefined }>(() => ({
  open: undefined,
}));

export function closeDialog(): void {
  useDialogs.setState({ open: undefined });
}
