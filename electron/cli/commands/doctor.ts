/** `ringside doctor`: what this machine has of what Ringside can use. */
import { Option } from 'commander';
import type { DoctorCheck } from '../../../src-core/contract-doctor.ts';
import type { OfflineCommand } from '../command-row.ts';
import { doctorChecks, installRoot } from '../doctor-checks.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../json-output.ts';
import type { Offline } from '../offline.ts';

export const DOCTOR: OfflineCommand = {
  group: 'Setting up:',
  usage: 'doctor',
  summary: 'check what this machine has: QEMU, sockets, sound, Wireshark …',
  options: [new Option('--json', 'as one JSON object (ringside.doctor/1)')],
  notes: `✓ is there, ✕ should be mended, – is not needed for everything. Nothing is changed.

Examples:
  ringside doctor
  ringside doctor --json | jq '.checks[] | select(.state == "fix")'

Exit codes: 0 nothing to mend, 1 something to mend, 2 wrong usage, 10 fault of Ringside.`,
  runOffline({ output }: Offline, { json }: { readonly json?: boolean }): Promise<ExitCode> {
    const checks = doctorChecks(installRoot());
    output.data(json === true ? jsonLine('ringside.doctor/1', { checks }) : doctorText(checks));
    const isSound = checks.every(({ state }) => state !== 'fix');
    return Promise.resolve(isSound ? EXIT.ok : EXIT.findings);
  },
};

const SIGNS = { ok: '✓', fix: '✕', optional: '–' } as const;

function doctorText(checks: readonly DoctorCheck[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ state, name, found, fix }) => {
      const advice = fix === undefined ? '' : `${' '.repeat(width + 4)}${fix}\n`;
      return `${SIGNS[state]} ${name.padEnd(width)}  ${found}\n${advice}`;
    })
    .join('');
}
