// The messages' layouts against the protocol's description, and the table of requests.
import { describe, expect, test } from 'vitest';
import {
  CONFIG_HEADER,
  encodeReply,
  HEADER,
  INFLIGHT,
  MEMORY_HEADER,
  MEMORY_REGION,
  PROTOCOL_FEATURES,
  REQUESTS,
  requestName,
  requestOf,
  SINGLE_REGION,
  U64,
  VRING_ADDR,
  VRING_STATE,
} from '../../../src-core/transport/vhost-user-messages.ts';

describe('vhost-user messages', () => {
  test('have the widths that the protocol gives them', () => {
    const widths = [
      [HEADER, 12],
      [U64, 8],
      [VRING_STATE, 8],
      [VRING_ADDR, 40],
      [MEMORY_HEADER, 8],
      [MEMORY_REGION, 32],
      [SINGLE_REGION, 40],
      [CONFIG_HEADER, 12],
      [INFLIGHT, 20],
    ] as const;
    for (const [layout, bytes] of widths) {
      expect([layout.name, layout.widthBytes]).toEqual([layout.name, bytes]);
    }
  });

  test('a ring’s addresses come in the order descriptor, used, available', () => {
    const bytes = VRING_ADDR.write({
      index: 3,
      flags: 1,
      descriptor: 0x11n,
      used: 0x22n,
      available: 0x33n,
      log: 0x44n,
    });
    expect([bytes[0], bytes[4], bytes[8], bytes[16], bytes[24], bytes[32]]).toEqual([
      3, 1, 0x11, 0x22, 0x33, 0x44,
    ]);
  });

  test('an answer has the flags that QEMU accepts, and its size', () => {
    expect([...encodeReply(1, Uint8Array.of(7, 8))]).toEqual([
      1, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 7, 8,
    ]);
  });

  test('every request has a code of its own, from 1 to 44 without a gap', () => {
    const codes = Object.values(REQUESTS).map(({ code }) => code);
    expect(codes.sort((one, other) => one - other)).toEqual(
      Array.from({ length: 44 }, (_, at) => at + 1),
    );
    expect(requestOf(24)?.name).toBe('GET_CONFIG');
    expect(requestOf(45)).toBeUndefined();
    expect(requestName(45)).toBe('request 45');
  });

  test('protocol features are bits 0 to 22', () => {
    expect(Object.values(PROTOCOL_FEATURES)).toEqual(Array.from({ length: 23 }, (_, bit) => bit));
  });
});
