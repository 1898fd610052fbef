/** Open a capture: from a file of this browser, by path where the host runs, or one of the recent ones. */
import { FolderOpen, Trash2 } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Hello, RecentCapture } from '../../src-core/contract.ts';
import type { RecoverableCapture } from '../../src-core/contract-files.ts';
import { isRuleId, ruleOf } from '../../src-core/spec/rules.ts';
import { NS_PER_S, type Ns } from '../../src-core/units.ts';
import { SEVERITY_MARKS } from '../palette.ts';
import { ask, useSession } from '../store/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { formatBytes, formatPlural } from '../ui/format.ts';
import { openText, tryToOpen } from './open-file.ts';
import { ProblemLine, useAttempt } from './problem-line.tsx';
import styles from './start.module.css';

export function OpenCard({ hello }: { readonly hello: Hello }) {
  const [path, setPath] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const hasDisk = hello.carrier !== 'page';
  const client = useSession((session) => session.client);
  const { problem, attempt } = useAttempt(openText);
  const open = (from: string) => attempt(() => client?.call('openCapture', { path: from }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    open(path.trim());
  };
  return (
    <section className={styles.card} aria-label="Open a capture">
      <h2 className={styles.title}>Open a capture</h2>
      <p className={styles.second}>
        A .pcapng file that Ringside recorded, or a trace of QEMU. Either can be dropped anywhere on
        this page.
      </p>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        aria-label="Capture file"
        tabIndex={-1}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) attempt(() => tryToOpen(file));
          target.value = '';
        }}
      />
      <form className={styles.actions} onSubmit={submit}>
        {hasDisk ? (
          <input
            className={`mono ${styles.path}`}
            value={path}
            spellCheck={false}
            placeholder="/path/to/session.pcapng"
            aria-label="Path of the capture"
            onChange={({ target }) => setPath(target.value)}
          />
        ) : null}
        {hasDisk ? (
          <Button type="submit" disabled={path.trim() === ''}>
            Open
          </Button>
        ) : null}
        <Button icon={<FolderOpen />} onClick={() => input.current?.click()}>
          Choose a file…
        </Button>
      </form>
      <ProblemLine text={problem} />
      <UnsavedList onOpen={open} />
      <RecentList recent={hello.recent} onOpen={open} />
    </section>
  );
}

interface Opens {
  readonly onOpen: (path: string) => void;
}

/** What sessions left that were killed before they were saved: opened, or given up. Absent when there is nothing. */
function UnsavedList({ onOpen }: Opens) {
  const [left, setLeft] = useState<readonly RecoverableCapture[]>([]);
  const pull = () => void ask('recoverable', {}).then((found) => setLeft(found ?? []));
  useEffect(pull, []);
  if (left.length === 0) return null;
  return (
    <section aria-label="Captures that were not saved">
      <p className={styles.unsaved}>
        {`▲ ${formatPlural(left.length, 'capture')} of sessions that ended unexpectedly:`}
      </p>
      <ul className={styles.recent}>
        {left.map(({ path, title, bytes, changedUnixMs }) => (
          <li key={path}>
            <button
              type="button"
              className={styles.recentButton}
              title={`${path}. Open it, then save it where you want to keep it.`}
              onClick={() => onOpen(path)}
            >
              <span className={styles.recentTitle}>{title}</span>
              <span className={styles.second}>{formatBytes(bytes)}</span>
              <span className={styles.second}>{minuteOf(changedUnixMs)}</span>
            </button>
            <IconButton
              label={`Discard the unsaved capture “${title}”`}
              icon={<Trash2 />}
              onClick={() => void ask('discardCapture', { path }).then(pull)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function minuteOf(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 16).replace('T', ' ');
}

function sizeOf({ lengthNs, bytes, messages }: RecentCapture): string {
  const length = lengthNs === undefined ? formatPlural(messages, 'message') : clockText(lengthNs);
  return `${length} · ${formatBytes(bytes)}`;
}

/** `01:02:03`, `2.5 s`. */
function clockText(ns: Ns): string {
  const seconds = ns / NS_PER_S;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

/** The worst that was found in it; empty where nobody looked, or nothing was found. */
function Worst({ capture: { worst, messages } }: { readonly capture: RecentCapture }) {
  if (worst === undefined) return <span />;
  const { rule, severity, count } = worst;
  const mark = SEVERITY_MARKS.find(({ name }) => name === severity);
  const asks = isRuleId(rule) ? ruleOf(rule).asks : '';
  return (
    <span
      className={styles[`worst-${severity}`]}
      title={`${severity} ${rule}, ${count} times in ${formatPlural(messages, 'message')}. ${asks}`}
    >
      {`${mark?.glyph ?? ''} ${rule}`}
    </span>
  );
}

const MAX_RECENT = 5;

function RecentList({ recent, onOpen }: Opens & { readonly recent: readonly RecentCapture[] }) {
  if (recent.length === 0) {
    return <p className={styles.second}>Captures that are saved or opened are listed here.</p>;
  }
  return (
    <ul className={styles.recent}>
      {recent.slice(0, MAX_RECENT).map((capture) => (
        <li key={capture.path}>
          <button
            type="button"
            className={styles.recentButton}
            title={capture.path}
            onClick={() => onOpen(capture.path)}
          >
            <span className={styles.recentTitle}>{capture.title}</span>
            <span className={styles.second}>{sizeOf(capture)}</span>
            <Worst capture={capture} />
            <span className={styles.second}>{minuteOf(capture.savedAtUnixMs)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
