import { describe, expect, test } from 'vitest';
import { launchFile } from '../../electron/launch-file.ts';

describe('what a start names', () => {
  test('a file behind Chromium’s switches, from the sources and from a package', () => {
    const argv = ['/usr/bin/electron', '--no-sandbox', '/app', 'x.pcapng'];
    expect(launchFile(argv, false, '/here')).toBe('/here/x.pcapng');
    expect(launchFile(['/opt/ringside', '/there/x.pcapng'], true, '/here')).toBe('/there/x.pcapng');
  });

  test('nothing', () => {
    expect(launchFile(['/usr/bin/electron', '/app'], false, '/here')).toBeUndefined();
    expect(launchFile(['/opt/ringside', '--enable-logging'], true, '/here')).toBeUndefined();
  });
});
