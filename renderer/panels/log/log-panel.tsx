/** The log: how the device was set up, what the transport and Ringside had to say. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { formatTime } from '../../canvas/time-scale.ts';
import { SEVERITY_MARKS } from '../../palette.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './log.module.css';
import { LogFind } from './log-find.tsx';
import {
  foundIn,
  LOG_LEVELS,
  type LogLevel,
  type LogLine,
  logLines,
  partsOf,
} from './log-model.ts';
import { CopyReport } from './log-report.tsx';

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
  const rows = usePull('setup', {}, { everyMs: EVERY_MS }).data;
  const notices = useSession((session) => session.logged);
  const [hidden, setHidden] = useState<ReadonlySet<LogLevel>>(new Set());
  const all = useMemo(() => logLines(rows ?? [], notices), [rows, notices]);
  const levelled = all.filter(({ level }) => !hidden.has(level));
  const shown = levelled.slice(-MOST_LINES);
  const find = useFind(shown);
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
            tip={hidden.has(level) ? 'Show this level' : 'Hide this level'}
            onClick={() => toggle(level)}
          >
            {`${formatCount(all.filter((line) => line.level === level).length)} ${level}`}
          </Chip>
        ))}
        <LogFind {...find} />
        <span className={styles.push} />
        <CopyReport lines={all} />
      </div>
      {shown.length === 0 ? (
        <Nothing hidden={all.length} onShow={() => setHidden(new Set())} />
      ) : (
        <Lines
          lines={shown}
          older={levelled.length - shown.length}
          wanted={find.text}
          current={find.current}
        />
      )}
    </section>
  );
}

function Nothing({ hidden, onShow }: { readonly hidden: number; readonly onShow: () => void }) {
  if (hidden === 0) return <EmptyState title="Nothing logged yet" />;
  return (
    <EmptyState
      title="Nothing logged at these levels"
      detail={formatPlural(hidden, 'hidden line')}
      action={<Button onClick={onShow}>Show all levels</Button>}
    />
  );
}

/** Where one stands is a line, not a number: lines come and levels go. The newest is where one begins. */
function useFind(shown: readonly LogLine[]) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [line, setLine] = useState<string>();
  const found = useMemo(() => foundIn(shown, text), [shown, text]);
  const place = found.findIndex(({ id }) => id === line);
  const at = place < 0 ? found.length - 1 : place;
  const now = useRef({ found, at });
  now.current = { found, at };
  const onStep = useCallback((by: 1 | -1) => {
    const { found: lines, at: from } = now.current;
    if (lines.length > 0) setLine(lines[(from + by + lines.length) % lines.length]?.id);
  }, []);
  const onText = (typed: string) => {
    setText(typed);
    setLine(undefined);
  };
  return { input, text, onText, count: found.length, at, onStep, current: found[at]?.id };
}

interface LinesProps {
  readonly lines: readonly LogLine[];
  /** Lines before those, which are not listed. */
  readonly older: number;
  readonly wanted: string;
  readonly current: string | undefined;
}

/** Stays at the end until one scrolls up. */
function Lines({ lines, older, wanted, current }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (lines.length > 0 && element !== null && isAtEnd.current) {
      element.scrollTop = element.scrollHeight;
    }
  }, [lines.length]);
  useEffect(() => {
    if (current === undefined) return;
    const line = box.current?.querySelector(`[data-line="${CSS.escape(current)}"]`);
    line?.scrollIntoView({ block: 'nearest' });
  }, [current]);
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
      {older === 0 ? null : (
        <p className={styles.older}>{formatPlural(older, 'older line')}: the report has them.</p>
      )}
      {lines.map(({ id, atNs, level, from, text }) => (
        <p
          key={id}
          data-line={id}
          className={`${styles.line} ${id === current ? styles.current : ''}`}
        >
          <span className={styles.time}>{formatTime(atNs, 6)}</span>
          <span className={styles[level]} title={level}>
            {GLYPHS[level]}
          </span>
          <span className={styles.from}>
            <Marked text={from} wanted={wanted} />
          </span>
          <span className={styles.text}>
            <Marked text={text} wanted={wanted} />
          </span>
        </p>
      ))}
    </div>
  );
}

function Marked({ text, wanted }: { readonly text: string; readonly wanted: string }) {
  if (wanted.trim() === '') return text;
  return partsOf(text, wanted).map((part, place) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have nothing else
    place % 2 === 0 ? part : <mark key={place}>{part}</mark>,
  );
}
