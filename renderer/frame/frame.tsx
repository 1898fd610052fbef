/** The window of a session: session bar, timeline over the tabbed panels, inspector, status bar. */

import { InspectorPanel } from '../panels/inspector/inspector-panel.tsx';
import { PANELS } from '../panels/panels.ts';
import { TimelinePanel } from '../panels/timeline/timeline-panel.tsx';
import { useSession } from '../store/session.ts';
import { showTab, useView } from '../store/view.ts';
import { type Pane, Split } from '../ui/split.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { DeviceDialog } from './device-dialog.tsx';
import styles from './frame.module.css';
import { SaveDialog } from './save-dialog.tsx';
import { SessionBar } from './session-bar.tsx';
import { StatusBar } from './status-bar.tsx';
import { StopDialog } from './stop-dialog.tsx';
import { WaitingPanel, WaitingStrip } from './waiting-panel.tsx';

export function Frame() {
  const isWaiting = useSession(
    ({ status }) => status?.phase === 'waiting' && status.messages === 0,
  );
  const isFrozen = useView((view) => view.frozen !== undefined);
  return (
    <div className={`${styles.frame} ${isFrozen ? styles.frozen : ''}`}>
      <SessionBar />
      <main className={styles.main}>{isWaiting ? <WaitingPanel /> : <Workspace />}</main>
      <StatusBar />
      <SaveDialog />
      <StopDialog />
      <DeviceDialog />
    </div>
  );
}

function Workspace() {
  return (
    <div className={styles.workspace}>
      <WaitingStrip />
      <div className={styles.panes}>
        <Panes />
      </div>
    </div>
  );
}

function Panes() {
  const isInspectorOpen = useView((view) => view.inspectorOpen);
  const inspector: Pane[] = isInspectorOpen
    ? [{ id: 'inspector', content: <InspectorPanel />, defaultSize: '372px', minSize: '280px' }]
    : [];
  return (
    <Split
      id="columns"
      orientation="horizontal"
      panes={[
        { id: 'centre', content: <Centre />, defaultSize: '75%', minSize: '480px' },
        ...inspector,
      ]}
    />
  );
}

function Centre() {
  return (
    <Split
      id="rows"
      orientation="vertical"
      panes={[
        { id: 'timeline', content: <TimelinePanel />, defaultSize: '46%', minSize: '120px' },
        { id: 'lower', content: <LowerPanels />, defaultSize: '54%', minSize: '160px' },
      ]}
    />
  );
}

function LowerPanels() {
  const tab = useView((view) => view.tab);
  const findings = useSession((session) => session.status?.findings);
  const troubles = (findings?.error ?? 0) + (findings?.warning ?? 0);
  const active = PANELS.find(({ id }) => id === tab) ?? PANELS[0];
  if (active === undefined) return null;
  const Active = active.component;
  const tabs = PANELS.map(({ id, title }) => ({
    id,
    title,
    badge:
      id === 'findings' && troubles > 0 ? (
        <span className={styles.badge}>{troubles}</span>
      ) : undefined,
  }));
  return (
    <Tabs label="Panels" tabs={tabs} active={active.id} onChange={showTab}>
      <Active />
    </Tabs>
  );
}
