/** The QEMU arguments that make a trace which Ringside can read, to copy. */

const EVENTS = [
  'virtio_snd*',
  'virtqueue_*',
  'virtio_notify*',
  'virtio_queue_notify',
  'virtio_set_status',
];

/** One argument a line, as people read them. */
export function qemuTraceArguments(path = 'trace.log'): string[] {
  return ['-msg timestamp=on', ...EVENTS.map((event) => `-trace '${event}'`), `-D ${path}`];
}
