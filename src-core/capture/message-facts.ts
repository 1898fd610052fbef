/** What the table of messages takes of an entry. */
import { readLe32 } from '../spec/layout.ts';
import type { EntryBody } from './entry.ts';
import type { PoppedFacts, UsedFacts } from './messages.ts';

export function poppedFacts({ queue, chain, body }: EntryBody & { kind: 'popped' }): PoppedFacts {
  const { head, readableBytes, writableBytes } = chain;
  const words = { firstWord: readLe32(body, 0), secondWord: readLe32(body, 4) };
  return { queue, head, readableBytes, writableBytes, bodyBytes: body.length, ...words };
}

export function usedFacts({
  popped,
  queue,
  writtenBytes,
  reply,
}: EntryBody & { kind: 'used' }): UsedFacts {
  const words = { firstWord: readLe32(reply, 0), secondWord: readLe32(reply, 4) };
  return { popped, queue, writtenBytes, replyBytes: reply.length, ...words };
}
