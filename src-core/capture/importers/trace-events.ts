/** The trace events of QEMU that tell something of a virtio device, with the names of their arguments in the order in which
 *  every version from 8.2 on prints and records them. What an event becomes is decided in `trace-rebuild.ts`. */

/** Numbers by which batches name events. 0: known, and tells nothing that is needed. */
export const EVENT = {
  none: 0,
  queueNotify: 1,
  pop: 2,
  fill: 3,
  notify: 4,
  setStatus: 5,
  realize: 6,
  unrealize: 7,
  getFeatures: 8,
  getConfig: 9,
  vmRunning: 10,
  vmStopped: 11,
  handleCtrl: 12,
  handleCode: 13,
  pcmInfo: 14,
  setParams: 15,
  startStop: 16,
  release: 17,
  streamFlush: 18,
  txXfer: 19,
  rxXfer: 20,
  handleEvent: 21,
  audioOpenOut: 22,
  audioOpenIn: 23,
  alsaXrunOut: 24,
  alsaXrunIn: 25,
  timerDelayed: 26,
} as const;

/** Where an argument goes: pointer 0 or 1, number 0 to 2, text; `-`: nowhere. */
export type Slot = 'p0' | 'p1' | 'n0' | 'n1' | 'n2' | 'text' | '-';

export interface EventShape {
  readonly event: number;
  readonly name: string;
  /** Argument names as in QEMU's trace-events files, in order, each with its slot. */
  readonly args: readonly (readonly [string, Slot])[];
  /** Of those that are strings: by name. */
  readonly strings?: readonly string[];
}

const vdev = ['vdev', 'p0'] as const;
const snd = ['snd', 'p0'] as const;
const stream = ['stream', 'n0'] as const;
const none: EventShape['args'] = [];
const voice: EventShape['args'] = [
  ['name', 'text'],
  ['freq', 'n0'],
  ['nchannels', 'n1'],
  ['fmt', 'n2'],
];

export const EVENT_SHAPES: readonly EventShape[] = [
  shape('virtio_queue_notify', EVENT.queueNotify, [vdev, ['n', 'n0'], ['vq', 'p1']]),
  shape('virtqueue_pop', EVENT.pop, [
    ...([
      ['vq', 'p0'],
      ['elem', 'p1'],
    ] as const),
    ...([
      ['in_num', 'n0'],
      ['out_num', 'n1'],
    ] as const),
  ]),
  shape('virtqueue_fill', EVENT.fill, [
    ...([
      ['vq', 'p0'],
      ['elem', 'p1'],
    ] as const),
    ...([
      ['len', 'n0'],
      ['idx', 'n1'],
    ] as const),
  ]),
  shape('virtio_notify', EVENT.notify, [vdev, ['vq', 'p1']]),
  shape('virtio_notify_irqfd', EVENT.notify, [vdev, ['vq', 'p1']]),
  shape('virtio_set_status', EVENT.setStatus, [vdev, ['val', 'n0']]),
  shape('virtio_snd_realize', EVENT.realize, [snd]),
  shape('virtio_snd_unrealize', EVENT.unrealize, [snd]),
  shape('virtio_snd_get_features', EVENT.getFeatures, [vdev, ['features', 'p1']]),
  shape('virtio_snd_get_config', EVENT.getConfig, [
    ...([vdev, ['jacks', 'n0'], ['streams', 'n1'], ['chmaps', 'n2']] as const),
  ]),
  shape('virtio_snd_vm_state_running', EVENT.vmRunning, none),
  shape('virtio_snd_vm_state_stopped', EVENT.vmStopped, none),
  shape('virtio_snd_handle_ctrl', EVENT.handleCtrl, [vdev, ['vq', 'p1']]),
  shape(
    'virtio_snd_handle_code',
    EVENT.handleCode,
    [
      ['val', 'n0'],
      ['code', '-'],
    ],
    ['code'],
  ),
  shape('virtio_snd_handle_pcm_info', EVENT.pcmInfo, [stream]),
  shape('virtio_snd_handle_pcm_set_params', EVENT.setParams, [stream]),
  shape('virtio_snd_handle_pcm_start_stop', EVENT.startStop, [['code', 'text'], stream], ['code']),
  shape('virtio_snd_handle_pcm_release', EVENT.release, [stream]),
  shape('virtio_snd_pcm_stream_flush', EVENT.streamFlush, [stream]),
  shape('virtio_snd_handle_tx_xfer', EVENT.txXfer, none),
  shape('virtio_snd_handle_rx_xfer', EVENT.rxXfer, none),
  shape('virtio_snd_handle_event', EVENT.handleEvent, none),
  shape('audio_open_out', EVENT.audioOpenOut, voice, ['name']),
  shape('audio_open_in', EVENT.audioOpenIn, voice, ['name']),
  shape('alsa_xrun_out', EVENT.alsaXrunOut, none),
  shape('alsa_xrun_in', EVENT.alsaXrunIn, none),
  shape('audio_timer_delayed', EVENT.timerDelayed, [['interval', 'n0']]),
  // known, and not needed: what they say stands in another event, or is not of the device
  ...[
    ...['virtqueue_alloc_element', 'virtqueue_flush', 'virtio_notify_irqfd_deferred_fn'],
    ...['virtio_pci_notify', 'virtio_pci_notify_write', 'virtio_pci_notify_write_pio'],
    ...['virtio_snd_set_config', 'virtio_snd_handle_chmap_info'],
    ...['vhost_user_read', 'vhost_user_write', 'vhost_user_set_mem_table_withfd'],
    ...['vhost_dev_start', 'vhost_dev_stop', 'vhost_dev_start_in', 'vhost_dev_start_out'],
    ...['vhost_dev_stop_in', 'vhost_dev_stop_out', 'vhost_dev_init_in', 'vhost_dev_init_out'],
    ...['vhost_virtqueue_start_in', 'vhost_virtqueue_start_out', 'vhost_commit'],
    ...['vhost_virtqueue_stop_in', 'vhost_virtqueue_stop_out', 'vhost_region_add_section'],
    ...['audio_timer_start', 'audio_timer_stop', 'alsa_wrote_zero', 'alsa_read_zero'],
    ...['alsa_pollout', 'alsa_resume_out', 'alsa_set_handler', 'alsa_revents', 'alsa_no_frames'],
    ...['alsa_info_params', 'alsa_enable_out', 'alsa_enable_in', 'oss_version'],
    ...['pw_write', 'pw_read', 'pw_state_changed', 'pw_period', 'pw_vol', 'pw_node'],
    ...['dbus_audio_put_buffer_out', 'dbus_audio_read', 'dbus_audio_register'],
    ...['audio_be_set_active_out', 'audio_be_set_active_in', 'audio_get_free', 'audio_sw_write'],
    ...['audio_out_played', 'audio_run_poll', 'audio_out_full', 'audio_rate_reset'],
    ...['audio_voice_pair'],
  ].map((name) => shape(name, EVENT.none, none)),
];

export const SHAPE_OF: ReadonlyMap<string, EventShape> = new Map(
  EVENT_SHAPES.map((known) => [known.name, known]),
);

/** Their first pointer is a device. */
export const HAS_DEVICE: ReadonlySet<number> = new Set([
  ...[EVENT.realize, EVENT.unrealize, EVENT.setStatus, EVENT.getFeatures, EVENT.getConfig],
  EVENT.handleCtrl,
]);

/** They say nothing of the device: it is the one whose control queue is being handled. */
export const OF_CONTROL: ReadonlySet<number> = new Set([
  ...[EVENT.handleCode, EVENT.pcmInfo, EVENT.setParams, EVENT.startStop, EVENT.release],
  EVENT.streamFlush,
]);

function shape(
  name: string,
  event: number,
  args: EventShape['args'],
  strings?: readonly string[],
): EventShape {
  return { event, name, args, ...(strings === undefined ? {} : { strings }) };
}
