/** The life of one message as a bar: each stage has its colour and its height, so that it is told by shape too. */

import { type Stage, stageRow, stagesOf, startOf } from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import type { MessageRow } from '../../store/message-row.ts';
import styles from './stage-bar.module.css';

export interface StageBarProps {
  readonly row: MessageRow;
  /** What the whole width stands for; NaN: the message's own life. */
  readonly fullNs: Ns;
  /** When the device forgot it; NaN when it did not. */
  readonly forgottenNs: Ns;
}

/** A bar in a row of the table. Longer than the full width ends in a notch; one that lasts still fades to the right. */
export function StageBar({ row, fullNs, forgottenNs }: StageBarProps) {
  const stages = stagesOf(row, Number.NaN, forgottenNs);
  const fromNs = startOf(row);
  const lastNs = stages.at(-1)?.toNs ?? fromNs;
  const widthNs = Number.isNaN(fullNs) ? Math.max(1, lastNs - fromNs) : fullNs;
  const isOpen = Number.isNaN(row.usedNs) && Number.isNaN(forgottenNs);
  return (
    <span className={styles.bar} title={stages.map(describe).join('\n')} data-keeps-colours>
      {stages.map((stage) => (
        <span
          key={stage.id}
          className={`${styles.stage} ${styles[stage.id]}`}
          style={place(stage, fromNs, widthNs)}
        />
      ))}
      {isOpen ? (
        <span
          className={`${styles.stage} ${styles.wait} ${styles.open}`}
          style={{ left: `${share(lastNs - fromNs, Number.isNaN(fullNs) ? Infinity : fullNs)}%` }}
          title="not returned yet"
        />
      ) : null}
      {lastNs - fromNs > widthNs ? (
        <span className={styles.cut} title="longer than one and a half of the stream’s buffer" />
      ) : null}
    </span>
  );
}

export function describe(stage: Stage): string {
  const { name } = stageRow(stage.id);
  return `${name} ${formatDuration(stage.toNs - stage.fromNs)}${stage.isOpen ? ' so far' : ''}`;
}

function place(stage: Stage, fromNs: number, widthNs: number) {
  const left = share(stage.fromNs - fromNs, widthNs);
  return { left: `${left}%`, width: `${share(stage.toNs - fromNs, widthNs) - left}%` };
}

/** Per cent, at most all of it. */
function share(ns: number, ofNs: number): number {
  return Math.min(1, ns / ofNs) * 100;
}
