import { describe, expect, test } from 'vitest';
import { launchFile, launchLayout } from '../../electron/launch-file.ts';

describe('what a start names', () => {
  test('a file behind Chromium’s switches, from the sources and from a package', () => {
    const argv = ['/usr/bin/electron', '--no-sandbox', '/app', 'x.pcapng'];
    expect(launchFile(argv, false, '/here')).toBe('/here/x.pcapng');
    expect(launchFile(['/opt/ringside', '/there/x.pcapng'], true, '/here')).toBe('/there/x.pcapng');
  });

  test('a layout, which is no file', () => {
    const argv = ['/usr/bin/electron', '/app', '--layout=glitch-hunt'];
    expect(launchLayout(argv)).toBe('glitch-hunt');
    expect(launchFile(argv, false, '/here')).toBeUndefined();
    expect(launchLayout(['/opt/ringside', '--layout='])).toBeUndefined();
  });

  test('nothing', () => {
    expect(launchFile(['/usr/bin/electron', '/app'], false, '/here')).toBeUndefined();
    expect(launchFile(['/opt/ringside', '--enable-logging'], true, '/here')).toBeUndefined();
  });
});
