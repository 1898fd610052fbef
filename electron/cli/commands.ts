/** The sub-commands: one file each in commands/, one line each here, in the order of the help. A command's code is loaded when
 *  it runs: a second of reading a trace shall not begin with loading a sound server's functions. */
import type { CommandRow } from './command-row.ts';

const LOADERS: Readonly<Record<string, () => Promise<CommandRow>>> = {
  // live sessions
  app: async () => (await import('./commands/app.ts')).APP,
  demo: async () => (await import('./commands/demo.ts')).DEMO,
  device: async () => (await import('./commands/device.ts')).DEVICE,
  trace: async () => (await import('./commands/trace.ts')).TRACE,
  qemu: async () => (await import('./commands/qemu.ts')).QEMU,
  // captures
  info: async () => (await import('./commands/info.ts')).INFO,
  read: async () => (await import('./commands/read.ts')).READ,
  check: async () => (await import('./commands/check.ts')).CHECK,
  stats: async () => (await import('./commands/stats.ts')).STATS,
  prove: async () => (await import('./commands/prove.ts')).PROVE,
  audio: async () => (await import('./commands/audio.ts')).AUDIO,
  diff: async () => (await import('./commands/diff.ts')).DIFF,
  convert: async () => (await import('./commands/convert.ts')).CONVERT,
  export: async () => (await import('./commands/export.ts')).EXPORT,
  import: async () => (await import('./commands/import.ts')).IMPORT,
  recover: async () => (await import('./commands/recover.ts')).RECOVER,
  // setting up
  dissector: async () => (await import('./commands/dissector.ts')).DISSECTOR,
  doctor: async () => (await import('./commands/doctor.ts')).DOCTOR,
  completion: async () =>
    (await import('./commands/completion.ts')).completionCommand(everyCommand),
};

/** The one that `word` names; all of them where it names none: for help, or to say what there is. */
export async function commandsFor(word: string | undefined): Promise<readonly CommandRow[]> {
  const load = word === undefined || !Object.hasOwn(LOADERS, word) ? undefined : LOADERS[word];
  return load === undefined ? everyCommand() : [await load()];
}

export function everyCommand(): Promise<readonly CommandRow[]> {
  return Promise.all(Object.values(LOADERS).map((load) => load()));
}
