/** What a machine has of what Ringside can use: shapes and the request. Types only. */
import type { Nothing } from './contract-nothing.ts';

export interface DoctorCheck {
  /** For programs. */
  readonly id: string;
  readonly name: string;
  /** `fix`: something that was looked for is not there. `optional`: nothing is wrong without it. */
  readonly state: 'ok' | 'fix' | 'optional';
  readonly found: string;
  /** What to do; absent where all is well. */
  readonly fix?: string;
}

/** What a report may leave out. Empty where the host has no machine of its own. */
export interface MachineNames {
  /** Of the user, of the machine, of its domain. */
  readonly names: readonly string[];
  /** Of the user's own folder. */
  readonly folders: readonly string[];
}

export interface DoctorRequests {
  /** What the machine and its user are called, so that a report can do without. */
  machineNames: { params: Nothing; result: MachineNames };
  /** Begins to look, and gives what was found once that is known. Absent checks: still looking. */
  doctor: { params: Nothing; result: { readonly checks?: readonly DoctorCheck[] } };
}
