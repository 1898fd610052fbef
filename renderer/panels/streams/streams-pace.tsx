/** How evenly a stream goes: drift of the guest against the sink, the steps in which its position moves, and each return
 *  against an even pace. */
import { useRef, useState } from 'react';
import type { PaceReport } from '../../../src-core/contract-latency.ts';
import { type Frames, NS_PER_S, type Ns } from '../../../src-core/units.ts';
import { type Point, useGestures } from '../../canvas/gestures.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { useCanvas } from '../../canvas/use-canvas.ts';
import { usePull } from '../../store/pull.ts';
import { centreView } from '../../store/time-range.ts';
import { selectMessage, usePanelView, useView } from '../../store/view.ts';
import { formatCount } from '../../ui/format.ts';
import styles from './streams.module.css';
import charts from './streams-charts.module.css';
import { drawStrays, inBoth, strayAt, strayText } from './streams-draw-strays.ts';
import type { Fill } from './streams-model.ts';

/** Fits look at the whole run: not more often than somebody can read. */
const EVERY_MS = 1000;
const POINTS = 2000;
/** Nobody means less, whatever the period. */
const EVEN_NS: Ns = 1000;

export function Pace({ streamId, fill }: { readonly streamId: number; readonly fill: Fill }) {
  const reports = usePull('pace', { points: POINTS }, { everyMs: EVERY_MS }).data ?? [];
  const pace = reports.find((one) => one.streamId === streamId);
  if (pace === undefined || pace.count === 0) return null;
  const periodNs = pace.rateHz > 0 ? (fill.periodFrames * NS_PER_S) / pace.rateHz : 0;
  return (
    <div className={charts.pace}>
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
        <div title="Position granularity: frames that the position moves at once, the median and the most, in periods too">
          <dt>position moves by</dt>
          <dd className="mono">{stepsText(pace, fill.periodFrames)}</dd>
        </div>
      </dl>
      <Regularity pace={pace} periodNs={periodNs} />
    </div>
  );
}

/** Each return less the time at which it was expected; the worst is named and leads to its message. */
function Regularity({ pace, periodNs }: { readonly pace: PaceReport; readonly periodNs: Ns }) {
  const view = usePanelView();
  const box = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState(-1);
  const cursorNs = useView((look) => look.cursorNs);
  const canvas = useCanvas(
    (ctx, size, theme) => drawStrays(ctx, { pace, periodNs, cursorNs, pointed }, size, theme),
    [pace, periodNs, cursorNs, pointed],
  );
  const goTo = (index: number, atNs: Ns) => {
    selectMessage(index, 'streams', view);
    centreView(atNs, view);
  };
  const placeAt = (point: Point) => strayAt(pace, canvas.size.widthPx, point.xPx);
  useGestures(box, {
    hover: (point) => {
      const place = point === undefined ? -1 : placeAt(point);
      setPointed(place);
      view.setState({ hoverNs: pace.atNs[place] });
    },
    click: (point) => {
      const place = placeAt(point);
      const [index, atNs] = [pace.index[place], pace.atNs[place]];
      if (index !== undefined && atNs !== undefined) goTo(index, atNs);
    },
  });
  const { worst, strayP50Ns, strayP99Ns, count } = pace;
  const shown = pointed < 0 ? undefined : pace.strayNs[pointed];
  return (
    <div>
      <div className={styles.barHead}>
        <h4 title="When each message came back, less when it was expected by the pace of its neighbours">
          Period regularity
        </h4>
        {worst === undefined || Math.abs(worst.strayNs) < Math.max(EVEN_NS, periodNs / 1000) ? (
          <span className={styles.second}>even: nothing strays by a thousandth of a period</span>
        ) : (
          <button
            type="button"
            className={charts.worst}
            title="Selects its message"
            onClick={() => goTo(worst.index, worst.atNs)}
          >
            worst: #{formatCount(worst.index)} {strayText(worst.strayNs, periodNs)}
          </button>
        )}
      </div>
      <div ref={box} className={charts.strays}>
        <canvas
          ref={canvas.ref}
          role="img"
          aria-label={`Period regularity of ${count} returns: half stray less than ${formatDuration(strayP50Ns)}, 99 % less than ${formatDuration(strayP99Ns)}${worst === undefined ? '' : `; the worst is message ${worst.index}, ${strayText(worst.strayNs, periodNs)}`}`}
        />
      </div>
      <div className={charts.chartFoot}>
        <span>{formatTime(pace.atNs[0] ?? 0, 3)}</span>
        <span>
          {shown === undefined
            ? `half of the last ${formatCount(count)} stray by less than ${inBoth(strayP50Ns, periodNs)}, 99 % by less than ${inBoth(strayP99Ns, periodNs)}`
            : `#${formatCount(pace.index[pointed] ?? 0)} at ${formatTime(pace.atNs[pointed] ?? 0, 6)}: ${strayText(shown, periodNs)}`}
        </span>
        <span>{formatTime(pace.atNs.at(-1) ?? 0, 3)}</span>
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

function stepsText(
  { granularityFrames, granularityMaxFrames }: PaceReport,
  periodFrames: Frames,
): string {
  const periods = periodFrames > 0 ? ` · ${(granularityFrames / periodFrames).toFixed(2)} P` : '';
  const most =
    granularityMaxFrames > granularityFrames ? `, most ${formatCount(granularityMaxFrames)}` : '';
  return `${formatCount(granularityFrames)} frames${periods}${most}`;
}
