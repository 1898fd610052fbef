/** From the words of `--sink` and `--source` to what plays and records. */
import type { AudioSink, DescribedSource } from '../../src-core/audio/audio-io.ts';
import { LoopbackSource } from '../../src-core/audio/loopback-source.ts';
import { LoopbackTap } from '../../src-core/audio/loopback-tap.ts';
import { NullSink } from '../../src-core/audio/null-sink.ts';
import { SilenceSource } from '../../src-core/audio/silence-source.ts';
import { parseSinkSpec, type SinkSpec } from '../../src-core/audio/sink-spec.ts';
import { parseSourceSpec, type SourceSpec } from '../../src-core/audio/source-spec.ts';
import { ToneSource } from '../../src-core/audio/tone-source.ts';
import { parseWav } from '../../src-core/audio/wav-parse.ts';
import { WavSink } from '../../src-core/audio/wav-sink.ts';
import { WavSource } from '../../src-core/audio/wav-source.ts';
import type { SinkChoice } from '../../src-core/contract.ts';
import { HostError } from '../../src-core/host-error.ts';
import type { Monitor, OpenedAudio } from '../../src-core/host-ports.ts';
import { assertNever } from '../../src-core/units.ts';
import type { EventLoop } from '../event-loop.ts';
import { listDevices } from './native-devices.ts';
import { NativeSink } from './native-sink.ts';
import { NativeSource } from './native-source.ts';
import { diskFileStore, fileBytes } from './wav-files.ts';

/** Sinks that a user can choose from. */
export function listSinks(): readonly SinkChoice[] {
  const others = listDevices('Output').filter((device) => device.name !== 'default');
  return [
    { spec: 'native', label: 'Default output' },
    ...others.map(({ name, label }) => ({ spec: `native:${name}`, label })),
    { spec: 'null', label: 'Nothing (paced by the clock)' },
  ];
}

/** Opens both. Throws a HostError for a word that is none, a directory that cannot be made, a file that is no WAV file. What
 *  goes wrong with sound later comes through `onNote`. Loopback hears what goes to the sink, whatever the sink is. */
export function openAudio(
  loop: EventLoop,
  sink: string,
  source: string,
  onNote: (note: string) => void,
): OpenedAudio {
  const sinkSpec = parseSinkSpec(sink);
  if (sinkSpec.kind === 'problem')
    throw new HostError('bad-sink', sinkSpec.detail, 'Change --sink.');
  const sourceSpec = parseSourceSpec(source);
  if (sourceSpec.kind === 'problem') {
    throw new HostError('bad-source', sourceSpec.detail, 'Change --source.');
  }
  const made = makeSink(loop, sinkSpec, onNote);
  const tap = new LoopbackTap(made.sink);
  const opened = { sink: tap, source: makeSource(loop, sourceSpec, tap, onNote) };
  return made.monitor === undefined ? opened : { ...opened, monitor: made.monitor };
}

function makeSink(
  loop: EventLoop,
  spec: SinkSpec,
  onNote: (note: string) => void,
): { sink: AudioSink; monitor?: Monitor } {
  switch (spec.kind) {
    case 'null':
      return { sink: new NullSink(loop) };
    case 'native': {
      const sink = new NativeSink(loop, { ...spec, onNote });
      const set = (volume: number, muted: boolean) => {
        sink.setVolume(volume);
        sink.setMuted(muted);
      };
      return { sink, monitor: { set } };
    }
    case 'wav': {
      const store = diskFileStore(spec.directory);
      if ('kind' in store) {
        throw new HostError('sink-directory', store.detail, 'Name another directory.');
      }
      return { sink: new WavSink(loop, store, spec.directory) };
    }
    default:
      return assertNever(spec);
  }
}

function makeSource(
  loop: EventLoop,
  spec: SourceSpec,
  tap: LoopbackTap,
  onNote: (note: string) => void,
): DescribedSource {
  switch (spec.kind) {
    case 'silence':
      return new SilenceSource(loop);
    case 'tone':
      return new ToneSource(loop, spec.hz);
    case 'loopback':
      return new LoopbackSource(loop, tap, spec.streamId);
    case 'native':
      return new NativeSource(loop, { ...spec, onNote });
    case 'wav':
      return wavSource(loop, spec.path);
    default:
      return assertNever(spec);
  }
}

function wavSource(loop: EventLoop, path: string): DescribedSource {
  const file = fileBytes(path);
  if (file.kind === 'problem')
    throw new HostError('source-file', file.detail, 'Name another file.');
  const wav = parseWav(file);
  if (wav.kind === 'wav') return new WavSource(loop, path, file, wav);
  const advice = 'Name a WAV file of PCM, floating point, A-law or mu-law.';
  throw new HostError('source-file', `${path}: ${wav.detail}`, advice);
}
