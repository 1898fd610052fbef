/** Jacks: what is plugged in, and which pins the driver has remapped. Spec: 5.14.6.4 */
import { JACK_INFO, VIRTIO_SND_JACK_F_REMAP } from '../spec/sound.ts';
import type { JackSpec } from './topology.ts';

/** Association and sequence are fields of 4 bits in the HDA pin default configuration. */
export const JACK_REMAP_MAX = 15;

export class Jacks {
  private readonly specs: readonly JackSpec[];
  private readonly connected: boolean[];
  private readonly defconfs: number[];

  constructor(specs: readonly JackSpec[]) {
    this.specs = specs;
    this.connected = specs.map((spec) => spec.connected);
    this.defconfs = specs.map((spec) => spec.hdaRegDefconf >>> 0);
  }

  get count(): number {
    return this.specs.length;
  }

  isConnected(id: number): boolean {
    return this.connected[id] ?? false;
  }

  /** Whether that is news. False for a jack that does not exist. */
  setConnected(id: number, connected: boolean): boolean {
    if (id < 0 || id >= this.count || this.connected[id] === connected) return false;
    this.connected[id] = connected;
    return true;
  }

  canRemap(id: number): boolean {
    return this.specs[id]?.canRemap ?? false;
  }

  /** Both at most JACK_REMAP_MAX. They show in JACK_INFO until a reset. Spec: 5.14.6.4.2 */
  remap(id: number, association: number, sequence: number): void {
    const defconf = this.defconfs[id] ?? 0;
    this.defconfs[id] = ((defconf & ~0xff) | (association << 4) | sequence) >>> 0;
  }

  /** A device reset undoes what the driver did; what is plugged in stays. */
  reset(): void {
    this.specs.forEach((spec, id) => {
      this.defconfs[id] = spec.hdaRegDefconf >>> 0;
    });
  }

  /** `virtio_snd_jack_info` of a jack that exists. Spec: 5.14.6.4.1 */
  info(id: number): Uint8Array {
    const spec = this.specs[id];
    return JACK_INFO.write({
      hdaFnNid: spec?.hdaFnNid ?? 0,
      features: this.canRemap(id) ? 1 << VIRTIO_SND_JACK_F_REMAP : 0,
      hdaRegDefconf: this.defconfs[id] ?? 0,
      hdaRegCaps: spec?.hdaRegCaps ?? 0,
      connected: this.isConnected(id) ? 1 : 0,
    });
  }
}
