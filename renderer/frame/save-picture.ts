/** A panel's charts as a picture whose caption says of which session, which stretch of time and which filter they are, and its
 *  tables as text beside it. */
import { QUEUE_NAMES } from '../../src-core/spec/sound.ts';
import { formatTime } from '../canvas/time-scale.ts';
import { viewOf } from '../store/own-views.ts';
import { filterWords } from '../store/saved-filters.ts';
import { notify, useSession } from '../store/session.ts';
import type { PanelId } from '../store/view.ts';
import { themeNow } from '../theme.ts';
import { saveBlob } from '../ui/save-text.ts';
import { panelWindows } from '../windows.ts';

const CAPTION_PX = 20;
const GAP_PX = 8;
const MOST_ROWS = 5000;

/** Of the panel that was used last. Says so where it has nothing to draw. */
export async function savePicture(panel: PanelId, title: string): Promise<void> {
  const root = panelRoot(panel);
  const canvases = [...(root?.querySelectorAll('canvas') ?? [])].filter(
    ({ width, height }) => width > 1 && height > 1,
  );
  const tables = root === undefined ? '' : tablesOf(root);
  if (canvases.length === 0 && tables === '') {
    const what = `${title} has no chart and no table now: there is nothing to save.`;
    notify({
      severity: 'info',
      code: 'no-picture',
      what,
      action: 'Click into another panel first.',
    });
    return;
  }
  const lines = captionOf(panel, title);
  const name = `ringside-${panel}-${Math.floor(viewOf(panel).getState().range.fromNs / 1e6)}ms`;
  if (canvases.length > 0) {
    const blob = await pictureOf(canvases, lines);
    if (blob !== null) saveBlob(`${name}.png`, blob);
  }
  if (tables !== '') {
    const comments = lines.map((line) => `# ${line}`).join('\n');
    saveBlob(
      `${name}.tsv`,
      new Blob([`${comments}\n${tables}`], { type: 'text/tab-separated-values' }),
    );
  }
}

/** What is needed to know what one looks at: session, range, filter. A wave or a ring has an axis of its own, in the picture. */
export function captionOf(panel: PanelId, title: string): readonly string[] {
  const { status } = useSession.getState();
  const { range, filter, cursorNs } = viewOf(panel).getState();
  const words = filterWords(filter, QUEUE_NAMES);
  const started = status ? new Date(status.startedAtUnixMs).toISOString() : '';
  const cursor = cursorNs === undefined ? '' : ` · cursor ${formatTime(cursorNs, 6)}`;
  return [
    `${title} · ${status?.title ?? 'no session'}${status?.simulated === true ? ' (simulated)' : ''} · ${started}`,
    `${panel === 'timeline' ? '' : 'the window’s range: '}${formatTime(range.fromNs, 6)} … ${formatTime(range.toNs, 6)}${cursor} · ${words === '' ? 'no filter' : `filter: ${words}`}`,
  ];
}

function panelRoot(panel: PanelId): HTMLElement | undefined {
  for (const { document } of panelWindows()) {
    const found = document.querySelector<HTMLElement>(
      `[data-panel="${panel}"],[data-dock-panel="${panel}"]`,
    );
    if (found !== null) return found;
  }
  return undefined;
}

/** Canvases where they stand in the panel, the caption below. */
function pictureOf(
  canvases: readonly HTMLCanvasElement[],
  lines: readonly string[],
): Promise<Blob | null> {
  const boxes = canvases.map((canvas) => ({ canvas, box: canvas.getBoundingClientRect() }));
  const left = Math.min(...boxes.map(({ box }) => box.left));
  const top = Math.min(...boxes.map(({ box }) => box.top));
  const right = Math.max(...boxes.map(({ box }) => box.right));
  const bottom = Math.max(...boxes.map(({ box }) => box.bottom));
  const ratio = Math.max(1, globalThis.devicePixelRatio || 1);
  const widthPx = Math.max(480, right - left) + 2 * GAP_PX;
  const heightPx = bottom - top + 2 * GAP_PX + lines.length * CAPTION_PX;
  const picture = document.createElement('canvas');
  picture.width = Math.round(widthPx * ratio);
  picture.height = Math.round(heightPx * ratio);
  const ctx = picture.getContext('2d');
  if (ctx === null) return Promise.resolve(null);
  const theme = themeNow(viewOf('timeline').getState().themeChoice);
  ctx.scale(ratio, ratio);
  ctx.fillStyle = theme.panel;
  ctx.fillRect(0, 0, widthPx, heightPx);
  for (const { canvas, box } of boxes) {
    ctx.drawImage(canvas, box.left - left + GAP_PX, box.top - top + GAP_PX, box.width, box.height);
  }
  ctx.fillStyle = theme.text;
  ctx.font = `12px ${theme.fontMono}`;
  ctx.textBaseline = 'middle';
  lines.forEach((line, nth) => {
    const y = bottom - top + 2 * GAP_PX + (nth + 0.4) * CAPTION_PX;
    ctx.fillText(line, GAP_PX, y, widthPx - 2 * GAP_PX);
  });
  return new Promise((resolve) => picture.toBlob(resolve, 'image/png'));
}

/** The tables and grids of a panel, a line a row, as they stand on the screen. */
export function tablesOf(root: ParentNode): string {
  const rows = [...root.querySelectorAll('tr, [role=row]')].slice(0, MOST_ROWS);
  return rows
    .map((row) =>
      [...row.querySelectorAll('th, td, [role=gridcell], [role=columnheader]')]
        .map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim())
        .join('\t'),
    )
    .filter((line) => line.trim() !== '')
    .join('\n');
}
