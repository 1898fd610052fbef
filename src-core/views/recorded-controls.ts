/** Control elements as the device named them in its answers to CTL_INFO. Spec: 5.14.6.10.1 */
import type { Capture } from '../capture/capture.ts';
import type { ControlStatus } from '../contract-device.ts';
import { LIMITS } from '../limits.ts';
import { readLe32 } from '../spec/layout.ts';
import {
  CTL_ACCESS_READ,
  CTL_ACCESS_WRITE,
  CTL_INFO_PACKED,
  VIRTIO_SND_R_CTL_INFO,
  VIRTIO_SND_S_OK,
} from '../spec/sound.ts';

/** Drivers ask as they begin; more rows are not looked at. */
const ROWS_BOUND = 10_000;
const TYPES = ['boolean', 'integer', 'integer64', 'enumerated', 'bytes', 'iec958'];

export function recordedControls(capture: Capture): readonly ControlStatus[] {
  const { messages } = capture;
  const controls = new Map<number, ControlStatus>();
  for (let row = 0; row < Math.min(messages.rows, ROWS_BOUND); row++) {
    if (messages.code.get(row) !== VIRTIO_SND_R_CTL_INFO) continue;
    if (messages.status.get(row) !== VIRTIO_SND_S_OK) continue;
    const asked = capture.entryAt(messages.poppedAt.get(row));
    const answer = capture.entryAt(messages.usedAt.get(row));
    if (asked?.kind !== 'popped' || answer?.kind !== 'used') continue;
    const strideBytes = Math.max(readLe32(asked.body, 12), 1);
    let controlId = readLe32(asked.body, 4);
    for (let at = 4; controlId < LIMITS.controls; at += strideBytes, controlId++) {
      const info = CTL_INFO_PACKED.read(answer.reply, at);
      if (info === undefined) break;
      controls.set(controlId, controlStatus(controlId, { ...info, name: textOf(info.name) }));
    }
  }
  return [...controls.values()].sort((a, b) => a.controlId - b.controlId);
}

/** `access`: bits of CTL_ACCESS_… */
export function controlStatus(
  controlId: number,
  about: {
    readonly name: string;
    readonly type: number;
    readonly count: number;
    readonly access: number;
  },
): ControlStatus {
  const { name, type, count, access } = about;
  const mayRead = ((access >> CTL_ACCESS_READ) & 1) === 1;
  const mayWrite = ((access >> CTL_ACCESS_WRITE) & 1) === 1;
  const one = mayRead ? 'read only' : mayWrite ? 'write only' : 'none';
  const shown = mayRead && mayWrite ? 'read and write' : one;
  return { controlId, name, type: TYPES[type] ?? String(type), count, access: shown };
}

/** Up to its first 0 byte. */
function textOf(bytes: ArrayLike<number>): string {
  const all = Array.from(bytes);
  const end = all.indexOf(0);
  return String.fromCharCode(...(end < 0 ? all : all.slice(0, end)));
}
