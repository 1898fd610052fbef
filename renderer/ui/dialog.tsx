/** A dialog over the page: a title, its content, Escape closes. The element with `data-autofocus` gets the focus, else the
 *  dialog itself. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { IconButton } from './button.tsx';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly width?: 'narrow' | 'middle' | 'wide';
  readonly children: ReactNode;
}

export function Dialog({ title, isOpen, onClose, width = 'narrow', children }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  const first = () =>
    popup.current?.querySelector<HTMLElement>('[data-autofocus]') ?? popup.current;
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup ref={popup} initialFocus={first} className={`${styles.popup} ${styles[width]}`}>
          <header className={styles.header}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            <IconButton label="Close" icon={<X />} onClick={onClose} />
          </header>
          <div className={styles.content}>{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
