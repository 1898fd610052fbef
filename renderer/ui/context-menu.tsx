/** The menu of what is pointed at: by the right button, the menu key or the command that stands for it. A panel has one,
 *  with items made for what was pressed; its rows have none of their own. */
import { ContextMenu as Base } from '@base-ui/react/context-menu';
import {
  type MouseEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import menu from './menu.module.css';
import { usePortalBox } from './portal-box.ts';

interface Layer {
  readonly open: (event: MouseEvent, items: ReactNode) => void;
}

export interface ContextMenuUse {
  /** Opens it where the event was, in place of the browser's. */
  readonly open: (event: MouseEvent, items: ReactNode) => void;
  /** Stands anywhere in the panel. */
  readonly layer: ReactNode;
}

export function useContextMenu(): ContextMenuUse {
  const handle = useRef<Layer>(null);
  const open = useCallback((event: MouseEvent, items: ReactNode) => {
    event.preventDefault();
    event.stopPropagation();
    handle.current?.open(event, items);
  }, []);
  const layer = useMemo(() => <MenuLayer handle={handle} />, []);
  return { open, layer };
}

/** Its trigger has no size: what was pressed hands its event on, so that rows that come and go never carry a menu. */
function MenuLayer({ handle }: { readonly handle: Ref<Layer> }) {
  const [items, setItems] = useState<ReactNode>(null);
  const spot = useRef<HTMLDivElement>(null);
  const before = useRef<HTMLElement | null>(null);
  const box = usePortalBox();
  useImperativeHandle(handle, () => ({
    open: ({ clientX, clientY, button }, made) => {
      before.current = focusIn(spot.current);
      setItems(made);
      const init = { bubbles: true, cancelable: true, clientX, clientY, button };
      spot.current?.dispatchEvent(new globalThis.MouseEvent('contextmenu', init));
    },
  }));
  return (
    <Base.Root>
      <Base.Trigger ref={spot} className={menu.spot} />
      <Base.Portal container={box}>
        <Base.Positioner className={menu.positioner}>
          <Base.Popup
            className={menu.popup}
            finalFocus={() => before.current ?? true}
            onContextMenu={(event) => event.preventDefault()}
          >
            {items}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function focusIn(element: Element | null): HTMLElement | null {
  const focused = element?.ownerDocument.activeElement;
  return focused instanceof HTMLElement ? focused : null;
}

/** Opens the menu of what has the focus, as the right button would: of the row that a grid has chosen, else of the element
 *  itself. Says whether there is one. */
export function openMenuOf(focused: Element | null): boolean {
  const area = focused?.closest('[data-menu]');
  if (focused === null || area === null || area === undefined) return false;
  const active = focused.getAttribute('aria-activedescendant');
  const target = (active === null ? null : focused.ownerDocument.getElementById(active)) ?? focused;
  const { left, bottom } = target.getBoundingClientRect();
  const at = { clientX: left + 24, clientY: bottom };
  const init = { bubbles: true, cancelable: true, ...at };
  target.dispatchEvent(new globalThis.MouseEvent('contextmenu', init));
  return true;
}

/** Whether what has the focus has a menu. */
export function hasMenu(focused: Element | null): boolean {
  return focused?.closest('[data-menu]') != null;
}

/** A heading in a menu: what its items are about. */
export function MenuHeading({ children }: { readonly children: ReactNode }) {
  return <div className={menu.heading}>{children}</div>;
}
