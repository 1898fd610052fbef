import { PbfReader } from 'pbf';
import { describe, expect, test } from 'vitest';
import { LatencyAnalysis } from '../../../src-core/analysis/latency-analysis.ts';
import { perfettoTrace } from '../../../src-core/analysis/perfetto.ts';
import { runSession } from './stall-rig.ts';

interface Event {
  atNs: number;
  order: number;
  type: number;
  track: number;
  name: string;
  flows: number[];
  ends: number[];
  value: number | undefined;
  args: Record<string, number | string>;
}

interface Trace {
  readonly tracks: Map<number, { name: string; parent: number; unit: string | undefined }>;
  readonly events: Event[];
  readonly clocks: Map<number, number>;
}

/** Reads a trace by the public field numbers, spelled out here a second time. */
function decode(bytes: Uint8Array): Trace {
  const trace: Trace = { tracks: new Map(), events: [], clocks: new Map() };
  const names = new Map<number, string>();
  new PbfReader(bytes).readFields((tag, _, pbf) => {
    if (tag === 1) readPacket(pbf, trace, names);
  }, undefined);
  return trace;
}

function readPacket(pbf: PbfReader, trace: Trace, names: Map<number, string>): void {
  let atNs = -1;
  let event: Event | undefined;
  let iid = 0;
  let sequence = 0;
  pbf.readMessage((tag, _, packet) => {
    if (tag === 8) atNs = packet.readVarint();
    else if (tag === 10) sequence = packet.readVarint();
    else if (tag === 12) {
      packet.readMessage((inner) => {
        if (inner !== 2) return;
        let [key, name] = [0, ''];
        packet.readMessage((one) => {
          if (one === 1) key = packet.readVarint();
          if (one === 2) name = packet.readString();
        }, undefined);
        names.set(key, name);
      }, undefined);
    } else if (tag === 60) readTrack(packet, trace);
    else if (tag === 6) readClocks(packet, trace);
    else if (tag === 11) {
      const said = { type: 0, track: 0, flows: [], ends: [], value: undefined, args: {} };
      event = { atNs: 0, order: trace.events.length, name: '', ...said };
      iid = readEvent(packet, event);
    }
  }, undefined);
  expect(sequence).toBe(1);
  if (event === undefined) return;
  event.atNs = atNs;
  if (iid > 0) event.name = names.get(iid) ?? 'not interned';
  trace.events.push(event);
}

function readEvent(pbf: PbfReader, event: Event): number {
  let iid = 0;
  pbf.readMessage((tag) => {
    if (tag === 9) event.type = pbf.readVarint();
    else if (tag === 11) event.track = pbf.readVarint();
    else if (tag === 10) iid = pbf.readVarint();
    else if (tag === 44) event.value = pbf.readDouble();
    else if (tag === 47) event.flows.push(pbf.readFixed64());
    else if (tag === 48) event.ends.push(pbf.readFixed64());
    else if (tag === 4) {
      let [name, value]: [string, number | string] = ['', 0];
      pbf.readMessage((one) => {
        if (one === 10) name = pbf.readString();
        else if (one === 4) value = pbf.readVarint(true);
        else if (one === 6) value = pbf.readString();
      }, undefined);
      event.args[name] = value;
    }
  }, undefined);
  return iid;
}

function readTrack(pbf: PbfReader, trace: Trace): void {
  const track = { uuid: 0, name: '', parent: 0, unit: undefined as string | undefined };
  pbf.readMessage((tag) => {
    if (tag === 1) track.uuid = pbf.readVarint();
    else if (tag === 2) track.name = pbf.readString();
    else if (tag === 5) track.parent = pbf.readVarint();
    else if (tag === 8) {
      pbf.readMessage((one) => {
        if (one === 6) track.unit = pbf.readString();
      }, undefined);
    }
  }, undefined);
  trace.tracks.set(track.uuid, track);
}

function readClocks(pbf: PbfReader, trace: Trace): void {
  pbf.readMessage((tag) => {
    if (tag !== 1) return;
    let [id, atNs] = [0, 0];
    pbf.readMessage((one) => {
      if (one === 1) id = pbf.readVarint();
      if (one === 2) atNs = pbf.readVarint();
    }, undefined);
    trace.clocks.set(id, atNs);
  }, undefined);
}

function traceOf(name: string, seconds: number) {
  const { capture } = runSession(name, { seconds });
  const analysis = new LatencyAnalysis(capture);
  while (analysis.follow(10_000, true));
  const chunks = [...perfettoTrace(capture, analysis.blame.rows)];
  return { capture, blame: analysis.blame, chunks, trace: decode(Buffer.concat(chunks)) };
}

describe('a Perfetto trace', () => {
  const { capture, chunks, trace, blame } = traceOf('stalls', 8);
  const byTime = [...trace.events].sort((a, b) => a.atNs - b.atNs || a.order - b.order);

  test('has tracks for queues and streams, under one process, and counters with units', () => {
    const names = [...trace.tracks.values()].map(({ name }) => name);
    for (const name of ['controlq', 'txq', 'stream 0', 'stream 0 frames', 'findings']) {
      expect(names).toContain(name);
    }
    const units = [...trace.tracks.values()].flatMap(({ name, unit }) => (unit ? [name] : []));
    expect(units).toContain('stream 0 headroom');
    expect(units).toContain('txq depth');
    for (const { track } of trace.events) expect(trace.tracks.has(track)).toBe(true);
  });

  test('has slices that nest on every track and are all closed', () => {
    const open = new Map<number, number>();
    for (const { type, track } of byTime) {
      if (type === 1) open.set(track, (open.get(track) ?? 0) + 1);
      if (type !== 2) continue;
      expect(open.get(track)).toBeGreaterThan(0);
      open.set(track, (open.get(track) ?? 0) - 1);
    }
    expect([...open.values()].every((depth) => depth === 0)).toBe(true);
  });

  test('has a slice for each message and its stages, and a flow that joins them to frames', () => {
    const writes = trace.events.filter(({ name }) => name === 'PCM write');
    expect(writes.length).toBe(capture.messages.counts.tx);
    const stages = new Set(trace.events.map(({ name }) => name));
    for (const stage of ['posted', 'queued', 'handing over', 'notifying', 'announcing']) {
      expect(stages).toContain(stage);
    }
    const frames = trace.events.filter(({ name }) => name === 'frames');
    const flows = new Set(writes.flatMap((write) => write.flows));
    expect(flows.size).toBe(writes.length);
    expect(frames.every(({ flows: [flow = -1] }) => flows.has(flow))).toBe(true);
    const ended = trace.events.flatMap(({ ends }) => ends);
    expect(new Set(ended).size).toBe(ended.length);
    expect(writes[5]?.args).toMatchObject({ bytes: 1920, stream: 0 });
  });

  test('counts headroom, depth and drift, and tells incidents as instants', () => {
    const on = (name: string) => {
      const [uuid] = [...trace.tracks].find(([, track]) => track.name === name) ?? [];
      return trace.events.filter(({ track, type }) => track === uuid && type === 4);
    };
    expect(Math.max(...on('txq depth').map(({ value = 0 }) => value))).toBe(4);
    // four periods in the device, one in the sink, one more after the sink asked late
    const most = Math.max(...on('stream 0 headroom').map(({ value = 0 }) => value));
    expect(most).toBeGreaterThan(49);
    expect(most).toBeLessThan(61);
    expect(on('stream 0 stray').length).toBeGreaterThan(100);
    const told = trace.events.filter(({ type }) => type === 3).map(({ name }) => name);
    for (const { sentence } of blame.rows) expect(told).toContain(sentence);
    expect(trace.clocks.get(1)).toBe(1_790_000_000_000 * 1e6);
    expect(trace.clocks.get(6)).toBe(0);
  });

  test('comes in pieces of a bounded size', () => {
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) expect(chunk.length).toBeLessThan(1 << 18);
  });
});
