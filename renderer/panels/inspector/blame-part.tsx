/** What this message has to do with a glitch: who was late, by how much, and the messages that prove it. */
import { usePull } from '../../store/pull.ts';
import { selectMessage, showTab, usePanelView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import { showBlame } from '../latency/blame-view.ts';
import styles from './inspector.module.css';
import { Part } from './inspector-part.tsx';

/** More of one message would not be read. */
const MOST = 3;
const PACE = { everyMs: 500, untilWhole: true } as const;

export function BlamePart({ index }: { readonly index: number }) {
  const view = usePanelView();
  const { data, isLoading } = usePull('blame', { first: 0, count: MOST, index }, PACE);
  // what was said of another message is not said of this one
  if (data === undefined || isLoading || data.rows.length === 0) return null;
  return (
    <Part title="Who was late">
      {data.rows.map((row) => (
        <div key={`${row.kind}${row.atNs}`} className={styles.blame}>
          <p className="selectable">{row.sentence}</p>
          {othersOf(row.chain, index).map((other) => (
            <Button key={other} onClick={() => selectMessage(other, undefined, view)}>
              {`To #${formatCount(other)}`}
            </Button>
          ))}
        </div>
      ))}
      <Button
        onClick={() => {
          showBlame(true);
          showTab('latency');
        }}
      >
        All incidents
      </Button>
    </Part>
  );
}

/** The last links are those next to the glitch. */
function othersOf(chain: readonly { readonly index: number }[], index: number): readonly number[] {
  return [...new Set(chain.map((link) => link.index))].filter((one) => one !== index).slice(-MOST);
}
