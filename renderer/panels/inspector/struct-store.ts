/** Structures that the user wrote, by name, and how bytes were read last: kept in the browser's storage. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { STRUCT_LIMITS } from './struct-text.ts';

export interface SavedStruct {
  readonly name: string;
  readonly text: string;
}

/** PCM by choice: a format of the standard, whatever the stream says. */
export interface PcmChoice {
  readonly format: number;
  readonly channels: number;
  readonly rateHz: number;
  readonly isBig: boolean;
}

export interface Reading {
  readonly saved: readonly SavedStruct[];
  /** What stands in the field now. */
  readonly text: string;
  readonly pcm: PcmChoice | undefined;
  /** Parts of the inspector that are folded, by title. */
  readonly folded: readonly string[];
}

const SAVED_AT_MOST = 50;
const NAME_LETTERS = 60;
export const FIRST_TEXT = 'struct my_hdr {\n  le32 magic;\n  u8 flags;\n  u8 rest[];\n}';

/** Folded until they are asked for: what few need would push the rest out of view. */
export const FOLDED_AT_FIRST = ['Read bytes as'];

const fresh: Reading = { saved: [], text: FIRST_TEXT, pcm: undefined, folded: FOLDED_AT_FIRST };

export const useReading = create<Reading>()(
  persist((): Reading => fresh, {
    name: 'ringside.inspector',
    version: 1,
    merge: (kept) => believedReading(kept),
  }),
);

export function toggleFolded(title: string): void {
  const { folded } = useReading.getState();
  const isFolded = folded.includes(title);
  const now = isFolded ? folded.filter((one) => one !== title) : [...folded, title];
  useReading.setState({ folded: now });
}

/** In place of one with the same name; the newest stands last. */
export function saveStruct(name: string, text: string): void {
  const trimmed = name.trim().slice(0, NAME_LETTERS);
  if (trimmed === '') return;
  const others = useReading.getState().saved.filter((one) => one.name !== trimmed);
  useReading.setState({ saved: [...others, { name: trimmed, text }].slice(-SAVED_AT_MOST) });
}

export function forgetStruct(name: string): void {
  const { saved } = useReading.getState();
  useReading.setState({ saved: saved.filter((one) => one.name !== name) });
}

/** What storage gives may be of another version, or somebody's hand. */
export function believedReading(kept: unknown): Reading {
  const { saved, text, pcm, folded } = (kept ?? {}) as Partial<Record<keyof Reading, unknown>>;
  return {
    saved: Array.isArray(saved) ? saved.filter(isSaved).slice(-SAVED_AT_MOST) : [],
    text: isText(text) ? text : FIRST_TEXT,
    pcm: isChoice(pcm) ? pcm : undefined,
    folded: Array.isArray(folded) ? folded.filter(isText).slice(0, 100) : FOLDED_AT_FIRST,
  };
}

function isSaved(one: unknown): one is SavedStruct {
  const { name, text } = (one ?? {}) as Partial<SavedStruct>;
  return isText(name) && name !== '' && isText(text);
}

function isText(one: unknown): one is string {
  return typeof one === 'string' && one.length <= STRUCT_LIMITS.letters;
}

function isChoice(one: unknown): one is PcmChoice {
  const { format, channels, rateHz, isBig } = (one ?? {}) as Partial<
    Record<keyof PcmChoice, unknown>
  >;
  return [format, channels, rateHz].every(Number.isFinite) && typeof isBig === 'boolean';
}
