/** The bar on top: what runs, what can be done to it, how its streams are. */
import { ArrowDownToLine, CircleHelp, Moon, Pause, Play, Save, Square, Sun, X } from 'lucide-react';
import { memo } from 'react';
import type { SessionStatus } from '../../src-core/contract-data.ts';
import type { LoadProgress } from '../../src-core/contract-files.ts';
import type { TraceStatus } from '../../src-core/contract-trace.ts';
import type { WatchStatus } from '../../src-core/qemu/watch-status.ts';
import { formatClock } from '../canvas/time-scale.ts';
import { runCommand } from '../commands.ts';
import type { StateName } from '../palette.ts';
import { useScenario } from '../panels/inspector/session-part.tsx';
import { samplingLine } from '../panels/inspector/watch-lines.ts';
import { loadText } from '../panels/panel-skeleton.tsx';
import { isReadWhole } from '../store/read-whole.ts';
import { useSession } from '../store/session.ts';
import { select, setFollow, sharedView, showTab, useView } from '../store/view.ts';
import { useTheme } from '../theme.ts';
import { openTour, useTour } from '../tour/tour-card.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { formatBytes, formatCount, formatPlural } from '../ui/format.ts';
import styles from './frame.module.css';
import { SessionMenu } from './session-menu.tsx';
import { StreamChips } from './stream-chips.tsx';
import { deviceName } from './watch-devices.tsx';

/** The status comes four times a second, and nothing of these changes with it. */
const Menu = memo(SessionMenu);

export function SessionBar() {
  const status = useSession((session) => session.status);
  if (status === null || status === undefined) return null;
  const isOver = status.phase === 'ended' || status.kind === 'file';
  return (
    <header className={styles.session}>
      <Menu />
      <Phase status={status} />
      <Button
        tone="quiet"
        className={styles.title}
        tip={`${status.title}${watchedPath(status)}. ${status.sentence} Press for features, queues, jacks and set-up.`}
        command="view.device"
        onClick={() => runCommand('view.device')}
      >
        <span className={styles.titleText}>{status.title}</span>
        <WatchedName status={status} />
      </Button>
      {status.simulated ? (
        <Chip tone="held" glyph="◇" tip={<SimulatedTip />}>
          Simulated
        </Chip>
      ) : null}
      <TourButton />
      <span className={styles.line} />
      {status.loading === undefined ? null : <Loading loading={status.loading} />}
      {isOver && status.phase !== 'loading' ? <CloseButton /> : null}
      {isOver || status.loading !== undefined ? null : <StopButton />}
      {isReadWhole(status) ? null : <ViewButtons isOver={isOver} />}
      <span className={styles.clock} title="Length of the capture">
        {formatClock(status.endNs)}
      </span>
      <span className={styles.line} />
      <div className={styles.streams}>
        <StreamChips streams={status.streams} />
      </div>
      <span className={styles.push} />
      {status.watch === undefined || isOver ? null : <WatchChip watch={status.watch} />}
      {status.trace === undefined || status.kind !== 'trace' ? null : (
        <TraceChip trace={status.trace} />
      )}
      <FindingsChip findings={status.findings} />
      <LostChip status={status} />
      <IconButton
        label="Save the capture"
        command="session.save"
        icon={<Save />}
        onClick={() => runCommand('session.save')}
      />
      <ThemeButton />
      <IconButton
        label="All keys"
        command="help.keys"
        icon={<CircleHelp />}
        onClick={() => runCommand('help.keys')}
      />
    </header>
  );
}

function watchedPath({ watch }: SessionStatus): string {
  return watch?.devicePath === undefined ? '' : ` · ${watch.devicePath}`;
}

/** Which of QEMU's devices is watched, in short. */
function WatchedName({ status: { watch } }: { readonly status: SessionStatus }) {
  const device = watch?.devices.find(({ path }) => path === watch.devicePath);
  if (device === undefined) return null;
  return <span className={styles.second}>{`· ${deviceName(device)}`}</span>;
}

const PHASES: Readonly<
  Record<SessionStatus['phase'], { glyph: string; word: string; state: StateName }>
> = {
  live: { glyph: '●', word: 'LIVE', state: 'service' },
  waiting: { glyph: '◇', word: 'WAITING', state: 'held' },
  loading: { glyph: '◌', word: 'READING', state: 'posted' },
  ended: { glyph: '■', word: 'STOPPED', state: 'done' },
};

function Phase({ status }: { readonly status: SessionStatus }) {
  const frozen = useView((view) => view.frozen);
  const isLost = useSession(({ connection }) => connection !== 'open');
  if (isLost) {
    return (
      <span className={styles.phase} title="There is no connection to the host.">
        <span className={styles.lost}>▨</span>
        LINK LOST
      </span>
    );
  }
  if (frozen !== undefined) {
    const more = status.messages - frozen.messages;
    return (
      <span className={`${styles.phase} ${styles.posted}`}>
        ❚❚ FROZEN
        {more > 0 ? <span className={styles.second}>{`+${formatCount(more)} new`}</span> : null}
      </span>
    );
  }
  const isRecorded = status.phase === 'ended' && RECORDED.has(status.kind);
  const { glyph, word, state } = PHASES[status.phase];
  return (
    <span className={styles.phase} title={status.sentence}>
      <span className={styles[state]}>{glyph}</span>
      {isRecorded ? recordedWord(status) : word}
    </span>
  );
}

const RECORDED: ReadonlySet<SessionStatus['kind']> = new Set(['file', 'trace']);

function recordedWord({ kind, isPartial }: SessionStatus): string {
  if (isPartial === true) return 'PARTLY READ';
  return kind === 'trace' ? 'TRACE' : 'RECORDED';
}

/** How far the file is read, and a way to do without the rest. */
function Loading({ loading }: { readonly loading: LoadProgress }) {
  const { doneBytes, totalBytes } = loading;
  const percent = Math.floor((100 * doneBytes) / Math.max(1, totalBytes));
  const text = loadText(loading);
  return (
    <>
      <span className={styles.loading} title={`${text}; what is read is shown already`}>
        <progress max={totalBytes} value={doneBytes} aria-label="Reading the file" />
        <span className="mono">{`${percent} %`}</span>
        <span className={`${styles.second} ${styles.word}`}>{text}</span>
      </span>
      <Button
        aria-label="Cancel reading"
        icon={<X />}
        tip="Stop reading; what is read already stays"
        command="session.stop"
        onClick={() => runCommand('session.stop')}
      >
        <span className={styles.word}>Cancel</span>
      </Button>
    </>
  );
}

/** Beside what says that it is a demo; in a capture of one, too. */
function TourButton() {
  const scenario = useScenario();
  const wasSeen = useTour((tour) => tour.wasSeen);
  if (scenario === undefined) return null;
  return (
    <Chip
      glyph="→"
      tone={wasSeen ? 'plain' : 'service'}
      tip="Three steps to the message that is guilty"
      onClick={openTour}
    >
      Tour
    </Chip>
  );
}

function SimulatedTip() {
  const planted = useScenario()?.planted;
  return `The guest is simulated: nothing here is a real driver.${planted === undefined ? '' : ` Planted: ${planted}`}`;
}

function StopButton() {
  return (
    <Button
      aria-label="Stop"
      icon={<Square />}
      tip="End the session; what it captured stays"
      command="session.stop"
      onClick={() => runCommand('session.stop')}
    >
      <span className={styles.word}>Stop</span>
    </Button>
  );
}

function CloseButton() {
  return (
    <Button
      aria-label="Close the session"
      icon={<X />}
      tip="Back to the start page; an unsaved capture is given up"
      onClick={() => runCommand('session.close')}
    >
      <span className={styles.word}>Close</span>
    </Button>
  );
}

function ViewButtons({ isOver }: { readonly isOver: boolean }) {
  const follow = useView((view) => view.follow);
  const isFrozen = useView((view) => view.frozen !== undefined);
  return (
    <>
      {isOver ? null : (
        <Button
          aria-label={isFrozen ? 'Unfreeze' : 'Freeze'}
          icon={isFrozen ? <Play /> : <Pause />}
          pressed={isFrozen}
          tip={isFrozen ? 'Show what has come meanwhile' : 'Stop the view; the capture runs on'}
          command="view.freeze"
          onClick={() => runCommand('view.freeze')}
        >
          <span className={styles.word}>{isFrozen ? 'Unfreeze' : 'Freeze'}</span>
        </Button>
      )}
      <Button
        aria-label="Follow"
        icon={<ArrowDownToLine />}
        pressed={follow}
        tip={
          follow ? 'The end of the capture stays in view' : 'Keep the end of the capture in view'
        }
        command="view.follow"
        onClick={() => setFollow(!follow)}
      >
        <span className={styles.word}>Follow</span>
      </Button>
    </>
  );
}

/** What watching costs QEMU, one click from the rest of it. */
function WatchChip({ watch }: { readonly watch: WatchStatus }) {
  const { sampling, commands } = watch;
  const percent = (100 * commands.busyPart).toFixed(1);
  const rate = sampling.rateHz === 0 ? 'QMP' : `QMP ${sampling.rateHz} Hz`;
  return (
    <Chip
      glyph="●"
      tip={`QEMU was busy with our questions during ${percent} % of the time; ${samplingLine(watch)}. Looks at the rings cost it nothing.`}
      onClick={() => showTab('inspector')}
    >
      <span className={styles.word}>{rate}</span>
      {`${percent} %`}
    </Chip>
  );
}

/** How much of a trace was understood, one click from its report and from what such a source cannot tell. */
function TraceChip({ trace }: { readonly trace: TraceStatus }) {
  const { lines, odd, times } = trace;
  const hasTimes = times !== 'order';
  const isPlain = odd === 0 && hasTimes;
  const understood =
    odd === 0 ? 'All lines were understood' : `${formatPlural(odd, 'line')} could not be used`;
  const counted = hasTimes ? '' : '. It has no times: 1 µs stands for one line';
  return (
    <Chip
      tone={isPlain ? 'done' : 'held'}
      {...(isPlain ? {} : { glyph: '▲' })}
      tip={`${understood}${counted}. Press for the import report, and for what such a trace tells.`}
      onClick={() => {
        select({ kind: 'none' });
        showTab('inspector');
      }}
    >
      {hasTimes ? '' : 'no times · '}
      {odd === 0 ? formatPlural(lines, 'line') : `${formatCount(odd)} odd of ${formatCount(lines)}`}
    </Chip>
  );
}

function FindingsChip({ findings }: { readonly findings: SessionStatus['findings'] }) {
  const { error, warning, note } = findings;
  const tone = error > 0 ? 'error' : warning > 0 ? 'held' : 'done';
  const glyph = error > 0 ? '✕' : warning > 0 ? '▲' : '■';
  return (
    <Chip
      tone={tone}
      glyph={glyph}
      tip={`${formatPlural(error, 'error')}, ${formatPlural(warning, 'warning')}, ${formatPlural(note, 'note')}: what broke a rule of the standard`}
      onClick={() => showTab('findings')}
    >
      <span className={styles.word}>Findings</span>
      {`${formatCount(error)} E · ${formatCount(warning)} W`}
    </Chip>
  );
}

function LostChip({ status }: { readonly status: SessionStatus }) {
  const { lostEntries, lostPcmBytes } = status;
  const isWhole = lostEntries === 0 && lostPcmBytes === 0;
  return (
    <Chip
      tone={isWhole ? 'done' : 'lost'}
      {...(isWhole ? {} : { glyph: '▨' })}
      tip={
        isWhole
          ? 'Everything that happened was recorded.'
          : `${formatPlural(lostEntries, 'entry', 'entries')} and ${formatBytes(lostPcmBytes)} of PCM reached a bound and were not recorded.`
      }
    >
      {`Lost ${formatCount(lostEntries)}`}
    </Chip>
  );
}

function ThemeButton() {
  const theme = useTheme();
  const isDark = theme.scheme === 'dark';
  return (
    <IconButton
      label={isDark ? 'Light theme' : 'Dark theme'}
      icon={isDark ? <Sun /> : <Moon />}
      onClick={() => sharedView.setState({ themeChoice: isDark ? 'light' : 'dark' })}
    />
  );
}
