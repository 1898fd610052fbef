/** Packets of Perfetto's trace format (protobuf TrackEvent), written one after the other into a small buffer. Field numbers
 *  are those of perfetto/trace/*.proto; names that repeat are sent once and then by number. */
import { PbfWriter } from 'pbf';
import type { Ns } from '../units.ts';

/** trace.proto, trace_packet.proto */
export const TRACE = { packet: 1 } as const;
export const PACKET = {
  ...{ clockSnapshot: 6, timestamp: 8, sequenceId: 10, trackEvent: 11, internedData: 12 },
  ...{ sequenceFlags: 13, trackDescriptor: 60 },
} as const;
/** track_event.proto */
export const EVENT = {
  ...{ categoryIids: 3, debugAnnotations: 4, type: 9, nameIid: 10, trackUuid: 11, name: 23 },
  ...{ counterValue: 30, doubleCounterValue: 44, flowIds: 47, terminatingFlowIds: 48 },
} as const;
export const EVENT_TYPE = { sliceBegin: 1, sliceEnd: 2, instant: 3, counter: 4 } as const;
/** track_descriptor.proto, process_descriptor.proto, counter_descriptor.proto */
export const TRACK = { uuid: 1, name: 2, process: 3, parentUuid: 5, counter: 8 } as const;
export const PROCESS = { pid: 1, name: 6 } as const;
export const COUNTER = { unit: 3, unitName: 6 } as const;
export const COUNTER_UNIT = { timeNs: 1, count: 2 } as const;
/** debug_annotation.proto */
export const ANNOTATION = { intValue: 4, doubleValue: 5, stringValue: 6, name: 10 } as const;
/** interned_data.proto, clock_snapshot.proto */
export const INTERNED = { eventNames: 2, iid: 1, name: 2 } as const;
export const CLOCKS = { clocks: 1, clockId: 1, timestamp: 2, primary: 2 } as const;
export const CLOCK = { realtime: 1, boottime: 6 } as const;

const SEQUENCE = 1;
const STATE_CLEARED = 1;
const NEEDS_STATE = 2;
const BUFFER_BYTES = 1 << 18;

export interface EventSaid {
  readonly type: (typeof EVENT_TYPE)[keyof typeof EVENT_TYPE];
  readonly track: number;
  readonly name?: string;
  readonly flow?: number;
  /** The flow ends here. */
  readonly lastFlow?: number;
  readonly value?: number;
  readonly args?: Readonly<Record<string, number | string>>;
}

export class PerfettoWriter {
  private readonly pbf = new PbfWriter(new Uint8Array(BUFFER_BYTES));
  private readonly names = new Map<string, number>();
  private hasBegun = false;

  /** Bytes that wait. */
  get heldBytes(): number {
    return this.pbf.pos;
  }

  /** Takes out what waits. */
  take(): Uint8Array {
    const bytes = this.pbf.buf.slice(0, this.pbf.pos);
    this.pbf.pos = 0;
    return bytes;
  }

  /** The trace's clock (its 0) is this moment of the calendar. */
  clocks(startedAtUnixMs: number): void {
    this.packet((pbf) => {
      pbf.writeMessage(PACKET.clockSnapshot, writeClocks, startedAtUnixMs);
    });
  }

  process(uuid: number, name: string): void {
    this.packet((pbf) => {
      pbf.writeMessage(PACKET.trackDescriptor, writeProcess, { uuid, name });
    });
  }

  track(uuid: number, parent: number, name: string, unit?: 'ms' | 'frames' | 'messages'): void {
    this.packet((pbf) => {
      pbf.writeMessage(PACKET.trackDescriptor, writeTrack, { uuid, parent, name, unit });
    });
  }

  event(atNs: Ns, said: EventSaid): void {
    const known = said.name === undefined ? undefined : this.names.get(said.name);
    const isNew = said.name !== undefined && known === undefined;
    const iid = isNew ? this.names.size + 1 : known;
    if (isNew && iid !== undefined) this.names.set(said.name ?? '', iid);
    this.packet((pbf) => {
      pbf.writeVarintField(PACKET.timestamp, Math.max(0, Math.round(atNs)));
      if (isNew) pbf.writeMessage(PACKET.internedData, writeInterned, { iid, name: said.name });
      pbf.writeMessage(PACKET.trackEvent, writeEvent, { said, iid });
    });
  }

  private packet(body: (pbf: PbfWriter) => void): void {
    const flags = this.hasBegun ? NEEDS_STATE : STATE_CLEARED;
    this.hasBegun = true;
    this.pbf.writeMessage(
      TRACE.packet,
      (_, pbf) => {
        body(pbf);
        pbf.writeVarintField(PACKET.sequenceId, SEQUENCE);
        pbf.writeVarintField(PACKET.sequenceFlags, flags);
      },
      undefined,
    );
  }
}

function writeClocks(startedAtUnixMs: number, pbf: PbfWriter): void {
  const clock = (id: number, atNs: number) => {
    pbf.writeMessage(
      CLOCKS.clocks,
      () => {
        pbf.writeVarintField(CLOCKS.clockId, id);
        pbf.writeVarintField(CLOCKS.timestamp, atNs);
      },
      undefined,
    );
  };
  clock(CLOCK.boottime, 0);
  clock(CLOCK.realtime, startedAtUnixMs * 1e6);
  pbf.writeVarintField(CLOCKS.primary, CLOCK.boottime);
}

function writeProcess({ uuid, name }: { uuid: number; name: string }, pbf: PbfWriter): void {
  pbf.writeVarintField(TRACK.uuid, uuid);
  pbf.writeStringField(TRACK.name, name);
  pbf.writeMessage(
    TRACK.process,
    () => {
      pbf.writeVarintField(PROCESS.pid, 1);
      pbf.writeStringField(PROCESS.name, name);
    },
    undefined,
  );
}

function writeTrack(
  said: { uuid: number; parent: number; name: string; unit: string | undefined },
  pbf: PbfWriter,
): void {
  pbf.writeVarintField(TRACK.uuid, said.uuid);
  pbf.writeStringField(TRACK.name, said.name);
  pbf.writeVarintField(TRACK.parentUuid, said.parent);
  const { unit } = said;
  if (unit === undefined) return;
  pbf.writeMessage(
    TRACK.counter,
    () => {
      pbf.writeVarintField(COUNTER.unit, COUNTER_UNIT.count);
      pbf.writeStringField(COUNTER.unitName, unit);
    },
    undefined,
  );
}

function writeInterned(
  said: { iid: number | undefined; name: string | undefined },
  pbf: PbfWriter,
): void {
  pbf.writeMessage(
    INTERNED.eventNames,
    () => {
      pbf.writeVarintField(INTERNED.iid, said.iid ?? 0);
      pbf.writeStringField(INTERNED.name, said.name ?? '');
    },
    undefined,
  );
}

function writeEvent(
  { said, iid }: { said: EventSaid; iid: number | undefined },
  pbf: PbfWriter,
): void {
  for (const [name, value] of Object.entries(said.args ?? {})) {
    pbf.writeMessage(EVENT.debugAnnotations, writeAnnotation, { name, value });
  }
  pbf.writeVarintField(EVENT.type, said.type);
  if (iid !== undefined) pbf.writeVarintField(EVENT.nameIid, iid);
  pbf.writeVarintField(EVENT.trackUuid, said.track);
  if (said.value !== undefined) pbf.writeDoubleField(EVENT.doubleCounterValue, said.value);
  if (said.flow !== undefined) pbf.writeFixed64Field(EVENT.flowIds, said.flow);
  if (said.lastFlow !== undefined) pbf.writeFixed64Field(EVENT.terminatingFlowIds, said.lastFlow);
}

function writeAnnotation(
  { name, value }: { name: string; value: number | string },
  pbf: PbfWriter,
): void {
  if (typeof value === 'string') pbf.writeStringField(ANNOTATION.stringValue, value);
  else if (Number.isInteger(value)) pbf.writeVarintField(ANNOTATION.intValue, value);
  else pbf.writeDoubleField(ANNOTATION.doubleValue, value);
  pbf.writeStringField(ANNOTATION.name, name);
}
