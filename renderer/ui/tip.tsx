/** A tooltip that names what is under it and the keys for it. */
import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { commandOf, keyLabel, keysOf } from '../commands.ts';
import { usePortalBox } from './portal-box.ts';
import styles from './tip.module.css';

export interface TipProps {
  readonly label: ReactNode;
  /** Whose keys are shown beside the label. */
  readonly command?: string | undefined;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  /** One element that takes props and a ref, such as a button. */
  readonly children: ReactElement<Record<string, unknown>>;
}

export function Tip({ label, command, side = 'bottom', children }: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal container={usePortalBox()}>
        <Tooltip.Positioner side={side} sideOffset={6} className={styles.positioner}>
          <Tooltip.Popup className={styles.popup}>
            <span>{label}</span>
            {command === undefined ? null : <Keys command={command} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Around the whole page: one tooltip follows the other without delay. */
export function TipProvider({ children }: { readonly children: ReactNode }) {
  return <Tooltip.Provider delay={450}>{children}</Tooltip.Provider>;
}

/** The keys of a command as key caps; nothing when it has none. */
export function Keys({ command }: { readonly command: string }) {
  const found = commandOf(command);
  const keys = found === undefined ? undefined : keysOf(found)[0];
  return keys === undefined ? null : <kbd className={styles.keys}>{keyLabel(keys)}</kbd>;
}
