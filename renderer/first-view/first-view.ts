/** The first thing in the window: its parts where they were when it was left, and the first rows of the message table. The
 *  app, with all that can be done in it, comes some hundred milliseconds later and takes its place. */
import type { MessageColumns } from '../../src-core/contract-data.ts';
import { useMessageChoices } from '../panels/messages/messages-choices.ts';
import { messageColumns, messageRowClass } from '../panels/messages/messages-columns.tsx';
import { RowCache } from '../panels/messages/messages-model.ts';
import { waitAhead } from '../store/ahead.ts';
import { endingsOf } from '../store/endings.ts';
import { FIRST_ASKED } from '../store/message-slices.ts';
import { isReadWhole } from '../store/read-whole.ts';
import { type SessionState, useSession } from '../store/session.ts';
import { paramsIn } from '../store/stream-facts.ts';
import { sharedView } from '../store/view.ts';
import { applyTheme, themeNow } from '../theme.ts';
import { BAR_PX, columnTemplate, fittingColumns } from '../ui/fitting-columns.ts';
import { lastTop, shownRows } from '../ui/table-scroll.ts';
import tableStyles from '../ui/virtual-table.module.css';
import styles from './first-view.module.css';
import { type Box, readShape, type Shape } from './shape.ts';
import { appendNode } from './static-node.ts';

const ROW_PX = 22;
const HEADING_PX = 24;
/** Whoever has not answered by then is not waited for. */
const LONGEST_WAIT_MS = 500;
/** The app did not come: it has something else to say. */
const LONGEST_SHOWN_MS = 4000;
/** The app came, and has its message table behind other panels now. */
const LONGEST_BEHIND_DOCK_MS = 600;

/** Resolves once it is painted, or as soon as it is clear that there is nothing to paint. */
export async function showFirstView(body: HTMLElement): Promise<void> {
  const shape = readShape();
  const { depth, collapse, fields } = useMessageChoices.getState();
  const isOtherLayout = new URLSearchParams(window.location.search).has('layout');
  const isPlain = depth === 'messages' && !collapse && fields.length === 0 && !isOtherLayout;
  if (shape === undefined || !isPlain) return;
  applyTheme(themeNow(sharedView.getState().themeChoice), document.documentElement);
  const rows = await Promise.race([fetchRows(shape.table), after(LONGEST_WAIT_MS)]);
  if (rows === undefined) return;
  const view = frameOf(shape);
  view.append(tableOf(shape.table, rows));
  body.append(view);
  removeBehindApp(view);
  await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

interface FirstRows {
  readonly slice: MessageColumns;
  readonly topRow: number;
  readonly context: Parameters<typeof messageColumns>[0];
}

async function fetchRows(table: Box): Promise<FirstRows | undefined> {
  const { client, status } = await sessionThat(
    ({ client, status }) => client !== undefined && status !== undefined,
  );
  if (client === undefined || status === null || status === undefined) return undefined;
  const [first, tracks, setup] = await Promise.all([
    waitAhead('messages', FIRST_ASKED),
    waitAhead('tracks', {}),
    waitAhead('setup', {}),
  ]);
  if (first === undefined || first.all === 0) return undefined;
  const heightPx = table.height - HEADING_PX;
  const view = { rowCount: first.all, heightPx, rowPx: ROW_PX };
  const topRow = isReadWhole(status) ? 0 : lastTop(view);
  const shown = shownRows(view, topRow);
  const isThere = shown.first + shown.count <= first.first + first.count;
  const slice = isThere ? first : await client.call('messages', { ...shown, filter: {} });
  const { delta } = useMessageChoices.getState();
  const { messages, endNs } = status;
  const paramsOf = paramsIn(tracks, status.streams);
  const endings = setup === undefined ? [] : endingsOf(setup);
  return { slice, topRow, context: { paramsOf, endings, delta, messages, endNs } };
}

function sessionThat(holds: (session: SessionState) => boolean): Promise<SessionState> {
  return new Promise((resolve) => {
    const look = (session: SessionState) => {
      if (!holds(session)) return;
      stop();
      resolve(session);
    };
    const stop = useSession.subscribe(look);
    look(useSession.getState());
  });
}

// Its elements. They are a picture: whoever listens to the page instead of looking at it hears the app.

function frameOf({ groups }: Shape): HTMLElement {
  const view = element(styles.view);
  view.inert = true;
  view.setAttribute('aria-hidden', 'true');
  view.dataset.firstView = '';
  view.append(element(styles.top), element(styles.bottom));
  for (const group of groups) {
    const box = place(element(styles.group), group);
    const tabs = element(styles.tabs);
    for (const { title, leftPx, isFront } of group.tabs) {
      const tab = element(`${styles.tab} ${isFront ? styles.front : ''}`);
      tab.style.left = `${leftPx - group.left}px`;
      tab.textContent = title;
      tabs.append(tab);
    }
    box.append(tabs);
    view.append(box);
  }
  return view;
}

function tableOf(box: Box, { slice, topRow, context }: FirstRows): HTMLElement {
  const { hidden, delta } = useMessageChoices.getState();
  const wanted = messageColumns(context).filter(({ id }) => !hidden.includes(id));
  const { shown: columns } = fittingColumns(wanted, box.width - BAR_PX);
  const template = columnTemplate(columns);
  const line = (className: string | undefined) => {
    const made = element(className);
    made.style.gridTemplateColumns = template;
    return made;
  };
  const heading = line(tableStyles.heading);
  const rows = element(tableStyles.body);
  for (const { title, align } of columns) heading.append(cell(align, title));
  const cache = new RowCache();
  cache.take(slice, delta);
  const view = { rowCount: slice.all, heightPx: box.height - HEADING_PX, rowPx: ROW_PX };
  const { first, count } = shownRows(view, topRow);
  for (let row = first; row < first + count; row++) {
    const value = cache.at(row);
    if (value === undefined) continue;
    const odd = row % 2 === 1 ? tableStyles.odd : '';
    const made = line(`${tableStyles.row} ${odd} ${messageRowClass(value) ?? ''}`);
    made.dataset.firstRow = '';
    made.style.top = `${Math.round((row - topRow) * ROW_PX)}px`;
    for (const column of columns) made.append(cell(column.align, column.cell(value)));
    rows.append(made);
  }
  const wide = element(tableStyles.wide);
  wide.append(heading, rows);
  const grid = element(tableStyles.grid);
  grid.append(wide);
  const table = place(element(styles.table), box);
  table.append(grid);
  return table;
}

function cell(align: 'left' | 'right' | undefined, node: React.ReactNode): HTMLElement {
  const made = element(align === 'right' ? tableStyles.right : '');
  appendNode(made, node);
  return made;
}

function element(className: string | undefined): HTMLElement {
  const made = document.createElement('div');
  made.className = className ?? '';
  return made;
}

function place(made: HTMLElement, { left, top, width, height }: Box): HTMLElement {
  Object.assign(made.style, {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
  return made;
}

/** It goes in the redraw in which the app's own table has rows. */
function removeBehindApp(view: HTMLElement): void {
  const fromMs = performance.now();
  let dockMs = Number.POSITIVE_INFINITY;
  const look = (nowMs: number) => {
    const isThere = document.querySelector('#root [role="gridcell"]') !== null;
    if (document.querySelector('#root .dv-groupview') !== null) dockMs = Math.min(dockMs, nowMs);
    const isLate = nowMs - dockMs > LONGEST_BEHIND_DOCK_MS || nowMs - fromMs > LONGEST_SHOWN_MS;
    const { status, connection } = useSession.getState();
    const isInVain = connection === 'lost' || connection === 'refused';
    if (isThere || isLate || status === null || isInVain) view.remove();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
