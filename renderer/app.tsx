/** The page: what it shows follows from the connection and the session. */

import styles from './app.module.css';
import { Connecting } from './frame/connecting.tsx';
import { DropTarget } from './frame/drop-target.tsx';
import { Frame } from './frame/frame.tsx';
import { GoTo } from './frame/go-to.tsx';
import { KeySheet } from './frame/key-sheet.tsx';
import { LayoutsDialog } from './frame/layouts-dialog.tsx';
import { Notices } from './frame/notices.tsx';
import { CommandPalette, PlacePalette } from './frame/palette-dialogs.tsx';
import { RebindDialog } from './frame/rebind-dialog.tsx';
import { LayersDialog } from './layers/layers-dialog.tsx';
import { MarksDialog } from './marks/marks-dialog.tsx';
import { StartPage } from './start/start-page.tsx';
import { useAfterFirstTable } from './store/first-table.ts';
import { isAtCard, useQemuConnecting } from './store/qemu-connecting.ts';
import { useSession } from './store/session.ts';
import { useThemeProperties } from './theme.ts';
import { TipProvider } from './ui/tip.tsx';

export function App() {
  useThemeProperties();
  const isKnown = useSession((session) => session.status !== undefined);
  const hasSession = useHasSession();
  const hasHello = useSession((session) => session.hello !== undefined);
  const connection = useSession((session) => session.connection);
  const isReady = isKnown && hasHello;
  return (
    <TipProvider>
      <DropTarget>
        <div className={styles.page}>
          {isReady && connection === 'open' ? null : <Connecting isOver={isReady} />}
          {isReady ? (
            <div className={styles.rest}>{hasSession ? <Frame /> : <StartPage />}</div>
          ) : null}
        </div>
        <Notices />
        <Dialogs />
      </DropTarget>
    </TipProvider>
  );
}

/** Not before the start page is done with it: a QEMU whose device is not watched yet is the card's business. */
function useHasSession(): boolean {
  const connecting = useQemuConnecting();
  return useSession(({ status }) => status !== null && !isAtCard(connecting, status));
}

/** Not before the first table: nobody has asked for one yet. */
function Dialogs() {
  const isTurn = useAfterFirstTable();
  if (!isTurn) return null;
  return (
    <>
      <KeySheet />
      <RebindDialog />
      <CommandPalette />
      <PlacePalette />
      <LayoutsDialog />
      <MarksDialog />
      <LayersDialog />
      <GoTo />
    </>
  );
}
