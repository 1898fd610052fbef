/** Traces that were read and QEMUs that were watched last, kept in one small JSON file. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import type { RecentPlace } from '../src-core/contract-places.ts';
import { stateFolder } from './capture-disk.ts';

/** Of each kind. */
const KEPT = 5;

const Places = v.array(
  v.object({
    kind: v.picklist(['trace', 'qemu']),
    target: v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096)),
    isFollowed: v.exactOptional(v.boolean()),
  }),
);

/** Newest first; traces that are gone are left out. An unreadable list counts as empty. */
export function recentPlaces(): RecentPlace[] {
  try {
    const read = v.safeParse(Places, JSON.parse(readFileSync(listPath(), 'utf8')));
    const places = read.success ? read.output : [];
    return places.filter(({ kind, target }) => kind === 'qemu' || existsSync(target));
  } catch {
    return []; // the first start, or a damaged list: nothing is lost but convenience
  }
}

export function rememberPlace(place: RecentPlace): void {
  const target =
    place.target.includes('/') || place.kind === 'trace' ? resolve(place.target) : place.target;
  const others = recentPlaces().filter((known) => !isSame(known, { ...place, target }));
  const list = [{ ...place, target }, ...others];
  const ofKind = (wanted: RecentPlace['kind']) => list.filter(({ kind }) => kind === wanted);
  write([...ofKind('trace').slice(0, KEPT), ...ofKind('qemu').slice(0, KEPT)]);
}

export function forgetPlace(place: Pick<RecentPlace, 'kind' | 'target'>): void {
  write(recentPlaces().filter((known) => !isSame(known, place)));
}

function isSame(
  one: Pick<RecentPlace, 'kind' | 'target'>,
  other: Pick<RecentPlace, 'kind' | 'target'>,
): boolean {
  return one.kind === other.kind && one.target === other.target;
}

function write(list: readonly RecentPlace[]): void {
  try {
    mkdirSync(dirname(listPath()), { recursive: true, mode: 0o700 });
    writeFileSync(listPath(), JSON.stringify(list, undefined, 2));
  } catch {
    // a state folder that cannot be written costs the list and nothing else
  }
}

function listPath(): string {
  return join(stateFolder(), 'places.json');
}
