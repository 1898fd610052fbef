/** A menu that a button opens: commands, choices with a tick, submenus. Arrow keys, letters and Escape work in it. */
import { Menu as Base } from '@base-ui/react/menu';
import { ChevronRight } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import styles from './menu.module.css';
import { usePortalBox } from './portal-box.ts';

export interface MenuProps {
  /** The button that opens it: one element that takes props and a ref. */
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly align?: 'start' | 'end';
  readonly children: ReactNode;
}

export function Menu({ trigger, align = 'start', children }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Popup align={align}>{children}</Popup>
    </Base.Root>
  );
}

export interface MenuItemProps {
  readonly label: ReactNode;
  /** As `keyLabel` writes them. */
  readonly keys?: string | undefined;
  /** Whether a choice is on; absent for what is no choice. */
  readonly isOn?: boolean | undefined;
  /** Why it cannot be used now; absent when it can. */
  readonly disabled?: string | undefined;
  /** Of a choice: the menu stays open, for the next one. */
  readonly keepsOpen?: boolean;
  /** What there is to say of it, behind its name. */
  readonly hint?: string | undefined;
  readonly onSelect: () => void;
}

export function MenuItem(props: MenuItemProps) {
  const { label, keys, isOn, disabled, keepsOpen = false, hint, onSelect } = props;
  const isDisabled = disabled !== undefined;
  const inside = (
    <>
      <span className={styles.tick} aria-hidden="true">
        {isOn === true ? '✓' : ''}
      </span>
      <span className={styles.label}>
        {label}
        {isDisabled ? <span className={styles.why}>{disabled}</span> : null}
        {hint === undefined ? null : <span className={styles.why}>{hint}</span>}
      </span>
      {keys === undefined ? null : <kbd className={styles.keys}>{keys}</kbd>}
    </>
  );
  if (isOn === undefined) {
    return (
      <Base.Item className={styles.item} disabled={isDisabled} onClick={onSelect}>
        {inside}
      </Base.Item>
    );
  }
  return (
    <Base.CheckboxItem
      className={styles.item}
      disabled={isDisabled}
      checked={isOn}
      closeOnClick={!keepsOpen}
      onCheckedChange={onSelect}
    >
      {inside}
    </Base.CheckboxItem>
  );
}

export interface SubMenuProps {
  readonly label: string;
  /** Why it cannot be used now; absent when it can. */
  readonly disabled?: string | undefined;
  readonly children: ReactNode;
}

export function SubMenu({ label, disabled, children }: SubMenuProps) {
  const isDisabled = disabled !== undefined;
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={styles.item} disabled={isDisabled}>
        <span className={styles.tick} />
        <span className={styles.label}>
          {label}
          {isDisabled ? <span className={styles.why}>{disabled}</span> : null}
        </span>
        <ChevronRight className={styles.more} aria-hidden="true" />
      </Base.SubmenuTrigger>
      <Popup align="start" side="right">
        {children}
      </Popup>
    </Base.SubmenuRoot>
  );
}

export function MenuLine() {
  return <Base.Separator className={styles.line} />;
}

function Popup({
  align,
  side = 'bottom',
  children,
}: {
  readonly align: 'start' | 'end';
  readonly side?: 'bottom' | 'right';
  readonly children: ReactNode;
}) {
  return (
    <Base.Portal container={usePortalBox()}>
      <Base.Positioner
        side={side}
        align={align}
        sideOffset={side === 'bottom' ? 4 : 0}
        className={styles.positioner}
      >
        <Base.Popup className={styles.popup}>{children}</Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}
