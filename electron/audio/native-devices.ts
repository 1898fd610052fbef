/** Devices that can be named behind `native:`, as ALSA lists them. */
import { libasound } from '../native/libasound.ts';

export interface NativeDevice {
  /** What goes behind `native:`. */
  readonly name: string;
  /** One line for people. */
  readonly label: string;
}

/** ALSA lists its own converters and adapters as if they were devices. */
const NOT_DEVICES = new Set([
  'null',
  'lavrate',
  'samplerate',
  'speexrate',
  'speex',
  'upmix',
  'vdownmix',
  'usbstream',
]);

/** Playback devices or inputs; empty where there is no ALSA. The default, if there is one, comes first. */
export function listDevices(direction: 'Output' | 'Input'): NativeDevice[] {
  const alsa = libasound();
  if (typeof alsa === 'string') return [];
  const devices = alsa
    .devices()
    .filter((hint) => hint.direction === '' || hint.direction === direction)
    .filter((hint) => hint.name !== '' && !NOT_DEVICES.has(hint.name.split(':')[0] ?? ''))
    .map(({ name, description }) => ({ name, label: labelOf(name, description) }));
  return [
    ...devices.filter((device) => device.name === 'default'),
    ...devices.filter((device) => device.name !== 'default'),
  ];
}

function labelOf(name: string, description: string): string {
  const line = description.split('\n').join(', ');
  return line === '' ? name : `${line} (${name})`;
}
