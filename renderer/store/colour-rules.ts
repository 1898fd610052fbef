/** What is searched for in the messages, and rules that colour them. Rules are kept in the browser's storage. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** Of the marks in the table, `--mark-N` in app.css. Rules beyond them begin again with the first, and have a bar of dashes. */
export const MARK_HUES = 5;
/** Rules that there may be: each is looked for in all messages. */
export const MOST_RULES = 24;

export interface ColourRule {
  readonly expression: string;
  /** From 1 to `MOST_RULES`, its own; 0 is the colour of what is searched for. */
  readonly colour: number;
}

interface Kept {
  readonly rules: readonly ColourRule[];
}

export const useColourRules = create<Kept>()(
  persist((): Kept => ({ rules: [] }), {
    name: 'ringside.colours',
    version: 1,
    merge: (kept) => ({ rules: believedRules(kept) }),
  }),
);

/** `text`: `undefined` while the field is closed. `asked`: how often it was asked for, so that it gets the focus again. */
export const useFind = create<{ readonly text: string | undefined; readonly asked: number }>(
  () => ({ text: undefined, asked: 0 }),
);

export function openFind(): void {
  useFind.setState(({ text = '', asked }) => ({ text, asked: asked + 1 }));
}

/** The hue of a rule's colour, from 1 to `MARK_HUES`. */
export function hueOf(colour: number): number {
  return ((colour - 1) % MARK_HUES) + 1;
}

/** The rules with one more, in the first colour that is free; the same when there is none, or the expression has a rule. */
export function withRule(rules: readonly ColourRule[], expression: string): readonly ColourRule[] {
  if (rules.some((rule) => rule.expression === expression)) return rules;
  const taken = rules.map(({ colour }) => colour);
  const all = Array.from({ length: MOST_RULES }, (_, place) => place + 1);
  const colour = all.find((one) => !taken.includes(one));
  return colour === undefined ? rules : [...rules, { expression, colour }];
}

export function withoutRule(rules: readonly ColourRule[], gone: ColourRule): readonly ColourRule[] {
  return rules.filter((rule) => rule !== gone);
}

/** What is written in the find field as an expression: words that are no field are looked for in codes, statuses and rules.
 *  `names`: the fields that there are. */
export function findExpression(text: string, names: readonly string[]): string {
  const words = text.trim();
  const isPlain = /^[\w-]+$/.test(words) && /[A-Za-z]/.test(words);
  if (!isPlain || LITERALS.has(words.toLowerCase())) return words;
  if (names.some((name) => name.toLowerCase() === words.toLowerCase())) return words;
  return ['code', 'status', 'finding'].map((field) => `${field} contains "${words}"`).join(' || ');
}

const LITERALS = new Set(['true', 'false']);

/** What storage gives may be of another version, or somebody's hand. */
export function believedRules(kept: unknown): readonly ColourRule[] {
  const rules = (kept as Partial<Kept> | null | undefined)?.rules;
  if (!Array.isArray(rules)) return [];
  return rules
    .map((rule: unknown) => (rule as Partial<ColourRule> | null)?.expression)
    .filter((expression): expression is string => typeof expression === 'string')
    .reduce<readonly ColourRule[]>((good, expression) => withRule(good, expression), []);
}
