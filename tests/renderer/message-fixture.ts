/** Messages for tests of what is drawn and told of them. */

import type { MessageRow } from '../../renderer/store/message-row.ts';
import type { MessageColumns } from '../../src-core/contract-data.ts';
import { TXQ } from '../../src-core/spec/sound.ts';

const BLANK: MessageRow = {
  ...{ index: 0, seq: 0, queue: TXQ, streamId: 0, code: 0, status: 0, head: 0 },
  ...{ kickNs: Number.NaN, poppedNs: 0, firstNs: Number.NaN, lastNs: Number.NaN },
  ...{ usedNs: Number.NaN, interruptNs: Number.NaN, payloadBytes: 0, writtenBytes: 0 },
  ...{ latencyBytes: 0, track: -1, fromFrame: 0, frames: 0, severity: 0, grades: 0 },
};

/** A message with only what is given known of it. */
export function messageRow(part: Partial<MessageRow>): MessageRow {
  return { ...BLANK, ...part };
}

/** Rows as the slice in which they would come. */
export function columnsOf(rows: readonly MessageRow[], first = 0): MessageColumns {
  const f64 = (key: keyof MessageRow) => Float64Array.from(rows, (row) => row[key]);
  const u32 = (key: keyof MessageRow) => Uint32Array.from(rows, (row) => row[key]);
  const u16 = (key: keyof MessageRow) => Uint16Array.from(rows, (row) => row[key]);
  const i32 = (key: keyof MessageRow) => Int32Array.from(rows, (row) => row[key]);
  const u8 = (key: keyof MessageRow) => Uint8Array.from(rows, (row) => row[key]);
  return {
    ...{ total: first + rows.length, all: first + rows.length, first, count: rows.length },
    ...{ index: f64('index'), seq: f64('seq'), queue: u8('queue'), streamId: i32('streamId') },
    ...{ code: u16('code'), status: u16('status'), head: u16('head'), kickNs: f64('kickNs') },
    ...{ poppedNs: f64('poppedNs'), firstNs: f64('firstNs'), lastNs: f64('lastNs') },
    ...{ usedNs: f64('usedNs'), interruptNs: f64('interruptNs'), frames: u32('frames') },
    ...{ payloadBytes: u32('payloadBytes'), writtenBytes: u32('writtenBytes') },
    ...{ latencyBytes: u32('latencyBytes'), track: i32('track'), fromFrame: f64('fromFrame') },
    ...{ severity: u8('severity'), grades: u16('grades') },
  };
}
