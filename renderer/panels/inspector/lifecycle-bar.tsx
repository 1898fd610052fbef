/** The life of one message, large: the bar, and under it each stage by name with its duration and share. */

import { RXQ, TXQ } from '../../../src-core/spec/sound.ts';
import { type Stage, stageRow, stagesOf, TRACED_WAIT } from '../../../src-core/spec/stages.ts';
import type { Ns } from '../../../src-core/units.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import { STATE_MARKS } from '../../palette.ts';
import { type MessageRow, STAGE_STATES } from '../../store/message-row.ts';
import stageStyles from '../messages/stage-bar.module.css';
import styles from './inspector.module.css';
import type { Say } from './inspector-model.ts';

export interface LifecycleBarProps {
  readonly row: MessageRow;
  readonly periodNs: Ns;
  readonly nowNs: Ns;
  /** When the device forgot it; NaN when it did not. */
  readonly forgottenNs: Ns;
  /** A trace tells of it. */
  readonly isTraced?: boolean;
  /** Puts a duration into words. */
  readonly say?: Say;
}

/** Stages shorter than this share of the bar still get so much of it. */
const MIN_SHARE = 0.01;

export function LifecycleBar(props: LifecycleBarProps) {
  const { row, periodNs, nowNs, forgottenNs, isTraced = false, say = formatDuration } = props;
  const stages = stagesOf(row, nowNs, forgottenNs);
  const [first] = stages;
  const last = stages.at(-1);
  if (first === undefined || last === undefined) {
    return <p className={styles.second}>Only the moment it was popped is known.</p>;
  }
  const lifeNs = last.toNs - first.fromNs;
  return (
    <div>
      <div className={styles.lifecycle} data-keeps-colours>
        {stages.map((stage) => (
          <span
            key={stage.id}
            className={styles.lifecycleStage}
            style={{ flexGrow: Math.max(MIN_SHARE, share(stage, lifeNs)) }}
          >
            <span className={`${stageStyles.stage} ${stageStyles[stage.id]} ${styles.fill}`} />
          </span>
        ))}
      </div>
      <table className={styles.stages}>
        <tbody>
          {stages.map((stage) => (
            <StageLine key={stage.id} {...{ row, stage, lifeNs, periodNs, isTraced, say }} />
          ))}
          <tr className={styles.total}>
            <td />
            <td>
              {Number.isNaN(forgottenNs) ? 'from kick to interrupt' : 'until it was forgotten'}
            </td>
            <td>{say(lifeNs)}</td>
            <td>{inPeriods(lifeNs, periodNs)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

interface StageLineProps {
  readonly row: MessageRow;
  readonly stage: Stage;
  readonly lifeNs: Ns;
  readonly periodNs: Ns;
  readonly isTraced: boolean;
  readonly say: Say;
}

function StageLine({ row, stage, lifeNs, periodNs, isTraced, say }: StageLineProps) {
  const isWhole = isTraced && stage.id === 'wait' && row.queue >= TXQ;
  const { name, meaning, recording = meaning } = isWhole ? TRACED_WAIT : stageRow(stage.id);
  const state = STAGE_STATES[stage.id];
  const definition = row.queue === RXQ ? recording : meaning;
  const ns = stage.toNs - stage.fromNs;
  return (
    <tr title={`${definition}; ${(share(stage, lifeNs) * 100).toFixed(1)} % of its life`}>
      <td className={styles[state]}>{STATE_MARKS[state].glyph}</td>
      <td>
        {name}
        {stage.isOpen ? <span className={styles.second}> so far</span> : null}
      </td>
      <td>{say(ns)}</td>
      <td>{inPeriods(ns, periodNs)}</td>
    </tr>
  );
}

/** Of the whole life; everything when that is a moment. */
function share({ fromNs, toNs }: Stage, lifeNs: Ns): number {
  return lifeNs > 0 ? (toNs - fromNs) / lifeNs : 1;
}

function inPeriods(ns: Ns, periodNs: Ns): string {
  return periodNs > 0 ? `${(ns / periodNs).toFixed(2)}\u2009P` : '';
}
