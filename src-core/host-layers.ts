/** Layers beside the session that is shown: read in pieces, so that nothing holds up a guest; given up with the session. */
import type { Capture } from './capture/capture.ts';
import type { LayerInfo, LayerRequests } from './contract-layers.ts';
import { type HostContext, NOTHING } from './host-context.ts';
import { HostError } from './host-error.ts';
import type { TraceSource } from './host-ports.ts';
import { Layer } from './layers/layer.ts';
import { placeOf } from './layers/layer-clock.ts';
import { LIMITS } from './limits.ts';
import type { Handlers } from './rpc.ts';
import { layerTrack } from './views/layer-slice.ts';

/** Of a file that the host reads: a slice, and then so long nothing. */
const TURN_NS = 2e6;
const HOW =
  'A layer is text of the guest’s ftrace with events of snd_pcm (`cat /sys/kernel/tracing/trace`), or what `pw-top -b` prints.';

export function layerHandlers(host: HostContext): Pick<Handlers, keyof LayerRequests> {
  const book = new LayerBook(host);
  return {
    addLayer: ({ path }) => ({ layer: book.readFrom(path).id }),
    beginLayer: ({ name }) => ({ layer: book.begin(name).id }),
    layerSlice: ({ layer, bytes }) => ({ isWanted: book.take(layer, bytes) }),
    layers: () => book.all().map((layer) => infoOf(layer, host.capture())),
    layerTracks: (query) => {
      const columns = Math.max(
        1,
        Math.min(Math.floor(query.columns) || 1, LIMITS.pixelsPerRequest),
      );
      const fromNs = Number(query.fromNs) || 0;
      const toNs = Math.max(fromNs + 1, Number(query.toNs) || 0);
      const range = { fromNs, columnNs: (toNs - fromNs) / columns, columns };
      return book.all().flatMap((layer) => {
        const { offsetNs } = placeOf(layer, host.capture());
        // a node of PipeWire that never ran tells nothing
        return layer.store.series.flatMap((series, place) =>
          series.known + series.faults === 0
            ? []
            : [layerTrack(layer.id, place, series, offsetNs, range)],
        );
      });
    },
    moveLayer: ({ layer, offsetNs }) => {
      book.known(layer).shiftNs = offsetNs === undefined ? undefined : Number(offsetNs) || 0;
      host.changed();
      return NOTHING;
    },
    removeLayer: ({ layer }) => {
      book.remove(layer);
      return NOTHING;
    },
  };
}

class LayerBook {
  private readonly host: HostContext;
  private capture: Capture | undefined;
  private layers: Layer[] = [];
  private count = 0;

  constructor(host: HostContext) {
    this.host = host;
  }

  /** Those of the session that is shown. */
  all(): readonly Layer[] {
    const capture = this.host.shown()?.capture;
    if (capture !== this.capture) this.layers = [];
    this.capture = capture;
    return this.layers.filter(({ kind }) => kind !== undefined);
  }

  begin(name: string): Layer {
    this.host.capture();
    this.all();
    if (this.layers.length >= LIMITS.layers) {
      throw new HostError('too-many-layers', `There are ${LIMITS.layers} layers.`, 'Remove one.');
    }
    const layer = new Layer(++this.count, name);
    this.layers.push(layer);
    return layer;
  }

  /** False when the layer is gone. Throws HostError when it is none. */
  take(id: number, bytes: Uint8Array): boolean {
    this.all();
    const layer = this.layers.find((one) => one.id === id);
    if (layer === undefined) return false;
    if (bytes.length > LIMITS.layerSliceBytes) {
      throw new HostError('slice-too-large', 'A page hands over too much at once.', 'Reload it.');
    }
    if (bytes.length === 0) layer.finish();
    else layer.give(bytes);
    const why = layer.refusal();
    if (why !== undefined) {
      this.remove(id);
      throw new HostError('no-layer', `${layer.name} is no layer: ${why}.`, HOW);
    }
    this.host.changed();
    return true;
  }

  readFrom(path: string): Layer {
    const { openTrace } = this.host.ports;
    if (openTrace === undefined) {
      throw new HostError('no-files', 'This host cannot read files.', 'Drop the file on the page.');
    }
    const name = path.replace(/^.*[\\/]/, '');
    const layer = this.begin(name);
    try {
      this.goOn(layer, openTrace(path, false), new Uint8Array(LIMITS.layerSliceBytes));
    } catch (thrown) {
      this.remove(layer.id);
      throw thrown;
    }
    return layer;
  }

  known(id: number): Layer {
    const layer = this.all().find((one) => one.id === id);
    if (layer === undefined) {
      throw new HostError('no-layer', 'That layer is not here any more.', 'Add it again.');
    }
    return layer;
  }

  remove(id: number): void {
    this.layers = this.layers.filter((layer) => layer.id !== id);
    this.host.changed();
  }

  /** A piece now, the next one a moment later. */
  private goOn(layer: Layer, source: TraceSource, into: Uint8Array): void {
    const count = source.read(into);
    try {
      if (count !== 0 && !this.take(layer.id, into.subarray(0, Math.max(0, count)))) {
        source.close();
        return;
      }
    } catch (thrown) {
      source.close();
      if (!(thrown instanceof HostError)) throw thrown;
      const { code, message: what, action } = thrown;
      this.host.notice({ severity: 'error', code, what, action });
      return;
    }
    if (count < 0) {
      source.close();
      return;
    }
    const { clock } = this.host.ports;
    clock.at(clock.nowNs() + TURN_NS, () => this.goOn(layer, source, into));
  }
}

function infoOf(layer: Layer, capture: Capture): LayerInfo {
  const { store, id, name, kind = 'snd_pcm', isOver } = layer;
  const { offsetNs, clock, anchor } = placeOf(layer, capture);
  const lastNs = store.series.reduce((last, series) => Math.max(last, series.lastNs), 0);
  return {
    ...{ layer: id, name, kind, clock, anchor, offsetNs, isLoading: !isOver },
    fromNs: (Number.isNaN(layer.firstNs) ? 0 : layer.firstNs) + offsetNs,
    toNs: lastNs + offsetNs,
    lines: store.lines,
    events: store.rows,
    faults: store.series.reduce((sum, { faults }) => sum + faults, 0),
    ...{ left: store.left, odd: store.odd, problems: store.problems },
  };
}
