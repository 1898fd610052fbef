/** Exchanges that break one rule of set-up or of control requests each. */
import type { CheckOptions } from '../../../src-core/analysis/checker.ts';
import { writeLe32 } from '../../../src-core/spec/layout.ts';
import {
  CHMAP_INFO,
  CTL_HDR,
  CTL_INFO_ALIGNED,
  JACK_INFO,
  JACK_REMAP,
  PCM_HDR,
  PCM_INFO,
  PCM_SET_PARAMS,
  QUERY_INFO,
} from '../../../src-core/spec/sound.ts';
import { type Exchange, FEATURES, INFO, PARAMS } from './exchange.ts';

// biome-ignore lint/suspicious/noConfusingVoidType: a case has options only when it asks for another version
export type Case = (exchange: Exchange) => CheckOptions | void;

const CTLS = FEATURES | 1n;
const BAD = 0x8001;
const JACK = { hdaFnNid: 0, features: 1, hdaRegDefconf: 0, hdaRegCaps: 0, connected: 1 };
const MAP = { hdaFnNid: 0, direction: 0, channels: 2, positions: positions(3, 4) };
const CTL = {
  ...{ hdaFnNid: 0, role: 2, type: 1, access: 0x7f, count: 1, index: 0 },
  ...{ name: name('Volume', 44), value: range(0, 10, 1) },
};

export const CONTROL_CASES: Readonly<Record<string, Case>> = {
  // set-up
  'VQ-S-01': (x) => void x.begin().step({ what: 'status', status: 7 }),
  'VQ-S-02': (x) =>
    void x.begin().step({ what: 'status', status: 143 }).step({ what: 'status', status: 15 }),
  'VQ-S-03': (x) => {
    x.step({ what: 'status', status: 1 }).step({ what: 'status', status: 3 });
    x.step({ what: 'features', offered: FEATURES, accepted: FEATURES });
    x.put({ kind: 'interrupt', queue: 0 });
  },
  'VQ-S-04': (x) => void x.begin().step({ what: 'status', status: 79 }),
  'VQ-S-05': (x) => void x.begin(FEATURES | (1n << 35n), FEATURES),
  'VQ-S-06': (x) => void x.step({ what: 'features', offered: 1n << 35n, accepted: 0n }),
  'VQ-S-07': (x) => {
    x.begin(FEATURES | (1n << 35n))
      .step({ what: 'reset' })
      .begin(FEATURES);
  },
  'VQ-S-08': (x) => {
    x.begin().step({ what: 'reset' });
    x.put({ kind: 'interrupt', queue: 2 });
  },
  'VQ-S-12': (x) => {
    x.begin().step({ what: 'queue-stopped', queue: 2, availIdx: 0 });
    x.put({ kind: 'interrupt', queue: 2 });
  },
  'VQ-S-15': (x) => void x.step({ what: 'status', status: 1 }).step({ what: 'status', status: 9 }),
  'VQ-S-16': (x) => {
    x.step({ what: 'status', status: 1 });
    x.put({ kind: 'kick', queue: 0 });
  },
  'VQ-S-17': (x) => {
    x.prepared().post();
    x.step({ what: 'memory', regions: [{ guestAddress: 0x1000n, widthBytes: 0x1000 }] });
  },
  'VQ-S-18': (x) => void x.begin((1n << 28n) | (1n << 29n), FEATURES),
  'VQ-S-19': (x) => void x.begin(1n << 28n, 1n << 28n),
  'VS-R-01': (x) => void x.begin().step({ what: 'config-read', offsetBytes: 12, bytes: 4 }),
  'VQ-01': (x) => void x.begin().queue(2, { size: 48 }),
  'VQ-P01': (x) => void x.begin().queue(2, { packed: true, driverArea: 0x12_0001n }),

  // what items say of themselves
  'VS-D-01': (x) => void x.begin().info(1, 0, JACK_INFO, { ...JACK, features: 3 }),
  'VS-D-02': (x) => void x.begin().info(1, 0, JACK_INFO, JACK, { 20: 9 }),
  'VS-D-03': (x) => void x.begin().info(0x100, 0, PCM_INFO, { ...INFO, features: 0x30 }),
  'VS-D-04': (x) => void x.begin().info(0x100, 0, PCM_INFO, { ...INFO, formats: 1n << 25n }),
  'VS-D-05': (x) => {
    x.begin().info(0x100, 0, PCM_INFO, { ...INFO, rates: 1n << 14n });
    return { spec: '1.3' };
  },
  'VS-D-06': (x) => void x.begin().info(0x100, 0, PCM_INFO, { ...INFO, direction: 2 }),
  'VS-D-07': (x) => void x.begin().info(0x100, 0, PCM_INFO, INFO, { 31: 1 }),
  'VS-D-13': (x) => void x.begin().info(0x200, 0, CHMAP_INFO, { ...MAP, direction: 7 }),
  'VS-D-14': (x) => void x.begin().info(0x200, 0, CHMAP_INFO, { ...MAP, channels: 19 }),
  'VS-D-15': (x) => void control(x, { role: 1 }),
  'VS-D-16': (x) => void control(x, { type: 6 }),
  'VS-D-17': (x) => void control(x, { access: 0x80 }),
  'VS-D-18': (x) => void control(x, { count: 129 }),
  'VS-D-19': (x) => void control(x, { name: name('', 44) }),
  'VS-D-20': (x) => void control(x).info(0x300, 1, CTL_INFO_ALIGNED, CTL),
  'VS-D-21': (x) => {
    const read = ctl(0x304);
    const payload = new Uint8Array(24);
    writeLe32(payload, 4, 16);
    control(x).ask(read, { payload }).ask(read, { status: BAD, room: 16 });
  },
  'VS-I-11': (x) =>
    void x
      .begin()
      .infos()
      .info(0x100, 0, PCM_INFO, { ...INFO, channelsMax: 1 }),
  'VS-I-12': (x) => void x.begin().info(0x100, 0, PCM_INFO, { ...INFO, channelsMin: 3 }),
  'VS-I-13': (x) =>
    void x.begin().info(0x200, 0, CHMAP_INFO, { ...MAP, positions: positions(3, 3) }),

  // requests and answers
  'VS-R-04': (x) => void x.begin().ask(query(0x100, 1, 2), { status: BAD, room: 68 }),
  'VS-R-05': (x) => void x.begin().ask(query(0x100, 0, 2), { status: BAD, room: 36 }),
  'VS-I-02': (x) => void x.begin().infos().params({}, 5),
  'VS-I-03': (x) => void x.begin().ask(query(0x100, 0, 1), { room: 36 }),
  'VS-I-06': (x) =>
    void x
      .begin()
      .infos()
      .ask(PCM_HDR.write({ code: 0x102, streamId: 9 }), { status: BAD }),
  'VS-I-09': (x) => {
    const request = { code: 2, jackId: 0, association: 16, sequence: 0 };
    x.begin().info(1, 0, JACK_INFO, JACK).ask(JACK_REMAP.write(request), { status: BAD });
  },
  'VS-I-10': (x) => void x.begin().ask(ctl(0x302), { status: 0x8002, room: 516 }),
  'VS-I-17': (x) => void x.begin().ask(query(0x100, 0, 0), { afterNs: 150e6 }),
  'VS-I-24': (x) => void x.begin().infos().info(1, 0, JACK_INFO, JACK),
  'VS-I-27': (x) => void x.begin().ask(new Uint8Array([0, 1, 0, 0, 0, 0]), { status: BAD }),
  'VS-I-28': (x) => void x.begin().ask(new Uint8Array([0x42, 0, 0, 0]), { status: 0x8002 }),

  // SET_PARAMS
  'VS-R-06': (x) => void x.begin().infos().params({ features: 1 }, 0x8002),
  'VS-R-07': (x) => void x.begin().infos().params({ bufferBytes: 10_000 }, BAD),
  'VS-R-08': (x) => {
    x.begin().infos().params({ rate: 14 }, 0x8002);
    return { spec: '1.2' };
  },
  'VS-R-09': (x) => void x.begin().infos().params({ format: 4 }, 0x8002),
  'VS-R-10': (x) =>
    void x.begin().infos().params({ channels: 6, periodBytes: 4092, bufferBytes: 16368 }, 0x8002),
  'VS-R-11': (x) => void x.begin().infos().params({ features: 3 }, 0x8002),
  'VS-R-12': (x) => {
    const request = PCM_SET_PARAMS.write(PARAMS);
    request[23] = 1;
    x.begin().infos().ask(request);
  },
  'VS-I-15': (x) => void x.begin().infos().params({ bufferBytes: 4096 }),
  'VS-I-01': (x) => void x.begin().infos().command('START', 0, BAD),

  // control elements
  'VS-R-18': (x) => void control(x, { access: 0x7e }).ask(ctl(0x302), { status: BAD, room: 516 }),
  'VS-R-19': (x) => void control(x, { access: 0x7d }).ask(written(1), { status: BAD }),
  'VS-R-20': (x) => void control(x, { access: 0x6f }).ask(ctl(0x304), { status: BAD, room: 64 }),
  'VS-R-21': (x) => void control(x, { access: 0x5f }).ask(tlv(0x305, 8), { status: BAD }),
  'VS-R-22': (x) => void control(x, { access: 0x3f }).ask(tlv(0x306, 8), { status: BAD }),
  'VS-R-23': (x) => void control(x).ask(tlv(0x305, 7), { status: BAD }),
  'VS-I-16': (x) => void control(x).ask(written(11), { status: BAD }),
  'VS-I-26': (x) => void control(x).ask(ctl(0x302), { status: BAD, room: 100 }),
};

function control(x: Exchange, changes: Partial<typeof CTL> = {}): Exchange {
  return x.begin(CTLS).info(0x300, 0, CTL_INFO_ALIGNED, { ...CTL, ...changes });
}

function ctl(code: number): Uint8Array {
  return CTL_HDR.write({ code, controlId: 0 });
}

function written(value: number): Uint8Array {
  const body = new Uint8Array(520);
  body.set(ctl(0x303));
  writeLe32(body, 8, value);
  return body;
}

function tlv(code: number, length: number): Uint8Array {
  const body = new Uint8Array(16 + length);
  body.set(ctl(code));
  writeLe32(body, 12, length);
  return body;
}

function query(code: number, startId: number, count: number): Uint8Array {
  return QUERY_INFO.write({ code, startId, count, size: 32 });
}

function positions(...places: number[]): Uint8Array {
  const bytes = new Uint8Array(18);
  bytes.set(places);
  return bytes;
}

function name(text: string, bytes: number): Uint8Array {
  const field = new Uint8Array(bytes);
  field.set(new TextEncoder().encode(text));
  return field;
}

function range(min: number, max: number, step: number): Uint8Array {
  const bytes = new Uint8Array(24);
  [min, max, step].forEach((one, place) => {
    writeLe32(bytes, 4 * place, one);
  });
  return bytes;
}
