/** Which of many titles a few letters mean. Pure. */

/** How well `query` fits `text`: its letters in order, better together, at words' beginnings and early. `undefined` when they
 *  are not all there. An empty query fits everything alike. */
export function fuzzyScore(query: string, text: string): number | undefined {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  const within = text.toLowerCase();
  const whole = within.indexOf(query.trim().toLowerCase());
  if (whole >= 0 && wanted !== '') return 1000 - whole + (isWordStart(within, whole) ? 200 : 0);
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = within.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    score += next === at + 1 ? 8 : isWordStart(within, next) ? 6 : 1 - Math.min(next - at, 20) / 20;
    at = next;
  }
  return score - text.length / 1000;
}

/** The entries that fit, best first; in their own order where they fit alike. */
export function fuzzyFind<T>(
  query: string,
  entries: readonly T[],
  textOf: (entry: T) => string,
): readonly T[] {
  if (query.trim() === '') return entries;
  return entries
    .map((entry, place) => ({ entry, place, score: fuzzyScore(query, textOf(entry)) }))
    .filter((found): found is typeof found & { score: number } => found.score !== undefined)
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .map(({ entry }) => entry);
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[\s/:.·-]/.test(text[at - 1] ?? ' ');
}
