// A sound server of our own, without a card: PulseAudio with a null sink, in a folder of its own. What is played on it can be
// recorded from the sink's monitor, which also is the default input. ALSA's default device leads to it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const SERVER_RATE_HZ = 48_000;
export const SERVER_CHANNELS = 2;

const READY_MS = 30_000;
const ALSA_CONFIG = `
</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
`;

export interface Recording {
  /** What the monitor has heard so far: 32-bit floats, two channels at 48 kHz. */
  samples(): Float32Array;
  stop(): Promise<void>;
}

export interface SoundServer {
  /** Environment in which ALSA and PulseAudio's clients find this server. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves once the recorder records. */
  record(): Promise<Recording>;
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a server; throws with its output when it is not ready in time. */
export async function startSoundServer(): Promise<SoundServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-sound-'));
  chmodSync(folder, 0o700);
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'asound.conf'), ALSA_CONFIG);
  const environment = environmentIn(folder);
  const log = join(folder, 'pulseaudio.log');
  const server = spawnInto(log, 'pulseaudio', pulseArguments(), environment);
  const recordings: ChildProcess[] = [];
  const stop = async () => {
    for (const child of [...recordings, server]) await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const isReady = () => pactl(environment, 'info') !== undefined;
  if (!(await until(isReady))) {
    const output = readFileSync(log, 'utf8');
    await stop();
    throw new Error(`PulseAudio is not ready after ${READY_MS} ms:\n${output}`);
  }
  return {
    environment,
    record: async () => {
      const path = join(folder, `recording-${recordings.length}.raw`);
      const recorder = spawnInto(path, 'parec', parecArguments(), environment);
      recordings.push(recorder);
      if (!(await until(() => statSync(path).size > 0))) throw new Error('parec records nothing');
      return { samples: () => floatsOf(path), stop: () => end(recorder) };
    },
    kill: () => end(server),
    stop,
  };
}

/** Puts the environment of a server into this process, for libasound in it; gives back what takes it out again. */
export function enter(environment: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function environmentIn(folder: string): Record<string, string> {
  return {
    HOME: join(folder, 'home'),
    XDG_RUNTIME_DIR: folder,
    PULSE_RUNTIME_PATH: join(folder, 'pulse'),
    PULSE_SERVER: `unix:${join(folder, 'pulse', 'native')}`,
    ALSA_CONFIG_PATH: join(folder, 'asound.conf'),
  };
}

function pulseArguments(): string[] {
  const sink = `module-null-sink sink_name=virtual rate=${SERVER_RATE_HZ} channels=${SERVER_CHANNELS} format=float32le`;
  return [
    '-n',
    '--daemonize=no',
    '--use-pid-file=no',
    '--exit-idle-time=-1',
    '--disable-shm=yes',
    ...['-L', 'module-native-protocol-unix', '-L', sink],
  ];
}

function parecArguments(): string[] {
  const shape = [`--rate=${SERVER_RATE_HZ}`, `--channels=${SERVER_CHANNELS}`, '--format=float32le'];
  return ['--raw', '--device=virtual.monitor', '--latency-msec=10', ...shape];
}

function spawnInto(
  path: string,
  command: string,
  words: string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const fd = openSync(path, 'w');
  const child = spawn(command, words, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', fd, command === 'parec' ? 'ignore' : fd],
  });
  closeSync(fd);
  return child;
}

function pactl(
  environment: Readonly<Record<string, string>>,
  ...words: string[]
): string | undefined {
  const { status, stdout } = spawnSync('pactl', words, {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return status === 0 ? stdout : undefined;
}

async function until(isTrue: () => boolean): Promise<boolean> {
  const lastMs = Date.now() + READY_MS;
  while (Date.now() < lastMs) {
    if (isTrue()) return true;
    await pause(20);
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

function floatsOf(path: string): Float32Array {
  const bytes = readFileSync(path);
  const frameBytes = SERVER_CHANNELS * 4;
  const whole = bytes.length - (bytes.length % frameBytes);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + whole));
}
