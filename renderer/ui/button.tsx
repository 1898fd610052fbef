/** Buttons: with words, or with an icon and a tooltip. At least 24 px high; a disabled one says why in its tooltip. */
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './button.module.css';
import { Tip } from './tip.tsx';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: 'plain' | 'primary' | 'quiet';
  readonly icon?: ReactNode;
  /** A toggle that is on. */
  readonly pressed?: boolean;
  readonly tip?: ReactNode;
  /** Whose keys the tooltip shows. */
  readonly command?: string;
}

export function Button(props: ButtonProps) {
  const { tone = 'plain', icon, pressed, tip, command, className, children, ...rest } = props;
  const classes = [styles.button, styles[tone], pressed === true ? styles.pressed : '', className];
  const button = (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      aria-pressed={pressed}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
  if (tip === undefined) return button;
  return (
    <Tip label={tip} command={command}>
      {rest.disabled === true ? <span className={styles.wrap}>{button}</span> : button}
    </Tip>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'tip' | 'children'> {
  /** Name for the tooltip and for screen readers. */
  readonly label: string;
  readonly icon: ReactNode;
}

export function IconButton({ label, icon, className, ...rest }: IconButtonProps) {
  return (
    <Button
      tone="quiet"
      tip={label}
      aria-label={label}
      icon={icon}
      className={`${styles.icon} ${className ?? ''}`}
      {...rest}
    />
  );
}
