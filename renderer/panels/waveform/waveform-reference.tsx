/** A WAV file that a run is compared with: chosen or dropped, its verdict over the lanes. */
import { FileCheck2, X } from 'lucide-react';
import { useRef } from 'react';
import type { TrackInfo } from '../../../src-core/contract-data.ts';
import type { ReferenceState } from '../../../src-core/contract-proof.ts';
import { LIMITS } from '../../../src-core/limits.ts';
import { ask, notify } from '../../store/session.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { formatBytes } from '../../ui/format.ts';
import styles from './waveform.module.css';
import { centreFrames } from './waveform-scale.ts';
import { chooseVersion, moveFrames, useWave } from './waveform-store.ts';
import { referenceText } from './waveform-versions.ts';

/** Room in a packet for what stands around the file's bytes. */
const AROUND_BYTES = 4096;
const NEAR_FRAMES = 2000;

/** Takes a WAV file as the reference of the run that is shown. */
export async function takeReference(file: File): Promise<void> {
  const { chosenTrack, shownTrack } = useWave.getState();
  const track = chosenTrack ?? shownTrack;
  if (track === undefined) {
    const what = `${file.name} is a WAV file: there is no sound yet to compare it with.`;
    const action = 'Show the waveform of a run first, then drop the file again.';
    notify({ severity: 'info', code: 'no-run', what, action });
    return;
  }
  if (file.size > LIMITS.packetBytes - AROUND_BYTES) {
    const what = `${file.name} has ${formatBytes(file.size)}: too much to hand over through the page.`;
    const action = 'Save the capture and compare there: ringside prove FILE --ref WAV.';
    notify({ severity: 'error', code: 'file-too-large', what, action });
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  await ask('setReference', { track, name: file.name, bytes });
}

export function ReferenceButton({ disabled }: { readonly disabled: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".wav,audio/wav"
        hidden
        aria-label="Reference file"
        onChange={({ target }) => {
          const file = target.files?.[0];
          target.value = '';
          if (file !== undefined) void takeReference(file);
        }}
      />
      <Button
        tone="quiet"
        icon={<FileCheck2 />}
        disabled={disabled}
        tip="Compare this run bit for bit with a WAV file; dropping one on the window does the same"
        onClick={() => input.current?.click()}
      >
        <span className={styles.wide}>Reference…</span>
      </Button>
    </>
  );
}

interface BarProps {
  readonly track: TrackInfo;
  readonly reference: ReferenceState;
}

export function ReferenceBar({ track, reference }: BarProps) {
  const { text, tone, frame } = referenceText(reference);
  return (
    <div className={styles.reference} data-tone={tone} role="status">
      <span className={styles.verdict}>{tone === 'good' ? '✓' : '✕'}</span>
      <span className={styles.referenceText} title={text}>
        {text}
      </span>
      {frame === undefined ? null : (
        <Button tone="quiet" onClick={() => void showFrame(track, frame)}>
          Show it
        </Button>
      )}
      <IconButton
        label="Put the reference away"
        icon={<X />}
        onClick={() => void ask('clearReference', {})}
      />
    </div>
  );
}

async function showFrame(track: TrackInfo, frame: number): Promise<void> {
  // its frames are those that were consumed
  if (useWave.getState().version === 'sink') await chooseVersion(track.track, 'consumed');
  const at = Math.min(frame, Math.max(0, track.frames - 1));
  moveFrames(centreFrames({ fromFrame: 0, toFrame: NEAR_FRAMES }, at));
  useWave.setState({ cursorFrame: at });
}
