/** Sets of numbers that a comparison lets through, as closed ranges: `== 3`, `!= 3`, `< 5` and `in {1, 4..9}` are all of one
 *  kind, so that one loop over a column serves them. */

/** Ranges `[low, high]` that rise and do not overlap. */
export type ValueSet = readonly (readonly [low: number, high: number])[];

export const NO_VALUES: ValueSet = [];
export const ALL_VALUES: ValueSet = [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]];

export function unionOf(sets: readonly ValueSet[]): ValueSet {
  const ranges = sets.flat().sort(([one], [other]) => one - other);
  const merged: [number, number][] = [];
  for (const [low, high] of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1]) last[1] = Math.max(last[1], high);
    else if (low <= high) merged.push([low, high]);
  }
  return merged;
}

/** Every other number. */
export function without(set: ValueSet): ValueSet {
  const rest: [number, number][] = [];
  let low = Number.NEGATIVE_INFINITY;
  for (const [from, to] of set) {
    if (from > low) rest.push([low, below(from)]);
    if (to === Number.POSITIVE_INFINITY) return rest;
    low = above(to);
  }
  return [...rest, [low, Number.POSITIVE_INFINITY]];
}

/** The values of `set` that are at least `least`. */
export function atLeast(set: ValueSet, least: number): ValueSet {
  return set
    .filter(([, high]) => high >= least)
    .map(([low, high]) => [Math.max(low, least), high] as const);
}

export function holds(set: ValueSet, value: number): boolean {
  return set.some(([low, high]) => value >= low && value <= high);
}

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** The values `v` for which `v <comparison> bound`. */
export function comparedTo(comparison: Comparison, bound: number): ValueSet {
  const { NEGATIVE_INFINITY: least, POSITIVE_INFINITY: most } = Number;
  if (Number.isNaN(bound)) return NO_VALUES;
  switch (comparison) {
    case '==':
      return [[bound, bound]];
    case '!=':
      return without([[bound, bound]]);
    case '<':
      return bound === least ? NO_VALUES : [[least, below(bound)]];
    case '<=':
      return [[least, bound]];
    case '>':
      return bound === most ? NO_VALUES : [[above(bound), most]];
    case '>=':
      return [[bound, most]];
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** The next double above. */
function above(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return value;
  if (value === 0) return Number.MIN_VALUE;
  scratch.setFloat64(0, value);
  const bits = scratch.getBigInt64(0);
  scratch.setBigInt64(0, value > 0 ? bits + 1n : bits - 1n);
  return scratch.getFloat64(0);
}

function below(value: number): number {
  return -above(-value);
}
