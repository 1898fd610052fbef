/** How a watch says what it found and how it ended. */
import { sentence } from '../units.ts';
import type { Discovery, QemuSoundDevice } from './discover.ts';
import type { QmpEnd, QmpVersion } from './qmp-client.ts';
import type { WatchEnd } from './watch-options.ts';
import type { WatchDeviceInfo } from './watch-status.ts';

const WITH_SOUND = 'Start QEMU with `-audiodev none,id=a -device virtio-sound-pci,audiodev=a`.';
const TWO_SOCKETS =
  'End the other client, or give QEMU a socket of its own for Ringside: -qmp unix:PATH,server=on,wait=off.';

export function versionText({ major, minor, micro }: QmpVersion): string {
  return `${major}.${minor}.${micro}`;
}

export function deviceInfo(device: QemuSoundDevice): WatchDeviceInfo {
  const { path } = device;
  return device.kind === 'own'
    ? { path, type: 'virtio-sound', canWatch: true, why: '' }
    : { path, type: device.type, canWatch: false, why: device.why };
}

/** Why there is nothing to watch. */
export function pickProblem(found: Discovery, wanted: string | undefined): WatchEnd {
  if (found.problem !== undefined) {
    return {
      code: 'cannot-ask',
      sentence: sentence(found.problem),
      action: 'Use a QEMU that has them (8.2 or newer), or import its trace.',
    };
  }
  const [other] = found.devices.filter((each) => each.kind === 'other');
  const asked = found.devices.find(({ path }) => path === wanted) ?? other;
  if (asked?.kind === 'other') {
    return { code: 'not-watchable', sentence: asked.why, action: asked.action };
  }
  const paths = found.devices.map(({ path }) => path).join(', ');
  if (wanted !== undefined && paths !== '') {
    const action = `Take one of: ${paths}.`;
    return { code: 'no-such-device', sentence: `There is no sound device ${wanted}.`, action };
  }
  return {
    code: 'no-sound-device',
    sentence: 'This QEMU has no virtio-sound device.',
    action: WITH_SOUND,
  };
}

interface Before {
  readonly hasShutDown: boolean;
  /** QEMU had greeted. */
  readonly wasReady: boolean;
}

/** What the end of the connection means. */
export function endOf({ code, text }: QmpEnd, { hasShutDown, wasReady }: Before): WatchEnd {
  if (code === 'closed' && hasShutDown) {
    return { code: 'shut-down', sentence: 'The guest has shut down and QEMU has ended.' };
  }
  if (code === 'closed' && wasReady) return { code: 'closed', sentence: sentence(text) };
  const actions: Readonly<Record<QmpEnd['code'], string>> = {
    closed: 'Is QEMU still running? Its -qmp socket is served as long as it does.',
    'no-greeting': TWO_SOCKETS,
    'not-qmp': 'Give the socket of QEMU’s -qmp unix:PATH,server=on,wait=off.',
    monitor: 'Give the socket of -qmp, or add one: -qmp unix:PATH,server=on,wait=off.',
    'line-too-long': 'Is this QEMU’s QMP socket?',
    refused: 'Is this QEMU’s QMP socket?',
  };
  return { code: `qmp-${code}`, sentence: sentence(text), action: actions[code] };
}
