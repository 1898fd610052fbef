import { expect, test } from 'vitest';
import { Capture } from '../../../src-core/capture/capture.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import { CTL_INFO_ALIGNED, QUERY_INFO, SND_HDR } from '../../../src-core/spec/sound.ts';
import { recordedControls } from '../../../src-core/views/recorded-controls.ts';
import { chainOf, FACTS } from '../capture/sample-capture.ts';

const CTL_INFO = 0x0300;
const OK = 0x8000;
const NOT_SUPP = 0x8002;

function record(name: number): Uint8Array {
  const text = [...`volume ${name}`].map((letter) => letter.charCodeAt(0));
  return CTL_INFO_ALIGNED.write({
    ...{ hdaFnNid: 0, role: 2, type: 1, access: name === 3 ? 1 : 3, count: 2, index: 0 },
    name: Uint8Array.from({ length: 44 }, (_, place) => text[place] ?? 0),
    value: new Uint8Array(24),
  });
}

function captureWith(status: number): Capture {
  const capture = new Capture(FACTS, new MemoryStore(1 << 20));
  const body = QUERY_INFO.write({ code: CTL_INFO, startId: 2, count: 2, size: 96 });
  const reply = Uint8Array.from([...SND_HDR.write({ code: status }), ...record(2), ...record(3)]);
  capture.append(10, { kind: 'popped', queue: 0, chain: chainOf(0, 16, 196), availIdx: 0, body });
  const back = { popped: 0, queue: 0, usedIdx: 0, writtenBytes: reply.length, reply };
  capture.append(20, { kind: 'used', ...back });
  capture.flush();
  return capture;
}

test('control elements are those that an answer to CTL_INFO names', () => {
  expect(recordedControls(captureWith(OK))).toEqual([
    { controlId: 2, name: 'volume 2', type: 'integer', count: 2, access: 'read and write' },
    { controlId: 3, name: 'volume 3', type: 'integer', count: 2, access: 'read only' },
  ]);
});

test('a refusal names none', () => {
  expect(recordedControls(captureWith(NOT_SUPP))).toEqual([]);
});
