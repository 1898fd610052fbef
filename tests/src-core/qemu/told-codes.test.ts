// Which request a line of a trace is about.
import { describe, expect, test } from 'vitest';
import { type LookedRequest, ToldCodes } from '../../../src-core/qemu/told-codes.ts';
import { PCM_HDR } from '../../../src-core/spec/sound.ts';

const MS = 1e6;

describe('a code that a trace tells', () => {
  test('is that of the first request that was gone, whichever of both came first', () => {
    const { codes, told } = rig();
    codes.add(gone(1, 0, 1));
    codes.tell(line(0.5, 0x102));
    codes.tell(line(2, 0x104));
    codes.add(gone(2, 1, 3));
    expect(told).toEqual(['1: 258', '2: 260']);
  });

  test('is not needed by a request whose bytes were there, and keeps the order', () => {
    const { codes, told } = rig();
    codes.add(known(1, 0, 1, 0x101));
    codes.add(gone(2, 0, 1));
    codes.tell(line(0.5, 0x101));
    codes.tell(line(0.6, 0x102));
    expect(told).toEqual(['2: 258']);
  });

  test('of a request that nobody saw is passed over', () => {
    const { codes, told } = rig();
    codes.tell(line(1, 0x103));
    codes.tell(line(20, 0x104));
    codes.add(gone(7, 19, 21));
    expect(told).toEqual(['7: 260']);
  });

  test('never goes to a request that was gone before', () => {
    const { codes, told } = rig();
    codes.add(gone(1, 0, 1));
    codes.add(gone(2, 9, 11));
    codes.tell(line(10, 0x105));
    expect(told).toEqual(['2: 261']);
  });

  test('that never comes is waited for a moment', () => {
    const { codes, told } = rig();
    codes.add(gone(1, 0, 1));
    codes.settle(20 * MS);
    expect(codes.isWaiting(1)).toBe(true);
    codes.settle(60 * MS);
    expect(codes.isWaiting(1)).toBe(false);
    expect(told).toEqual([]);
  });

  test('says of stale bytes that they are right', () => {
    const { codes, told } = rig();
    codes.add({ ...known(1, 0, 1, 0x102), isStale: true });
    codes.tell(line(0.5, 0x102));
    codes.add({ ...known(2, 1, 2, 0x102), isStale: true });
    codes.tell({ ...line(1.5, 0x102), streamId: 1 });
    expect(told).toEqual(['1: 258 as read', '2: 258']);
  });
});

function rig() {
  const told: string[] = [];
  const codes = new ToldCodes(({ popped }, { code, isAsRead }) =>
    told.push(`${popped}: ${code}${isAsRead ? ' as read' : ''}`),
  );
  return { codes, told };
}

function gone(popped: number, fromMs: number, toMs: number): LookedRequest {
  const body = new Uint8Array();
  return { popped, notBeforeNs: fromMs * MS, seenNs: toMs * MS, body, isStale: true };
}

function known(popped: number, fromMs: number, toMs: number, code: number): LookedRequest {
  const body = PCM_HDR.write({ code, streamId: 0 });
  return { ...gone(popped, fromMs, toMs), body, isStale: false };
}

function line(ms: number, code: number) {
  return { atNs: ms * MS, code, streamId: -1 };
}
