/** Whether the level meter stands beside the waves. */
import { create } from 'zustand';

export const useMeterChoice = create<{ readonly isOn: boolean }>(() => ({ isOn: true }));

export function switchMeter(): void {
  useMeterChoice.setState(({ isOn }) => ({ isOn: !isOn }));
}
