/** The log: how the device was set up, what the transport and Ringside had to say. */
import { useEffect, useRef, useState } from 'react';
import { formatTime } from '../../canvas/time-scale.ts';
import { SEVERITY_MARKS } from '../../palette.ts';
import { usePull } from '../../store/pull.ts';
import { ask, notify, useSession } from '../../store/session.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatPlural } from '../../ui/format.ts';
import styles from './log.module.css';
import {
  bugReport,
  LOG_LEVELS,
  type LogLevel,
  type LogLine,
  logLines,
  withoutPaths,
} from './log-model.ts';

const EVERY_MS = 500;
/** Of a long log the newest are shown; the report has them all. */
const MOST_LINES = 1000;
const GLYPHS: Readonly<Record<LogLevel, string>> = {
  step: '▷',
  info: '■',
  warning: SEVERITY_MARKS[2].glyph,
  error: SEVERITY_MARKS[3].glyph,
};

export function LogPanel() {
  const rows = usePull('setup', {}, { everyMs: EVERY_MS }).data ?? [];
  const notices = useSession((session) => session.logged);
  const [hidden, setHidden] = useState<ReadonlySet<LogLevel>>(new Set());
  const all = logLines(rows, notices);
  const shown = all.filter(({ level }) => !hidden.has(level)).slice(-MOST_LINES);
  const toggle = (level: LogLevel) =>
    setHidden((before) => {
      const now = new Set(before);
      if (!now.delete(level)) now.add(level);
      return now;
    });
  return (
    <section className={styles.panel} aria-label="Log" data-panel="log">
      <div className={styles.bar}>
        {LOG_LEVELS.map((level) => (
          <Chip
            key={level}
            glyph={GLYPHS[level]}
            pressed={!hidden.has(level)}
            onClick={() => toggle(level)}
          >
            {`${all.filter((line) => line.level === level).length} ${level}`}
          </Chip>
        ))}
        <span className={styles.push} />
        <CopyReport lines={all} />
      </div>
      {shown.length === 0 ? (
        <EmptyState
          title={all.length === 0 ? 'Nothing logged yet' : 'Nothing logged at these levels'}
          detail={all.length === 0 ? undefined : formatPlural(all.length, 'hidden line')}
          action={
            all.length === 0 ? undefined : (
              <Button onClick={() => setHidden(new Set())}>Show all levels</Button>
            )
          }
        />
      ) : (
        <Lines lines={shown} />
      )}
    </section>
  );
}

/** Stays at the end until one scrolls up. */
function Lines({ lines }: { readonly lines: readonly LogLine[] }) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (lines.length > 0 && element !== null && isAtEnd.current) {
      element.scrollTop = element.scrollHeight;
    }
  }, [lines.length]);
  return (
    <div
      ref={box}
      className={`${styles.lines} selectable`}
      role="log"
      aria-label="Log lines"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 30;
      }}
    >
      {lines.map(({ id, atNs, level, from, text }) => (
        <p key={id} className={styles.line}>
          <span className={styles.time}>{formatTime(atNs, 6)}</span>
          <span className={styles[level]} title={level}>
            {GLYPHS[level]}
          </span>
          <span className={styles.from}>{from}</span>
          <span className={styles.text}>{text}</span>
        </p>
      ))}
    </div>
  );
}

function CopyReport({ lines }: { readonly lines: readonly LogLine[] }) {
  const [hasPaths, setPaths] = useState(false);
  const copy = async () => {
    const { hello, status } = useSession.getState();
    const findings = (await ask('findings', {})) ?? [];
    const text = bugReport({ hello, status, findings, lines, browser: navigator.userAgent });
    await navigator.clipboard.writeText(hasPaths ? text : withoutPaths(text));
    notify({ severity: 'info', code: 'copied', what: 'The report is on the clipboard.' });
  };
  return (
    <>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={hasPaths}
          onChange={({ target }) => setPaths(target.checked)}
        />
        with file paths
      </label>
      <Button
        tip="Version, session, findings and this log, as Markdown for an issue"
        onClick={() => void copy()}
      >
        Copy as bug report
      </Button>
    </>
  );
}
