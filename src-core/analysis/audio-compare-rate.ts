/** Played faster or slower: what was heard is laid against the reference stretched by each ratio of two rates of the
 *  standard, with a little delay as resamplers have it; the ratio that fits clearly better than none tells. */
import { RATES_HZ } from '../spec/formats.ts';
import type { Classified } from './audio-verdict.ts';
import { type PcmLayout, samplesOf } from './pcm-numbers.ts';

const SPAN_FRAMES = 1536;
const LONGEST_LAG = 48;
const LAG_STEP = 2;
const GOOD_FIT = 0.97;
const CLEARLY_BETTER = 0.03;
const FURTHEST = 6;

export function findRate(
  wantedPcm: Uint8Array,
  gotPcm: Uint8Array,
  layout: PcmLayout,
): Classified | undefined {
  const wanted = samplesOf(wantedPcm, layout, 0, FURTHEST * (SPAN_FRAMES + 2 * LONGEST_LAG));
  const got = samplesOf(gotPcm, layout, 0, SPAN_FRAMES + LONGEST_LAG);
  if (got.length < SPAN_FRAMES + LONGEST_LAG) return undefined;
  const plain = bestFit(wanted, got, 1);
  let best = { ratio: 1, fit: plain };
  for (const ratio of ratios()) {
    const fit = bestFit(wanted, got, ratio);
    if (fit > best.fit) best = { ratio, fit };
  }
  if (best.ratio === 1) {
    if (plain < GOOD_FIT) return undefined;
    const detail = `it was filtered, mixed or converted on its way: it resembles the reference by ${percent(plain)}, bit for bit it is another`;
    return { class: 'other', detail };
  }
  if (best.fit < GOOD_FIT || best.fit < plain + CLEARLY_BETTER) return undefined;
  const detail = `it runs at ${best.ratio.toFixed(5)} of the reference’s rate (it resembles that by ${percent(best.fit)})`;
  return { class: 'rate', detail };
}

/** Ratios of two rates, each once. */
function ratios(): number[] {
  const all = RATES_HZ.flatMap((one) => RATES_HZ.map((other) => one / other));
  const near = all.filter((ratio) => ratio !== 1 && ratio <= FURTHEST && ratio >= 1 / FURTHEST);
  return [...new Set(near.map((ratio) => ratio.toFixed(9)))].map(Number);
}

/** The best correlation over lags. */
function bestFit(wanted: Float64Array, got: Float64Array, ratio: number): number {
  let best = 0;
  for (let lag = -LONGEST_LAG; lag <= LONGEST_LAG; lag += LAG_STEP) {
    best = Math.max(best, correlation(wanted, got, ratio, lag));
  }
  return best;
}

function correlation(wanted: Float64Array, got: Float64Array, ratio: number, lag: number): number {
  let [product, wantedEnergy, gotEnergy] = [0, 0, 0];
  const from = Math.max(0, Math.ceil(-lag / ratio));
  for (let at = from; at < from + SPAN_FRAMES && at < got.length; at++) {
    const place = at * ratio + lag;
    const left = Math.floor(place);
    if (left + 1 >= wanted.length) return 0;
    const part = place - left;
    const value = (wanted[left] ?? 0) * (1 - part) + (wanted[left + 1] ?? 0) * part;
    const heard = got[at] ?? 0;
    product += value * heard;
    wantedEnergy += value * value;
    gotEnergy += heard * heard;
  }
  const energy = Math.sqrt(wantedEnergy * gotEnergy);
  return energy === 0 ? 0 : product / energy;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
