import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import type { ControlSpec } from '../../../src-core/device/topology.ts';
import { readLe32, writeLe32, writeLe64 } from '../../../src-core/spec/layout.ts';
import {
  CTL_HDR,
  CTL_INFO_ALIGNED,
  CTL_INFO_PACKED,
  CTL_TLV,
  QUERY_INFO,
  VIRTIO_SND_R_CTL_ENUM_ITEMS,
  VIRTIO_SND_R_CTL_INFO,
  VIRTIO_SND_R_CTL_READ,
  VIRTIO_SND_R_CTL_TLV_COMMAND,
  VIRTIO_SND_R_CTL_TLV_READ,
  VIRTIO_SND_R_CTL_TLV_WRITE,
  VIRTIO_SND_R_CTL_WRITE,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_NOT_SUPP,
  VIRTIO_SND_S_OK,
} from '../../../src-core/spec/sound.ts';
import { Guest } from './harness.ts';

const BASE = { hdaFnNid: 0, role: 0, index: 0, items: [], min: 0, max: 0, step: 0 };
const ALL_ACCESS = 0x7f;
const ELEMENTS: readonly ControlSpec[] = [
  control('volume', 1, { count: 2, max: 100, step: 5, values: [10, 20] }),
  control('switch', 0, { max: 1, values: [1] }),
  control('gain', 1, { min: -60, max: 6, values: [-12] }),
  control('wide', 2, { min: -(2 ** 40), max: 2 ** 40, step: 2, values: [2 ** 33] }),
  control('choice', 3, { items: ['one', 'two'], values: [1] }),
  control('blob', 4, { count: 4, values: [1, 2, 3, 4] }),
  control('digital', 5, { values: [4] }),
  control('closed', 1, { access: 0, max: 1, values: [0] }),
  control('coded', 1, { max: 1, values: [0], tlv: { type: 1, value: [1, 2, 3, 4, 5, 6, 7, 8] } }),
];
const VOLUME = 0;
const SWITCH = 1;
const GAIN = 2;
const WIDE = 3;
const CHOICE = 4;
const BLOB = 5;
const DIGITAL = 6;
const CLOSED = 7;
const CODED = 8;

function control(name: string, type: number, rest: Partial<ControlSpec>): ControlSpec {
  return { ...BASE, name, type, access: ALL_ACCESS, count: 1, values: [], ...rest };
}

function start(): Guest {
  return new Guest({ topology: { ...makeTopology(), controls: ELEMENTS } });
}

function request(
  code: number,
  controlId: number,
  rest: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return Uint8Array.from([...CTL_HDR.write({ code, controlId }), ...rest]);
}

function le32(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(512);
  values.forEach((value, place) => {
    writeLe32(bytes, 4 * place, value);
  });
  return bytes;
}

function tlv(type: number, value: number[], length = value.length): Uint8Array {
  return Uint8Array.from([...CTL_TLV.write({ type, length }), ...value]);
}

describe('CTL_INFO', () => {
  test('has the union at 72 with a stride of 96, as C compilers lay it out', () => {
    const guest = start();
    const query = { code: VIRTIO_SND_R_CTL_INFO, startId: 0, count: 9, size: 96 };
    const { payload, status } = guest.control(QUERY_INFO.write(query), 4 + 9 * 96);
    expect(status).toBe(VIRTIO_SND_S_OK);
    const info = CTL_INFO_ALIGNED.read(payload);
    expect(String.fromCharCode(...(info?.name ?? []).slice(0, 7))).toBe('volume\0');
    expect([readLe32(payload, 72), readLe32(payload, 76), readLe32(payload, 80)]).toEqual([
      0, 100, 5,
    ]);
    expect(readLe32(payload, 4 * 96 + 72)).toBe(2);
    expect(readLe32(payload, 2 * 96 + 72)).toBe(0xffff_ffc4);
  });

  test('has the union at 68 with a stride of 92, as the standard’s text lays it out', () => {
    const guest = start();
    const query = { code: VIRTIO_SND_R_CTL_INFO, startId: 3, count: 1, size: 92 };
    const { payload } = guest.control(QUERY_INFO.write(query), 96);
    const info = CTL_INFO_PACKED.read(payload);
    expect(info?.type).toBe(2);
    expect([readLe32(payload, 76), readLe32(payload, 80)]).toEqual([0, 256]);
  });
});

describe('values', () => {
  test('are read as the topology has them', () => {
    const guest = start();
    const read = (id: number) => guest.control(request(VIRTIO_SND_R_CTL_READ, id), 516).payload;
    expect(read(VOLUME)).toEqual(le32(10, 20));
    expect(readLe32(read(GAIN), 0)).toBe(0xffff_fff4);
    expect([readLe32(read(WIDE), 0), readLe32(read(WIDE), 4)]).toEqual([0, 2]);
    expect([...read(BLOB).subarray(0, 5)]).toEqual([1, 2, 3, 4, 0]);
    expect(read(DIGITAL)[0]).toBe(4);
    expect(guest.device.controlValues(WIDE)).toEqual([2 ** 33]);
    expect(guest.device.controlValues(GAIN)).toEqual([-12]);
    expect(guest.device.controlValues(99)).toBeUndefined();
  });

  test('are written, and stand until a reset', () => {
    const guest = start();
    const written = guest.control(request(VIRTIO_SND_R_CTL_WRITE, VOLUME, le32(95, 0)));
    expect(written.status).toBe(VIRTIO_SND_S_OK);
    expect(guest.device.controlValues(VOLUME)).toEqual([95, 0]);
    guest.device.reset();
    expect(guest.device.controlValues(VOLUME)).toEqual([10, 20]);
  });

  test('of every type are taken when they are in range', () => {
    const guest = start();
    const wide = new Uint8Array(512);
    writeLe64(wide, 0, BigInt.asUintN(64, -(2n ** 40n)));
    for (const [id, value] of [
      [SWITCH, le32(0)],
      [GAIN, le32(0xffff_ffc4)],
      [WIDE, wide],
      [CHOICE, le32(0)],
      [BLOB, Uint8Array.of(9, 9, 9, 9)],
      [DIGITAL, new Uint8Array(176).fill(7)],
    ] as const) {
      const { status } = guest.control(request(VIRTIO_SND_R_CTL_WRITE, id, value));
      expect(status).toBe(VIRTIO_SND_S_OK);
    }
    expect(guest.rules()).toEqual([]);
    expect(guest.device.controlValues(WIDE)).toEqual([-(2 ** 40)]);
    expect(guest.device.controlValues(GAIN)).toEqual([-60]);
  });

  test('VS-I-16: out of range, off the step, not an item, neither 0 nor 1', () => {
    const guest = start();
    const wrong = [
      [VOLUME, le32(50, 101)],
      [VOLUME, le32(51, 0)],
      [SWITCH, le32(2)],
      [GAIN, le32(7)],
      [GAIN, le32(0xffff_ff00)],
      [WIDE, le32(1)],
      [CHOICE, le32(2)],
    ] as const;
    for (const [id, value] of wrong) {
      const { status } = guest.control(request(VIRTIO_SND_R_CTL_WRITE, id, value));
      expect(status).toBe(VIRTIO_SND_S_BAD_MSG);
    }
    expect(guest.rules()).toEqual(wrong.map(() => 'VS-I-16'));
    expect(guest.device.controlValues(VOLUME)).toEqual([10, 20]);
  });

  test('VS-I-27: a write without all its values', () => {
    const guest = start();
    const short = request(VIRTIO_SND_R_CTL_WRITE, VOLUME, le32(0).subarray(0, 7));
    expect(guest.control(short).status).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.rules()).toEqual(['VS-I-27']);
  });

  test('VS-R-18, VS-R-19: only where access allows it', () => {
    const guest = start();
    const read = guest.control(request(VIRTIO_SND_R_CTL_READ, CLOSED), 516);
    const written = guest.control(request(VIRTIO_SND_R_CTL_WRITE, CLOSED, le32(0)));
    expect([read.status, written.status]).toEqual([VIRTIO_SND_S_NOT_SUPP, VIRTIO_SND_S_NOT_SUPP]);
    expect(guest.rules()).toEqual(['VS-R-18', 'VS-R-19']);
  });

  test('VS-I-26: without room for the whole answer', () => {
    const guest = start();
    const read = guest.control(request(VIRTIO_SND_R_CTL_READ, VOLUME), 515);
    const items = guest.control(request(VIRTIO_SND_R_CTL_ENUM_ITEMS, CHOICE), 131);
    expect([read.status, items.status]).toEqual([VIRTIO_SND_S_BAD_MSG, VIRTIO_SND_S_BAD_MSG]);
    expect(guest.rules()).toEqual(['VS-I-26', 'VS-I-26']);
  });

  test('VS-I-06: an element that does not exist', () => {
    const guest = start();
    const { status } = guest.control(request(VIRTIO_SND_R_CTL_READ, 9), 516);
    expect(status).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.rules()).toEqual(['VS-I-06']);
  });
});

describe('items of an enumerated element', () => {
  test('are 64 bytes each', () => {
    const guest = start();
    const { payload } = guest.control(request(VIRTIO_SND_R_CTL_ENUM_ITEMS, CHOICE), 132);
    expect(String.fromCharCode(...payload.subarray(0, 4))).toBe('one\0');
    expect(String.fromCharCode(...payload.subarray(64, 68))).toBe('two\0');
  });

  test('VS-I-10: no other element has them', () => {
    const guest = start();
    const { status } = guest.control(request(VIRTIO_SND_R_CTL_ENUM_ITEMS, VOLUME), 132);
    expect(status).toBe(VIRTIO_SND_S_NOT_SUPP);
    expect(guest.rules()).toEqual(['VS-I-10']);
  });
});

describe('TLVs', () => {
  test('are read whole, and as far as they fit', () => {
    const guest = start();
    const whole = guest.control(request(VIRTIO_SND_R_CTL_TLV_READ, CODED), 20);
    expect(whole.payload).toEqual(tlv(1, [1, 2, 3, 4, 5, 6, 7, 8]));
    const part = guest.control(request(VIRTIO_SND_R_CTL_TLV_READ, CODED), 14);
    expect([part.status, part.posted.writtenBytes]).toEqual([VIRTIO_SND_S_OK, 14]);
    expect(part.payload).toEqual(tlv(1, [1, 2], 8));
  });

  test('are written and commanded, and then read', () => {
    const guest = start();
    for (const code of [VIRTIO_SND_R_CTL_TLV_WRITE, VIRTIO_SND_R_CTL_TLV_COMMAND]) {
      const value = [code & 255, 0, 0, 0];
      expect(guest.control(request(code, VOLUME, tlv(4, value))).status).toBe(VIRTIO_SND_S_OK);
      const { payload } = guest.control(request(VIRTIO_SND_R_CTL_TLV_READ, VOLUME), 100);
      expect(payload).toEqual(tlv(4, value));
    }
    const longest = tlv(4, new Array<number>(65_536).fill(7));
    const { status } = guest.control(request(VIRTIO_SND_R_CTL_TLV_WRITE, VOLUME, longest));
    expect(status).toBe(VIRTIO_SND_S_OK);
    const { posted } = guest.control(request(VIRTIO_SND_R_CTL_TLV_READ, VOLUME), 70_000);
    expect(posted.writtenBytes).toBe(4 + 8 + 65_536);
  });

  test('VS-R-23: too long, or not a multiple of 4', () => {
    const guest = start();
    for (const length of [65_540, 6, 0xffff_fffc]) {
      const long = request(VIRTIO_SND_R_CTL_TLV_WRITE, VOLUME, tlv(4, [1, 2, 3, 4], length));
      expect(guest.control(long).status).toBe(VIRTIO_SND_S_BAD_MSG);
    }
    expect(guest.rules()).toEqual(['VS-R-23', 'VS-R-23', 'VS-R-23']);
  });

  test('VS-I-27: shorter than they say, or without their head', () => {
    const guest = start();
    for (const rest of [tlv(4, [1, 2, 3], 4), tlv(4, []).subarray(0, 7)]) {
      const { status } = guest.control(request(VIRTIO_SND_R_CTL_TLV_WRITE, VOLUME, rest));
      expect(status).toBe(VIRTIO_SND_S_BAD_MSG);
    }
    expect(guest.rules()).toEqual(['VS-I-27', 'VS-I-27']);
  });

  test('VS-R-20, VS-R-21, VS-R-22: only where access allows it', () => {
    const guest = start();
    const codes = [
      VIRTIO_SND_R_CTL_TLV_READ,
      VIRTIO_SND_R_CTL_TLV_WRITE,
      VIRTIO_SND_R_CTL_TLV_COMMAND,
    ];
    for (const code of codes) {
      const { status } = guest.control(request(code, CLOSED, tlv(1, [])), 100);
      expect(status).toBe(VIRTIO_SND_S_NOT_SUPP);
    }
    expect(guest.rules()).toEqual(['VS-R-20', 'VS-R-21', 'VS-R-22']);
  });
});
