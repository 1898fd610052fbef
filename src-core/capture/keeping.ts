/** How much of what comes a capture can keep: whether there is room on its disk, and whether the disk keeps up. */
import { LIMITS } from '../limits.ts';
import type { CaptureLog } from './capture-log.ts';
import { DISK_NOTES, DiskPace, type DiskState } from './disk-pace.ts';

export class Keeping {
  /** Little room is left: PCM is not kept any more, only its hashes. */
  isShort = false;
  private readonly pace = new DiskPace();

  /** Looks again. Gives what changed, in sentences to be recorded where they were found. */
  look(log: CaptureLog): string[] {
    return [...this.lookAtRoom(log), ...this.lookAtPace(log)];
  }

  withholdsPcm(): boolean {
    return this.isShort || this.pace.state === 'behind';
  }

  disk(): DiskState {
    return this.pace.state;
  }

  private lookAtRoom(log: CaptureLog): string[] {
    const left = log.leftBytes();
    if (left === undefined) return [];
    const leastBytes = Math.min(LIMITS.shortRoomBytes, (log.roomBytes ?? 0) / 8);
    const isShort = left < (this.isShort ? 2 : 1) * leastBytes;
    if (isShort === this.isShort) return [];
    this.isShort = isShort;
    return [
      isShort
        ? 'little room is left for the capture: from here on only hashes of the PCM are kept'
        : 'there is room again: from here on the PCM is kept',
    ];
  }

  private lookAtPace(log: CaptureLog): string[] {
    const share = log.writingShare();
    return share !== undefined && this.pace.look(share) ? [DISK_NOTES[this.pace.state]] : [];
  }
}
