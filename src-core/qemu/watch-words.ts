/** How a watch says what it found and how it ended. */
import { sentence } from '../units.ts';
import {
  type Discovery,
  OWN_TYPE,
  type QemuSoundDevice,
  type WatchableDevice,
} from './discover.ts';
import type { QmpEnd, QmpVersion } from './qmp-client.ts';
import type { WatchEnd } from './watch-options.ts';
import type { WatchDeviceInfo } from './watch-status.ts';

const WITH_SOUND = 'Start QEMU with `-audiodev none,id=a -device virtio-sound-pci,audiodev=a`.';
/** Why the trace is not looked at. */
export const SEVERAL =
  'times are those of looks: QEMU has several sound devices, and its process cannot be read to tell their lines apart';
const TWO_SOCKETS =
  'End the other client, or give QEMU a socket of its own for Ringside: -qmp unix:PATH,server=on,wait=off.';

export function versionText({ major, minor, micro }: QmpVersion): string {
  return `${major}.${minor}.${micro}`;
}

export function deviceInfo(device: QemuSoundDevice): WatchDeviceInfo {
  const { path } = device;
  const name = nameIn(path);
  const place = name === undefined ? { path } : { path, name };
  if (device.kind === 'other') {
    const { type, why, action } = device;
    return { ...place, type, canWatch: false, why, action };
  }
  const { streams, audiodev } = device;
  const itself = { type: OWN_TYPE, canWatch: true, why: '', action: '' };
  return { ...place, ...itself, streams, audiodev };
}

/** QEMU keeps devices with an `id=` under that name; those without are numbered elsewhere. */
function nameIn(path: string): string | undefined {
  return /^\/machine\/peripheral\/([^/]+)/.exec(path)?.[1];
}

/** The device at `path`, to be watched from now on; or why it cannot be, when another is `watched` already, say. */
export function pickFrom(
  found: Discovery | undefined,
  watched: WatchableDevice | undefined,
  path: string,
): WatchableDevice | WatchEnd {
  if (found === undefined) {
    const action = 'Wait until QEMU has named its sound devices.';
    return { code: 'not-found-yet', sentence: 'No sound device is known yet.', action };
  }
  const device = found.devices.find((each) => each.path === path);
  if (device?.kind !== 'own') return pickProblem(found, path);
  if (watched === undefined || watched === device) return device;
  return {
    code: 'already-watching',
    sentence: `${watched.path} is watched already.`,
    action: 'Connect to QEMU anew with the other device: that is another session.',
  };
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
  const paths = found.devices
    .flatMap(({ kind, path }) => (kind === 'own' ? [path] : []))
    .join(', ');
  const asked =
    found.devices.find(({ path }) => path === wanted) ?? (paths === '' ? other : undefined);
  if (asked?.kind === 'other') {
    return { code: 'not-watchable', sentence: asked.why, action: asked.action };
  }
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
