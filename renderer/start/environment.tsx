/** What this machine has of what Ringside can use: one line, and behind it each check with what to do about it. */
import { useEffect, useState } from 'react';
import type { Hello } from '../../src-core/contract.ts';
import type { DoctorCheck } from '../../src-core/contract-doctor.ts';
import { ask } from '../store/session.ts';
import { formatPlural } from '../ui/format.ts';
import styles from './environment.module.css';

const LOOK_EVERY_MS = 400;
const WORDS = { ok: 'there', fix: 'to mend', optional: 'not needed for everything' } as const;
const GLYPHS = { ok: '✓', fix: '✕', optional: '–' } as const;

export function Environment({ hello }: { readonly hello: Hello }) {
  const checks = useChecks();
  if (checks !== undefined && checks.length === 0) {
    return <p className={styles.line}>{environmentOf(hello)}</p>;
  }
  return (
    <details className={styles.environment}>
      <summary className={styles.line}>
        <span>{environmentOf(hello)}</span>
        <Outcome checks={checks} />
      </summary>
      <ul className={styles.rows} aria-label="What this machine has">
        {checks?.map((check) => (
          <Row key={check.id} check={check} />
        ))}
      </ul>
    </details>
  );
}

function Outcome({ checks }: { readonly checks: readonly DoctorCheck[] | undefined }) {
  if (checks === undefined) return <span>looking at this machine…</span>;
  const fixes = checks.filter(({ state }) => state === 'fix').length;
  if (fixes > 0) {
    return <span className={styles.fix}>✕ {formatPlural(fixes, 'thing')} to mend</span>;
  }
  return <span className={styles.ok}>✓ machine checked</span>;
}

function Row({ check: { state, name, found, fix } }: { readonly check: DoctorCheck }) {
  return (
    <li className={styles.row}>
      <span className={styles[state]} title={WORDS[state]}>
        <span aria-hidden>{GLYPHS[state]}</span>
        <span className="visually-hidden">{WORDS[state]}</span>
      </span>
      <span>{name}</span>
      <span className="selectable">
        <span className={styles.found}>{found}</span>
        {fix === undefined ? null : <span className={styles.advice}>{fix}</span>}
      </span>
    </li>
  );
}

/** `undefined` while it is being looked for; none where a page has no machine to look at. */
function useChecks(): readonly DoctorCheck[] | undefined {
  const [checks, setChecks] = useState<readonly DoctorCheck[]>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const look = async () => {
      const said = await ask('doctor', {});
      if (isGone) return;
      if (said === undefined) setChecks([]);
      else if (said.checks !== undefined) setChecks(said.checks);
      else timer = setTimeout(() => void look(), LOOK_EVERY_MS);
    };
    void look();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, []);
  return checks;
}

const CARRIERS: Readonly<Record<Hello['carrier'], string>> = {
  electron: 'desktop app',
  browser: 'served to this browser',
  page: 'runs inside this page',
};

/** What this machine can do, in one line. */
function environmentOf({ version, platform, carrier, sinks, cannotAttach }: Hello): string {
  const sound = formatPlural(sinks.length, 'way to play sound', 'ways to play sound');
  const attach = cannotAttach === undefined ? 'guests can attach' : 'no guest can attach';
  return [`Ringside ${version}`, CARRIERS[carrier], platform, attach, sound].join(' · ');
}
