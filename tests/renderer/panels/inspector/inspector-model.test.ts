import { describe, expect, test } from 'vitest';
import { flagNames, inspect } from '../../../../renderer/panels/inspector/inspector-model.ts';
import type { MessageRow } from '../../../../renderer/store/message-row.ts';
import type { FieldNode } from '../../../../renderer/ui/field-tree.tsx';
import type { MessageDetail } from '../../../../src-core/contract-data.ts';
import {
  CONTROLQ,
  EVENTQ,
  PCM_INFO,
  PCM_SET_PARAMS,
  PCM_STATUS,
  PCM_XFER,
  QUERY_INFO,
  SND_EVENT,
  SND_HDR,
  TXQ,
} from '../../../../src-core/spec/sound.ts';
import { columnsOf, messageRow } from '../../message-fixture.ts';

const params = {
  ...{ format: 5, rate: 7, channels: 2, bufferBytes: 15360, periodBytes: 3840, features: 0 },
};
const chain = {
  ...{ head: 0, readable: [], writable: [], readableBytes: 0, writableBytes: 0 },
  ...{ indirect: false, ringSlots: 1 },
};

function detail(row: Partial<MessageRow>, more: Partial<MessageDetail> = {}): MessageDetail {
  return {
    ...{ index: row.index ?? 0, row: columnsOf([messageRow(row)]), availIdx: 0, usedIdx: 0, chain },
    ...{ body: new Uint8Array(), reply: new Uint8Array(), moved: [], pcm: new Uint8Array() },
    ...{ violations: [], ...more },
  };
}

const plain = (text: string) => text.replaceAll('\u2009', ' ');

/** `name = value (meaning)` of every field. */
function lines(nodes: readonly FieldNode[]): string[] {
  return nodes.flatMap(({ name, value, meaning, children }) => [
    plain(`${name} = ${String(value ?? '')} (${String(meaning ?? '')})`),
    ...lines(children ?? []),
  ]);
}

describe('the sentence', () => {
  test('of an output message tells what was sent, how long it waited, and how it came back', () => {
    const { sentence } = inspect(
      detail(
        {
          ...{ queue: TXQ, streamId: 0, frames: 480, status: 0x8000, kickNs: 0, poppedNs: 1e4 },
          ...{ firstNs: 20e6, lastNs: 30e6, usedNs: 30.1e6, interruptNs: 30.2e6 },
        },
        { params },
      ),
    );
    expect(plain(sentence)).toBe(
      'The driver sent 480 frames (10.0 ms) to stream 0; it waited 20.0 ms, was taken in 10.0 ms, came back with OK 30.2 ms after the kick.',
    );
  });

  test('of a control request tells the answer', () => {
    const asked = { queue: CONTROLQ, code: 0x0104, streamId: 0, poppedNs: 0 };
    expect(plain(inspect(detail({ ...asked, usedNs: 12e3, status: 0x8001 })).sentence)).toBe(
      'The driver asked PCM_START for stream 0; the device refused with BAD_MSG after 12.0 µs.',
    );
    expect(inspect(detail(asked)).sentence).toMatch(/has not answered yet/);
  });

  test('of an event buffer tells how long it took to be used', () => {
    const row = { queue: EVENTQ, code: 0x1101, streamId: 1, poppedNs: 0, usedNs: 3e9 };
    expect(plain(inspect(detail(row)).sentence)).toBe(
      'After 3.00 s in the queue this buffer told the driver PCM_XRUN on stream 1.',
    );
  });
});

describe('decoded bytes', () => {
  test('of SET_PARAMS have names, values, meanings and the section', () => {
    const body = PCM_SET_PARAMS.write({ code: 0x0101, streamId: 1, ...params });
    const { sections } = inspect(detail({ queue: CONTROLQ, code: 0x0101 }, { body }));
    const [request] = sections;
    expect(lines(request?.nodes ?? [])).toEqual([
      'virtio_snd_pcm_set_params =  (24 bytes)',
      'code = 0x00000101 (VIRTIO_SND_R_PCM_SET_PARAMS)',
      'stream_id = 1 ()',
      'buffer_bytes = 15360 (3 840 frames · 80.0 ms)',
      'period_bytes = 3840 (960 frames · 20.0 ms)',
      'features = 0x00000000 (none)',
      'channels = 2 ()',
      'format = 5 (S16)',
      'rate = 7 (48 kHz)',
      'padding = 00 ()',
    ]);
    expect(request?.nodes[0]?.section).toBe('5.14.6.6.3');
    const format = request?.ranges.find(({ label }) => label.endsWith('.format'));
    expect([format?.fromByte, format?.toByte]).toEqual([21, 22]);
  });

  test('of an answer to PCM_INFO have one record a stream', () => {
    const body = QUERY_INFO.write({ code: 0x0100, startId: 0, count: 2, size: 32 });
    const record = PCM_INFO.write({
      ...{ hdaFnNid: 0, features: 0x10, formats: 0x20n, rates: 0x80n, direction: 1 },
      ...{ channelsMin: 1, channelsMax: 2 },
    });
    const reply = new Uint8Array([...SND_HDR.write({ code: 0x8000 }), ...record, ...record]);
    const { sections } = inspect(
      detail({ queue: CONTROLQ, code: 0x0100, usedNs: 1 }, { body, reply }),
    );
    const said = lines(sections[1]?.nodes ?? []);
    expect(said.filter((line) => line.startsWith('virtio_snd_pcm_info')).length).toBe(2);
    expect(said).toContain('formats = 0x0000000000000020 (S16)');
    expect(said).toContain('rates = 0x0000000000000080 (48 kHz)');
    expect(said).toContain('direction = 1 (input)');
    const ids = sections[1]?.ranges.map(({ id }) => id) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('of a status give latency_bytes in frames and time', () => {
    const body = PCM_XFER.write({ streamId: 0 });
    const reply = PCM_STATUS.write({ status: 0x8000, latencyBytes: 3840 });
    const { sections } = inspect(detail({ queue: TXQ, usedNs: 1 }, { body, reply, params }));
    expect(lines(sections[1]?.nodes ?? [])).toContain(
      'latency_bytes = 3840 (960 frames · 20.0 ms)',
    );
  });

  test('that are too short say so instead of being read', () => {
    const { sections } = inspect(
      detail({ queue: CONTROLQ, code: 0x0101 }, { body: new Uint8Array(9) }),
    );
    expect(sections[0]?.nodes[0]).toMatchObject({
      ...{ isWrong: true, meaning: 'only 9 of 24 bytes are there' },
    });
  });

  test('of an unknown request are a header and the rest', () => {
    const body = new Uint8Array([0x42, 0, 0, 0, 1, 2, 3]);
    const { sections } = inspect(detail({ queue: CONTROLQ, code: 0x42 }, { body }));
    expect(lines(sections[0]?.nodes ?? [])).toContain('payload = 3 B (no request of the standard)');
  });

  test('of an event have their code, and no readable part', () => {
    const reply = SND_EVENT.write({ code: 0x1101, data: 1 });
    const { sections } = inspect(detail({ queue: EVENTQ, code: 0x1101, usedNs: 1 }, { reply }));
    expect(sections[0]?.absent).toMatch(/no readable part/);
    expect(lines(sections[1]?.nodes ?? [])).toContain(
      'code = 0x00001101 (VIRTIO_SND_EVT_PCM_XRUN)',
    );
  });

  test('that never came say why', () => {
    expect(inspect(detail({ queue: TXQ })).sections[1]?.absent).toMatch(/not returned/);
  });
});

describe('flags of a descriptor', () => {
  test('are words', () => {
    const descriptor = { address: 0n, bytes: 4, flags: 3, next: 1, slot: 0 };
    expect(flagNames(descriptor)).toBe('NEXT WRITE');
  });
});
