// The names that a build replaces by values; electron/globals.d.ts and renderer/globals.d.ts declare them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
);

function versionOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'version' in value) {
    return String(value.version);
  }
  throw new Error('package.json has no version');
}

/** For Vite's and Vitest's `define`. */
export const defines = { RINGSIDE_VERSION: JSON.stringify(versionOf(manifest)) };
