/** The whole page takes a capture or a trace that is dropped on it. */
import { type DragEvent, type ReactNode, useState } from 'react';
import { takeReference } from '../panels/waveform/waveform-reference.tsx';
import { openFile } from '../start/open-file.ts';
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
        void (/\.wave?$/i.test(file.name) ? takeReference(file) : openFile(file));
      }}
    >
      {children}
      {isOver ? (
        <div className={styles.over}>
          Drop a capture or a trace of QEMU to open it, or a WAV file to compare the shown run with
        </div>
      ) : null}
    </div>
  );
}
