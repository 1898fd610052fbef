/** What the host answers is shown at the begin of a redraw, as much as fits into it: the page is laid out once for all of it,
 *  nobody asks for more than is seen, and where the machine is busy everything live moves less often instead of late. */

/** Of the time between two redraws; the rest is the browser's, which lays out and paints. */
const BUDGET_MS = 5;

type Work = () => void;

const waiting: Work[] = [];
const paints = new Set<Work>();
let request: number | undefined;
let commit: (work: Work) => void = (work) => work();

/** `flush` does a work and everything that follows from it in the page, at once: React's `flushSync`, which the first script
 *  does not have. */
export function commitWith(flush: (work: Work) => void): void {
  commit = flush;
  // a redraw that was asked for does not come while the page is hidden
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) doAll(Number.POSITIVE_INFINITY);
  });
}

/** What waits is of a host that is gone. */
export function dropRedraws(): void {
  if (request !== undefined) cancelAnimationFrame(request);
  request = undefined;
  waiting.length = 0;
  if (paints.size > 0) askForRedraw();
}

/** Does it with the next redraw, or one of those after it; at once where nothing is drawn. */
export function withRedraw(work: Work): void {
  waiting.push(work);
  if (document.hidden) doAll(Number.POSITIVE_INFINITY);
  else askForRedraw();
}

/** Paints in the same redraw as the work that asks for it; each once, however often it was asked for. */
export function paintWithRedraw(paint: Work): void {
  paints.add(paint);
  askForRedraw();
}

export function cancelPaint(paint: Work): void {
  paints.delete(paint);
}

function askForRedraw(): void {
  request ??= requestAnimationFrame(() => {
    request = undefined;
    paintAll();
    doAll(BUDGET_MS);
  });
}

function doAll(budgetMs: number): void {
  const endMs = performance.now() + budgetMs;
  let work = waiting.shift();
  while (work !== undefined) {
    const now = work;
    commit(now);
    paintAll();
    work = performance.now() < endMs ? waiting.shift() : undefined;
  }
  if (waiting.length > 0) askForRedraw();
}

function paintAll(): void {
  for (const paint of paints) {
    paints.delete(paint);
    paint();
  }
}
