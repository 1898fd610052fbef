/** What `--sink` says: where played PCM goes. */

export type SinkSpec =
  | { readonly kind: 'native'; readonly device?: string }
  | { readonly kind: 'wav'; readonly directory: string }
  | { readonly kind: 'null' };

/** Why a `--sink` or `--source` is not one: a sentence that says what to write instead. */
export interface AudioSpecProblem {
  readonly kind: 'problem';
  readonly detail: string;
}

export const SINK_FORMS = 'native[:DEVICE], wav:DIR or null';

/** Reads `native[:DEVICE]`, `wav:DIR` or `null`. */
export function parseSinkSpec(text: string): SinkSpec | AudioSpecProblem {
  const { kind, rest } = splitSpec(text);
  if (kind === 'null') return wantsNothing(rest, 'sink', text) ?? { kind };
  if (kind === 'native') return rest ? { kind, device: rest } : { kind };
  if (kind === 'wav') {
    return rest
      ? { kind, directory: rest }
      : badSpec('sink', text, 'wav needs a directory: wav:DIR');
  }
  return badSpec('sink', text, `use ${SINK_FORMS}`);
}

/** `kind:rest`; the rest may hold colons of its own (`native:hw:1,0`), and is `undefined` without a colon. */
export function splitSpec(text: string): { kind: string; rest: string | undefined } {
  const colon = text.indexOf(':');
  if (colon < 0) return { kind: text, rest: undefined };
  return { kind: text.slice(0, colon), rest: text.slice(colon + 1) };
}

export function badSpec(option: 'sink' | 'source', text: string, advice: string): AudioSpecProblem {
  return { kind: 'problem', detail: `"${text}" is not a ${option}: ${advice}` };
}

export function wantsNothing(
  rest: string | undefined,
  option: 'sink' | 'source',
  text: string,
): AudioSpecProblem | undefined {
  if (rest === undefined) return undefined;
  return badSpec(option, text, `nothing follows "${splitSpec(text).kind}"`);
}
