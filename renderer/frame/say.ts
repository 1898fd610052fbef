/** Says what is at the cursor, on demand: shown as a note, which screen readers read out. */
import { formatDuration, formatTime } from '../canvas/time-scale.ts';
import { sentenceOf } from '../panels/inspector/inspector-model.ts';
import { waveSentence } from '../panels/waveform/waveform-commands.ts';
import { queueName, rowAt } from '../store/message-row.ts';
import { activeView } from '../store/own-views.ts';
import { ask, notify } from '../store/session.ts';
import type { ViewState } from '../store/view.ts';
import { formatCount, formatPlural } from '../ui/format.ts';

export async function sayCursor(): Promise<void> {
  const view = activeView().getState();
  const parts = [cursorText(view), await selectionText(view), waveSentence()];
  const said = parts.filter((part) => part !== '').join(' ');
  const what = said === '' ? 'There is no cursor, and nothing is selected.' : said;
  notify({ severity: 'info', code: 'said', what });
}

function cursorText({ cursorNs }: ViewState): string {
  return cursorNs === undefined ? '' : `Cursor at ${formatTime(cursorNs, 6)}.`;
}

async function selectionText({ selection, cursorNs }: ViewState): Promise<string> {
  if (selection.kind === 'range') {
    const { fromNs, toNs } = selection;
    const found = await ask('latency', { fromNs, toNs });
    const area = `Area of ${formatDuration(toNs - fromNs)} from ${formatTime(fromNs, 6)}`;
    return `${area}: ${formatPlural(found?.rows ?? 0, 'message')}.`;
  }
  if (selection.kind === 'message') {
    const several = selection.also?.length ?? 0;
    const more = several > 1 ? `${formatCount(several)} selected, among them ` : '';
    return more + (await messageText(selection.index));
  }
  if (cursorNs === undefined) return '';
  const next = await ask('messageAt', { atNs: cursorNs });
  return next === undefined || next.index < 0 ? '' : `Next: ${await messageText(next.index)}`;
}

async function messageText(index: number): Promise<string> {
  const detail = await ask('message', { index });
  if (detail === undefined || detail === null) return `Message ${formatCount(index)}.`;
  const row = rowAt(detail.row, 0);
  const where = `${queueName(row.queue)}, popped at ${formatTime(row.poppedNs, 6)}`;
  return `Message ${formatCount(index)}, ${where}. ${sentenceOf(row, detail)}`;
}
