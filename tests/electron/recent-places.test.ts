// Places that were used before: newest first, a few of each kind, whatever was kept.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetPlace, recentPlaces, rememberPlace } from '../../electron/recent-places.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-places-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const targets = (kind: string) =>
  recentPlaces()
    .filter((place) => place.kind === kind)
    .map(({ target }) => target);

test('the newest comes first, each once, and only a few of each kind are kept', () => {
  const trace = join(folder, 'trace.log');
  writeFileSync(trace, '');
  rememberPlace({ kind: 'trace', target: trace, isFollowed: true });
  for (const target of ['/a', '/b', '/c', '/d', '/e', '/f', '/b', 'localhost:4444']) {
    rememberPlace({ kind: 'qemu', target });
  }
  expect(targets('qemu')).toEqual(['localhost:4444', '/b', '/f', '/e', '/d']);
  expect(recentPlaces()[0]).toEqual({ kind: 'trace', target: trace, isFollowed: true });
  forgetPlace({ kind: 'qemu', target: '/f' });
  expect(targets('qemu')).toEqual(['localhost:4444', '/b', '/e', '/d']);
  rmSync(trace);
  expect(targets('trace')).toEqual([]);
});

test('what was kept by something else is left out', () => {
  const state = join(folder, 'ringside');
  mkdirSync(state);
  for (const kept of [
    '',
    '{',
    '7',
    '[{"kind":"qemu","target":3}]',
    '[{"kind":"x","target":"/a"}]',
  ]) {
    writeFileSync(join(state, 'places.json'), kept);
    expect(recentPlaces()).toEqual([]);
  }
});
