/** The sound device as tables: queues, codes, structures, features, events and the stream lifecycle. Spec: 5.14 */
import { type Struct, struct } from './layout.ts';

export const VIRTIO_ID_SOUND = 25;

export const CONTROLQ = 0;
export const EVENTQ = 1;
export const TXQ = 2;
export const RXQ = 3;
/** Spec: 5.14.2 */
export const QUEUE_NAMES = ['controlq', 'eventq', 'txq', 'rxq'] as const;
export const QUEUE_COUNT = 4;

export const VIRTIO_SND_D_OUTPUT = 0;
export const VIRTIO_SND_D_INPUT = 1;
export type Direction = 'output' | 'input';

export const VIRTIO_SND_R_JACK_INFO = 0x0001;
export const VIRTIO_SND_R_JACK_REMAP = 0x0002;
export const VIRTIO_SND_R_PCM_INFO = 0x0100;
export const VIRTIO_SND_R_PCM_SET_PARAMS = 0x0101;
export const VIRTIO_SND_R_PCM_PREPARE = 0x0102;
export const VIRTIO_SND_R_PCM_RELEASE = 0x0103;
export const VIRTIO_SND_R_PCM_START = 0x0104;
export const VIRTIO_SND_R_PCM_STOP = 0x0105;
export const VIRTIO_SND_R_CHMAP_INFO = 0x0200;
export const VIRTIO_SND_R_CTL_INFO = 0x0300;
export const VIRTIO_SND_R_CTL_ENUM_ITEMS = 0x0301;
export const VIRTIO_SND_R_CTL_READ = 0x0302;
export const VIRTIO_SND_R_CTL_WRITE = 0x0303;
export const VIRTIO_SND_R_CTL_TLV_READ = 0x0304;
export const VIRTIO_SND_R_CTL_TLV_WRITE = 0x0305;
export const VIRTIO_SND_R_CTL_TLV_COMMAND = 0x0306;

export const VIRTIO_SND_EVT_JACK_CONNECTED = 0x1000;
export const VIRTIO_SND_EVT_JACK_DISCONNECTED = 0x1001;
export const VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED = 0x1100;
export const VIRTIO_SND_EVT_PCM_XRUN = 0x1101;
export const VIRTIO_SND_EVT_CTL_NOTIFY = 0x1200;

export const VIRTIO_SND_S_OK = 0x8000;
export const VIRTIO_SND_S_BAD_MSG = 0x8001;
export const VIRTIO_SND_S_NOT_SUPP = 0x8002;
export const VIRTIO_SND_S_IO_ERR = 0x8003;

/** Bit numbers in `features` of a jack. Spec: 5.14.6.4.1 */
export const VIRTIO_SND_JACK_F_REMAP = 0;

/** Bit numbers in `features` of a stream. Spec: 5.14.6.6.2 */
export const VIRTIO_SND_PCM_F_SHMEM_HOST = 0;
export const VIRTIO_SND_PCM_F_SHMEM_GUEST = 1;
export const VIRTIO_SND_PCM_F_MSG_POLLING = 2;
export const VIRTIO_SND_PCM_F_EVT_SHMEM_PERIODS = 3;
export const VIRTIO_SND_PCM_F_EVT_XRUNS = 4;
export const PCM_FEATURE_NAMES = [
  'SHMEM_HOST',
  'SHMEM_GUEST',
  'MSG_POLLING',
  'EVT_SHMEM_PERIODS',
  'EVT_XRUNS',
] as const;

/** Spec: 5.14.4. `controls` only with VIRTIO_SND_F_CTLS. */
export const SND_CONFIG = struct('virtio_snd_config', {
  jacks: 'le32',
  streams: 'le32',
  chmaps: 'le32',
  controls: 'le32',
});
export const SND_HDR = struct('virtio_snd_hdr', { code: 'le32' });
export const SND_EVENT = struct('virtio_snd_event', { code: 'le32', data: 'le32' });
export const QUERY_INFO = struct('virtio_snd_query_info', {
  code: 'le32',
  startId: 'le32',
  count: 'le32',
  size: 'le32',
});
export const JACK_HDR = struct('virtio_snd_jack_hdr', { code: 'le32', jackId: 'le32' });
export const JACK_INFO = struct('virtio_snd_jack_info', {
  hdaFnNid: 'le32',
  features: 'le32',
  hdaRegDefconf: 'le32',
  hdaRegCaps: 'le32',
  connected: 'u8',
  padding: 'pad7',
});
export const JACK_REMAP = struct('virtio_snd_jack_remap', {
  code: 'le32',
  jackId: 'le32',
  association: 'le32',
  sequence: 'le32',
});
export const PCM_HDR = struct('virtio_snd_pcm_hdr', { code: 'le32', streamId: 'le32' });
export const PCM_INFO = struct('virtio_snd_pcm_info', {
  hdaFnNid: 'le32',
  features: 'le32',
  formats: 'le64',
  rates: 'le64',
  direction: 'u8',
  channelsMin: 'u8',
  channelsMax: 'u8',
  padding: 'pad5',
});
export const PCM_SET_PARAMS = struct('virtio_snd_pcm_set_params', {
  code: 'le32',
  streamId: 'le32',
  bufferBytes: 'le32',
  periodBytes: 'le32',
  features: 'le32',
  channels: 'u8',
  format: 'u8',
  rate: 'u8',
  padding: 'pad1',
});
export const PCM_XFER = struct('virtio_snd_pcm_xfer', { streamId: 'le32' });
export const PCM_STATUS = struct('virtio_snd_pcm_status', {
  status: 'le32',
  latencyBytes: 'le32',
});
export const CHMAP_INFO = struct('virtio_snd_chmap_info', {
  hdaFnNid: 'le32',
  direction: 'u8',
  channels: 'u8',
  positions: 'u8x18',
});
export const CTL_HDR = struct('virtio_snd_ctl_hdr', { code: 'le32', controlId: 'le32' });
export const CTL_EVENT = struct('virtio_snd_ctl_event', {
  code: 'le32',
  controlId: 'le16',
  mask: 'le16',
});
export const CTL_TLV = struct('virtio_snd_ctl_tlv', { type: 'le32', length: 'le32' });
const ctlInfoHead = {
  hdaFnNid: 'le32',
  role: 'le32',
  type: 'le32',
  access: 'le32',
  count: 'le32',
  index: 'le32',
  name: 'u8x44',
} as const;
/** The record as the text of the standard lays it out: no implicit padding, 92 bytes. Spec: 5.14.6.10.1 */
export const CTL_INFO_PACKED = struct('virtio_snd_ctl_info', { ...ctlInfoHead, value: 'u8x24' });
/** The record as a 64-bit C compiler lays it out, and as Linux asks for it (`size` 96): the union at 72. */
export const CTL_INFO_ALIGNED = struct('virtio_snd_ctl_info', {
  ...ctlInfoHead,
  implicitPadding: 'pad4',
  value: 'u8x24',
});
/** `virtio_snd_ctl_value`: a union of 512 bytes. Spec: 5.14.6.10.2 */
export const CTL_VALUE_BYTES = 512;
export const CTL_ENUM_ITEM_BYTES = 64;

export const CTL_TYPE_BOOLEAN = 0;
export const CTL_TYPE_INTEGER = 1;
export const CTL_TYPE_INTEGER64 = 2;
export const CTL_TYPE_ENUMERATED = 3;
export const CTL_TYPE_BYTES = 4;
export const CTL_TYPE_IEC958 = 5;
/** Largest `count` of each type, by type. Spec: 5.14.6.10.1.1 */
export const CTL_MAX_COUNT = [128, 128, 64, 128, 512, 1] as const;
/** Bit numbers in `access`. */
export const CTL_ACCESS_READ = 0;
export const CTL_ACCESS_WRITE = 1;
export const CTL_ACCESS_VOLATILE = 2;
export const CTL_ACCESS_INACTIVE = 3;
export const CTL_ACCESS_TLV_READ = 4;
export const CTL_ACCESS_TLV_WRITE = 5;
export const CTL_ACCESS_TLV_COMMAND = 6;
/** Bit numbers in `mask` of VIRTIO_SND_EVT_CTL_NOTIFY. */
export const CTL_EVT_MASK_VALUE = 0;
export const CTL_EVT_MASK_INFO = 1;
export const CTL_EVT_MASK_TLV = 2;

export type PcmCommand = 'SET_PARAMS' | 'PREPARE' | 'RELEASE' | 'START' | 'STOP';

export interface RequestKind {
  readonly code: number;
  /** As in the standard. */
  readonly name: string;
  /** Short, for a column: `PCM_START`. */
  readonly label: string;
  readonly request: Struct<{ code: number }>;
  /** One record of the payload of a successful answer. */
  readonly record?: Struct<unknown>;
  /** Which stream command this is, for requests that move the lifecycle. */
  readonly command?: PcmCommand;
  readonly section: string;
  readonly needsCtls?: true;
}

/** Every control request. Spec: 5.14.6 */
export const REQUESTS: readonly RequestKind[] = [
  request(VIRTIO_SND_R_JACK_INFO, 'JACK_INFO', QUERY_INFO, '5.14.6.4.1', { record: JACK_INFO }),
  request(VIRTIO_SND_R_JACK_REMAP, 'JACK_REMAP', JACK_REMAP, '5.14.6.4.2'),
  request(VIRTIO_SND_R_PCM_INFO, 'PCM_INFO', QUERY_INFO, '5.14.6.6.2', { record: PCM_INFO }),
  request(VIRTIO_SND_R_PCM_SET_PARAMS, 'PCM_SET_PARAMS', PCM_SET_PARAMS, '5.14.6.6.3', {
    command: 'SET_PARAMS',
  }),
  request(VIRTIO_SND_R_PCM_PREPARE, 'PCM_PREPARE', PCM_HDR, '5.14.6.6.4', { command: 'PREPARE' }),
  request(VIRTIO_SND_R_PCM_RELEASE, 'PCM_RELEASE', PCM_HDR, '5.14.6.6.5', { command: 'RELEASE' }),
  request(VIRTIO_SND_R_PCM_START, 'PCM_START', PCM_HDR, '5.14.6.6.6', { command: 'START' }),
  request(VIRTIO_SND_R_PCM_STOP, 'PCM_STOP', PCM_HDR, '5.14.6.6.7', { command: 'STOP' }),
  request(VIRTIO_SND_R_CHMAP_INFO, 'CHMAP_INFO', QUERY_INFO, '5.14.6.9.1', { record: CHMAP_INFO }),
  request(VIRTIO_SND_R_CTL_INFO, 'CTL_INFO', QUERY_INFO, '5.14.6.10.1', {
    record: CTL_INFO_ALIGNED,
    needsCtls: true,
  }),
  ...(
    [
      [VIRTIO_SND_R_CTL_ENUM_ITEMS, 'CTL_ENUM_ITEMS', '5.14.6.10.1'],
      [VIRTIO_SND_R_CTL_READ, 'CTL_READ', '5.14.6.10.2'],
      [VIRTIO_SND_R_CTL_WRITE, 'CTL_WRITE', '5.14.6.10.2'],
      [VIRTIO_SND_R_CTL_TLV_READ, 'CTL_TLV_READ', '5.14.6.10.3'],
      [VIRTIO_SND_R_CTL_TLV_WRITE, 'CTL_TLV_WRITE', '5.14.6.10.3'],
      [VIRTIO_SND_R_CTL_TLV_COMMAND, 'CTL_TLV_COMMAND', '5.14.6.10.3'],
    ] as const
  ).map(([code, label, section]) => request(code, label, CTL_HDR, section, { needsCtls: true })),
];

const REQUEST_BY_CODE = new Map(REQUESTS.map((kind) => [kind.code, kind]));

export function requestKind(code: number): RequestKind | undefined {
  return REQUEST_BY_CODE.get(code);
}

/** Codes of answers and events by number, for people. */
export const CODE_NAMES: ReadonlyMap<number, string> = new Map([
  ...REQUESTS.map((kind) => [kind.code, kind.name] as const),
  [VIRTIO_SND_EVT_JACK_CONNECTED, 'VIRTIO_SND_EVT_JACK_CONNECTED'],
  [VIRTIO_SND_EVT_JACK_DISCONNECTED, 'VIRTIO_SND_EVT_JACK_DISCONNECTED'],
  [VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED, 'VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED'],
  [VIRTIO_SND_EVT_PCM_XRUN, 'VIRTIO_SND_EVT_PCM_XRUN'],
  [VIRTIO_SND_EVT_CTL_NOTIFY, 'VIRTIO_SND_EVT_CTL_NOTIFY'],
  [VIRTIO_SND_S_OK, 'VIRTIO_SND_S_OK'],
  [VIRTIO_SND_S_BAD_MSG, 'VIRTIO_SND_S_BAD_MSG'],
  [VIRTIO_SND_S_NOT_SUPP, 'VIRTIO_SND_S_NOT_SUPP'],
  [VIRTIO_SND_S_IO_ERR, 'VIRTIO_SND_S_IO_ERR'],
]);

/** `VIRTIO_SND_S_OK`, or the number when the standard has no name for it. */
export function codeName(code: number): string {
  return CODE_NAMES.get(code) ?? `0x${code.toString(16).padStart(4, '0')}`;
}

export type StreamState = 'init' | 'params' | 'prepared' | 'running' | 'stopped' | 'released';

/** Which state a command leads to; a command that is not there is not allowed. The device enforces it, scenarios break
 *  it, the streams panel draws it. `init` is our name for "no command yet". Spec: 5.14.6.6.1 */
export const LIFECYCLE: Record<StreamState, Partial<Record<PcmCommand, StreamState>>> = {
  init: { SET_PARAMS: 'params' },
  params: { SET_PARAMS: 'params', PREPARE: 'prepared' },
  prepared: { SET_PARAMS: 'params', PREPARE: 'prepared', START: 'running', RELEASE: 'released' },
  running: { STOP: 'stopped' },
  stopped: { START: 'running', RELEASE: 'released' },
  released: { SET_PARAMS: 'params', PREPARE: 'prepared' },
};

export const STREAM_STATES = Object.keys(LIFECYCLE) as readonly StreamState[];

function request(
  code: number,
  label: string,
  layout: Struct<{ code: number }>,
  section: string,
  rest: Partial<RequestKind> = {},
): RequestKind {
  return { code, label, name: `VIRTIO_SND_R_${label}`, request: layout, section, ...rest };
}
