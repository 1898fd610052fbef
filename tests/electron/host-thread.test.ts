import { expect, test } from 'vitest';
import { threadUrl } from '../../electron/host-thread.ts';

test('the thread is looked for beside its program, and in a package beside the archive', () => {
  expect(threadUrl('file:///opt/x/dist/cli.js').href).toBe('file:///opt/x/dist/device-thread.js');
  const packaged = 'file:///opt/Ringside/resources/app.asar/dist/main.js';
  expect(threadUrl(packaged).href).toBe(
    'file:///opt/Ringside/resources/app.asar.unpacked/dist/device-thread.js',
  );
});
