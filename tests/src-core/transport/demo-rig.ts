/** A demo guest on a real device, with a sink and a source on a clock of our own, and everything that was recorded. */
import { createHash } from 'node:crypto';
import { NullSink } from '../../../src-core/audio/null-sink.ts';
import { ToneSource } from '../../../src-core/audio/tone-source.ts';
import type { Entry, EntryBody } from '../../../src-core/capture/entry.ts';
import { ManualClock } from '../../../src-core/clock.ts';
import { SoundDevice } from '../../../src-core/device/sound-device.ts';
import { codeName } from '../../../src-core/spec/sound.ts';
import { DemoGuest, type DemoGuestOptions } from '../../../src-core/transport/demo-guest.ts';
import { type Scenario, scenarioByName } from '../../../src-core/transport/scenarios.ts';
import type { DeviceSide } from '../../../src-core/transport/transport.ts';
import { NS_PER_S } from '../../../src-core/units.ts';

type Of<K extends EntryBody['kind']> = Entry & { kind: K };

export class DemoRig {
  readonly clock = new ManualClock();
  readonly entries: Entry[] = [];
  readonly guest: DemoGuest;
  readonly device: SoundDevice;
  isFinished = false;
  isGone = false;

  constructor(name: string, options: Partial<DemoGuestOptions> = {}) {
    const scenario = scenarioNamed(name);
    const { clock } = this;
    const onFinished = (): void => {
      this.isFinished = true;
    };
    this.guest = new DemoGuest({ scenario, clock, seed: 1, onFinished, ...options });
    this.device = new SoundDevice({
      topology: scenario.topology(),
      clock,
      record: (body) => this.record(body),
      interrupt: (queue) => this.guest.interrupt(queue),
      sink: new NullSink(clock),
      source: new ToneSource(clock, 440),
    });
    this.guest.start(this.side());
    for (const { atNs, jackId, connected } of scenario.jackEvents) {
      clock.at(atNs, () => this.device.setJack(jackId, connected));
    }
  }

  run(seconds: number): this {
    this.clock.advance(seconds * NS_PER_S);
    return this;
  }

  of<K extends EntryBody['kind']>(kind: K): Of<K>[] {
    return this.entries.filter((entry): entry is Of<K> => entry.kind === kind);
  }

  /** Of everything that was recorded. */
  digest(): string {
    const hash = createHash('sha256');
    for (const entry of this.entries) hash.update(JSON.stringify(entry, plainly));
    return hash.digest('hex');
  }

  /** Rules broken, each with how often. */
  broken(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { violation } of this.of('violation')) {
      counts[violation.rule] = (counts[violation.rule] ?? 0) + 1;
    }
    return counts;
  }

  /** PCM that the device handed over, of one stream. */
  pcm(streamId: number): Uint8Array {
    const tracks = this.of('track').flatMap((one) =>
      one.streamId === streamId ? [one.track] : [],
    );
    const parts = this.of('moved').flatMap(({ track, pcm }) =>
      tracks.includes(track) ? [pcm] : [],
    );
    return new Uint8Array(Buffer.concat(parts));
  }

  /** Requests and their answers in order, short: `PCM_START OK`. */
  conversation(): string[] {
    const asked = new Map<number, string>();
    const lines: string[] = [];
    for (const entry of this.entries) {
      if (entry.kind === 'popped' && entry.queue === 0) {
        asked.set(entry.seq, shortCode(entry.body));
      } else if (entry.kind === 'used' && entry.queue === 0) {
        lines.push(`${asked.get(entry.popped)} ${shortCode(entry.reply)}`);
      }
    }
    return lines;
  }

  private record(body: EntryBody): number {
    const seq = this.entries.length;
    this.entries.push({ seq, atNs: this.clock.nowNs(), ...body });
    return seq;
  }

  private side(): DeviceSide {
    const { device } = this;
    return {
      offeredFeatures: () => device.offeredFeatures(),
      onFeatures: (accepted) => device.setFeatures(accepted),
      readConfig: (offsetBytes, bytes) => device.readConfig(offsetBytes, bytes),
      onMemory: (memory) => device.setMemory(memory),
      onQueue: (setup) => device.startQueue(setup),
      onQueueStop: (index) => device.stopQueue(index),
      onKick: (index) => device.kick(index),
      onStatus: () => {},
      onReset: () => device.reset(),
      onGone: () => {
        this.isGone = true;
        device.gone();
      },
      onNote: (detail) => {
        this.record({ kind: 'setup', step: { what: 'note', detail } });
      },
      onViolation: (violation) => {
        this.record({ kind: 'violation', violation });
      },
    };
  }
}

export function scenarioNamed(name: string): Scenario {
  const scenario = scenarioByName(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return scenario;
}

function plainly(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString(16);
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

function shortCode(bytes: Uint8Array): string {
  if (bytes.length < 4) return `${bytes.length} bytes`;
  return codeName(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)).replace(
    /^VIRTIO_SND_[RS]_/,
    '',
  );
}
