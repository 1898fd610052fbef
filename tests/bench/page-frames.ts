// What the bench of the window runs inside the page: each function stands alone, as it is sent there as text.

/** Keeps when the page had painted the first element that fits. */
export function markPaint(selector: string): void {
  const page = window as Window & { paintedMs?: number };
  const watcher = new MutationObserver(() => {
    if (document.querySelector(selector) === null) return;
    watcher.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => {
        page.paintedMs = performance.now();
      }),
    );
  });
  watcher.observe(document, { childList: true, subtree: true });
}

/** The same for another element, in `usableMs`. */
export function markUsable(selector: string): void {
  const page = window as Window & { usableMs?: number };
  const watcher = new MutationObserver(() => {
    if (document.querySelector(selector) === null) return;
    watcher.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => {
        page.usableMs = performance.now();
      }),
    );
  });
  watcher.observe(document, { childList: true, subtree: true });
}

export function framesOf(count: number): Promise<number[]> {
  return new Promise((resolve) => {
    const times: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      times.push(now - last);
      last = now;
      if (times.length < count) requestAnimationFrame(next);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(next);
  });
}

export function framesFor(ms: number): Promise<number[]> {
  return new Promise((resolve) => {
    const times: number[] = [];
    const from = performance.now();
    let last = from;
    const next = (now: number) => {
      times.push(now - last);
      last = now;
      if (now - from < ms) requestAnimationFrame(next);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(next);
  });
}

export function scrollFrames(count: number): Promise<number[]> {
  const grid = document.querySelector('[data-panel=messages] [role=grid] > *') ?? document.body;
  return new Promise((resolve) => {
    const times: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      times.push(now - last);
      last = now;
      const deltaY = times.length < count / 2 ? -1100 : 1100;
      grid.dispatchEvent(new WheelEvent('wheel', { deltaY, bubbles: true, cancelable: true }));
      if (times.length < count) requestAnimationFrame(next);
      else resolve(times.slice(1));
    };
    requestAnimationFrame(next);
  });
}

export function keyToPaint(key: string): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const from = performance.now();
      const target = document.activeElement ?? document.body;
      target.dispatchEvent(
        new KeyboardEvent('keydown', { key, code: `Key${key.toUpperCase()}`, bubbles: true }),
      );
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
    });
  });
}

/** As `keyToPaint`, with nothing to do but clear a canvas. */
export function canvasToPaint(): Promise<number> {
  const canvas = document.querySelector('canvas') ?? document.createElement('canvas');
  if (!canvas.isConnected) document.body.append(canvas);
  canvas.width = 2000;
  canvas.height = 300;
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const from = performance.now();
      canvas.getContext('2d')?.clearRect(0, 0, 2000, 300);
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
    });
  });
}

/** From a press of the button in `panel` that says `words`, to the redraw that shows it. */
export function clickToPaint([panel, words]: readonly [string, string]): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const from = performance.now();
      const buttons = [...document.querySelectorAll<HTMLElement>(`[data-panel=${panel}] button`)];
      buttons.find(({ textContent }) => textContent === words)?.click();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
    });
  });
}

/** Keeps for `changedMs` when something in the element changed next, painted. */
export function watchChange(selector: string): void {
  const page = window as Window & { changedMs?: number | undefined; fromMs?: number };
  page.changedMs = undefined;
  page.fromMs = performance.now();
  const watcher = new MutationObserver(() => {
    watcher.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => {
        page.changedMs = performance.now() - (page.fromMs ?? 0);
      }),
    );
  });
  const element = document.querySelector(selector) ?? document.body;
  watcher.observe(element, { childList: true, subtree: true, characterData: true });
}

/** `undefined` until it has changed. */
export function changedAfter(): number | undefined {
  return (window as Window & { changedMs?: number }).changedMs;
}
