/** What the find field means, and the steps through what it finds. */
import { findExpression, openFind, useFind } from '../../store/colour-rules.ts';
import { usePull } from '../../store/pull.ts';
import { ask } from '../../store/session.ts';
import { stepMessage } from '../../store/step-message.ts';
import { showTab } from '../../store/view.ts';
import { setDepth } from './messages-choices.ts';

const NO_NAMES: readonly string[] = [];

/** Empty while nothing is searched for. */
export function useFindExpression(): string {
  const text = useFind((find) => find.text)?.trim() ?? '';
  const { data } = usePull('fieldList', {}, { live: false, enabled: text !== '' });
  return text === '' ? '' : findExpression(text, data?.map(({ name }) => name) ?? NO_NAMES);
}

export function isFinding(): boolean {
  return (useFind.getState().text?.trim() ?? '') !== '';
}

export function showFind(): void {
  showTab('messages');
  setDepth('messages');
  openFind();
}

export function findNext(by: 1 | -1): void {
  if (isFinding()) void step(by);
}

async function step(by: 1 | -1): Promise<void> {
  const text = useFind.getState().text ?? '';
  const fields = await ask('fieldList', {});
  const expression = findExpression(text, fields?.map(({ name }) => name) ?? NO_NAMES);
  await stepMessage({ expression }, by, `message that “${text.trim()}” finds`);
}
