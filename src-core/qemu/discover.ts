/** Finds the virtio-sound devices of a QEMU, without harm.
 *
 *      query-commands ─► x-query-virtio ─► for each sound device: qom-get "type" ─► and only then whatever is asked of it
 *
 *  x-query-virtio-status, -queue-status and -vhost-queue-status end QEMU (segmentation fault, 10.0 to 11.0) when the device is
 *  a started vhost-user-snd, whose name is "virtio-sound" like that of QEMU's own. So the type is asked first, and those
 *  commands can be made for a `WatchableDevice` alone, which only this file hands out. */
import { LIMITS } from '../limits.ts';
import type { QmpCommand } from './qmp-client.ts';
import { ask, type QmpTask } from './qmp-task.ts';
import { COMMAND_LIST, DEVICE_LIST, shaped } from './replies.ts';

/** QEMU's own virtio-sound, seen to be it. */
export interface WatchableDevice {
  readonly kind: 'own';
  readonly path: string;
  readonly streams: number;
  readonly audiodev: string;
}

/** A sound device that must not be asked anything more. */
export interface OtherDevice {
  readonly kind: 'other';
  readonly path: string;
  /** QEMU's type, or empty when it could not be had. */
  readonly type: string;
  /** Why it cannot be watched, and what to do: sentences. */
  readonly why: string;
  readonly action: string;
}

export type QemuSoundDevice = WatchableDevice | OtherDevice;

export interface Discovery {
  readonly devices: readonly QemuSoundDevice[];
  /** Commands that watching would use and this QEMU does not have. */
  readonly missing: readonly string[];
  /** Why nothing can be found out at all. */
  readonly problem?: string;
}

/** QEMU's type of the device that can be watched. */
export const OWN_TYPE = 'virtio-sound-device';
const VHOST_USER_TYPES: readonly string[] = ['vhost-user-snd', 'vhost-user-snd-pci'];
/** What of QEMU's commands watching uses; without those of the first line there is nothing to watch. */
const NEEDED = ['x-query-virtio', 'qom-get', 'x-query-virtio-queue-status'] as const;
const USED = [
  ...NEEDED,
  ...['x-query-virtio-status', 'x-query-virtio-queue-element', 'human-monitor-command'],
  ...['trace-event-get-state', 'trace-event-set-state', 'pmemsave', 'query-status'],
];

export function* discover(): QmpTask<Discovery> {
  const commands = yield* ask('query-commands');
  const known = commands.ok ? shaped(COMMAND_LIST, commands.value) : undefined;
  const names = new Set(known?.map(({ name }) => name) ?? USED);
  const missing = USED.filter((name) => !names.has(name));
  const lacking = NEEDED.filter((name) => !names.has(name));
  if (lacking.length > 0) {
    const problem = `this QEMU has no ${lacking.join(', ')}: it is older than 7.2, or built without`;
    return { devices: [], missing, problem };
  }
  const list = yield* ask('x-query-virtio');
  if (!list.ok) return { devices: [], missing, problem: `x-query-virtio failed: ${list.text}` };
  const found = shaped(DEVICE_LIST, list.value);
  if (found === undefined) {
    return { devices: [], missing, problem: 'x-query-virtio answers in a shape that is not known' };
  }
  const sound = found.filter(({ name }) => name === 'virtio-sound' || name === 'virtio-snd');
  const devices: QemuSoundDevice[] = [];
  for (const { path } of sound.slice(0, LIMITS.qemuDevices)) devices.push(yield* typed(path));
  return { devices, missing };
}

function* typed(path: string): QmpTask<QemuSoundDevice> {
  const answer = yield* ask('qom-get', { path, property: 'type' });
  const type = answer.ok && typeof answer.value === 'string' ? answer.value : '';
  if (type !== OWN_TYPE) return { kind: 'other', path, type, ...refusal(type) };
  const streams = yield* ask('qom-get', { path, property: 'streams' });
  const audiodev = yield* ask('qom-get', { path, property: 'audiodev' });
  return {
    kind: 'own',
    path,
    streams: streams.ok && typeof streams.value === 'number' ? streams.value : 2,
    audiodev: audiodev.ok && typeof audiodev.value === 'string' ? audiodev.value : '',
  };
}

function refusal(type: string): { why: string; action: string } {
  if (VHOST_USER_TYPES.includes(type)) {
    return {
      why: `This sound device is a ${type}: asking QEMU about it over QMP would crash QEMU, so it is left alone.`,
      action:
        'Be its back-end with `ringside device --socket PATH`, or watch a virtio-sound-pci instead.',
    };
  }
  const what = type === '' ? 'of a type that QEMU does not tell' : `a ${type}`;
  return {
    why: `This sound device is ${what}, which is not known to be safe to ask about.`,
    action: 'Watch a virtio-sound-pci, QEMU’s own device.',
  };
}

export function statusCommand({ path }: WatchableDevice): QmpCommand {
  return { execute: 'x-query-virtio-status', arguments: { path } };
}

export function queueStatusCommand({ path }: WatchableDevice, queue: number): QmpCommand {
  return { execute: 'x-query-virtio-queue-status', arguments: { path, queue } };
}

/** `index`: place in the avail ring. Not for packed rings. */
export function queueElementCommand(
  { path }: WatchableDevice,
  queue: number,
  index: number,
): QmpCommand {
  return { execute: 'x-query-virtio-queue-element', arguments: { path, queue, index } };
}
