/** What opening a capture came to, in sentences: what is missing, and why. */
import type { ReadSoFar } from './capture-reader.ts';

/** Sentences for what is not as it should be; none for a whole file of one capture. */
export function readReport(read: ReadSoFar): string[] {
  const { holes, holeBytes, cutAt, totalBytes } = read;
  const inside = holes - (cutAt >= 0 ? 1 : 0);
  const insideBytes = holeBytes - (cutAt >= 0 ? totalBytes - cutAt : 0);
  const sentences: string[] = [];
  if (inside > 0) {
    const places = inside === 1 ? 'in one place' : `in ${inside} places`;
    sentences.push(
      `It is damaged ${places}: ${insideBytes} bytes could not be read, each hole is marked in the timeline.`,
    );
  }
  if (cutAt >= 0) {
    sentences.push(
      `It is cut off: ${totalBytes - cutAt} bytes at the end, from byte ${cutAt} on, are no whole entry.`,
    );
  }
  if (read.damagedPackets > 0) {
    sentences.push(`${plural(read.damagedPackets, 'entry is', 'entries are')} damaged inside.`);
  }
  if (read.absentEntries > 0) {
    sentences.push(
      `${plural(read.absentEntries, 'entry is', 'entries are')} not in the file: never recorded, or taken out by another program.`,
    );
  }
  if (read.repeatedPackets > 0) {
    sentences.push(
      `${plural(read.repeatedPackets, 'packet', 'packets')} came twice or out of order and ${read.repeatedPackets === 1 ? 'was' : 'were'} left out; captures that were merged are best opened one by one.`,
    );
  }
  if (read.foreignPackets > 0) {
    sentences.push(
      `${plural(read.foreignPackets, 'packet', 'packets')} of other programs left out.`,
    );
  }
  return sentences;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
