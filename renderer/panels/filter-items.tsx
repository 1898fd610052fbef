/** Items of context menus that filter or colour messages: by an expression, as Wireshark's "Apply as filter". */

import type { MessageFilter } from '../../src-core/contract-data.ts';
import { useColourRules, withRule } from '../store/colour-rules.ts';
import { andFilter, asExpression, notOf, orFilter } from '../store/filter-edit.ts';
import { notify } from '../store/session.ts';
import { sharedView, showTab, useView } from '../store/view.ts';
import { MenuItem, SubMenu } from '../ui/menu.tsx';

export interface FilterItemsProps {
  /** `undefined` while it is asked for. */
  readonly expression: string | undefined;
  /** In place of an expression where queues and streams can be chosen as the chips do. */
  readonly only?: MessageFilter | undefined;
  readonly without?: MessageFilter | undefined;
}

/** Filter to it, exclude it, and both together with the filter that is on. */
export function FilterItems({ expression, only, without }: FilterItemsProps) {
  const filter = useView((view) => view.filter);
  const isAsked = expression === undefined ? 'is looked up' : undefined;
  const text = expression ?? '';
  const isOn = asExpression(filter) !== '';
  return (
    <>
      <MenuItem
        label="Filter to this"
        disabled={isAsked}
        onSelect={() => showFiltered(only ?? { expression: text })}
      />
      <MenuItem
        label="Exclude this"
        disabled={isAsked}
        onSelect={() => showFiltered(without ?? { expression: notOf(text) })}
      />
      <SubMenu label="Together with the filter" disabled={isOn ? isAsked : 'no filter is on'}>
        <MenuItem label="…and this" onSelect={() => showFiltered(andFilter(filter, text))} />
        <MenuItem
          label="…and not this"
          onSelect={() => showFiltered(andFilter(filter, notOf(text)))}
        />
        <MenuItem label="…or this" onSelect={() => showFiltered(orFilter(filter, text))} />
        <MenuItem
          label="…or not this"
          onSelect={() => showFiltered(orFilter(filter, notOf(text)))}
        />
      </SubMenu>
    </>
  );
}

/** Shows the messages that pass. */
export function showFiltered(filter: MessageFilter): void {
  sharedView.setState({ filter });
  showTab('messages');
}

/** Gives messages that pass a colour of their own, which stays. */
export function colourBy(expression: string): void {
  const { rules } = useColourRules.getState();
  const now = withRule(rules, expression);
  useColourRules.setState({ rules: now });
  showTab('messages');
  if (now !== rules) return;
  const what = rules.some((rule) => rule.expression === expression)
    ? 'These messages have a colour already.'
    : 'There are no colours left: take a rule away first, above the table.';
  notify({ severity: 'info', code: 'colour', what });
}
