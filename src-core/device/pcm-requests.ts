/** Stream commands: SET_PARAMS, PREPARE, START, STOP, RELEASE. Spec: 5.14.6.6.3 to 5.14.6.6.7 */
import { LIMITS } from '../limits.ts';
import { FORMATS, formatName, frameBytesOf, rateHzOf, type StreamParams } from '../spec/formats.ts';
import type { RuleId } from '../spec/rules.ts';
import {
  PCM_FEATURE_NAMES,
  PCM_HDR,
  PCM_SET_PARAMS,
  type PcmCommand,
  VIRTIO_SND_PCM_F_SHMEM_GUEST,
  VIRTIO_SND_PCM_F_SHMEM_HOST,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_NOT_SUPP,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';
import {
  type Answer,
  type ControlCall,
  decoded,
  type Handler,
  OK,
  refuse,
} from './control-call.ts';
import type { PcmStream } from './stream.ts';
import type { StreamSpec } from './topology.ts';

export const pcmPrepare = command('PREPARE', (stream) => stream.prepare());
export const pcmStart = command('START', (stream) => stream.start());
export const pcmStop = command('STOP', (stream) => stream.stop());
export const pcmRelease = command('RELEASE', (stream) => stream.release());

/** Spec: 5.14.6.6.3 */
export const pcmSetParams: Handler = decoded(PCM_SET_PARAMS, (request, call) => {
  const { streamId, ...params } = request;
  const stream = allowed('SET_PARAMS', streamId, call);
  if (!('id' in stream)) return stream;
  // The padding byte, which the layout leaves out.
  const padding = call.body[PCM_SET_PARAMS.widthBytes - 1] ?? 0;
  if (padding !== 0) call.blame('VS-R-12', `the padding byte is ${padding}`, streamId);
  let status = VIRTIO_SND_S_OK;
  for (const fault of faultsOf(params, stream.spec, call.target.rateCount)) {
    if (fault.rule !== undefined) call.blame(fault.rule, fault.detail, streamId);
    else call.note(`SET_PARAMS of stream ${streamId}: ${fault.detail}`);
    if (status === VIRTIO_SND_S_OK) status = fault.status;
  }
  if (status !== VIRTIO_SND_S_OK) return refuse(status);
  const { format, rate, channels, bufferBytes, periodBytes, features } = params;
  stream.setParams({ format, rate, channels, bufferBytes, periodBytes, features });
  return OK;
});

function command(name: PcmCommand, run: (stream: PcmStream) => void): Handler {
  return decoded(PCM_HDR, ({ streamId }, call) => {
    const stream = allowed(name, streamId, call);
    if (!('id' in stream)) return stream;
    run(stream);
    return OK;
  });
}

/** The stream, if it exists and the command may come now; else what to answer. */
function allowed(name: PcmCommand, streamId: number, call: ControlCall): PcmStream | Answer {
  const { streams, wrongStateStatus } = call.target;
  const stream = streams[streamId];
  if (stream === undefined) {
    call.blame('VS-I-06', `stream ${streamId} of ${streams.length}`);
    return refuse(VIRTIO_SND_S_BAD_MSG);
  }
  if (!stream.allows(name)) {
    call.blame('VS-I-01', `${name} in ${stream.state}`, streamId);
    return refuse(wrongStateStatus);
  }
  return stream;
}

interface Fault {
  /** None: a bound of ours. */
  readonly rule?: RuleId;
  readonly detail: string;
  /** OK: worth a word, and accepted. */
  readonly status: number;
}

/** Everything that is wrong with parameters, the gravest first. */
function* faultsOf(params: StreamParams, spec: StreamSpec, rateCount: number): Generator<Fault> {
  yield* sizeFaults(params);
  yield* featureFaults(params.features, spec);
  const { format, rate, channels } = params;
  if (format >= FORMATS.length) yield unknown(`format ${format}`);
  else if (!spec.formats.includes(format)) yield notOffered(`format ${formatName(format)}`);
  if (rate >= rateCount) yield unknown(`rate ${rate}`);
  else if (!spec.rates.includes(rate)) yield notOffered(`${rateHzOf(rate)} Hz`);
  if (channels < spec.channelsMin || channels > spec.channelsMax) {
    const detail = `${channels} channels; ${spec.channelsMin} to ${spec.channelsMax} are offered`;
    yield { rule: 'VS-R-10', detail, status: VIRTIO_SND_S_NOT_SUPP };
  }
}

function* sizeFaults(params: StreamParams): Generator<Fault> {
  const { bufferBytes, periodBytes } = params;
  const detail = `buffer_bytes ${bufferBytes}, period_bytes ${periodBytes}`;
  if (periodBytes === 0 || bufferBytes === 0 || bufferBytes % periodBytes !== 0) {
    yield { rule: 'VS-R-07', detail, status: VIRTIO_SND_S_BAD_MSG };
    return;
  }
  if (bufferBytes > LIMITS.bufferBytes) {
    const tooMuch = `${detail}; more than ${LIMITS.bufferBytes} are refused`;
    yield { detail: tooMuch, status: VIRTIO_SND_S_NOT_SUPP };
  }
  const frameBytes = frameBytesOf(params);
  if (frameBytes > 0 && periodBytes % frameBytes !== 0) {
    const inFrames = `${detail}, in frames of ${frameBytes}`;
    yield { rule: 'VS-I-15', detail: inFrames, status: VIRTIO_SND_S_OK };
  } else if (bufferBytes < 2 * periodBytes) {
    yield { rule: 'VS-I-15', detail, status: VIRTIO_SND_S_OK };
  }
}

function* featureFaults(features: number, spec: StreamSpec): Generator<Fault> {
  for (let bit = 0; bit < 32; bit++) {
    if (((features >>> bit) & 1) === 0) continue;
    const name = PCM_FEATURE_NAMES[bit];
    if (bit === VIRTIO_SND_PCM_F_SHMEM_HOST || bit === VIRTIO_SND_PCM_F_SHMEM_GUEST) {
      yield { rule: 'VS-R-06', detail: `feature ${name}`, status: VIRTIO_SND_S_NOT_SUPP };
    } else if (name === undefined) {
      yield unknown(`feature bit ${bit}`);
    } else if (((spec.features >>> bit) & 1) === 0) {
      yield notOffered(`feature ${name}`);
    }
  }
}

function unknown(what: string): Fault {
  const detail = `${what}, which the standard does not have`;
  return { rule: 'VS-R-08', detail, status: VIRTIO_SND_S_NOT_SUPP };
}

function notOffered(what: string): Fault {
  const detail = `${what}, which the stream does not offer`;
  return { rule: 'VS-R-09', detail, status: VIRTIO_SND_S_NOT_SUPP };
}
