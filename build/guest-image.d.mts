// What the tests may use of guest-image.mjs.

/** What a guest is started from. */
export const guestImage: { readonly kernelPath: string; readonly initrdPath: string };

/** Why guests cannot be started on this machine, and what to do; undefined where they can. */
export function guestProblem(): string | undefined;

/** The base initrd with `files` (absolute guest path → content) laid over it; `executable` names programs among them. */
export function withOverlay(
  files: Readonly<Record<string, Uint8Array>>,
  executable?: readonly string[],
): Buffer;
