/** The menu of a row of the navigator: its messages or all but them, its lane, its name; and what needs a device that holds. */
import { removeMark } from '../../marks/use-marks.ts';
import { asExpression } from '../../store/filter-edit.ts';
import { forgetFilter } from '../../store/saved-filters.ts';
import { toggleLane, useView } from '../../store/view.ts';
import { MenuHeading } from '../../ui/context-menu.tsx';
import { copyText } from '../../ui/copy-button.tsx';
import { MenuItem, MenuLine } from '../../ui/menu.tsx';
import { colourBy, FilterItems, showFiltered } from '../filter-items.tsx';
import type { NavigatorNode } from './navigator-model.ts';

/** Both are to come; they keep their place, and say what they wait for. */
const NO_HOLD = 'needs a device that can stop at a message; this version only watches';

export function NodeItems({ node }: { readonly node: NavigatorNode }) {
  const { label, detail, target } = node;
  return (
    <>
      <MenuHeading>{label}</MenuHeading>
      {target?.filter === undefined ? null : <MessageItems node={node} />}
      {target?.mark === undefined ? null : (
        <MenuItem label="Remove the mark" onSelect={() => void removeMark(target.mark?.id ?? -1)} />
      )}
      <MenuItem label="Copy the name" onSelect={() => void copyText(label)} />
      {detail === '' ? null : (
        <MenuItem
          label="Copy the name and what it is now"
          onSelect={() => void copyText(`${label}: ${detail}`)}
        />
      )}
    </>
  );
}

function MessageItems({ node }: { readonly node: NavigatorNode }) {
  const { filter = {}, without, saved, lanes = [], queue } = node.target ?? {};
  const isPinned = useView(({ pinned }) => lanes.some((lane) => pinned.includes(lane)));
  const expression = asExpression(filter);
  return (
    <>
      <FilterItems expression={expression} only={filter} without={without} />
      <MenuItem label="Show all messages" onSelect={() => showFiltered({})} />
      <MenuItem label="Colour by this" onSelect={() => colourBy(expression)} />
      <MenuLine />
      {lanes.length === 0 ? null : (
        <MenuItem
          label={isPinned ? 'Unpin its track in the timeline' : 'Pin its track in the timeline'}
          keys="P"
          onSelect={() => pinNode(node)}
        />
      )}
      {queue === undefined ? null : (
        <>
          <MenuItem label="Break on its messages" disabled={NO_HOLD} onSelect={nothing} />
          <MenuItem label="Hold its messages" disabled={NO_HOLD} onSelect={nothing} />
        </>
      )}
      {saved === undefined ? null : (
        <MenuItem label="Forget this filter" keys="Del" onSelect={() => forgetFilter(saved)} />
      )}
      <MenuLine />
    </>
  );
}

function nothing(): void {}

export function pinNode({ target }: NavigatorNode): void {
  for (const lane of target?.lanes ?? []) toggleLane('pinned', lane);
}
