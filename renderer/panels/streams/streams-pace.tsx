/** How evenly a stream goes: drift of the guest against the sink, the steps in which its position moves, and each return
 *  against an even pace. */
import type { PaceReport } from '../../../src-core/contract-latency.ts';
import { formatDuration } from '../../canvas/time-scale.ts';
import { useCanvas } from '../../canvas/use-canvas.ts';
import { usePull } from '../../store/pull.ts';
import { formatCount } from '../../ui/format.ts';
import styles from './streams.module.css';
import { drawStrays } from './streams-draw-strays.ts';

/** Fits look at the whole run: not more often than somebody can read. */
const EVERY_MS = 1000;
const POINTS = 400;

export function Pace({ streamId }: { readonly streamId: number }) {
  const reports = usePull('pace', { points: POINTS }, { everyMs: EVERY_MS }).data ?? [];
  const pace = reports.find((one) => one.streamId === streamId);
  const canvas = useCanvas(
    (ctx, size, theme) => drawStrays(ctx, pace?.strayNs ?? new Float64Array(), size, theme),
    [pace],
  );
  if (pace === undefined || pace.count === 0) return null;
  return (
    <div className={styles.pace}>
      <h4>Pace</h4>
      <dl className={styles.parts}>
        <Ppm
          label="sink"
          title="What the sink took against the capture’s clock"
          ppm={pace.sinkPpm}
          error={pace.sinkPpmError}
        />
        <Ppm
          label="drift"
          title="What the guest posted against what the sink took"
          ppm={pace.driftPpm}
          error={pace.driftPpmError}
        />
        <div title="Frames that the position moves at once: median, and the most">
          <dt>moves by</dt>
          <dd className="mono">{stepsText(pace)}</dd>
        </div>
        <div title="How far returns stray from an even pace: half of them by less than the first, all but 1 % by less than the second">
          <dt>stray p50 · p99</dt>
          <dd className="mono">
            {formatDuration(pace.strayP50Ns)} · {formatDuration(pace.strayP99Ns)}
          </dd>
        </div>
      </dl>
      <div className={styles.strays}>
        <canvas
          ref={canvas.ref}
          role="img"
          aria-label={`Returns against an even pace: half stray less than ${formatDuration(pace.strayP50Ns)}`}
        />
      </div>
    </div>
  );
}

interface PpmProps {
  readonly label: string;
  readonly title: string;
  readonly ppm: number;
  readonly error: number;
}

function Ppm({ label, title, ppm, error }: PpmProps) {
  const isKnown = !Number.isNaN(ppm);
  return (
    <div title={isKnown ? title : `${title}: known after a second of sound`}>
      <dt>{label}</dt>
      <dd className="mono">
        {isKnown
          ? `${ppm < 0 ? '−' : '+'}${Math.abs(ppm).toFixed(1)} ± ${error.toFixed(1)} ppm`
          : '–'}
      </dd>
    </div>
  );
}

function stepsText({ granularityFrames, granularityMaxFrames }: PaceReport): string {
  const most =
    granularityMaxFrames > granularityFrames ? `, most ${formatCount(granularityMaxFrames)}` : '';
  return `${formatCount(granularityFrames)}${most} frames`;
}
