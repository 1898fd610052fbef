// Boots a real Linux with the virtio-sound driver under QEMU and runs a shell script in it.
//
// In the script: `send NAME FILE` hands a file to the test (see `outputFiles`), `mark TEXT` prints a line, $BOOT counts
// the boots from 1, `read` gets what the test types. Marks on the console, N being $BOOT, in this order:
//
//     guest N: booted | card ready or no card | run begins | sent NAME | run ended STATUS
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { guestImage, withOverlay } from '../../build/guest-image.mjs';
import { GuestConsole } from './guest-console.ts';
import { parseOutputFiles } from './guest-output.ts';
import { GuestQmp } from './guest-qmp.ts';

export interface GuestOptions {
  /** Shell script that the guest runs once its sound card is there; then it powers off. */
  readonly runScript: string;
  /** Further files of the guest, by absolute path. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** Socket on which a vhost-user back-end listens: gives the guest a vhost-user-snd-pci. */
  readonly socketPath?: string;
  /** Gives the guest QEMU's own virtio-sound-pci; `audiodev` as on QEMU's command line, without an id. */
  readonly ownDevice?: { readonly audiodev: string };
  /** Further properties of the sound device, such as `packed=on` or `streams=4,jacks=2`. */
  readonly deviceOptions?: string;
  readonly memoryMiB?: number;
  /** RAM as QEMU has it when nothing is said: nobody else's to map. */
  readonly hasPrivateRam?: boolean;
  /** A reboot of the guest boots it again; else it ends QEMU. */
  readonly reboot?: boolean;
  /** Where QEMU is to listen for a QMP client of the code under test; `Guest.qmp` works without. */
  readonly qmpPath?: string;
  readonly extraArgs?: readonly string[];
  /** Further words of the kernel's command line. */
  readonly kernelArgs?: string;
  /** After this time the guest is killed, whatever it does; 120 s if not said. */
  readonly limitMs?: number;
}

export interface GuestExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard error of QEMU. */
  readonly errors: string;
}

export interface Guest {
  /** Process id of QEMU. */
  readonly pid: number;
  /** All that the guest's console has shown, with plain newlines. */
  readonly console: string;
  /** Resolves with the first match in what the console has shown or will show; rejects after `timeoutMs` or at the end. */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
  /** Files that were sent completely so far, by name; still there after the end. */
  outputFiles(): ReadonlyMap<string, Uint8Array>;
  /** Types a line into the console; the script must be running, as what is typed before is lost. */
  type(line: string): void;
  /** QEMU's own control, such as `execute('stop')`, `cont` or `system_reset`. */
  readonly qmp: GuestQmp;
  readonly exited: Promise<GuestExit>;
  /** Ends QEMU at once. */
  kill(): Promise<GuestExit>;
}

/** A file that the guest has sent; throws where it has not. */
export function outputOf(guest: Guest, name: string): Buffer {
  const file = guest.outputFiles().get(name);
  if (file === undefined) throw new Error(`the guest sent no ${name}:\n${guest.console}`);
  return Buffer.from(file);
}

/** What a test guest does not need costs it a second of its boot under emulation. */
const KERNEL_ARGS = [
  'console=ttyS0 quiet cryptomgr.notests random.trust_cpu=1 nokaslr mitigations=off tsc=reliable',
  'audit=0 apparmor=0 initcall_blacklist=jent_mod_init,load_system_certificate_list,crypto_kdf108_init',
].join(' ');

/** Starts the guest and returns while it boots; `guestReady()` must have found nothing missing. */
export function bootGuest(options: GuestOptions): Guest {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-guest-'));
  const initrdPath = join(folder, 'initrd');
  const outputPath = join(folder, 'output');
  const script = new TextEncoder().encode(`${options.runScript}\n`);
  writeFileSync(initrdPath, withOverlay({ ...options.files, '/run.sh': script }));
  // A test run that is killed must not leave guests behind: QEMU dies with the thread that started it.
  const command = ['--pdeathsig', 'KILL', 'qemu-system-x86_64'];
  const child = spawn('setpriv', [...command, ...qemuArgs(options, initrdPath, outputPath)], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  return attach(child, outputPath, options.limitMs ?? 120_000, () => {
    rmSync(folder, { recursive: true, force: true });
  });
}

function qemuArgs(options: GuestOptions, initrdPath: string, outputPath: string): string[] {
  const { memoryMiB = 512, reboot = false, qmpPath, kernelArgs = '', extraArgs = [] } = options;
  const { hasPrivateRam = false } = options;
  // A panic ends the boot at once; where a reboot is part of the test it must not boot for ever.
  const panic = reboot ? 'panic=0' : 'panic=-1';
  return [
    ...['-nodefaults', '-display', 'none', '-accel', 'tcg', '-m', `${memoryMiB}`],
    // Shared memory is what lets a vhost-user back-end see the guest's RAM.
    ...(hasPrivateRam
      ? []
      : ['-object', `memory-backend-memfd,id=mem,size=${memoryMiB}M,share=on`]),
    ...['-machine', hasPrivateRam ? 'q35' : 'q35,memory-backend=mem'],
    ...['-kernel', guestImage.kernelPath, '-initrd', initrdPath],
    ...['-append', `${KERNEL_ARGS} ${panic} ${kernelArgs}`],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `file,id=output,path=${escaped(outputPath)}`, '-serial', 'chardev:output'],
    // The guest counts its boots in the year of this clock.
    ...['-rtc', 'base=2001-01-01T00:00:00'],
    ...['-chardev', 'socket,id=control,fd=3', '-mon', 'chardev=control,mode=control'],
    ...(reboot ? [] : ['-no-reboot']),
    ...(qmpPath === undefined ? [] : ['-qmp', `unix:${escaped(qmpPath)},server=on,wait=off`]),
    ...soundDeviceArgs(options),
    ...extraArgs,
  ];
}

function soundDeviceArgs({ socketPath, ownDevice, deviceOptions }: GuestOptions): string[] {
  const properties = deviceOptions === undefined ? '' : `,${deviceOptions}`;
  const args: string[] = [];
  if (socketPath !== undefined) {
    args.push('-chardev', `socket,id=snd,path=${escaped(socketPath)}`);
    args.push('-device', `vhost-user-snd-pci,chardev=snd${properties}`);
  }
  if (ownDevice) {
    args.push('-audiodev', `${ownDevice.audiodev},id=audio`);
    args.push('-device', `virtio-sound-pci,audiodev=audio,id=snd0${properties}`);
  }
  return args;
}

/** In QEMU's option lists a comma within a value is doubled. */
function escaped(value: string): string {
  return value.replaceAll(',', ',,');
}

type Qemu = ChildProcessByStdio<Writable, Readable, Readable>;

function attach(child: Qemu, outputPath: string, limitMs: number, cleanUp: () => void): Guest {
  const guestConsole = new GuestConsole();
  let errors = '';
  let lastOutput: Uint8Array | undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => guestConsole.add(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  // A line typed into a guest that has just ended is lost, as it is with a real one.
  child.stdin.on('error', () => {});
  const killNow = (): void => {
    child.kill('SIGKILL');
  };
  const limit = setTimeout(killNow, limitMs);
  const finish = (code: number | null, signal: NodeJS.Signals | null): GuestExit => {
    clearTimeout(limit);
    lastOutput = readOutput(outputPath);
    cleanUp();
    guestConsole.end(`QEMU ended (${signal ?? code}). ${errors}`);
    return { code, signal, errors };
  };
  const exited = new Promise<GuestExit>((resolve, reject) => {
    child.on('close', (code, signal) => resolve(finish(code, signal)));
    child.on('error', (error) => reject(error));
  });
  return {
    pid: child.pid ?? 0,
    get console() {
      return guestConsole.text;
    },
    waitFor: (pattern, timeoutMs) => guestConsole.waitFor(pattern, timeoutMs),
    outputFiles: () => parseOutputFiles(lastOutput ?? readOutput(outputPath)),
    type: (line) => {
      child.stdin.write(`${line}\n`);
    },
    qmp: new GuestQmp(child.stdio[3] as Duplex),
    exited,
    kill: () => {
      killNow();
      return exited;
    },
  };
}

function readOutput(path: string): Uint8Array {
  return existsSync(path) ? readFileSync(path) : new Uint8Array();
}
