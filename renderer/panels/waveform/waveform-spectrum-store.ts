/** What the user chose for the spectrogram; it stays from session to session. */
import { create } from 'zustand';
import type { SpectrumChoices } from './waveform-spectrum-model.ts';

export const useSpectrumChoices = create<SpectrumChoices>(() => ({
  isOn: false,
  windowFrames: 2048,
  axis: 'log',
  rangeDb: 100,
  channel: undefined,
}));

export function switchSpectrum(): void {
  useSpectrumChoices.setState(({ isOn }) => ({ isOn: !isOn }));
}
