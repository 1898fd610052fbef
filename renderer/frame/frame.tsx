/** The window of a session: session bar, filter, overview, the docked panels, status bar. */
import type { SessionStatus } from '../../src-core/contract-data.ts';
import { Dock } from '../dock/dock.tsx';
import { useAfterFirstTable } from '../store/first-table.ts';
import { useSession } from '../store/session.ts';
import { useView } from '../store/view.ts';
import { TourCard } from '../tour/tour-card.tsx';
import { DeviceDialog } from './device-dialog.tsx';
import { FindingTones } from './finding-tones.ts';
import styles from './frame.module.css';
import { NewErrors } from './new-errors.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { SessionBar } from './session-bar.tsx';
import { StatusBar } from './status-bar.tsx';
import { StopDialog } from './stop-dialog.tsx';
import { STRIPS } from './strips.ts';
import { WaitingPanel, WaitingStrip } from './waiting-panel.tsx';

export function Frame() {
  const isWaiting = useSession(({ status }) => isStillEmpty(status));
  const isAfterTable = useAfterFirstTable();
  const isFrozen = useView((view) => view.frozen !== undefined);
  return (
    <div className={`${styles.frame} ${isFrozen ? styles.frozen : ''}`}>
      <SessionBar />
      <main className={styles.main}>{isWaiting ? <WaitingPanel /> : <Workspace />}</main>
      <StatusBar />
      <NewErrors />
      <FindingTones />
      {isAfterTable ? (
        <>
          <SaveDialog />
          <StopDialog />
          <DeviceDialog />
          <TourCard />
        </>
      ) : null}
    </div>
  );
}

/** Nothing was seen yet, or nothing could be: of a QEMU that cannot be watched there is only why. */
function isStillEmpty(status: SessionStatus | null | undefined): boolean {
  if (status === null || status === undefined || status.messages > 0) return false;
  const { phase, watch, endCode } = status;
  return phase === 'waiting' || (phase === 'ended' && watch !== undefined && endCode !== undefined);
}

function Workspace() {
  return (
    <div className={styles.workspace}>
      <WaitingStrip />
      {STRIPS.map(({ id, component: Strip }) => (
        <Strip key={id} />
      ))}
      <div className={styles.panes}>
        <Dock />
      </div>
    </div>
  );
}
