/** Several rows at once: from where they were begun up to a row, or one more; and their text for the clipboard. */
import type { MessageFilter } from '../../../src-core/contract-data.ts';
import type { MessageLines } from '../../../src-core/contract-messages.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { viewOf } from '../../store/own-views.ts';
import { ask, notify } from '../../store/session.ts';
import {
  type MessageSelection,
  selectedMessages,
  selectMessage,
  selectSeveral,
} from '../../store/view.ts';
import { copyText } from '../../ui/copy-button.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import { useMessageChoices } from './messages-choices.ts';
import { isFiltering } from './messages-model.ts';

const BY = 'messages';
let latest = 0;

/** Selects the rows between the first that was selected and this one. What was asked for later goes first. */
export async function selectUpTo(row: number): Promise<void> {
  const turn = ++latest;
  const { selection, filter } = viewOf(BY).getState();
  const { collapse } = useMessageChoices.getState();
  const anchor = anchorOf(selection.kind === 'message' ? selection : undefined);
  const begun = anchor === undefined ? row : await placeOf(anchor, filter, collapse);
  const wanted = Math.abs(row - begun) + 1;
  const count = Math.min(wanted, LIMITS.rowsPerRequest);
  const first = row < begun ? begun - count + 1 : begun;
  const method = collapse ? 'messageRuns' : 'messages';
  const slice = await ask(method, { first: Math.max(0, first), count, filter });
  if (turn !== latest || slice === undefined) return;
  if (wanted > count) {
    const what = `At most ${formatCount(count)} messages are selected at once.`;
    notify({ severity: 'info', code: 'selection-full', what });
  }
  choose([...slice.index], row < begun ? slice.index[0] : slice.index.at(-1), anchor);
}

/** Adds a message to what is selected, or takes it out. */
export function toggleSelected(index: number): void {
  latest++;
  const before = selectedMessages(viewOf(BY).getState());
  const rest = before.filter((other) => other !== index);
  const isOut = rest.length < before.length;
  const now = isOut ? rest : [...rest, index].sort((a, b) => a - b);
  choose(now.slice(-LIMITS.rowsPerRequest), isOut ? rest.at(-1) : index, undefined);
}

/** Copies what is selected, with the columns that the user added; says so. */
export async function copySelected(format: MessageLines['format']): Promise<void> {
  const indexes = selectedMessages(viewOf(BY).getState());
  const { fields } = useMessageChoices.getState();
  const lines = await ask('messageLines', { indexes, format, fields });
  if (lines === undefined) return;
  const isCopied = await copyText(lines.text);
  const what = isCopied
    ? `${formatPlural(indexes.length, 'message')} copied as ${FORMAT_WORDS[format]}.`
    : 'The browser does not let the page copy.';
  notify({ severity: isCopied ? 'info' : 'warning', code: 'copied', what });
}

const FORMAT_WORDS = {
  tsv: 'tab-separated text',
  jsonl: 'JSON lines',
  filter: 'a filter',
} as const;

function choose(
  indexes: readonly number[],
  lead: number | undefined,
  anchor: number | undefined,
): void {
  if (lead === undefined) return;
  if (indexes.length < 2) selectMessage(lead, BY, viewOf(BY));
  else {
    const several = { index: lead, by: BY, also: indexes, anchor: anchor ?? lead };
    selectSeveral(several, viewOf(BY));
  }
}

function anchorOf(selection: MessageSelection | undefined): number | undefined {
  return selection?.anchor ?? selection?.index;
}

async function placeOf(index: number, filter: MessageFilter, collapse: boolean): Promise<number> {
  if (!isFiltering(filter) && !collapse) return index;
  const place = await ask(collapse ? 'messageRunOf' : 'messageRow', { index, filter });
  return Math.max(0, place?.row ?? 0);
}
