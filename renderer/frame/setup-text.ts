/** What happened while a guest set the device up, a sentence a step. Pure. Spec: 3.1.1, 2.1 */
import type { SetupRow } from '../../src-core/contract-data.ts';
import { featureNames } from '../../src-core/spec/ring.ts';
import { QUEUE_NAMES } from '../../src-core/spec/sound.ts';
import { assertNever } from '../../src-core/units.ts';
import { formatBytes, formatHex, formatPlural } from '../ui/format.ts';

/** Bits of the device status. Spec: 2.1 */
const STATUS_BITS = [
  [1, 'ACKNOWLEDGE'],
  [2, 'DRIVER'],
  [8, 'FEATURES_OK'],
  [4, 'DRIVER_OK'],
  [64, 'DEVICE_NEEDS_RESET'],
  [128, 'FAILED'],
] as const;

/** `ACKNOWLEDGE, DRIVER`; `not set up` before the driver wrote any. */
export function statusWords(status: number): string {
  const names = STATUS_BITS.filter(([bit]) => (status & bit) !== 0).map(([, name]) => name);
  return names.length === 0 ? 'not set up' : names.join(', ');
}

export function setupText({ step }: SetupRow): string {
  switch (step.what) {
    case 'features': {
      const names = featureNames(step.accepted);
      return `features accepted: ${names.length === 0 ? 'none' : names.join(', ')}`;
    }
    case 'status':
      return `device status ${formatHex(step.status)}: ${statusWords(step.status)}`;
    case 'memory': {
      const bytes = step.regions.reduce((sum, { widthBytes }) => sum + widthBytes, 0);
      return `guest memory: ${formatPlural(step.regions.length, 'region')}, ${formatBytes(bytes)}`;
    }
    case 'queue': {
      const { size, packed, descriptorArea, driverArea, deviceArea } = step;
      const areas = [descriptorArea, driverArea, deviceArea].map((area) => formatHex(area));
      return `${nameOf(step.queue)} is set up: ${size} descriptors, ${packed ? 'packed' : 'split'}, areas at ${areas.join(', ')}`;
    }
    case 'queue-stopped':
      return `${nameOf(step.queue)} is stopped at avail index ${step.availIdx}`;
    case 'config-read':
      return `config space read: ${formatBytes(step.bytes)} from offset ${step.offsetBytes}`;
    case 'offered':
      return `the device offers features ${formatHex(step.offered)}`;
    case 'config':
      return `configuration: jacks ${step.jacks}, streams ${step.streams}, chmaps ${step.chmaps}`;
    case 'reset':
      return 'device reset';
    case 'attached':
    case 'gone':
    case 'note':
    case 'watched':
      return step.detail;
    case 'unheard':
      return step.detail === ''
        ? `stream ${step.streamId} is heard again`
        : `stream ${step.streamId} is not heard and runs at the clock's pace: ${step.detail}`;
    default:
      return assertNever(step);
  }
}

function nameOf(queue: number): string {
  return QUEUE_NAMES[queue] ?? `queue ${queue}`;
}
