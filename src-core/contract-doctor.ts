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

export interface DoctorRequests {
  /** Begins to look, and gives what was found once that is known. Absent checks: still looking. */
  doctor: { params: Nothing; result: { readonly checks?: readonly DoctorCheck[] } };
}
