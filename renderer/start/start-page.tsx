/** What stands there before a session: run a demo, attach a guest, connect to a QEMU, open a capture. Enter starts the first demo. */
import { Moon, Sun } from 'lucide-react';
import { useSession } from '../store/session.ts';
import { sharedView } from '../store/view.ts';
import { useTheme } from '../theme.ts';
import { IconButton } from '../ui/button.tsx';
import { AttachCard } from './attach-card.tsx';
import { DemoCard } from './demo-card.tsx';
import { Environment } from './environment.tsx';
import { OpenCard } from './open-card.tsx';
import { QemuCard } from './qemu-card.tsx';
import styles from './start.module.css';
import { TraceCard } from './trace-card.tsx';

export function StartPage() {
  const hello = useSession((session) => session.hello);
  if (hello === undefined) return null;
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <div>
          <h1 className={styles.name}>Ringside</h1>
          <p className={styles.second}>
            A debugger for virtio-sound: queues, streams, waveforms and the life of every message.
          </p>
        </div>
        <ThemeButton />
      </header>
      <main className={styles.cards}>
        <DemoCard hello={hello} />
        <div className={styles.columns}>
          <div className={styles.column}>
            <AttachCard hello={hello} />
            <OpenCard hello={hello} />
          </div>
          <div className={styles.column}>
            <QemuCard hello={hello} />
            <TraceCard hello={hello} />
          </div>
        </div>
      </main>
      <footer className={styles.footer}>
        <Environment hello={hello} />
      </footer>
    </div>
  );
}

function ThemeButton() {
  const isDark = useTheme().name === 'dark';
  return (
    <IconButton
      label={isDark ? 'Light theme' : 'Dark theme'}
      icon={isDark ? <Sun /> : <Moon />}
      onClick={() => sharedView.setState({ themeChoice: isDark ? 'light' : 'dark' })}
    />
  );
}
