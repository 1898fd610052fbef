/** Opens a capture or a trace that the user gave to the page: by its path where the page may know it, else handed over. */
import { noticeOf } from '../store/notice-of.ts';
import { notify, useSession } from '../store/session.ts';
import { handOver } from './hand-over.ts';
import { problemText } from './problem-text.ts';

/** What was handed over last: only this page can read it again. */
let last: File | undefined;

/** Shows another sound device of the trace that was handed over last. False where there is none. */
export function handOverAgain(title: string, device: string): boolean {
  if (last === undefined || last.name !== title) return false;
  const again = last;
  tryToOpen(again, device).catch((thrown) => notify(noticeOf(thrown)));
  return true;
}

/** What went wrong becomes a notice. */
export async function openFile(file: File): Promise<void> {
  if (hasGuest()) {
    notify(GUEST_FIRST);
    return;
  }
  try {
    await tryToOpen(file);
  } catch (thrown) {
    notify(isUnreadable(thrown) ? unreadable(file.name) : noticeOf(thrown));
  }
}

/** A guest must not lose its device by a slip of the hand. */
function hasGuest(): boolean {
  const { status } = useSession.getState();
  return status?.kind === 'vhost-user' && status.phase === 'live';
}

const GUEST_FIRST = {
  severity: 'warning',
  code: 'guest-attached',
  what: 'A guest is attached: another session would take its sound device away.',
  action: 'Stop its session first, or open the file in a new window (session menu).',
} as const;

/** The same, rejecting with what went wrong. `device`: of a trace with several sound devices the one to show. */
export async function tryToOpen(file: File, device?: string): Promise<void> {
  const { client } = useSession.getState();
  if (client === undefined) throw new Error('There is no connection to the host.');
  const chosen = device === undefined ? {} : { device };
  const path = window.link?.pathOf?.(file) ?? '';
  last = path === '' ? file : undefined;
  if (path === '') await handOver(client, file, { name: file.name, ...chosen });
  else if (device === undefined) await client.call('openCapture', { path });
  else await client.call('openTrace', { path, device });
}

/** What `tryToOpen` threw, for a line in a card. */
export function openText(thrown: unknown): string {
  if (!isUnreadable(thrown)) return problemText(thrown);
  const { what, action } = unreadable('the file');
  return `${what} ${action}`;
}

/** The browser cannot read it: a folder, or a file that was changed or removed since it was given. */
function isUnreadable(thrown: unknown): boolean {
  return thrown instanceof DOMException;
}

function unreadable(name: string) {
  return {
    severity: 'error',
    code: 'file-unreadable',
    what: `The browser cannot read ${name}: it is a folder, or it was changed or removed since it was given to the page.`,
    action: 'Give it to the page again.',
  } as const;
}
