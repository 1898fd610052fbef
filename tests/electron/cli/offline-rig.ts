// A command on recorded files: a demo recorded on a manual clock, and the command run in this process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOutput } from '../../../electron/cli/output.ts';
import { runCommand } from '../../../electron/cli.ts';
import { run, startHost } from '../../src-core/host-harness.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The bytes of a capture of a demo that ran for `ms`. The same bytes each time. */
export async function recordDemo(scenario = 'clean', ms = 400): Promise<Uint8Array> {
  const { clock, client, host } = startHost();
  await client.call('startDemo', { scenario, seed: 1 });
  run(clock, ms);
  await client.call('stopSession', {});
  const { bytes } = await client.call('captureBytes', {});
  host.stop();
  return bytes;
}

/** A folder of the test's own, with a capture in it. */
export async function captureFolder(scenario?: string, ms?: number) {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-offline-'));
  const file = join(folder, 'x.pcapng');
  const bytes = await recordDemo(scenario, ms);
  writeFileSync(file, bytes);
  return { folder, file, bytes, remove: () => rmSync(folder, { recursive: true }) };
}

/** Runs `ringside …argv`; a command that needs a host thread fails. */
export async function ringsideOffline(
  argv: readonly string[],
  stdin: Uint8Array = new Uint8Array(),
): Promise<Ran> {
  let out = '';
  let err = '';
  const output = openOutput({ write: (text) => (out += text) }, { write: (text) => (err += text) });
  const noHost = () => {
    throw new Error('an offline command has no host thread');
  };
  const code = await runCommand(argv, output, noHost, () => inPieces(stdin));
  return { code, out, err };
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10_007) yield bytes.slice(at, at + 10_007);
}
