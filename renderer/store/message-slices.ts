/** Which rows of the messages are asked for at once. */

const PAGE = 64;
const MARGIN = 128;
/** Rows that a table is taken to show before it was measured. */
export const FIRST_ROWS = 40;

/** The slice to ask for: the visible rows with a margin, in steps, so that scrolling a little asks for nothing new. */
export function sliceFor(first: number, count: number): { first: number; count: number } {
  const from = Math.max(0, Math.floor((first - MARGIN) / PAGE) * PAGE);
  const to = Math.ceil((first + count + MARGIN) / PAGE) * PAGE;
  return { first: from, count: to - from };
}

/** What the message table asks first, word for word: it is asked for before the table's code is there. */
export const FIRST_ASKED = { ...sliceFor(0, FIRST_ROWS), filter: {} };
