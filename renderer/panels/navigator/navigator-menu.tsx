/** The menu of a row of the navigator: its messages, without them, its lane. By the right button, the menu key or Shift+F10. */
import { ContextMenu } from '@base-ui/react/context-menu';
import type { JSX } from 'react';
import type { MessageFilter } from '../../../src-core/contract-data.ts';
import { forgetFilter } from '../../store/saved-filters.ts';
import { sharedView, showTab, toggleLane } from '../../store/view.ts';
import menu from '../../ui/menu.module.css';
import { usePortalBox } from '../../ui/portal-box.ts';
import type { NavigatorNode } from './navigator-model.ts';

export function NodeMenu({
  node,
  row,
}: {
  readonly node: NavigatorNode;
  readonly row: JSX.Element;
}) {
  const { target } = node;
  const box = usePortalBox();
  if (target?.filter === undefined) return row;
  const { filter, without, saved, lanes } = target;
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={row} />
      <ContextMenu.Portal container={box}>
        <ContextMenu.Positioner className={menu.positioner}>
          <ContextMenu.Popup className={menu.popup}>
            <Item label="Only these messages" run={() => showFiltered(filter)} />
            {without === undefined ? null : (
              <Item label="Without these messages" run={() => showFiltered(without)} />
            )}
            <Item label="All messages" run={() => showFiltered({})} />
            {lanes.length === 0 ? null : (
              <Item label="Pin in the timeline, or unpin" keys="P" run={() => pinNode(node)} />
            )}
            {saved === undefined ? null : (
              <Item label="Forget this filter" keys="Del" run={() => forgetFilter(saved)} />
            )}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

interface ItemProps {
  readonly label: string;
  readonly keys?: string;
  readonly run: () => void;
}

function Item({ label, keys, run }: ItemProps) {
  return (
    <ContextMenu.Item className={menu.item} onClick={run}>
      <span className={menu.tick} />
      <span className={menu.label}>{label}</span>
      {keys === undefined ? null : <kbd className={menu.keys}>{keys}</kbd>}
    </ContextMenu.Item>
  );
}

/** As the right button does, under the row. */
export function openMenuOf(row: HTMLElement): void {
  const { left, bottom } = row.getBoundingClientRect();
  const at = { clientX: left + 24, clientY: bottom };
  row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
}

export function showFiltered(filter: MessageFilter): void {
  sharedView.setState({ filter });
  showTab('messages');
}

export function pinNode({ target }: NavigatorNode): void {
  for (const lane of target?.lanes ?? []) toggleLane('pinned', lane);
}
