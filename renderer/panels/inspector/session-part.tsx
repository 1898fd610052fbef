/** While nothing is selected: what this session is, what is wrong in it and where to look. */
import type { ScenarioInfo } from '../../../src-core/contract.ts';
import type { RuleId } from '../../../src-core/spec/rules.ts';
import { usePull } from '../../store/pull.ts';
import { ask, useSession } from '../../store/session.ts';
import { centreView } from '../../store/time-range.ts';
import { selectMessage, showTab, usePanelView, type View } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import { orderGroups, SEVERITY_LOOKS } from '../findings/findings-model.ts';
import styles from './inspector.module.css';
import { Part } from './inspector-part.tsx';
import { useLastShown } from './last-shown.ts';
import { TracePart } from './trace-part.tsx';
import { WatchPart } from './watch-part.tsx';

const FINDINGS_EVERY_MS = 500;
const MOST_RULES = 6;
const NOTHING_HIDDEN: ReadonlySet<never> = new Set();

export function SessionPart() {
  const title = useSession(({ status }) => status?.title ?? '');
  const sentence = useSession(({ status }) => status?.sentence ?? '');
  const scenario = useScenario();
  return (
    <>
      <div className={styles.summary}>
        <h2 className={styles.name}>{scenario?.title ?? title}</h2>
        <p className="selectable">{scenario?.description ?? sentence}</p>
        {scenario?.planted === undefined ? null : (
          <p className={`${styles.planted} selectable`}>{`▲ planted: ${scenario.planted}`}</p>
        )}
      </div>
      <TracePart />
      <WatchPart />
      <BrokenRules />
      <Part title="Nothing is selected">
        <LastShown />
        <ul className={`${styles.hints} ${styles.second}`}>
          <li>Click a bar in the timeline or a row of the messages to open it here.</li>
          <li>Drag across the timeline to measure an area.</li>
          <li>Press N to go to the next message with a problem.</li>
        </ul>
      </Part>
    </>
  );
}

/** What was selected last, greyed, and the way back to it. */
function LastShown() {
  const view = usePanelView();
  const sessionId = useSession((session) => session.sessionId);
  const last = useLastShown((state) => state.last);
  if (last === undefined || last.sessionId !== sessionId) return null;
  return (
    <div className={styles.last}>
      <p className={`${styles.second} selectable`}>
        {`Last: #${formatCount(last.index)} ${last.name}. ${last.sentence}`}
      </p>
      <Button onClick={() => selectMessage(last.index, undefined, view)}>Select it again</Button>
    </div>
  );
}

/** The scenario that a demo plays, also when its capture was opened again: a demo's title names it. */
export function useScenario(): ScenarioInfo | undefined {
  const title = useSession(({ status }) => (status?.simulated === true ? status.title : undefined));
  const scenarios = useSession(({ hello }) => hello?.scenarios);
  return scenarios?.find((scenario) => title?.endsWith(`: ${scenario.title}`));
}

function BrokenRules() {
  const view = usePanelView();
  const { data } = usePull('findings', {}, { everyMs: FINDINGS_EVERY_MS });
  const messages = useSession(({ status }) => status?.messages ?? 0);
  if (data === undefined || (data.length === 0 && messages === 0)) return null;
  if (data.length === 0) {
    return (
      <Part title="What broke a rule">
        <p>Nothing so far.</p>
      </Part>
    );
  }
  const groups = orderGroups(data, NOTHING_HIDDEN);
  const left = groups.length - MOST_RULES;
  return (
    <Part title="What broke a rule">
      <ul className={styles.broken}>
        {groups.slice(0, MOST_RULES).map(({ rule, severity, firstDetail, count, by }) => (
          <li key={rule}>
            <button
              type="button"
              title={`Go to the first message that broke ${rule}`}
              onClick={() => void goToFirst(rule, view)}
            >
              <span className={styles[severity]}>
                {`${SEVERITY_LOOKS[severity].glyph} ${severity}`}
                <span
                  className={styles.second}
                >{` · ${by} · ${rule} · ×${formatCount(count)}`}</span>
              </span>
              <span>{firstDetail}</span>
            </button>
          </li>
        ))}
        {left > 0 ? (
          <li>
            <button type="button" onClick={() => showTab('findings')}>
              {`${formatCount(left)} more in the findings`}
            </button>
          </li>
        ) : null}
      </ul>
    </Part>
  );
}

async function goToFirst(rule: RuleId, view: View): Promise<void> {
  const [found] = (await ask('finding', { rule, first: 0, count: 1 })) ?? [];
  if (found === undefined) return;
  if (found.index >= 0) selectMessage(found.index, undefined, view);
  else showTab('findings');
  centreView(found.atNs, view);
}
