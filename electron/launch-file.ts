/** What a start of the app names, a capture and a layout: the operand that is left when Chromium's own switches are taken out. */
import { resolve } from 'node:path';

/** The file as an absolute path. `argv` is the process's; a start from the sources has the app's folder as first operand. */
export function launchFile(
  argv: readonly string[],
  isPackaged: boolean,
  folder: string,
): string | undefined {
  const operands = argv.slice(1).filter((word) => !word.startsWith('-'));
  const file = operands[isPackaged ? 0 : 1];
  return file === undefined ? undefined : resolve(folder, file);
}

/** The layout that `--layout=NAME` names. */
export function launchLayout(argv: readonly string[]): string | undefined {
  const option = '--layout=';
  return argv.find((word) => word.startsWith(option))?.slice(option.length) || undefined;
}
