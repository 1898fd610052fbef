/** Channel positions by number. Spec: 5.14.6.9.1 (VIRTIO_SND_CHMAP_…) */
export const CHMAP_POSITIONS = [
  ...['NONE', 'NA', 'MONO', 'FL', 'FR', 'RL', 'RR', 'FC', 'LFE', 'SL', 'SR', 'RC', 'FLC', 'FRC'],
  ...['RLC', 'RRC', 'FLW', 'FRW', 'FLH', 'FCH', 'FRH', 'TC', 'TFL', 'TFR', 'TFC', 'TRL', 'TRR'],
  ...['TRC', 'TFLC', 'TFRC', 'TSL', 'TSR', 'LLFE', 'RLFE', 'BC', 'BLC', 'BRC'],
] as const;

export type ChmapPosition = (typeof CHMAP_POSITIONS)[number];

export function chmapPositionNumber(name: string): number | undefined {
  const found = CHMAP_POSITIONS.indexOf(name.toUpperCase() as ChmapPosition);
  return found < 0 ? undefined : found;
}

/** The usual positions of 1 to 8 channels, in the order in which Linux and WAV files have them. */
export const USUAL_POSITIONS: Readonly<Record<number, readonly ChmapPosition[]>> = {
  1: ['MONO'],
  2: ['FL', 'FR'],
  3: ['FL', 'FR', 'LFE'],
  4: ['FL', 'FR', 'RL', 'RR'],
  5: ['FL', 'FR', 'RL', 'RR', 'FC'],
  6: ['FL', 'FR', 'RL', 'RR', 'FC', 'LFE'],
  7: ['FL', 'FR', 'RL', 'RR', 'FC', 'LFE', 'RC'],
  8: ['FL', 'FR', 'RL', 'RR', 'FC', 'LFE', 'SL', 'SR'],
};
