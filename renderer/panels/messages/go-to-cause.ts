/** From a message to what its findings blame: the first other message that is evidence, else the findings themselves. */
import { ask, notify } from '../../store/session.ts';
import { selectMessage, showTab, type View } from '../../store/view.ts';
import { openRules } from '../findings/findings-choices.ts';

export async function goToCause(index: number, view: View): Promise<void> {
  const detail = await ask('message', { index });
  if (detail === undefined || detail === null) return;
  const others = detail.violations.flatMap(({ evidence }) => evidence);
  const cause = others.find((other) => other >= 0 && other !== index);
  if (cause !== undefined) {
    selectMessage(cause, undefined, view);
    return;
  }
  const rules = [...new Set(detail.violations.map(({ rule }) => rule))];
  openRules(rules);
  showTab('findings');
  const what = `Message ${index} is itself what ${rules.join(', ')} names: no other message is evidence.`;
  notify({ severity: 'info', code: 'own-cause', what });
}
