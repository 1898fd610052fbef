/** The QEMU arguments that make a trace which Ringside can read, to copy. */

/** What fits on a line. */
const EVENTS = [
  ['virtio_snd*', 'virtqueue_*'],
  ['virtio_notify*'],
  ['virtio_queue_notify'],
  ['virtio_set_status'],
];

/** A few arguments a line, as people read them. */
export function qemuTraceArguments(path = 'trace.log'): string[] {
  const events = EVENTS.map((line) => line.map((event) => `-trace '${event}'`).join(' '));
  return [`-msg timestamp=on -D ${path}`, ...events];
}
