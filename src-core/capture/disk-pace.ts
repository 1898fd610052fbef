/** Whether the disk keeps up with what is recorded, from how much of the time writing takes. What is given up first is what
 *  can be had later: views, then waveforms; then the sound itself, of which hashes stay. Entries are never given up here. */

/** `slow`: views are told less often, and waveforms wait. `behind`: hashes stand for the PCM. */
export type DiskState = 'fine' | 'slow' | 'behind';

/** Share of the time that writing takes, smoothed. What was given up comes back far below of where it went. */
const SLOW = 0.25;
const BEHIND = 0.5;
const FINE = 0.1;
/** Weight of a new look: a single long write out of ten is none. */
const WEIGHT = 0.2;

export class DiskPace {
  state: DiskState = 'fine';
  private share = 0;

  /** `share`: of the time since the last look, 0…1. True when the state is another now. */
  look(share: number): boolean {
    if (!(share >= 0)) return false;
    this.share += WEIGHT * (Math.min(1, share) - this.share);
    const before = this.state;
    this.state = stateAt(this.share, before);
    return this.state !== before;
  }
}

function stateAt(share: number, before: DiskState): DiskState {
  if (share < FINE) return 'fine';
  if (share >= BEHIND) return 'behind';
  // in between it stays as it is, or becomes slow; from behind only when writing is well below half
  if (before === 'behind') return share < SLOW ? 'slow' : 'behind';
  return share >= SLOW ? 'slow' : before;
}

/** What the capture says where the state changed. */
export const DISK_NOTES: Record<DiskState, string> = {
  fine: 'the disk keeps up again: from here on everything is kept',
  slow: 'the disk is slow: views are told less often, and waveforms are drawn later',
  behind: 'the disk does not keep up: from here on only hashes of the PCM are kept',
};
