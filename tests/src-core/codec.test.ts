import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePacket, encodePacket } from '../../src-core/codec.ts';

test('structure, bigints, NaN and typed arrays come back as they were', () => {
  const value = {
    text: 'Frühstück',
    none: null,
    big: 0xffff_ffff_ffff_ffffn,
    notNumber: Number.NaN,
    endless: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    bytes: new Uint8Array([1, 2, 3]),
    times: new Float64Array([1.5, Number.NaN]),
    small: new Int32Array([-1, 7]),
    nested: [{ peaks: new Float32Array([0.25]) }],
  };
  expect(decodePacket(encodePacket(value))).toEqual(value);
});

test('a view of a larger buffer carries only its own part, and a Node Buffer is bytes', () => {
  const whole = new Uint8Array([9, 1, 2, 9]);
  const value = { part: whole.subarray(1, 3), buffer: Buffer.from([7, 8]) };
  expect(decodePacket(encodePacket(value))).toEqual({
    part: new Uint8Array([1, 2]),
    buffer: new Uint8Array([7, 8]),
  });
});

test('what was decoded does not share memory with the packet', () => {
  const packet = encodePacket({ bytes: new Uint8Array([1, 2, 3]) });
  const { bytes } = decodePacket(packet) as { bytes: Uint8Array };
  packet.fill(0xff);
  expect(bytes).toEqual(new Uint8Array([1, 2, 3]));
});

test('hostile packets give undefined', () => {
  const good = encodePacket({ bytes: new Uint8Array(64) });
  fc.assert(
    fc.property(fc.nat(good.length), (cut) => {
      const decoded = decodePacket(good.subarray(0, cut));
      return cut === good.length ? decoded !== undefined : decoded === undefined;
    }),
    { seed: 7 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decodePacket(bytes); // must not throw
      return true;
    }),
    { seed: 8 },
  );
});

test('a tag that names no array type, or more than there is, gives undefined', () => {
  for (const tag of ['["u9",0,1]', '["u8",0,1e9]', '["f64",-64,2]', '[]', '["u8","x",3]']) {
    const json = new TextEncoder().encode(`{"a":{"$t":${tag}}}`);
    const packet = new Uint8Array(4 + json.length);
    packet[0] = json.length;
    packet.set(json, 4);
    expect(decodePacket(packet)).toBeUndefined();
  }
});
