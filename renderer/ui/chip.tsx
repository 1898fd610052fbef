/** A short labelled value: state glyph, word, number. A chip that can be pressed filters or jumps. */
import type { ReactNode } from 'react';
import type { StateName } from '../palette.ts';
import styles from './chip.module.css';
import { Tip } from './tip.tsx';

export interface ChipProps {
  readonly tone?: StateName | 'plain';
  /** A glyph beside the colour: state is never told by colour alone. */
  readonly glyph?: string | undefined;
  readonly tip?: ReactNode;
  readonly onClick?: (() => void) | undefined;
  readonly pressed?: boolean | undefined;
  readonly children: ReactNode;
}

export function Chip({ tone = 'plain', glyph, tip, onClick, pressed, children }: ChipProps) {
  const classes = [styles.chip, styles[tone], pressed === true ? styles.pressed : ''].join(' ');
  const inside = (
    <>
      {glyph === undefined ? null : (
        <span className={styles.glyph} aria-hidden="true">
          {glyph}
        </span>
      )}
      {children}
    </>
  );
  const chip =
    onClick === undefined ? (
      <span className={classes}>{inside}</span>
    ) : (
      <button type="button" className={classes} aria-pressed={pressed} onClick={onClick}>
        {inside}
      </button>
    );
  return tip === undefined ? chip : <Tip label={tip}>{chip}</Tip>;
}
