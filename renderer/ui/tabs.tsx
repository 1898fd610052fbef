/** A row of tabs over one panel. Arrow keys move between tabs. */
import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import styles from './tabs.module.css';

export interface TabItem<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** A count or glyph behind the title. */
  readonly badge?: ReactNode;
}

export interface TabsProps<Id extends string> {
  readonly label: string;
  readonly tabs: readonly TabItem<Id>[];
  readonly active: Id;
  readonly onChange: (id: Id) => void;
  /** At the right end of the row. */
  readonly extra?: ReactNode;
  /** The active tab's panel. */
  readonly children: ReactNode;
}

export function Tabs<Id extends string>(props: TabsProps<Id>) {
  const { label, tabs, active, onChange, extra, children } = props;
  return (
    <Base.Root value={active} onValueChange={(id: Id) => onChange(id)} className={styles.root}>
      <div className={styles.row}>
        <Base.List aria-label={label} className={styles.list} activateOnFocus>
          {tabs.map(({ id, title, badge }) => (
            <Base.Tab key={id} value={id} className={styles.tab}>
              {title}
              {badge}
            </Base.Tab>
          ))}
        </Base.List>
        {extra}
      </div>
      <Base.Panel value={active} className={styles.panel} tabIndex={-1}>
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
