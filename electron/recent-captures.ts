/** The captures that were recorded or saved last, kept in one small JSON file. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import type { RecentCapture } from '../src-core/contract.ts';
import { stateFolder } from './capture-disk.ts';

const KEPT = 20;

const Recent = v.array(
  v.object({
    path: v.string(),
    title: v.string(),
    savedAtUnixMs: v.number(),
    bytes: v.number(),
    messages: v.number(),
    lengthNs: v.exactOptional(v.number()),
    worst: v.exactOptional(
      v.object({
        rule: v.string(),
        severity: v.picklist(['error', 'warning', 'note']),
        count: v.number(),
      }),
    ),
  }),
);

/** Newest first; files that are gone are left out. An unreadable list counts as empty. */
export function recentCaptures(): RecentCapture[] {
  try {
    const read = v.safeParse(Recent, JSON.parse(readFileSync(listPath(), 'utf8')));
    return read.success ? read.output.filter(({ path }) => existsSync(path)) : [];
  } catch {
    return []; // the first start, or a damaged list: nothing is lost but convenience
  }
}

export function rememberCapture(capture: RecentCapture): void {
  const path = resolve(capture.path);
  const others = recentCaptures().filter((known) => known.path !== path);
  const list = [{ ...capture, path }, ...others].slice(0, KEPT);
  try {
    mkdirSync(dirname(listPath()), { recursive: true, mode: 0o700 });
    writeFileSync(listPath(), JSON.stringify(list, undefined, 2));
  } catch {
    // a state folder that cannot be written costs the list of recents and nothing else
  }
}

function listPath(): string {
  return join(stateFolder(), 'recent.json');
}
