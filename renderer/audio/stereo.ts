/** From a stream's channels to the two that everybody can hear. Only for listening: what was captured stays as it is. */
import { USUAL_POSITIONS } from '../../src-core/spec/chmap.ts';

const SIDES: Readonly<Record<string, readonly [left: number, right: number]>> = {
  FL: [1, 0],
  FR: [0, 1],
  RL: [0.7, 0],
  RR: [0, 0.7],
  SL: [0.7, 0],
  SR: [0, 0.7],
  FC: [0.7, 0.7],
  RC: [0.5, 0.5],
  LFE: [0, 0],
};

/** Left and right. One channel goes to both, two stay as they are; more are mixed by their usual positions, or evenly where
 *  there are none, so that nothing is louder than full scale. All channels have one length. */
export function toStereo(
  channels: readonly Float32Array<ArrayBuffer>[],
): readonly [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] {
  const [first, second] = channels;
  if (first === undefined) return [new Float32Array(0), new Float32Array(0)];
  if (second === undefined) return [first, first];
  if (channels.length === 2) return [first, second];
  const shares = sharesOf(channels.length);
  return [mix(channels, shares, 0), mix(channels, shares, 1)];
}

/** How one channel is listened to. */
export interface ChannelMix {
  readonly isMuted: boolean;
  readonly isSolo: boolean;
  readonly route: 'own' | 'left' | 'right' | 'both';
}

export const OWN_MIX: ChannelMix = { isMuted: false, isSolo: false, route: 'own' };

/** As `toStereo`, with what the user muted, soloed and routed. While one channel is solo only solo ones are heard. */
export function mixToStereo(
  channels: readonly Float32Array<ArrayBuffer>[],
  mixes: readonly ChannelMix[],
): readonly [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] {
  const mixOf = (channel: number) => mixes[channel] ?? OWN_MIX;
  const isOwn = channels.every((_, channel) => {
    const { isMuted, isSolo, route } = mixOf(channel);
    return !isMuted && !isSolo && route === 'own';
  });
  if (isOwn) return toStereo(channels);
  const hasSolo = channels.some((_, channel) => mixOf(channel).isSolo);
  const own = channels.length === 1 ? [BOTH] : channels.length === 2 ? SIDE_BY_SIDE : undefined;
  const usual = own ?? sharesOf(channels.length);
  const shares = channels.map((_, channel): Share => {
    const { isMuted, isSolo, route } = mixOf(channel);
    if (isMuted || (hasSolo && !isSolo)) return [0, 0];
    return ROUTES[route] ?? usual[channel] ?? BOTH;
  });
  return [mix(channels, shares, 0), mix(channels, shares, 1)];
}

type Share = readonly [left: number, right: number];

const BOTH: Share = [1, 1];
const SIDE_BY_SIDE: readonly Share[] = [
  [1, 0],
  [0, 1],
];
const ROUTES: Record<ChannelMix['route'], Share | undefined> = {
  own: undefined,
  left: [1, 0],
  right: [0, 1],
  both: BOTH,
};

function sharesOf(count: number): readonly Share[] {
  const positions = USUAL_POSITIONS[count];
  if (positions === undefined) return new Array<Share>(count).fill([1, 1]);
  return positions.map((position) => SIDES[position] ?? [0.5, 0.5]);
}

function mix(
  channels: readonly Float32Array[],
  shares: readonly Share[],
  side: 0 | 1,
): Float32Array<ArrayBuffer> {
  const total = shares.reduce((sum, share) => sum + share[side], 0);
  const out = new Float32Array(channels[0]?.length ?? 0);
  channels.forEach((samples, channel) => {
    const share = (shares[channel]?.[side] ?? 0) / Math.max(1, total);
    if (share === 0) return;
    for (let at = 0; at < out.length; at++) out[at] = (out[at] ?? 0) + (samples[at] ?? 0) * share;
  });
  return out;
}
