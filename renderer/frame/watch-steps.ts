/** How far a watch has come, as steps for people. Pure. */
import type { WatchStatus } from '../../src-core/qemu/watch-status.ts';

export interface WatchStep {
  readonly title: string;
  readonly detail: string;
  readonly isDone: boolean;
}

const DRIVER_OK = 4;

export function watchSteps(watch: WatchStatus, deviceStatus: number): WatchStep[] {
  const { qemuVersion, devicePath, devices, canReadMemory, memory, trace, tracePath } = watch;
  const found = devices.length === 0 ? '' : devices.map(({ path }) => path).join(', ');
  const isRunning = (deviceStatus & DRIVER_OK) !== 0;
  return [
    { title: 'QEMU answers on its QMP socket', detail: '', isDone: qemuVersion !== '' },
    {
      title: 'It has a virtio-sound device',
      detail: devicePath ?? found,
      isDone: devicePath !== undefined,
    },
    {
      title: 'The guest’s driver runs it',
      detail: isRunning ? '' : 'DRIVER_OK, once the guest has booted and loaded virtio_snd',
      isDone: isRunning,
    },
    {
      title: 'Guest memory can be read',
      // Looked for once the driver is there; why it is not is the next thing to know.
      detail: canReadMemory || isRunning ? memory : '',
      isDone: canReadMemory,
    },
    {
      title: 'Its trace gives times',
      detail: tracePath === undefined ? '' : trace,
      isDone: tracePath !== undefined,
    },
  ];
}
