// Whether this machine can run the sound tests.
import { spawnSync } from 'node:child_process';
import { libasound } from '../../electron/native/libasound.ts';

const SET_UP = 'run `npm run setup:system`';

let known: { problem: string | undefined } | undefined;

/** Why sound tests cannot run here, and what to do; undefined where they can. */
export function soundReady(): string | undefined {
  known ??= { problem: soundProblem() };
  return known.problem;
}

function soundProblem(): string | undefined {
  if (process.platform !== 'linux')
    return 'the sound tests play through ALSA, which is a part of Linux';
  const absent = ['pulseaudio', 'pactl', 'parec'].find(
    (command) => spawnSync(command, ['--version']).status !== 0,
  );
  if (absent !== undefined) return `no ${absent}: ${SET_UP}`;
  const alsa = libasound();
  if (typeof alsa === 'string') return alsa;
  const hasPlugin = alsa.devices().some((device) => device.name === 'pulse');
  return hasPlugin ? undefined : `ALSA has no plug-in for PulseAudio: ${SET_UP}`;
}
