/** The bar at the bottom: what the observer itself costs, how large the capture is, where the sound goes. */
import { Volume2, VolumeX } from 'lucide-react';
import type { SessionStatus } from '../../src-core/contract-data.ts';
import { formatDuration } from '../canvas/time-scale.ts';
import { ask, useSession } from '../store/session.ts';
import { IconButton } from '../ui/button.tsx';
import { formatBytes, formatCount, formatPlural } from '../ui/format.ts';
import { Tip } from '../ui/tip.tsx';
import styles from './frame.module.css';
import { FrameMeter } from './frame-meter.tsx';

export function StatusBar() {
  const status = useSession((session) => session.status);
  const version = useSession((session) => session.hello?.version);
  if (status === null || status === undefined) return null;
  const { kickCost, sink } = status;
  const isWatch = status.kind === 'qemu';
  const what = isWatch ? 'look' : 'kick';
  const cost =
    kickCost.count > 0
      ? `${what} p50 ${formatDuration(kickCost.p50Us * 1000)} · p99 ${formatDuration(kickCost.p99Us * 1000)}`
      : `${what} cost –`;
  const isNote = isWatch || isSilent(status);
  const underruns =
    sink.hostUnderruns > 0 ? `, ${formatPlural(sink.hostUnderruns, 'underrun')}` : '';
  return (
    <footer className={styles.status}>
      {status.trace === undefined ? (
        <span
          title={
            isWatch
              ? `What a look at the rings takes of Ringside, over ${formatPlural(kickCost.count, 'look')}; it costs QEMU and the guest nothing`
              : `From wake-up to the end of a kick’s handling, over ${formatPlural(kickCost.count, 'kick')}: what Ringside itself costs the guest`
          }
        >
          {cost}
        </span>
      ) : null}
      <span>{formatPlural(status.entries, 'entry', 'entries')}</span>
      <span title={countsText(status)}>{formatPlural(status.messages, 'message')}</span>
      <span title={status.recordPath ?? 'Kept until the session is closed; save it to keep it.'}>
        {`capture ${formatBytes(status.captureBytes)}`}
        {status.room === undefined ? null : <Room room={status.room} />}
      </span>
      {status.unsavedMarks === undefined ? null : (
        <span
          className={styles.held}
          title="The file that is shown is not written to: save the capture (Ctrl+S) to keep the marks."
        >
          {`▲ ${formatPlural(status.unsavedMarks, 'change')} of marks not saved`}
        </span>
      )}
      <span className={styles.note} title={sink.note}>
        {isWatch ? 'sound' : `sink ${sink.title}${underruns}`}
        {sink.note === '' ? null : (
          <span className={isNote ? '' : styles.held}>
            {` · ${isNote ? '' : '▲ '}${sink.note}`}
          </span>
        )}
      </span>
      <span className={styles.push} />
      <FrameMeter />
      {isSilent(status) ? null : <Volume monitor={status.monitor} />}
      <span>{`Ringside ${version ?? ''}`}</span>
    </footer>
  );
}

/** How long the disk lasts; in words when that is soon. */
function Room({ room }: { readonly room: NonNullable<SessionStatus['room']> }) {
  const minutes = Math.floor(room.seconds / 60);
  const left = minutes < 120 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h left`;
  if (room.isShort) {
    return (
      <span
        className={styles.held}
      >{` · ▲ ${left}: only hashes and levels of the PCM are kept`}</span>
    );
  }
  if (room.disk !== 'fine') {
    const what =
      room.disk === 'slow'
        ? 'the disk is slow: waveforms are drawn later'
        : 'the disk does not keep up: only hashes and levels of the PCM are kept';
    return <span className={styles.held}>{` · ▲ ${what}`}</span>;
  }
  return minutes < 600 ? <span>{` · ${left}`}</span> : null;
}

function countsText({ counts }: SessionStatus): string {
  const { control, event, tx, rx } = counts;
  const parts = [`controlq ${control}`, `eventq ${event}`, `txq ${tx}`, `rxq ${rx}`];
  return parts
    .map((part) => part.replace(/\d+$/, (count) => formatCount(Number(count))))
    .join(' · ');
}

/** How loud the host plays; what is captured never changes. */
function Volume({ monitor }: { readonly monitor: SessionStatus['monitor'] }) {
  const { volume, muted } = monitor;
  return (
    <span className={styles.volume}>
      <IconButton
        label={muted ? 'Unmute what the host plays' : 'Mute what the host plays'}
        icon={muted ? <VolumeX /> : <Volume2 />}
        onClick={() => void ask('setMonitor', { volume, muted: !muted })}
      />
      <Tip
        side="top"
        label={`Monitor volume ${Math.round(volume * 100)} %: how loud this machine plays. It never touches what is captured or what the guest sees.`}
      >
        <input
          type="range"
          min={0}
          max={100}
          value={Math.round(volume * 100)}
          aria-label="Monitor volume; captured samples stay as they are"
          onChange={({ target }) =>
            void ask('setMonitor', { volume: Number(target.value) / 100, muted })
          }
        />
      </Tip>
    </span>
  );
}

/** What was recorded or traced plays nothing. */
function isSilent({ kind }: SessionStatus): boolean {
  return kind === 'file' || kind === 'trace';
}
