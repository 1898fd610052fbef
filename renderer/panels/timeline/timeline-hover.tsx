/** What is under the pointer, in words: time, distance to the cursor, message and stages, or the finding. */

import type { TimelineMark } from '../../../src-core/contract-data.ts';
import type { GapBand } from '../../../src-core/contract-gaps.ts';
import type { HeadroomSeries } from '../../../src-core/contract-latency.ts';
import type { TimelineTracks } from '../../../src-core/contract-tracks.ts';
import { EVENTQ } from '../../../src-core/spec/sound.ts';
import { stageRow } from '../../../src-core/spec/stages.ts';
import {
  formatDuration,
  formatTime,
  nsPerPx,
  type Range,
  type TimeScale,
} from '../../canvas/time-scale.ts';
import { gapSentence } from '../../gaps/gap-words.ts';
import { layerWords, placeWords, titleOf } from '../../layers/layer-words.ts';
import { STATE_MARKS } from '../../palette.ts';
import {
  evidenceOf,
  isIo,
  kindOf,
  queueName,
  STAGE_STATES,
  statusName,
} from '../../store/message-row.ts';
import { useView } from '../../store/view.ts';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './timeline.module.css';
import { glyphOf } from './timeline-draw-marks.ts';
import { type Bar, depthAt } from './timeline-lane.ts';
import type { LayerRow } from './timeline-layers.ts';
import type { Hit } from './timeline-model.ts';
import { outageAt, outageSentence, wordsOf } from './timeline-tracks.ts';

export interface Hover {
  readonly xPx: number;
  readonly yPx: number;
  readonly atNs: number;
  readonly hit: Hit | undefined;
  readonly layer: LayerRow | undefined;
  readonly mark: TimelineMark | undefined;
  readonly gap: GapBand | undefined;
  /** The folded idle time. */
  readonly fold: Range | undefined;
}

const WIDTH_PX = 270;
/** A call of the sink is meant so near to it. */
const REACH_PX = 8;

export function TimelineHover({
  hover,
  widthPx,
  heightPx,
  headroom,
  tracks,
  scale,
}: {
  readonly hover: Hover;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly headroom: readonly HeadroomSeries[];
  readonly tracks: TimelineTracks;
  readonly scale: TimeScale;
}) {
  const cursorNs = useView((view) => view.cursorNs);
  const { xPx, yPx, atNs, hit, layer, mark, gap, fold } = hover;
  const leftPx = xPx + 14 + WIDTH_PX > widthPx ? xPx - 14 - WIDTH_PX : xPx + 14;
  // below the pointer, or above it where the panel ends
  const isLow = yPx > heightPx / 2;
  const top = isLow ? `calc(${yPx - 10}px - 100%)` : `${yPx + 14}px`;
  const style = { transform: `translate(${leftPx}px, ${top})`, width: `${WIDTH_PX}px` };
  return (
    <div className={styles.hover} style={style} aria-hidden="true">
      <p className={styles.time}>
        <span>{formatTime(atNs, 6)}</span>
        {cursorNs === undefined ? null : (
          <span className={styles.second}>{`Δ cursor ${formatDuration(atNs - cursorNs)}`}</span>
        )}
      </p>
      {mark === undefined ? null : <p>{`${glyphOf(mark)} ${mark.text}`}</p>}
      {fold === undefined ? null : (
        <p>{`${formatDuration(fold.toNs - fold.fromNs)} without any traffic, folded. A click opens it.`}</p>
      )}
      {gap === undefined ? null : <p>{`▨ ${gapSentence(gap)}`}</p>}
      {hit?.bar === undefined ? null : <BarLines bar={hit.bar} here={hit.stage?.id} />}
      {hit !== undefined && hit.bar === undefined ? <StateLine hit={hit} atNs={atNs} /> : null}
      {layer === undefined ? null : <LayerLines {...{ layer, atNs, scale }} />}
      {hit === undefined ? null : <TrackLines {...{ hit, tracks, atNs, scale }} />}
      {hit === undefined ? null : (
        <HeadroomLine
          series={headroom.find(({ streamId }) => streamId === hit.lane.streamId)}
          atNs={atNs}
        />
      )}
    </div>
  );
}

/** What a layer tells there, and how well it is known that it lies there. */
function LayerLines({
  layer,
  atNs,
  scale,
}: {
  readonly layer: LayerRow;
  readonly atNs: number;
  readonly scale: TimeScale;
}) {
  const { info, track } = layer;
  return (
    <>
      <p>
        {titleOf(track)}
        <span className={styles.second}>{` · ${info.name}`}</span>
      </p>
      {layerWords(track, atNs, REACH_PX * nsPerPx(scale)).map((words) => (
        <p key={words}>{words}</p>
      ))}
      {atNs > track.lastNs ? <p>The file ends before.</p> : null}
      <p className={styles.second}>{placeWords(info)}</p>
    </>
  );
}

/** What the track under the pointer says, and who was gone. */
function TrackLines({
  hit,
  tracks,
  atNs,
  scale,
}: {
  readonly hit: Hit;
  readonly tracks: TimelineTracks;
  readonly atNs: number;
  readonly scale: TimeScale;
}) {
  const { lane, part } = hit;
  const outage = outageAt(tracks.outages, lane.streamId, atNs);
  const reachNs = REACH_PX * nsPerPx(scale);
  const isBar = hit.bar !== undefined || part?.absent !== undefined;
  const words =
    part === undefined || isBar ? undefined : wordsOf(part.kind, lane, tracks, atNs, reachNs);
  return (
    <>
      {words === undefined ? null : (
        <p>
          {words.text}
          <span className={styles.second}>{` · ${words.second}`}</span>
        </p>
      )}
      {part?.absent === undefined ? null : <p>{part.absent}</p>}
      {outage === undefined ? null : <p>{`○ ${outageSentence(outage)}`}</p>}
    </>
  );
}

function BarLines({ bar, here }: { readonly bar: Bar; readonly here: string | undefined }) {
  const { row, stages } = bar;
  return (
    <>
      <p>
        {`#${formatCount(row.index)} ${kindOf(row)}`}
        <span className={styles.second}>
          {` ${queueName(row.queue)}${row.streamId < 0 ? '' : ` · stream ${row.streamId}`}`}
        </span>
      </p>
      {isIo(row) && row.frames > 0 ? (
        <p>
          {formatPlural(row.frames, 'frame')}
          <span className={styles.second}>{` from frame ${formatCount(row.fromFrame)}`}</span>
        </p>
      ) : null}
      <ul className={styles.stages}>
        {stages.map((stage) => (
          <li key={stage.id} className={stage.id === here ? styles.here : undefined}>
            <span className={styles[STAGE_STATES[stage.id]]}>
              {STATE_MARKS[STAGE_STATES[stage.id]].glyph}
            </span>
            <span>{stageRow(stage.id).name}</span>
            <span className={styles.number}>
              {`${formatDuration(stage.toNs - stage.fromNs)}${stage.isOpen ? ' so far' : ''}`}
            </span>
          </li>
        ))}
      </ul>
      <p className={styles.second}>
        {[...(row.status === 0 ? [] : [`status ${statusName(row.status)}`]), evidenceOf(row)].join(
          ' · ',
        )}
      </p>
    </>
  );
}

function StateLine({ hit, atNs }: { readonly hit: Hit; readonly atNs: number }) {
  const state = hit.lane.states.find(({ fromNs, toNs }) => atNs >= fromNs && atNs < toNs);
  return (
    <p className={styles.second}>
      {state === undefined ? hit.lane.title : `${hit.lane.title}: ${state.state}`}
      <Depth hit={hit} atNs={atNs} />
    </p>
  );
}

/** How many messages were under way; where single ones are drawn. */
function Depth({ hit, atNs }: { readonly hit: Hit; readonly atNs: number }) {
  const { bars, source } = hit.lane;
  if (source.density !== undefined || hit.lane.queue === EVENTQ) return null;
  return <>{` · ${formatPlural(depthAt(bars, atNs), 'message')} under way`}</>;
}

/** What stood between the guest and silence, at least, in the column of the pointer. */
function HeadroomLine({
  series,
  atNs,
}: {
  readonly series: HeadroomSeries | undefined;
  readonly atNs: number;
}) {
  if (series === undefined) return null;
  const column = Math.floor((atNs - series.fromNs) / series.columnNs);
  const total = series.totalMin[column] ?? Number.NaN;
  if (Number.isNaN(total)) return null;
  const ms = (frames: number) => formatDuration((frames / Math.max(1, series.rateHz)) * 1e9);
  const parts = `device ${ms(series.deviceMin[column] ?? 0)}, sink ${ms(series.sinkMin[column] ?? 0)}`;
  return (
    <p>
      {total === 0 ? 'no headroom: silence' : `headroom ${ms(total)}`}
      <span className={styles.second}>
        {total === 0 ? '' : ` (${parts})`}
        {series.sinkGrade === 'observed' ? '' : ` · sink ${series.sinkGrade}`}
      </span>
    </p>
  );
}
