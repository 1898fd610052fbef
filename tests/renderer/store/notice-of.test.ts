import { expect, test } from 'vitest';
import { noticeOf, stillWorks } from '../../../renderer/store/notice-of.ts';
import { RemoteError } from '../../../src-core/rpc.ts';

test('what the user can mend is told as it is, and our own fault with its text to copy', () => {
  const refused = noticeOf(new RemoteError('no-folder', 'There is no such folder.', 'Create it.'));
  expect(refused).toMatchObject({ what: 'There is no such folder.', action: 'Create it.' });
  const broken = noticeOf(new RemoteError('internal-error', 'Error: x\n  at y'));
  expect(broken).toMatchObject({
    raw: 'Error: x\n  at y',
    what: expect.stringMatching(/our mistake/),
  });
  expect(noticeOf(new TypeError('z')).raw).toContain('TypeError: z');
});

test('an error says what it left alone', () => {
  expect(stillWorks(null, true)).toMatch(/on this page works/);
  expect(stillWorks(null, false)).toMatch(/tried again/);
});
