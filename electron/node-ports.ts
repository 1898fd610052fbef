/** What the device thread brings to the core on a desktop: clock and sockets of its loop, disk, sound. */
import { createHash } from 'node:crypto';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { HostPorts } from '../src-core/host-ports.ts';
import { listSinks, openAudio } from './audio/open-audio.ts';
import { captureQuota, DiskStore, saveCopy } from './capture-disk.ts';
import { makeDoctor } from './doctor-child.ts';
import type { EventLoop } from './event-loop.ts';
import type { ThreadOptions } from './host-thread.ts';
import { PollLoop } from './native/poll-loop.ts';
import { makeQemuPorts } from './qemu/qemu-ports.ts';
import { recentCaptures, rememberCapture } from './recent-captures.ts';
import { forgetPlace, recentPlaces, rememberPlace } from './recent-places.ts';
import { RingStore } from './ring-store.ts';
import { isPipe, openTraceFile, readTextFile, unpackTrace } from './trace-source.ts';
import { discardCapture, makeTemporary, recoverableCaptures } from './unsaved-captures.ts';
import { VhostUserTransport } from './vhost-user/vhost-user-transport.ts';

export function makePorts(loop: EventLoop, options: ThreadOptions): HostPorts {
  const shared = {
    clock: loop,
    version: options.version,
    platform: process.platform,
    carrier: options.carrier,
    suggestedSocket: suggestSocket,
    unixMs: () => Date.now(),
    makeStore: makeTemporary,
    recordTo: (path: string, quotaBytes = captureQuota(path)) =>
      DiskStore.create(path, false, quotaBytes),
    recordRing: (path: string, quotaBytes = captureQuota(path)) => new RingStore(path, quotaBytes),
    openFile: (path: string) => DiskStore.open(path),
    saveTo: saveCopy,
    listSinks,
    openAudio: (sink: string, source: string, onNote: (note: string) => void) =>
      openAudio(loop, sink, source, onNote),
    makeHash,
    recoverable: recoverableCaptures,
    discard: discardCapture,
    openTrace: openTraceFile,
    isPipe,
    unpackTrace,
    readText: readTextFile,
    doctor: makeDoctor(),
    machineNames,
    recent: recentCaptures,
    remember: rememberCapture,
    places: { recent: recentPlaces, remember: rememberPlace, forget: forgetPlace },
  };
  if (!(loop instanceof PollLoop)) return { ...shared, cannotAttach: CANNOT_ATTACH };
  return {
    ...shared,
    attach: ({ socketPath, once }) => new VhostUserTransport({ socketPath, once, loop }),
    qemu: makeQemuPorts(loop),
  };
}

const CANNOT_ATTACH =
  'A live guest is attached through Unix sockets that pass descriptors and shared guest memory, which needs Linux. ' +
  'The demo and captures work here.';

/** A container may have a user without an entry: then there is no name to leave out. */
function machineNames(): { names: string[]; folders: string[] } {
  const host = hostname();
  const names = [host, host.split('.')[0] ?? host];
  try {
    const { username, homedir: home } = userInfo();
    return { names: [username, ...names], folders: [home, homedir()] };
  } catch {
    return { names, folders: [homedir()] };
  }
}

function makeHash() {
  const hash = createHash('sha256');
  return {
    update: (bytes: Uint8Array) => {
      hash.update(bytes);
    },
    digest: () => hash.copy().digest('hex'),
  };
}

/** In the user's runtime folder, or a private name in the temporary one. */
function suggestSocket(): string {
  const folder = process.env.XDG_RUNTIME_DIR;
  return folder === undefined
    ? join(tmpdir(), `ringside-${userInfo().uid}.sock`)
    : join(folder, 'ringside.sock');
}
