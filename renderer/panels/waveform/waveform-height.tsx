/** Says on the wave when its amplitudes are enlarged, and when they are too quiet to be seen as they are. */
import { dbfsText } from '../../../src-core/audio/decode.ts';
import { Button } from '../../ui/button.tsx';
import styles from './waveform.module.css';
import type { WaveActions } from './waveform-commands.ts';
import type { WaveModel } from './waveform-draw.ts';
import { gainText, gainToFit } from './waveform-model.ts';
import { useWave } from './waveform-store.ts';

interface HeightProps {
  readonly model: Pick<WaveModel, 'peaks' | 'scale' | 'gain' | 'isDb'>;
  readonly actions: Pick<WaveActions, 'fitHeight'>;
}

/** What could be enlarged so much is next to a flat line. */
const QUIET_GAIN = 16;

export function HeightNote({ model, actions }: HeightProps) {
  const { peaks, scale, gain, isDb } = model;
  if (isDb) return null;
  if (gain > 1) {
    return (
      <div className={styles.height} data-enlarged="true">
        <span>
          enlarged ×{gain}: full height is {gainText(gain)}
        </span>
        <Button tone="quiet" tip="Full height is full scale" onClick={() => setGain(1)}>
          ×1
        </Button>
      </div>
    );
  }
  const fitting = gainToFit(peaks, scale);
  if (fitting < QUIET_GAIN) return null;
  return (
    <div className={styles.height}>
      <span>quiet: under {dbfsText(1 / fitting)} in view</span>
      <Button
        tone="quiet"
        tip="Enlarges what is in view to the height"
        command="waveform.fit-height"
        onClick={actions.fitHeight}
      >
        Fit height
      </Button>
    </div>
  );
}

function setGain(gain: number): void {
  useWave.setState({ gain });
}
