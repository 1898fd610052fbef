/** An exchange between a driver and a device, entry by entry: clean as it stands, so that a test breaks what it wants to. */
import { Capture } from '../../../src-core/capture/capture.ts';
import type { EntryBody, RecordedChain, SetupStep } from '../../../src-core/capture/entry.ts';
import { MemoryStore } from '../../../src-core/capture/store.ts';
import type { Struct } from '../../../src-core/spec/layout.ts';
import { writeLe16, writeLe32 } from '../../../src-core/spec/layout.ts';
import { splitLayout } from '../../../src-core/spec/ring.ts';
import {
  PCM_HDR,
  PCM_INFO,
  PCM_SET_PARAMS,
  PCM_STATUS,
  PCM_XFER,
  QUERY_INFO,
  REQUESTS,
  SND_CONFIG,
  VIRTIO_SND_R_PCM_INFO,
  VIRTIO_SND_R_PCM_SET_PARAMS,
} from '../../../src-core/spec/sound.ts';
import type { Ns, Seq } from '../../../src-core/units.ts';
import { FACTS } from './check-rig.ts';

export const OK = 0x8000;
export const FEATURES = (1n << 28n) | (1n << 29n) | (1n << 32n);
export const PERIOD = 4096;
export const BUFFER = 4 * PERIOD;
export const PERIOD_NS = (PERIOD / 4 / 48_000) * 1e9;
export const PARAMS = {
  ...{ code: VIRTIO_SND_R_PCM_SET_PARAMS, streamId: 0, bufferBytes: BUFFER, periodBytes: PERIOD },
  ...{ features: 0, channels: 2, format: 5, rate: 7 },
};
/** Stream 0 plays, stream 1 records. */
export const INFO = {
  ...{ hdaFnNid: 0, features: 0x10, formats: 1n << 5n, rates: 1n << 7n, direction: 0 },
  ...{ channelsMin: 1, channelsMax: 2 },
};
export const SIZE = 64;

export interface IoOptions {
  readonly queue?: number;
  readonly bytes?: number;
  readonly readable?: number;
  readonly writable?: number;
  readonly body?: Uint8Array;
}

export class Exchange {
  readonly capture = new Capture(FACTS, new MemoryStore(1 << 26));
  nowNs: Ns = 0;
  totals = { jacks: 2, streams: 2, chmaps: 2, controls: 2 };
  frames = 0;
  private slot = 0;
  private readonly used: number[] = [0, 0, 0, 0];
  private readonly avail: number[] = [0, 0, 0, 0];

  put(body: EntryBody, afterNs: Ns = 1000): Seq {
    this.nowNs += afterNs;
    return this.capture.append(this.nowNs, body);
  }

  step(step: SetupStep): this {
    this.put({ kind: 'setup', step });
    return this;
  }

  wait(ns: Ns): this {
    this.put({ kind: 'setup', step: { what: 'note', detail: 'time passes' } }, ns);
    return this;
  }

  /** Everything up to DRIVER_OK. */
  begin(accepted: bigint = FEATURES, offered: bigint = accepted): this {
    for (const status of [1, 3]) this.step({ what: 'status', status });
    this.step({ what: 'features', offered, accepted });
    this.step({ what: 'status', status: 11 });
    const guestAddress = 0x1000n;
    this.step({ what: 'memory', regions: [{ guestAddress, widthBytes: 1 << 24 }] });
    const values = [...SND_CONFIG.write(this.totals)];
    for (const offsetBytes of [0, 4, 8]) {
      const part = values.slice(offsetBytes, offsetBytes + 4);
      this.step({ what: 'config-read', offsetBytes, bytes: 4, values: part });
    }
    if ((accepted & 1n) === 1n) {
      this.step({ what: 'config-read', offsetBytes: 12, bytes: 4, values: values.slice(12) });
    }
    for (const queue of [0, 1, 2, 3]) this.queue(queue);
    return this.step({ what: 'status', status: 15 });
  }

  queue(queue: number, changes: Partial<SetupStep & { what: 'queue' }> = {}): this {
    const base = 0x10_0000n + BigInt(queue) * 0x1_0000n;
    const areas = { descriptorArea: base, driverArea: base + 0x4000n, deviceArea: base + 0x8000n };
    const shape = { size: SIZE, packed: false, availIdx: 0 };
    return this.step({ what: 'queue', queue, ...shape, ...areas, ...changes });
  }

  chain(readableBytes: number, writableBytes: number, changes: Partial<RecordedChain> = {}) {
    const part = (bytes: number, slot: number) => ({
      ...{ address: BigInt(0x20_0000 + 0x1_0000 * slot), bytes, flags: 0, next: 0, slot },
    });
    const [a, b] = [this.slot % SIZE, (this.slot + 1) % SIZE];
    this.slot += 2;
    return {
      head: a,
      readable: readableBytes > 0 ? [part(readableBytes, a)] : [],
      writable: writableBytes > 0 ? [part(writableBytes, b)] : [],
      ...{ readableBytes, writableBytes, indirect: false, ringSlots: 2 },
      ...changes,
    };
  }

  pop(queue: number, chain: RecordedChain, body: Uint8Array, afterNs?: Ns): Seq {
    const availIdx = this.avail[queue] ?? 0;
    this.avail[queue] = (availIdx + 1) & 0xffff;
    return this.put({ kind: 'popped', queue, chain, availIdx, body }, afterNs);
  }

  push(
    queue: number,
    popped: Seq,
    reply: Uint8Array,
    writtenBytes = reply.length,
    afterNs?: Ns,
  ): this {
    const usedIdx = this.nextUsed(queue);
    this.put({ kind: 'used', popped, queue, usedIdx, writtenBytes, reply }, afterNs);
    this.put({ kind: 'interrupt', queue }, 0);
    return this;
  }

  nextUsed(queue: number): number {
    const usedIdx = this.used[queue] ?? 0;
    this.used[queue] = (usedIdx + 1) & 0xffff;
    return usedIdx;
  }

  /** A control request and its answer. */
  ask(
    body: Uint8Array,
    answer: {
      status?: number;
      payload?: Uint8Array;
      room?: number;
      written?: number;
      afterNs?: Ns;
    } = {},
  ): this {
    const { status = OK, payload = new Uint8Array(), room, written, afterNs } = answer;
    const reply = new Uint8Array(4 + payload.length);
    writeLe32(reply, 0, status);
    reply.set(payload, 4);
    this.put({ kind: 'kick', queue: 0 });
    const seq = this.pop(0, this.chain(body.length, room ?? reply.length), body);
    return this.push(0, seq, reply, written ?? reply.length, afterNs);
  }

  /** An item information request for one item. */
  info<V>(
    code: number,
    id: number,
    struct: Struct<V>,
    value: V,
    patch: Record<number, number> = {},
  ): this {
    const payload = struct.write(value);
    for (const [place, byte] of Object.entries(patch)) payload[Number(place)] = byte;
    const request = QUERY_INFO.write({ code, startId: id, count: 1, size: payload.length });
    return this.ask(request, { payload });
  }

  infos(): this {
    this.info(VIRTIO_SND_R_PCM_INFO, 0, PCM_INFO, INFO);
    return this.info(VIRTIO_SND_R_PCM_INFO, 1, PCM_INFO, { ...INFO, direction: 1 });
  }

  params(changes: Partial<typeof PARAMS> = {}, status = OK): this {
    return this.ask(PCM_SET_PARAMS.write({ ...PARAMS, ...changes }), { status });
  }

  command(label: string, streamId = 0, status = OK): this {
    const code = REQUESTS.find((one) => one.label === `PCM_${label}`)?.code ?? 0;
    return this.ask(PCM_HDR.write({ code, streamId }), { status });
  }

  /** Stream 0 with parameters, prepared and fed. */
  prepared(streamId = 0): this {
    this.begin().infos().params({ streamId }).command('PREPARE', streamId);
    this.put({
      ...{ kind: 'track', track: this.capture.tracks.length, streamId },
      direction: streamId === 0 ? 'output' : 'input',
      params: PARAMS,
    });
    return this;
  }

  post(streamId = 0, options: IoOptions = {}): Seq {
    const isOutput = streamId !== 1;
    const { queue = isOutput ? 2 : 3, bytes = PERIOD } = options;
    const isTx = queue === 2;
    const readable = options.readable ?? (isTx ? 4 + bytes : 4);
    const writable = options.writable ?? (isTx ? 8 : 8 + bytes);
    this.put({ kind: 'kick', queue });
    return this.pop(
      queue,
      this.chain(readable, writable),
      options.body ?? PCM_XFER.write({ streamId }),
    );
  }

  move(popped: Seq, bytes = PERIOD): this {
    const frames = Math.floor(bytes / 4);
    const pcm = new Uint8Array(frames * 4).map((_, place) => (place * 7) & 0xff);
    const fromFrame = this.frames;
    this.frames += frames;
    this.put({ kind: 'moved', popped, track: 0, fromFrame, frames, pcm }, 0);
    return this;
  }

  done(
    popped: Seq,
    answer: {
      queue?: number;
      status?: number;
      latency?: number;
      written?: number;
      afterNs?: Ns;
    } = {},
  ): this {
    const { queue = 2, status = OK, latency = 0, written, afterNs } = answer;
    const reply = PCM_STATUS.write({ status, latencyBytes: latency });
    return this.push(queue, popped, reply, written ?? (queue === 3 ? 8 + PERIOD : 8), afterNs);
  }

  /** `periods` of stream 0 at the stream's pace, four in flight. `pace`: 1 is real time. */
  play(
    periods: number,
    pace = 1,
    change: (number: number, seq: Seq) => boolean = () => false,
  ): this {
    const flying = [this.post(), this.post(), this.post(), this.post()];
    this.command('START');
    for (let number = 0; number < periods; number++) {
      const seq = flying.shift() ?? 0;
      this.wait(Math.round(PERIOD_NS * pace) - 5000);
      if (!change(number, seq)) this.move(seq).done(seq);
      if (number + 4 < periods) flying.push(this.post());
    }
    return this;
  }

  ring(
    queue: number,
    changes: {
      availFlags?: number;
      avail?: number;
      usedFlags?: number;
      usedEvent?: number;
      availEvent?: number;
      descriptors?: Uint8Array;
    } = {},
  ): this {
    const layout = splitLayout(SIZE);
    const driverArea = new Uint8Array(layout.availBytes);
    const deviceArea = new Uint8Array(layout.usedBytes);
    const availIdx = this.avail[queue] ?? 0;
    const usedIdx = this.used[queue] ?? 0;
    writeLe16(driverArea, layout.availFlagsAt, changes.availFlags ?? 0);
    writeLe16(driverArea, layout.availIdxAt, changes.avail ?? availIdx);
    writeLe16(driverArea, layout.usedEventAt, changes.usedEvent ?? usedIdx);
    writeLe16(deviceArea, layout.usedFlagsAt, changes.usedFlags ?? 0);
    writeLe16(deviceArea, layout.usedIdxAt, usedIdx);
    writeLe16(deviceArea, layout.availEventAt, changes.availEvent ?? availIdx);
    const descriptorArea = changes.descriptors ?? new Uint8Array();
    const areas = { descriptorArea, driverArea, deviceArea };
    const base = { size: SIZE, packed: false, availIdx, usedIdx, inFlight: [] };
    this.put({ kind: 'ring', queue, ...base, ...areas });
    return this;
  }
}
