/** The sub-commands: one file each in commands/, one line each here, in the order of the help. */
import type { CommandRow } from './command-row.ts';
import { APP } from './commands/app.ts';
import { AUDIO } from './commands/audio.ts';
import { CHECK } from './commands/check.ts';
import { completionCommand } from './commands/completion.ts';
import { CONVERT } from './commands/convert.ts';
import { DEMO } from './commands/demo.ts';
import { DEVICE } from './commands/device.ts';
import { DIFF } from './commands/diff.ts';
import { DISSECTOR } from './commands/dissector.ts';
import { DOCTOR } from './commands/doctor.ts';
import { EXPORT } from './commands/export.ts';
import { IMPORT } from './commands/import.ts';
import { INFO } from './commands/info.ts';
import { PROVE } from './commands/prove.ts';
import { QEMU } from './commands/qemu.ts';
import { READ } from './commands/read.ts';
import { RECOVER } from './commands/recover.ts';
import { STATS } from './commands/stats.ts';
import { TRACE } from './commands/trace.ts';

export const COMMANDS: readonly CommandRow[] = [
  // live sessions
  APP,
  DEMO,
  DEVICE,
  TRACE,
  QEMU,
  // captures
  INFO,
  READ,
  CHECK,
  STATS,
  PROVE,
  AUDIO,
  DIFF,
  CONVERT,
  EXPORT,
  IMPORT,
  RECOVER,
  // setting up
  DISSECTOR,
  DOCTOR,
  completionCommand(() => COMMANDS),
];
