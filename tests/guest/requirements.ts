// Whether this machine can run the guest tests.
import { guestProblem } from '../../build/guest-image.mjs';

let known: { problem: string | undefined } | undefined;

/** Why guest tests cannot run here (no QEMU, one too old, no guest image), and what to do; undefined where they can. */
export function guestReady(): string | undefined {
  known ??= { problem: guestProblem() };
  return known.problem;
}
