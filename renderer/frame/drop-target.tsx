/** The whole page takes a capture or a trace that is dropped on it. */
import { type DragEvent, type ReactNode, useState } from 'react';
import { addLayer, looksLikeLayer } from '../layers/add-layer.ts';
import { takeReference } from '../panels/waveform/waveform-reference.tsx';
import { openFile } from '../start/open-file.ts';
import { useSession } from '../store/session.ts';
import styles from './drop-target.module.css';

export function DropTarget({ children }: { readonly children: ReactNode }) {
  const [isOver, setOver] = useState(false);
  const hasFile = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes('Files');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has its own button on the start page
    <div
      className={styles.target}
      onDragOver={(event) => {
        if (!hasFile(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file === undefined) return;
        void take(file);
      }}
    >
      {children}
      {isOver ? (
        <div className={styles.over}>
          Drop a capture or a trace of QEMU to open it, a WAV file to compare the shown run with, or
          the guest’s ftrace or output of pw-top to lay it beside the session
        </div>
      ) : null}
    </div>
  );
}

/** What lies beside a session, or opens in its place. */
async function take(file: File): Promise<void> {
  if (/\.wave?$/i.test(file.name)) return takeReference(file);
  const { status } = useSession.getState();
  const isShown = status !== null && status !== undefined;
  if (isShown && (await looksLikeLayer(file))) return addLayer(file);
  return openFile(file);
}
