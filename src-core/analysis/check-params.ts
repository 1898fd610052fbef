/** SET_PARAMS: what a driver may ask a stream for. Spec: 5.14.6.6.3 */
import {
  FIRST_RATE_OF_1_4,
  FORMATS,
  formatName,
  frameBytesOf,
  RATES_HZ,
  rateHzOf,
} from '../spec/formats.ts';
import type { RuleId } from '../spec/rules.ts';
import {
  LIFECYCLE,
  PCM_FEATURE_NAMES,
  PCM_INFO,
  PCM_SET_PARAMS,
  VIRTIO_SND_PCM_F_SHMEM_GUEST,
  VIRTIO_SND_PCM_F_SHMEM_HOST,
} from '../spec/sound.ts';
import type { Held } from './check-held.ts';
import { at, type CheckContext, type CheckModule } from './check-module.ts';

const SHMEM_HOST = 1 << VIRTIO_SND_PCM_F_SHMEM_HOST;
const SHMEM_GUEST = 1 << VIRTIO_SND_PCM_F_SHMEM_GUEST;
const KNOWN_FEATURES = (1 << PCM_FEATURE_NAMES.length) - 1;

type Check = (rule: RuleId, isKept: boolean, detail: () => string) => void;
type Params = NonNullable<ReturnType<typeof PCM_SET_PARAMS.read>>;

export class ParamChecks implements CheckModule {
  private readonly context: CheckContext;

  constructor(context: CheckContext) {
    this.context = context;
  }

  answered(request: Held): void {
    const { world, verdicts } = this.context;
    const { command, body, stream, isBroken } = request;
    const params = command === 'SET_PARAMS' ? PCM_SET_PARAMS.read(body) : undefined;
    if (params === undefined || isBroken) return;
    const { streams } = world.totals;
    if (streams !== undefined && params.streamId >= streams) return; // VS-I-06
    // out of order: VS-I-01, whatever it asks for
    if (stream?.state !== undefined && LIFECYCLE[stream.state].SET_PARAMS === undefined) return;
    const check: Check = (rule, isKept, detail) =>
      verdicts.check(rule, isKept, at(request, world), detail);
    const padding = body[PCM_SET_PARAMS.widthBytes - 1] ?? 0;
    check('VS-R-12', padding === 0, () => `the padding byte is ${padding}`);
    sizes(params, check);
    const rateCount = world.spec === '1.4' ? RATES_HZ.length : FIRST_RATE_OF_1_4;
    values(params, rateCount, check);
    this.offer(params, rateCount, check);
  }

  private offer(params: Params, rateCount: number, check: Check): void {
    const bytes = this.context.world.pcms.get(params.streamId)?.bytes;
    const info = bytes === undefined ? undefined : PCM_INFO.read(bytes);
    if (info === undefined) return;
    const { features, format, rate, channels } = params;
    const shared = SHMEM_HOST | SHMEM_GUEST;
    const foreign = features & KNOWN_FEATURES & ~shared & ~info.features;
    const hasFormat = format >= FORMATS.length || bit(info.formats, format);
    const hasRate = rate >= rateCount || bit(info.rates, rate);
    check('VS-R-09', foreign === 0 && hasFormat && hasRate, () => {
      const what = [
        ...(foreign === 0 ? [] : [`feature ${featureText(foreign)}`]),
        ...(hasFormat ? [] : [`format ${formatName(format)}`]),
        ...(hasRate ? [] : [`${rateHzOf(rate)} Hz`]),
      ];
      return `${what.join(', ')}, which the stream does not offer`;
    });
    const { channelsMin, channelsMax } = info;
    check(
      'VS-R-10',
      channels >= channelsMin && channels <= channelsMax,
      () => `${channels} channels; ${channelsMin} to ${channelsMax} are offered`,
    );
  }
}

function sizes(params: Params, check: Check): void {
  const { bufferBytes, periodBytes } = params;
  const detail = `buffer_bytes ${bufferBytes}, period_bytes ${periodBytes}`;
  const divides = periodBytes > 0 && bufferBytes > 0 && bufferBytes % periodBytes === 0;
  check('VS-R-07', divides, () => detail);
  if (!divides) return;
  const frameBytes = frameBytesOf(params);
  const isWhole = frameBytes === 0 || periodBytes % frameBytes === 0;
  check('VS-I-15', isWhole && bufferBytes >= 2 * periodBytes, () =>
    isWhole ? detail : `${detail}, in frames of ${frameBytes}`,
  );
}

function values(params: Params, rateCount: number, check: Check): void {
  const { features, format, rate } = params;
  const shared = features & (SHMEM_HOST | SHMEM_GUEST);
  const isBoth = shared === (SHMEM_HOST | SHMEM_GUEST);
  check('VS-R-06', shared === 0 || isBoth, () => `feature ${featureText(shared)}`);
  check('VS-R-11', !isBoth, () => `features ${featureText(shared)}`);
  const unknown = [
    ...((features & ~KNOWN_FEATURES) === 0 ? [] : [`features 0x${(features >>> 0).toString(16)}`]),
    ...(format < FORMATS.length ? [] : [`format ${format}`]),
    ...(rate < rateCount ? [] : [`rate ${rate}`]),
  ];
  check(
    'VS-R-08',
    unknown.length === 0,
    () => `${unknown.join(', ')}, which this version of the standard does not have`,
  );
}

function bit(set: bigint, place: number): boolean {
  return ((set >> BigInt(place)) & 1n) === 1n;
}

function featureText(features: number): string {
  return PCM_FEATURE_NAMES.filter((_name, place) => ((features >>> place) & 1) === 1).join(', ');
}
