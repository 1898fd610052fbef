/** What `--source` says: where recorded PCM comes from. */
import { type AudioSpecProblem, badSpec, splitSpec, wantsNothing } from './sink-spec.ts';

export type SourceSpec =
  | { readonly kind: 'silence' }
  | { readonly kind: 'tone'; readonly hz: number }
  | { readonly kind: 'wav'; readonly path: string }
  | { readonly kind: 'loopback'; readonly streamId?: number }
  | { readonly kind: 'native'; readonly device?: string };

export const SOURCE_FORMS = 'silence, tone:HZ, wav:FILE, loopback[:STREAM] or native[:DEVICE]';
/** Half of the highest rate of the standard. */
const HIGHEST_TONE_HZ = 192_000;

/** Reads `silence`, `tone:HZ`, `wav:FILE`, `loopback[:STREAM]` or `native[:DEVICE]`. */
export function parseSourceSpec(text: string): SourceSpec | AudioSpecProblem {
  const { kind, rest } = splitSpec(text);
  if (kind === 'silence') return wantsNothing(rest, 'source', text) ?? { kind };
  if (kind === 'tone') return toneOf(rest, text);
  if (kind === 'wav') {
    return rest ? { kind, path: rest } : badSpec('source', text, 'wav needs a file: wav:FILE');
  }
  if (kind === 'loopback') return loopbackOf(rest, text);
  if (kind === 'native') return rest ? { kind, device: rest } : { kind };
  return badSpec('source', text, `use ${SOURCE_FORMS}`);
}

function toneOf(rest: string | undefined, text: string): SourceSpec | AudioSpecProblem {
  const hz = rest?.trim() ? Number(rest) : Number.NaN;
  if (Number.isNaN(hz)) return badSpec('source', text, 'tone needs a frequency in Hz: tone:440');
  if (hz > 0 && hz <= HIGHEST_TONE_HZ) return { kind: 'tone', hz };
  return badSpec('source', text, `a tone has more than 0 and at most ${HIGHEST_TONE_HZ} Hz`);
}

function loopbackOf(rest: string | undefined, text: string): SourceSpec | AudioSpecProblem {
  if (!rest) return { kind: 'loopback' };
  if (/^\d{1,5}$/.test(rest)) return { kind: 'loopback', streamId: Number(rest) };
  return badSpec('source', text, 'loopback takes the id of a playback stream: loopback:0');
}
