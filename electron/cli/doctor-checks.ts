/** What a machine has of what Ringside can use, and what to do about the rest. Changes nothing. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DoctorCheck } from '../../src-core/contract-doctor.ts';
import { listDevices } from '../audio/native-devices.ts';
import { dissectorState, wiresharkFolders } from '../wireshark/install.ts';

const ASK_LIMIT_MS = 10_000;
const OLDEST_NODE = [20, 19] as const;
const QEMU_NAMES = ['qemu-system-x86_64', 'qemu-system-aarch64', 'qemu-system-riscv64'];

/** Every check, in the order in which one needs them. `root`: where Ringside is installed. */
export function doctorChecks(root: string): readonly DoctorCheck[] {
  return [
    node(),
    electron(root),
    sockets(),
    ...qemus(),
    sharedMemory(),
    realTime(),
    sinks(),
    ...wireshark(),
  ];
}

function node(): DoctorCheck {
  const found = process.versions.node;
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const head = { id: 'node', name: 'Node', found } as const;
  const fix = `Install Node ${OLDEST_NODE.join('.')} or newer.`;
  return isNew ? { ...head, state: 'ok' } : { ...head, state: 'fix', fix };
}

function electron(root: string): DoctorCheck {
  const head = { id: 'electron', name: 'Electron' } as const;
  const folder = join(root, 'node_modules', 'electron');
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
  const has = ['electron', 'electron.exe', 'Electron.app'].some((name) =>
    existsSync(join(dist, name)),
  );
  if (has) return { ...head, state: 'ok', found: dist };
  const fix = 'Without it the window opens in the browser; npm start tries to download it.';
  return { ...head, state: 'optional', found: 'no binary', fix };
}

function sockets(): DoctorCheck {
  const folder = process.env.XDG_RUNTIME_DIR ?? tmpdir();
  const head = { id: 'sockets', name: 'Sockets', found: folder } as const;
  if (process.platform !== 'linux') {
    const fix = 'Guests attach on Linux; demo, captures and traces work here.';
    return { ...head, state: 'optional', found: process.platform, fix };
  }
  try {
    accessSync(folder, constants.W_OK);
    return { ...head, state: 'ok' };
  } catch {
    return {
      ...head,
      state: 'fix',
      fix: `Make ${folder} writable, or name another with --socket.`,
    };
  }
}

function qemus(): readonly DoctorCheck[] {
  const found = QEMU_NAMES.flatMap((name) => {
    const version = /version (\S+)/.exec(said(name, '--version') ?? '')?.[1];
    if (version === undefined) return [];
    const head = { id: `qemu.${name}`, name } as const;
    const has = (said(name, '-device', 'help') ?? '').includes('vhost-user-snd-pci');
    const check: DoctorCheck = has
      ? { ...head, state: 'ok', found: `${version}, with vhost-user-snd-pci` }
      : {
          ...head,
          state: 'fix',
          found: `${version}, without vhost-user-snd-pci`,
          fix: 'Take QEMU 9.0 or newer, built with vhost-user devices.',
        };
    return [check];
  });
  if (found.length > 0) return found;
  const fix = 'Install QEMU 9.0 or newer to attach a guest; the demo needs none.';
  return [{ id: 'qemu', name: 'QEMU', state: 'optional', found: 'none on the path', fix }];
}

function sharedMemory(): DoctorCheck {
  const head = { id: 'shared-memory', name: 'Guest RAM', state: 'optional' } as const;
  const fix =
    'Start QEMU with -object memory-backend-memfd,id=mem,size=1G,share=on -machine memory-backend=mem -m 1G.';
  return { ...head, found: 'has to be shared with us, which only the guest’s start can do', fix };
}

function realTime(): DoctorCheck {
  const head = { id: 'real-time', name: 'Real-time priority' } as const;
  const limit = limitOf('Max realtime priority');
  if (limit === undefined) return { ...head, state: 'optional', found: 'not told by this system' };
  const isRoot = process.getuid?.() === 0;
  if (isRoot || limit > 0)
    return { ...head, state: 'ok', found: isRoot ? 'root' : `up to ${limit}` };
  const fix =
    'Without it busy processors can cost a period milliseconds: add “@audio - rtprio 20” to /etc/security/limits.conf, join the group audio, and log in again.';
  return { ...head, state: 'optional', found: 'not allowed', fix };
}

function sinks(): DoctorCheck {
  const head = { id: 'sinks', name: 'Sound' } as const;
  const [first, ...others] = listDevices('Output');
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return { ...head, state: 'ok', found: `${first.label}${more}` };
  }
  const fix = 'Nothing will be heard here; --sink wav:DIR keeps the sound in files.';
  return { ...head, state: 'optional', found: 'no output device', fix };
}

function wireshark(): readonly DoctorCheck[] {
  const version = /TShark[^\d]*(\S+?)[.\s]*$/m.exec(
    said('tshark', '--version')?.split('\n')[0] ?? '',
  )?.[1];
  const tshark = { id: 'tshark', name: 'tshark' } as const;
  if (version === undefined) {
    const fix = 'Install Wireshark or tshark to open captures there as well.';
    return [{ ...tshark, state: 'optional', found: 'not on the path', fix }];
  }
  const state = dissectorState(RINGSIDE_VERSION, wiresharkFolders());
  const dissector = { id: 'dissector', name: 'Dissector', found: state } as const;
  const fix = 'ringside dissector --install';
  return [
    { ...tshark, state: 'ok', found: version },
    state === 'installed'
      ? { ...dissector, state: 'ok' }
      : { ...dissector, state: state === 'absent' ? 'optional' : 'fix', fix },
  ];
}

/** What a program prints; `undefined` when it is not there. */
function said(command: string, ...args: string[]): string | undefined {
  const { stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: ASK_LIMIT_MS,
  });
  return error === undefined ? `${stdout}${stderr}` : undefined;
}

function limitOf(name: string): number | undefined {
  const path = '/proc/self/limits';
  if (!existsSync(path)) return undefined;
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(name));
  const soft = line?.slice(name.length).trim().split(/\s+/)[0];
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft ?? 0);
}

/** Where Ringside lies, seen from its bundle in dist/. */
export function installRoot(): string {
  return dirname(import.meta.dirname);
}
