/** What a device says of its items. Spec: 5.14.6.4.1, 5.14.6.6.2, 5.14.6.9.1, 5.14.6.10.1 */
import { FIRST_RATE_OF_1_4, FORMATS, MAX_CHANNELS, RATES_HZ } from '../spec/formats.ts';
import type { RuleId } from '../spec/rules.ts';
import {
  CHMAP_INFO,
  CTL_INFO_ALIGNED,
  CTL_INFO_PACKED,
  CTL_MAX_COUNT,
  JACK_INFO,
  PCM_FEATURE_NAMES,
  PCM_INFO,
  VIRTIO_SND_R_CHMAP_INFO,
  VIRTIO_SND_R_CTL_INFO,
  VIRTIO_SND_R_JACK_INFO,
  VIRTIO_SND_R_PCM_INFO,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import type { Held } from './check-held.ts';
import { itemsOf, recordsOf } from './check-learn.ts';
import { type Answer, at, type CheckContext, type CheckModule } from './check-module.ts';
import { isName, nameOf } from './check-names.ts';

const KNOWN_PCM_FEATURES = (1 << PCM_FEATURE_NAMES.length) - 1;
const KNOWN_ACCESS = 0x7f;
const LAST_POSITION = 36;
/** NONE and NA may stand more than once. */
const FIRST_PLACE = 2;
const NAME_BYTES = 44;

type Check = (rule: RuleId, isKept: boolean, detail: () => string) => void;

export class InfoChecks implements CheckModule {
  private readonly context: CheckContext;

  constructor(context: CheckContext) {
    this.context = context;
  }

  answered(request: Held, { entry, status }: Answer): void {
    const { world, verdicts } = this.context;
    const items = itemsOf(world, request.code);
    if (items === undefined || status !== VIRTIO_SND_S_OK) return;
    for (const { id, bytes } of recordsOf(request, entry.reply)) {
      const check: Check = (rule, isKept, detail) =>
        verdicts.check(rule, isKept, at(request, world), detail);
      const before = items.get(id);
      if (before !== undefined) {
        const rows = [request.row, before.row];
        const isSame = same(unsteady(before.bytes, request.code), unsteady(bytes, request.code));
        const detail = () => `item ${id} is told in another way than before`;
        verdicts.check('VS-I-11', isSame, at(request, world, { rows }), detail);
      }
      this.record(request.code, id, bytes, check);
    }
  }

  private record(code: number, id: number, bytes: Uint8Array, check: Check): void {
    if (code === VIRTIO_SND_R_JACK_INFO) jack(id, bytes, check);
    else if (code === VIRTIO_SND_R_PCM_INFO) this.pcm(id, bytes, check);
    else if (code === VIRTIO_SND_R_CHMAP_INFO) this.chmap(id, bytes, check);
    else if (code === VIRTIO_SND_R_CTL_INFO) this.control(id, bytes, check);
  }

  private pcm(id: number, bytes: Uint8Array, check: Check): void {
    const info = PCM_INFO.read(bytes);
    if (info === undefined) return;
    const { features, formats, rates, direction, channelsMin, channelsMax } = info;
    const rateCount = this.context.world.spec === '1.4' ? RATES_HZ.length : FIRST_RATE_OF_1_4;
    const of = `of stream ${id}`;
    check(
      'VS-D-03',
      (features & ~KNOWN_PCM_FEATURES) === 0,
      () => `features ${hex(features)} ${of}`,
    );
    check(
      'VS-D-04',
      formats >> BigInt(FORMATS.length) === 0n,
      () => `formats ${hex(formats)} ${of}`,
    );
    check('VS-D-05', rates >> BigInt(rateCount) === 0n, () => {
      const needs =
        rates >> BigInt(RATES_HZ.length) === 0n ? '; bits 14 and 15 need version 1.4' : '';
      return `rates ${hex(rates)} ${of}${needs}`;
    });
    check('VS-D-06', direction <= 1, () => `direction ${direction} ${of}`);
    check('VS-D-07', isZero(bytes, 27, 32), () => `padding ${hexBytes(bytes, 27, 32)} ${of}`);
    const isUsable =
      channelsMin >= 1 && channelsMin <= channelsMax && formats !== 0n && rates !== 0n;
    check(
      'VS-I-12',
      isUsable,
      () =>
        `stream ${id} offers ${channelsMin} to ${channelsMax} channels, formats ${hex(formats)}, rates ${hex(rates)}`,
    );
  }

  private chmap(id: number, bytes: Uint8Array, check: Check): void {
    const info = CHMAP_INFO.read(bytes);
    if (info === undefined) return;
    const { direction, channels, positions, hdaFnNid } = info;
    check('VS-D-13', direction <= 1, () => `direction ${direction} of map ${id}`);
    check('VS-D-14', channels <= MAX_CHANNELS, () => `${channels} channels in map ${id}`);
    if (channels > MAX_CHANNELS || direction > 1) return;
    const used = [...positions.subarray(0, channels)];
    const places = used.filter((position) => position >= FIRST_PLACE);
    const isSound =
      used.every((position) => position <= LAST_POSITION) && new Set(places).size === places.length;
    const fits = this.fitsAStream(hdaFnNid, direction, channels);
    check('VS-I-13', isSound && fits, () =>
      isSound
        ? `map ${id} has ${channels} channels; no stream of its group has`
        : `map ${id} has positions ${used.join(' ')}`,
    );
  }

  /** True too when nothing is known of such streams. */
  private fitsAStream(nid: number, direction: number, channels: number): boolean {
    const streams = [...this.context.world.pcms.values()]
      .map(({ bytes }) => PCM_INFO.read(bytes))
      .filter((info) => info?.hdaFnNid === nid && info.direction === direction);
    if (streams.length === 0) return true;
    return streams.some(
      (info) => info !== undefined && channels >= info.channelsMin && channels <= info.channelsMax,
    );
  }

  private control(id: number, bytes: Uint8Array, check: Check): void {
    const layout = bytes.length >= CTL_INFO_ALIGNED.widthBytes ? CTL_INFO_ALIGNED : CTL_INFO_PACKED;
    const info = layout.read(bytes);
    if (info === undefined) return;
    const { role, type, access, count, index, name } = info;
    const of = `of control ${id}`;
    check('VS-D-15', role === 0 || (role >= 2 && role <= 7), () => `role ${role} ${of}`);
    const most = CTL_MAX_COUNT[type];
    check('VS-D-16', most !== undefined, () => `type ${type} ${of}`);
    check('VS-D-17', (access & ~KNOWN_ACCESS) === 0, () => `access ${hex(access)} ${of}`);
    if (most !== undefined) {
      check('VS-D-18', count >= 1 && count <= most, () => `${count} values ${of}; at most ${most}`);
    }
    check('VS-D-19', isName(name), () => `name “${nameOf(name)}” ${of}`);
    const twin = [...this.context.world.controls].find(
      ([other, record]) => other !== id && sameName(record.bytes, bytes),
    );
    check(
      'VS-D-20',
      twin === undefined,
      () => `controls ${twin?.[0]} and ${id}: “${nameOf(name)}” ${index}`,
    );
  }
}

function jack(id: number, bytes: Uint8Array, check: Check): void {
  const info = JACK_INFO.read(bytes);
  if (info === undefined) return;
  check(
    'VS-D-01',
    (info.features & ~1) === 0,
    () => `features ${hex(info.features)} of jack ${id}`,
  );
  check('VS-D-02', isZero(bytes, 17, 24), () => `padding ${hexBytes(bytes, 17, 24)} of jack ${id}`);
}

/** The record without what may change: a jack’s `connected`. */
function unsteady(bytes: Uint8Array, code: number): Uint8Array {
  if (code !== VIRTIO_SND_R_JACK_INFO) return bytes;
  const copy = bytes.slice();
  copy[16] = 0;
  return copy;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, place) => b[place] === byte);
}

/** `index` and `name`, at the same place in both layouts. */
function sameName(a: Uint8Array, b: Uint8Array): boolean {
  return same(a.subarray(20, 24 + NAME_BYTES), b.subarray(20, 24 + NAME_BYTES));
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  return bytes.subarray(from, to).every((byte) => byte === 0);
}

function hex(value: number | bigint): string {
  return `0x${(typeof value === 'number' ? value >>> 0 : value).toString(16)}`;
}

function hexBytes(bytes: Uint8Array, from: number, to: number): string {
  return [...bytes.subarray(from, to)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
